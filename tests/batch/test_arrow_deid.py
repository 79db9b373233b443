"""Arrow batches of notes to Arrow batches without identifiers, as the command makes them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.batch.arrow_batches import annotate_arrow
from spacy_clinical.batch.arrow_deid import add_keyed, make_deid_job
from spacy_clinical.batch.arrow_worker_job import ArrowJob
from spacy_clinical.batch.deidentification_run import deidentify_notes
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.deid import Surrogates
from spacy_clinical.errors import DeidError
from spacy_clinical.formats import read_jsonl
from spacy_clinical.note import Note
from spacy_clinical.spark.worker_pipeline import hash_model, load_pipeline

arrow = pytest.importorskip("pyarrow")
TEXT = "Mr. Otto Brandvig (MRN BV-448812) came on 5/{}/2021; phone 208-555-4417. Brandvig sleeps."
META = {"patient_name": "Brandvig, Otto", "mrn": "BV-448812", "ward": "7"}
NOTES = [Note(f"brandvig-{i}", TEXT.format(3 + i), META) for i in range(4)]
PLANTED = ("brandvig", "448812", "555-4417", "5/3/2021")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deid")
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    nlp.to_disk(folder / "model")
    (folder / "key").write_text("what only this test knows")
    return folder


@pytest.fixture(scope="module")
def job(folder: Path) -> ArrowJob:
    model = str(folder / "model")
    deid = make_deid_job("i2b2", folder / "key", "mrn", ["ward"])
    return ArrowJob(model, hash_model(model), meta=tuple(META), deid=deid)


def batch_of(notes: list[Note]) -> Any:
    rows = [{"id": n.id, "text": n.text, "note_hash": f"h-{n.id}", **n.meta} for n in notes]
    return arrow.RecordBatch.from_pylist(rows)


def run(job: ArrowJob, batch: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for made in annotate_arrow(iter([batch]), job, load_pipeline):
        found += made.to_pylist()
    return found


def test_rows_are_what_the_command_writes(job: ArrowJob, folder: Path, tmp_path: Path) -> None:
    rows = run(job, batch_of(NOTES))
    target, keyed = tmp_path / "clean.jsonl", Surrogates.keyed(folder / "key")
    settings = RunSettings(progress=False)
    more = {"patient_field": "mrn", "keep_meta": ["ward"]}
    deidentify_notes(folder / "model", NOTES, target, "i2b2", keyed, settings, **more)
    wanted = list(read_jsonl(target))
    assert [row["text"] for row in rows] == [record.text for record in wanted]
    assert [row["note_id"] for row in rows] == [record.id for record in wanted]
    meta = [json.loads(row["meta"]) for row in rows]
    assert [(m["mrn"], m["ward"]) for m in meta] == [(r.meta["mrn"], "7") for r in wanted]
    told = json.dumps(rows).lower()
    assert not any(planted in told for planted in (*PLANTED, "h-"))
    as_lines = run(replace(job, to="jsonl"), batch_of(NOTES))
    assert [json.loads(row["row"])["text"] for row in as_lines] == [row["text"] for row in rows]


def test_a_note_that_fails_is_a_row_without_it(job: ArrowJob) -> None:
    unread = batch_of([Note("brandvig-x" * 200, NOTES[0].text, META), NOTES[1]])
    nobody = batch_of([NOTES[0]._replace(meta=META | {"mrn": None}), NOTES[1]])
    for batch, code in ((unread, "SC560"), (nobody, "SC910")):
        failed, whole = run(job, batch)
        assert (failed["code"], whole["code"]) == (code, "")
        assert failed["text"] is failed["meta"] is failed["mentions"] is None
        assert not any(planted in json.dumps(failed).lower() for planted in PLANTED)


@Language.component("forgetful_of_identifiers")
def forgetful(doc: Doc) -> Doc:
    doc.spans["phi"] = []
    return doc


def load_forgetful(job: ArrowJob) -> Language:
    nlp = load_pipeline(job)
    nlp.add_pipe("forgetful_of_identifiers")
    return nlp


def test_what_a_second_search_finds_is_a_row_without_it(job: ArrowJob, tmp_path: Path) -> None:
    shutil.copytree(job.model, tmp_path / "model")
    job = replace(job, model=str(tmp_path / "model"))
    (made,) = annotate_arrow(iter([batch_of(NOTES[:1])]), job, load_forgetful)
    (row,) = made.to_pylist()
    assert row["code"] == "SC909"
    assert row["text"] is None
    assert not any(planted in json.dumps(row).lower() for planted in PLANTED)


def test_hashes_are_told_by_the_key(job: ArrowJob, folder: Path) -> None:
    assert job.deid is not None
    batch = batch_of(NOTES).select(["note_hash"])
    (told,) = add_keyed(iter([batch]), "note_hash", "told", job.deid)
    assert told.column("told").to_pylist() == [r["note_hash"] for r in run(job, batch_of(NOTES))]
    other = make_deid_job("mask", folder / "key", "mrn", ["ward"])
    (others,) = add_keyed(iter([batch]), "note_hash", "told", other)
    assert not {*others.column("told").to_pylist()} & {*told.column("told").to_pylist()}


def test_other_files_on_a_worker_are_refused(job: ArrowJob, folder: Path) -> None:
    assert job.deid is not None
    (folder / "other").write_text("another key than that of the driver")
    with pytest.raises(DeidError, match="SC917"):
        run(replace(job, deid=job.deid._replace(key=str(folder / "other"))), batch_of(NOTES))
    with pytest.raises(DeidError, match="SC907"):
        make_deid_job("i2b2", folder / "none", "", ())


def test_a_pipeline_that_looks_for_none_is_refused(job: ArrowJob, tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "model")
    model = str(tmp_path / "model")
    with pytest.raises(DeidError, match="SC914"):
        run(replace(job, model=model, model_hash=hash_model(model)), batch_of(NOTES))
