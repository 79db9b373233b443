"""Facts on real Spark: the same whatever the partitions, each note once, whatever dies."""

import json
import os
import pickle
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.batch.arrow_batches import annotate_arrow
from spacy_clinical.batch.arrow_worker_job import ArrowJob
from spacy_clinical.errors import ServeError
from spacy_clinical.spark import annotate, append
from spacy_clinical.spark.worker_pipeline import load_pipeline

MODEL = str(Path(__file__).parents[1] / "saved" / "pipeline")
TEXTS = ("The patient was given aspirin for pain .", "No fever .", "aspirin daily", "rash after")
NOTES = [(f"n{i}", TEXTS[i % 4] * (1 + i % 3), "p1") for i in range(40)]
SCHEMA = "id string, text string, patient string"


@pytest.fixture(scope="module")
def notes(spark: Any) -> Any:
    return spark.createDataFrame(NOTES, SCHEMA)


def rows_of(table: Any) -> list[str]:
    """Rows without the last digits of scores, which other batches change."""
    found = [row.asDict(recursive=True) for row in table.collect()]
    for row in found:
        for key in [key for key in row if "score" in key]:
            row[key] = None if row[key] is None else round(row[key], 4)
    return sorted(json.dumps(row, sort_keys=True) for row in found)


def ids_of(spark: Any, target: str) -> list[str]:
    return sorted(row.note_id for row in spark.read.parquet(target).collect())


def test_the_same_facts_whatever_the_partitions(notes: Any) -> None:
    found = [annotate(notes.repartition(n), MODEL, meta=["patient"]) for n in (1, 3)]
    mentions = [rows_of(one.mentions) for one in found]
    assert mentions[0] == mentions[1] != []
    assert rows_of(found[0].failed) == []
    with pytest.raises(ServeError, match="SC938"):
        annotate(notes, MODEL, id="note_id")


def test_each_note_once(spark: Any, notes: Any, tmp_path: Path) -> None:
    target = str(tmp_path / "facts")
    options = {"partition_characters": 400, "slice_characters": 1500}
    first = append(notes.limit(25), MODEL, target, **options)
    assert (first.notes, first.before) == (25, 0)
    assert first.slices > 0
    second = append(notes, MODEL, target, **options)
    assert (second.notes, second.before) == (15, 25)
    third = append(notes.union(notes), MODEL, target, **options)
    assert (third.notes, third.before, third.slices) == (0, 40, 0)
    assert ids_of(spark, target) == sorted(note[0] for note in NOTES)
    changed = spark.createDataFrame([("n0", "No rash ."), ("n99", None)], "id string, text string")
    assert append(changed, MODEL, target).notes == 2
    assert {row.code for row in spark.read.parquet(target).collect()} == {"", "SC560"}
    other = str(tmp_path / "other")
    notes.write.parquet(other)
    with pytest.raises(ServeError, match="SC939"):
        append(notes, MODEL, other)


def test_notes_twice_in_one_run_are_one(spark: Any, notes: Any, tmp_path: Path) -> None:
    target = str(tmp_path / "facts")
    assert append(notes.union(notes.limit(10)), MODEL, target).notes == 40
    assert ids_of(spark, target) == sorted(note[0] for note in NOTES)


def test_resources_are_checked_fhir(notes: Any) -> None:
    pytest.importorskip("fhir.resources")
    found = annotate(notes.limit(8), MODEL, to="fhir")
    kinds = [json.loads(row.value)["resourceType"] for row in found.resources.collect()]
    assert kinds.count("DocumentReference") == 8
    assert {row.code for row in found.rows.collect()} == {""}


def annotate_or_die(batches: Iterator[Any], job: ArrowJob, flag: str) -> Iterator[Any]:
    """Annotate; the first process that has given some rows is killed as it gives the next."""
    for number, batch in enumerate(annotate_arrow(batches, job, load_pipeline)):
        if number == 2:
            try:
                os.close(os.open(flag, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        yield batch


def test_a_killed_worker_costs_no_note(
    spark: Any, notes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark import cloudpickle

    from tests.spark import test_appending

    flag, target = tmp_path / "killed", str(tmp_path / "facts")
    cloudpickle.register_pickle_by_value(test_appending)
    monkeypatch.setattr(
        "spacy_clinical.spark.dataframes.work_of",
        lambda job: partial(annotate_or_die, job=job, flag=str(flag)),
    )
    done = append(notes, MODEL, target, meta=["patient"], batch_size=2)
    assert flag.exists()
    assert done.notes == 40
    assert ids_of(spark, target) == sorted(note[0] for note in NOTES)
    monkeypatch.undo()
    again = rows_of(spark.read.parquet(target).select("note_id", "mentions"))
    whole = annotate(notes, MODEL, meta=["patient"]).rows.select("note_id", "mentions")
    assert [len(json.loads(row)["mentions"]) for row in again] == [
        len(json.loads(row)["mentions"]) for row in rows_of(whole)
    ]


def test_what_goes_to_workers_is_small(notes: Any) -> None:
    from pyspark import cloudpickle

    from spacy_clinical.spark.dataframes import work_of

    sent = cloudpickle.dumps(work_of(annotate(notes, MODEL, meta=["patient"]).job))
    assert len(sent) < 10_000
    assert pickle.loads(sent).keywords["job"].model == MODEL
