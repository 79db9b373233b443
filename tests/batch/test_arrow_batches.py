"""Arrow batches in, Arrow batches out: the rows of `annotate`, whatever the batches."""

import json
import pickle
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.audit import AuditKey, ToldNote
from spacy_clinical.audit.keyed_hashes import write_key
from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.arrow_audit import make_audit_job
from spacy_clinical.batch.arrow_batches import annotate_arrow
from spacy_clinical.batch.arrow_worker_job import AUDIT, LISTS, ArrowJob
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.errors import AuditError, ServeError
from spacy_clinical.note import Note
from spacy_clinical.spark.worker_pipeline import hash_model, load_pipeline

arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
MODEL = str(Path(__file__).parents[1] / "saved" / "pipeline")
TEXTS = [
    "The patient was given aspirin for pain .",
    "No fever . metformins daily",
    "",
    "aspirin " * 40,
    "é 🙂 rash",
]
NOTES = [Note(f"n{i}", text, {"patient": "p1"}) for i, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def job() -> ArrowJob:
    return ArrowJob(MODEL, hash_model(MODEL), meta=("patient",))


def table(notes: list[Note] = NOTES) -> Any:
    columns = {
        "id": [note.id for note in notes],
        "text": [note.text for note in notes],
        "note_hash": [f"h{note.id}" for note in notes],
        "patient": ["p1"] * len(notes),
    }
    return arrow.table(columns)


def run(job: ArrowJob, batches: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for batch in annotate_arrow(iter(batches), job, load_pipeline):
        rows += batch.to_pylist()
    return rows


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


@pytest.mark.parametrize("size", [1, 2, 5])
def test_tables_are_those_of_annotate(job: ArrowJob, size: int, tmp_path: Path) -> None:
    annotate(MODEL, NOTES, tmp_path / "out", RunSettings(to="parquet"))
    rows = run(job, table().to_batches(max_chunksize=size))
    assert [row["note_id"] for row in rows] == [note.id for note in NOTES]
    assert {(row["code"], row["model_hash"]) for row in rows} == {("", job.model_hash)}
    for name in LISTS:
        wanted = parquet.read_table(tmp_path / "out" / f"{name}.parquet").to_pylist()
        found = [{"document": row["note_id"], **part} for row in rows for part in row[name]]
        assert rounded(found) == rounded(wanted)
        assert name == "relations" or found


def test_rows_and_resources(job: ArrowJob, tmp_path: Path) -> None:
    from dataclasses import replace

    annotate(MODEL, NOTES, tmp_path / "out.jsonl")
    wanted = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    found = run(replace(job, to="jsonl"), table().to_batches())
    assert [rounded(json.loads(row["row"])) for row in found] == rounded(wanted)
    pytest.importorskip("fhir.resources")
    (first, *_) = run(replace(job, to="fhir"), table().to_batches())
    kinds = [json.loads(resource)["resourceType"] for resource in first["resources"]]
    assert kinds[0] == "DocumentReference"
    with pytest.raises(ServeError, match="SC920"):
        replace(job, to="brat")


def test_notes_that_fail_are_rows(job: ArrowJob) -> None:
    notes = table().to_pylist()
    notes[0]["text"] = None
    notes[1]["id"] = "x" * 2000
    schema = table().schema
    rows = run(job, [arrow.RecordBatch.from_pylist(notes, schema)])
    assert [row["code"] for row in rows] == ["SC560", "SC560", "", "", ""]
    assert rows[0]["mentions"] is None
    assert [row["note_hash"] for row in rows] == [f"hn{i}" for i in range(5)]


def test_a_pipeline_is_asked_for_its_name_but_once(
    job: ArrowJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(job, table().to_batches())

    def ask(_: Any) -> tuple[str, str]:
        raise AssertionError("asked again")

    monkeypatch.setattr("spacy_clinical.batch.arrow_rows.name_system", ask)
    assert all(row["code"] == "" for row in run(job, table(NOTES[:2]).to_batches()))


def test_another_pipeline_is_refused(job: ArrowJob) -> None:
    other = ArrowJob(MODEL, "0" * 32, meta=("patient",))
    with pytest.raises(ServeError, match="SC937"):
        run(other, table().to_batches())


def test_rows_tell_a_trail_of_notes_without_them(job: ArrowJob, tmp_path: Path) -> None:
    key = write_key(tmp_path / "key")
    notes = table().to_pylist()
    notes[1]["text"] = None
    batch = arrow.RecordBatch.from_pylist(notes, table().schema)
    rows = run(job.audited(make_audit_job(key)), [batch])
    told = [ToldNote.from_json(row.pop(AUDIT)) for row in rows]
    assert rows == run(job, [batch])
    assert [note.id for note in told] == [key.note_id(note.id) for note in NOTES]
    assert told[0][1:3] == (key.text(TEXTS[0]), len(TEXTS[0]))
    assert [note.code for note in told] == ["", "SC560", "", "", ""]
    for note, row in zip(told, rows, strict=True):
        counts = Counter(part["label"] for part in row["mentions"] or ())
        found = note.facts.mentions if note.facts else {}
        assert {label: sum(bins) for label, bins in found.items()} == counts
        assert bool(note.result) == bool(row["code"] == "")
    assert not any(word in str(told).lower() for word in ("aspirin", "metformin", "rash"))


def test_another_key_is_refused(job: ArrowJob, tmp_path: Path) -> None:
    audit = make_audit_job(write_key(tmp_path / "key"))
    other = write_key(tmp_path / "other")
    with pytest.raises(AuditError, match="SC917"):
        run(job.audited(audit._replace(key=str(other.file))), table().to_batches())
    with pytest.raises(AuditError, match="SC941"):
        run(job.audited(audit._replace(key=str(tmp_path / "none"))), table().to_batches())
    for key, code in ((None, "SC942"), (AuditKey(b"that lies in no file"), "SC941")):
        with pytest.raises(AuditError, match=code):
            make_audit_job(key)


def test_what_is_sent_to_workers_is_small(job: ArrowJob) -> None:
    work = partial(annotate_arrow, job=job, load=load_pipeline)
    assert len(pickle.dumps(work)) < 10_000


def test_without_a_note_nothing_heavy_is_loaded() -> None:
    """A second run, which has nothing to do, starts workers that load no pipeline."""
    code = (
        "import sys; import spacy_clinical.spark.worker_pipeline as p; "
        "import spacy_clinical.spark.appending; from spacy_clinical.audit import open_audit; "
        "from spacy_clinical.batch.arrow_batches import annotate_arrow; "
        "from spacy_clinical.batch.arrow_worker_job import ArrowJob; "
        "assert not list(annotate_arrow(iter(()), ArrowJob('m', 'h'), p.load_pipeline)); "
        "print(sorted({'torch', 'spacy', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
