"""What each command records: one line a note, and what pipelines were and became."""

import os
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from spacy_clinical import annotate, calibrate, open_audit, package, tune
from spacy_clinical.audit import Trail
from spacy_clinical.audit.trail_check import check_trail
from spacy_clinical.batch import annotation_run
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.cli import app
from spacy_clinical.errors import AuditError
from spacy_clinical.installed import fingerprint_model
from spacy_clinical.note import Note
from spacy_clinical.packaging.verification import verify
from spacy_clinical.packaging.wheel import PackageSettings
from spacy_clinical.pipeline_folder import fingerprint_folder

from ..commands import run
from ..conftest import make_record
from .conftest import TEXTS
from .trails import KEY, rows

NOTES = [Note(f"n{i}", text) for i, text in enumerate(TEXTS * 60)]


@pytest.mark.parametrize("n_process", [1, 2])
def test_annotate_records_every_note_once(rules: Language, n_process: int, tmp_path: Path) -> None:
    trail = Trail(tmp_path / "trail", KEY)
    settings = RunSettings(audit=trail, progress=False, n_process=n_process)
    annotate(rules, NOTES, tmp_path / "out.jsonl", settings)
    found = list(rows(tmp_path / "trail"))
    ids = [row["note"]["id"] for row in found if row["event"] == "note"]
    assert sorted(ids) == sorted(KEY.note_id(note.id) for note in NOTES)
    assert not check_trail(tmp_path / "trail").faults
    begun, end = found[1], found[-1]
    assert begun["model"]["hash"] == fingerprint_model(rules)
    assert begun["notes"] == end["notes"] == len(NOTES)
    results = {row["note"]["hash"]: row["result"]["hash"] for row in found if "note" in row}
    assert len(results) == len(set(results.values())) == len(TEXTS)
    alone = Trail(tmp_path / "alone", KEY)
    annotate(rules, NOTES[1:2], tmp_path / "one.jsonl", RunSettings(audit=alone, progress=False))
    (one,) = [row for row in rows(tmp_path / "alone") if row["event"] == "note"]
    assert results[one["note"]["hash"]] == one["result"]["hash"]


def test_a_run_that_is_interrupted_records_what_it_did(
    rules: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = Trail(tmp_path / "trail", KEY)
    settings = RunSettings(audit=trail, progress=False)
    write = annotation_run.Work.write

    def stop(work: annotation_run.Work, block: int, results: list[object]) -> None:
        if block == 1:
            raise KeyboardInterrupt
        write(work, block, results)  # type: ignore[arg-type]

    monkeypatch.setattr(annotation_run.Work, "write", stop)
    with pytest.raises(KeyboardInterrupt):
        annotate(rules, NOTES, tmp_path / "out.jsonl", settings)
    monkeypatch.undo()
    annotate(rules, NOTES, tmp_path / "out.jsonl", settings)
    ends = [row for row in rows(tmp_path / "trail") if row["event"] == "end"]
    assert [(end.get("code"), end["notes"]) for end in ends] == [
        ("KeyboardInterrupt", 180),
        (None, 52),
    ]


def test_the_command_needs_a_key(tmp_path: Path, rules: Language) -> None:
    rules.to_disk(tmp_path / "model")
    (tmp_path / "n.txt").write_text("No fever .")
    base = ["annotate", tmp_path / "model", tmp_path / "n.txt", tmp_path / "o.jsonl"]
    done = run(app, *base, "--audit", tmp_path / "trail")
    assert done.exit_code == 1 and "SC942" in done.output
    assert {path.name for path in tmp_path.iterdir()} == {"model", "n.txt"}
    run(app, "audit", "new-key", tmp_path / "key")
    named = ["--key", tmp_path / "key", "--actor", "user:mbeck"]
    done = run(app, *base, "--audit", tmp_path / "trail", *named)
    assert done.exit_code == 0, done.output
    assert list(rows(tmp_path / "trail"))[1]["actor"] == "user:mbeck"


def test_a_trail_that_cant_be_written_stops_the_run(
    rules: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What isn't recorded isn't given out."""
    trail = Trail(tmp_path / "trail", KEY)
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    def break_writes(*args: object) -> str:
        monkeypatch.setattr("spacy_clinical.audit.trail_files.os.write", full)
        return "x"

    run_ = trail.run("annotate", {"name": "x"})
    monkeypatch.setattr(trail, "run", lambda *args, **kwargs: run_)
    break_writes()
    with pytest.raises(AuditError, match="SC940"):
        annotate(rules, NOTES, tmp_path / "o.jsonl", RunSettings(audit=trail, progress=False))
    monkeypatch.setattr("spacy_clinical.audit.trail_files.os.write", real)
    assert not (tmp_path / "o.jsonl").exists()


def test_tune_calibrate_and_package(trained: Language, tmp_path: Path) -> None:
    trail = open_audit(tmp_path / "trail", actor="user:mbeck")
    corpus = [make_record(i) for i in range(4)]
    trained.to_disk(tmp_path / "model")
    nlp = spacy.load(tmp_path / "model")
    before = fingerprint_model(nlp)
    tune(nlp, corpus, "clinical_rel", output=tmp_path / "tuned", audit=trail)
    tuned = spacy.load(tmp_path / "tuned")
    calibrate(tuned, corpus, ["clinical_ner"], output=tmp_path / "calibrated", audit=trail)
    settings = PackageSettings("audited", "1.0", ("none",))
    made = package(tmp_path / "calibrated", tmp_path / "packages", settings, audit=trail)
    _, tune_row, calibrate_row, package_row = rows(tmp_path / "trail")
    assert tune_row["model"]["hash"] == before
    assert tune_row["after"]["hash"] == fingerprint_folder(tmp_path / "tuned")
    assert tune_row["after"]["hash"] == calibrate_row["model"]["hash"]
    assert list(tune_row["after"]["thresholds"]["clinical_rel"]) == ["TREATS"]
    assert calibrate_row["components"] == ["clinical_ner"] and calibrate_row["notes"] == 4
    inner = made.folder / "en_audited" / "en_audited-1.0"
    assert package_row["model"]["hash"] == verify(inner).manifest
    assert package_row["actor"] == "user:mbeck"
    assert not check_trail(tmp_path / "trail").faults
