"""The commands, as users call them."""

import json
from pathlib import Path

import pytest
import spacy

from spacy_clinical.audit.keyed_hashes import read_key, write_key
from spacy_clinical.audit.trail_check import check_trail
from spacy_clinical.cli import app
from spacy_clinical.errors import StorageError
from spacy_clinical.evaluation.leak_evaluation import evaluate_leaks
from spacy_clinical.formats import read_jsonl, write_jsonl
from spacy_clinical.records import Entity, Record

from ..commands import run

TEXT = "Mrs. Ruth Fenwright has Wilson's disease, seen 3/4/2021."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("deid") / "model"
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    nlp.to_disk(path)
    return path


def test_deidentify(model: Path, tmp_path: Path) -> None:
    notes, key, target = tmp_path / "n.jsonl", tmp_path / "key", tmp_path / "clean.jsonl"
    notes.write_text(json.dumps({"id": "fenwright-1", "text": TEXT, "mrn": "7712"}) + "\n")
    key.write_text("0123456789abcdef0123456789abcdef")
    ran = run(app, "deidentify", model, notes, target, "--policy", "i2b2", "--key", key)
    assert ran.exit_code == 0, ran.output
    assert "NAME" in ran.output and "1 note de-identified" in ran.output
    (record,) = read_jsonl(target)
    assert "Fenwright" not in target.read_text() and "Wilson's disease" in record.text
    assert run(app, "deid-check", target).exit_code == 0
    both = run(app, "deidentify", model, notes, tmp_path / "x.jsonl", "--key", key, "--vault", key)
    assert both.exit_code == 1 and "SC913" in both.output


def test_deidentify_across_notes(model: Path, tmp_path: Path) -> None:
    notes, target = tmp_path / "n.jsonl", tmp_path / "clean.jsonl"
    rows = [("a", "Seen by Dr. Quimbrell.", "7"), ("b", "Thanks to quimbrell.", "7")]
    notes.write_text(
        "".join(json.dumps({"id": i, "text": text, "mrn": who}) + "\n" for i, text, who in rows)
    )
    command = ["deidentify", model, notes, target, "--policy", "mask"]
    assert run(app, *command).exit_code == 0
    assert "quimbrell" in target.read_text()
    ran = run(app, *command, "--across-notes", "--force")
    assert ran.exit_code == 0, ran.output
    assert [record.text for record in read_jsonl(target)] == [
        "Seen by Dr. [DOCTOR].",
        "Thanks to [DOCTOR].",
    ]
    assert "quimbrell" not in target.read_text() + ran.output


def test_deid_check_finds_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    known = tmp_path / "known.csv"
    known.write_text("last_name\nFenwright\n")
    output = tmp_path / "left.jsonl"
    ran = run(app, "deid-check", tmp_path / "a.txt", "--known", known, "--output", output)
    assert ran.exit_code == 1 and "known:PATIENT" in ran.output and "Fenwright" not in ran.output
    assert json.loads(output.read_text())["left"] == [["known:PATIENT", 10, 19]]


def test_deid_evaluate(model: Path, tmp_path: Path) -> None:
    gold = [Entity("T1", "NOMBRE_SUJETO_ASISTENCIA", ((5, 19),)), Entity("T2", "DATE", ((47, 55),))]
    missed = "odd quorvexish person"
    records = [
        Record("a", TEXT, tuple(gold)),
        Record("b", missed, (Entity("T1", "NAME", ((4, 14),)),)),
    ]
    corpus, page, scores = tmp_path / "gold.jsonl", tmp_path / "leaks.html", tmp_path / "s.json"
    write_jsonl(records, corpus)
    ran = run(
        app, "deid-evaluate", model, corpus, "--report", page, "--output", scores, "--samples", 50
    )
    assert ran.exit_code == 0, ran.output
    found = json.loads(scores.read_text())
    assert found["recall"]["value"] == pytest.approx(2 / 3)
    assert found["notes_without_leak"]["value"] == 1 / 2
    html = page.read_text()
    assert "1 leak" in html and "quorvexish" in html and "http" not in html.split("</style>")[1]
    write_jsonl([Record("a", TEXT, (Entity("T1", "DRUG", ((0, 3),)),))], corpus)
    assert "SC916" in run(app, "deid-evaluate", model, corpus).output


def test_labels_that_a_corpus_looked_for_are_in_its_own_words(model: Path) -> None:
    """Those of GraSCCo, which calls a patient NAME_PATIENT: what rules find of others counts for
    neither side, a name does."""
    entities = (Entity("T1", "NAME_PATIENT", ((5, 19),)),)
    for known, precision in ((["NAME_PATIENT"], 1.0), (["NAME_PATIENT", "DATE"], 1 / 2)):
        record = Record("a", TEXT, entities, meta={"annotated": {"entities": known}})
        scores = evaluate_leaks(model, [record]).scores
        assert scores["recall"]["value"] == 1.0
        assert scores["precision"]["value"] == pytest.approx(precision)
    with pytest.raises(StorageError, match="SC108"):
        evaluate_leaks(model, [Record("a", TEXT, entities, meta={"annotated": ["NAME_PATIENT"]})])


def test_a_trail_records_who_de_identified_what(model: Path, tmp_path: Path) -> None:
    notes, key, target = tmp_path / "n.jsonl", tmp_path / "key", tmp_path / "clean.jsonl"
    rows = [{"id": f"fenwright-{i}", "text": f"{TEXT} {i}", "mrn": "7712"} for i in range(3)]
    notes.write_text("".join(json.dumps(row) + "\n" for row in rows))
    key.write_text("0123456789abcdef0123456789abcdef")
    trail, site = tmp_path / "trail", tmp_path / "site"
    write_key(site)
    options = ("--policy", "i2b2", "--key", key, "--audit", trail, "--audit-key", site)
    ran = run(app, "deidentify", model, notes, target, *options, "--actor", "user:test")
    assert ran.exit_code == 0, ran.output
    assert not check_trail(trail).faults
    lines = [json.loads(line) for path in trail.glob("*.jsonl") for line in path.open()]
    (begun,) = [row for row in lines if row["event"] == "deidentify"]
    assert (begun["actor"], begun["notes"]) == ("user:test", 3)
    ids = {row["note"]["id"] for row in lines if row["event"] == "note"}
    assert ids == {read_key(site).note_id(row["id"]) for row in rows}
    assert "fenwright" not in json.dumps(lines).lower() and "7712" not in json.dumps(lines)
