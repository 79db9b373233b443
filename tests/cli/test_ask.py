"""`ask` as users call it."""

import json
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.cli import app
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.graph import build_graph, write_graph
from spacy_clinical.records import Entity, Record

from ..commands import run
from ..patients import FOLDER, read_patients

GIVEN = "The patient was given aspirin for pain."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notes, their graph and the terminology."""
    folder = tmp_path_factory.mktemp("ask")
    write_jsonl(read_patients(), folder / "notes.jsonl")
    assert run(app, "graph", "build", folder / "notes.jsonl", folder / "graph.json").exit_code == 0
    built = run(app, "kb", "build", FOLDER / "terminology.csv", "--output", folder / "kb")
    assert built.exit_code == 0
    return folder


def test_one_question(folder: Path) -> None:
    asked = "What dose of metformin does she take?"
    options = ("--notes", folder / "notes.jsonl", "--kb", folder / "kb", "--patient", "p1")
    ran = run(app, "ask", folder / "graph.json", asked, *options)
    assert ran.exit_code == 0
    assert "metformin 1000 mg twice daily" in ran.output
    assert 'p1-5: "Refilled metformin 1000 mg' in ran.output
    as_json = run(app, "ask", folder / "graph.json", asked, *options, "--json")
    assert json.loads(as_json.output)["kind"] == "dose"


def test_what_is_read(folder: Path, reader: Language, tmp_path: Path) -> None:
    """A question that no table knows, with a pipeline that reads; and one that reads nothing."""
    reader.to_disk(tmp_path / "reader")
    (tmp_path / "n.jsonl").write_text(json.dumps({"id": "n1", "text": GIVEN}), encoding="utf-8")
    record = Record("n1", GIVEN, (Entity("T1", "CONDITION", ((34, 38),)),))
    write_graph(build_graph([record]), tmp_path / "graph.json")
    asked = ("ask", tmp_path / "graph.json", "given for pain", "--notes", tmp_path / "n.jsonl")
    assert "isn't understood" in run(app, *asked).output
    ran = run(app, *asked, "--reader", tmp_path / "reader")
    assert ran.exit_code == 0, ran.output
    assert "The notes say: aspirin" in ran.output and f'n1: "{GIVEN}"' in ran.output
    spacy.blank("en").to_disk(tmp_path / "blank")
    failed = run(app, *asked, "--reader", tmp_path / "blank")
    assert failed.exit_code == 1 and "SC978" in failed.output


@pytest.mark.parametrize("command", ["ask", "ask json", "timeline"])
def test_notes_that_cant_be_read_are_told(folder: Path, tmp_path: Path, command: str) -> None:
    notes = tmp_path / "notes.jsonl"
    notes.write_bytes((folder / "notes.jsonl").read_bytes() + b'{"id": "Quxwort"}\n\xff\n')
    name, *more = command.split()
    given = [tmp_path / "t.html"] if name == "timeline" else ["What does she take?"]
    options = ["--patient", "p1", "--notes", notes, *(f"--{option}" for option in more)]
    ran = run(app, name, folder / "graph.json", *given, *options)
    assert ran.exit_code == 0 and "2 notes left out: they can't be read" in ran.output
    assert "Quxwort" not in ran.output


def test_silence(folder: Path) -> None:
    ran = run(app, "ask", folder / "graph.json", "What is her ferritin?", "-p", "p1")
    assert ran.exit_code == 0 and "Not in these notes." in ran.output
    asked = (folder / "graph.json", "What is her ferritin?", "-p", "p1", "--require-answer")
    failed = run(app, "ask", *asked)
    assert failed.exit_code == 3 and "SC964" in failed.output


def test_many_questions(folder: Path, tmp_path: Path) -> None:
    rows = [{"question": "Does he smoke?", "patient": p} for p in ("p2", "nobody")]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    out = tmp_path / "a.jsonl"
    batch = ("--batch", tmp_path / "q.jsonl", "--output", out, "-n", folder / "notes.jsonl")
    ran = run(app, "ask", folder / "graph.json", *batch)
    assert ran.exit_code == 0 and "2 answers" in ran.output
    first, second = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert first["rows"][0]["value"] == "former" and "SC961" in second["why"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [((), "SC971"), (("Is it?", "--batch", "x"), "SC971"), (("--batch", "none.jsonl"), "SC969")],
)
def test_refused(folder: Path, arguments: tuple[str, ...], code: str) -> None:
    ran = run(app, "ask", folder / "graph.json", *arguments)
    assert ran.exit_code == 1 and code in ran.output


def test_a_broken_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"question": 3}\n', encoding="utf-8")
    ran = run(app, "ask", folder / "graph.json", "--batch", tmp_path / "q.jsonl")
    assert ran.exit_code == 1 and "SC962" in ran.output and "line 1" in ran.output
