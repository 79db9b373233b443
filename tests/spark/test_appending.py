"""Real Spark, two workers: skipped where pyspark or Java is missing."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.errors import ServeError
from spacy_clinical.spark import annotate, append

if os.environ.get("JAVA_HOME") is None and shutil.which("java") is None:
    pytest.skip("no Java: apt-get install openjdk-17-jre-headless", allow_module_level=True)
pytest.importorskip(
    "pyspark", reason="pyspark is not installed: pip install spacy-clinical[spark-local]"
)
MODEL = str(Path(__file__).parents[1] / "saved" / "pipeline")
TEXTS = ("The patient was given aspirin for pain .", "No fever .", "aspirin daily", "rash after")
NOTES = [(f"n{i}", TEXTS[i % 4] * (1 + i % 3), "p1") for i in range(40)]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def notes(spark: Any) -> Any:
    return spark.createDataFrame(NOTES, "id string, text string, patient string")


def rows_of(table: Any) -> list[str]:
    """Rows without the last digits of scores, which other batches change."""
    found = [row.asDict(recursive=True) for row in table.collect()]
    for row in found:
        for key in [key for key in row if "score" in key]:
            row[key] = None if row[key] is None else round(row[key], 4)
    return sorted(json.dumps(row, sort_keys=True) for row in found)


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
    third = append(notes, MODEL, target, **options)
    assert (third.notes, third.before, third.slices) == (0, 40, 0)
    table = spark.read.parquet(target)
    assert sorted(row.note_id for row in table.collect()) == sorted(note[0] for note in NOTES)
    changed = spark.createDataFrame([("n0", "No rash ."), ("n99", None)], "id string, text string")
    assert append(changed, MODEL, target).notes == 2
    assert {row.code for row in spark.read.parquet(target).collect()} == {"", "SC560"}
    other = str(tmp_path / "other")
    notes.write.parquet(other)
    with pytest.raises(ServeError, match="SC939"):
        append(notes, MODEL, other)
