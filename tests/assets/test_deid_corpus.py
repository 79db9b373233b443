"""The corpus of identifiers: generated notes, corpora that are given, nothing of one that isn't."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.formats import read_jsonl
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.pipeline.deid.phi_labels import read_labels
from spacy_clinical.records import Entity, Record

FOLDER = Path(__file__).parents[2] / "assets" / "deid"
SCRIPTS = ("build", "generator", "marked", "prepare", "asq_phi")
QUERIES = """===QUERY===
Is Ann at Annville on May 3, 2020? Ann asks.
===PHI_TAGS===
{"identifier_type": "NAME", "value": "Ann"}
{"identifier_type": "GEOGRAPHIC_LOCATION", "value": "Annville"}
{"identifier_type": "NAME", "value": "Ann"}
{"identifier_type": "DATE", "value": "May 3, 2021"}
===QUERY===
Dose of aspirin?
===PHI_TAGS===

"""


@pytest.fixture(scope="module")
def build() -> Iterator[Any]:
    """The script that writes it; other folders have scripts of the same names."""
    kept = {name: sys.modules.pop(name) for name in SCRIPTS if name in sys.modules}
    sys.path.insert(0, str(FOLDER))
    yield importlib.import_module("build")
    sys.path.remove(str(FOLDER))
    for name in SCRIPTS:
        sys.modules.pop(name, None)
    sys.modules.update(kept)


def words(record: Record) -> list[tuple[str, str]]:
    return [(record.text[one.start : one.end], one.label) for one in record.entities]


def test_generated_notes(build: Any) -> None:
    notes = build.generate(200, 3, ["Lungs [clear] $5 {KEEP x}."])
    assert notes == build.generate(200, 3, ["Lungs [clear] $5 {KEEP x}."])
    assert notes != build.generate(200, 4, ["Lungs [clear] $5 {KEEP x}."])
    labels = {one.label for note in notes for one in note.entities}
    assert labels <= set(read_labels()) and len(labels) > 18
    assert any("lungs clear 5 keep x." in note.text.lower() for note in notes)
    without = sum(not note.entities for note in notes)
    assert 20 < without < 60
    for note in notes:
        assert not set("$[]{}|") & set(note.text)
        assert all(note.text[one.start : one.end].strip() for one in note.entities)


def test_lines_in_which_rules_find_something_are_left_out(build: Any, tmp_path: Path) -> None:
    text = "Seen by Dr. Quillane on 3/4/2020.\nThe abdomen is soft, not tender.\nShort line."
    write_jsonl([Record("a", text)], tmp_path / "notes.jsonl")
    assert build.read_clinical(tmp_path / "notes.jsonl") == ["The abdomen is soft, not tender."]


def test_long_notes_are_cut_between_lines_and_outside_of_mentions(build: Any) -> None:
    lines = [f"line {i:02} of the note, Ann\n" for i in range(80)]
    text = "".join(lines)
    at = [text.index("Ann", len(lines[0]) * i) for i in range(80)]
    over = Entity("X", "STREET", ((at[40], at[43]),))
    ends = [Entity(f"T{i}", "NAME", ((s, s + 3),)) for i, s in enumerate(at) if not 40 <= i <= 43]
    note = Record("n", text, (*ends, over))
    pieces = list(build.cut(note, 260))
    assert "".join(piece.text for piece in pieces) == text
    assert sum(len(piece.entities) for piece in pieces) == len(note.entities)
    found = [pair for piece in pieces for pair in words(piece)]
    assert found.count(("Ann", "NAME")) == 76
    assert [t for t, label in found if label == "STREET"] == [text[at[40] : at[43]]]
    assert len({piece.id for piece in pieces}) == len(pieces) > 5


def test_of_long_notes_few_pieces_without_mentions_are_kept(build: Any) -> None:
    named = "Name: Ann\n"
    long = Record("a", named + "nothing here\n" * 500, (Entity("T", "NAME", ((6, 9),)),))
    pieces = list(build.cut(long))
    kept = build.thin([long, Record("b", "short, without")])
    assert len(kept) == 2 + -(-(len(pieces) - 1) // build.EMPTY_KEPT)
    assert words(kept[0]) == [("Ann", "NAME")] and kept[-1].id == "b"


def test_asq_phi_as_it_comes(build: Any, tmp_path: Path) -> None:
    """The longest first: "Ann" isn't looked for in "Annville"; what isn't there is left out."""
    path = tmp_path / "queries.txt"
    path.write_text(QUERIES, encoding="utf8")
    first, second = build.read_relabelled(path)
    assert words(first) == [("Ann", "NAME"), ("Annville", "CITY"), ("Ann", "NAME")]
    assert first.text == "Is Ann at Annville on May 3, 2020? Ann asks."
    assert (second.text, second.entities) == ("Dose of aspirin?", ())


def test_build(build: Any, tmp_path: Path) -> None:
    (tmp_path / "asq.txt").write_text(QUERIES * 10, encoding="utf8")
    given = ["--asq", str(tmp_path / "asq.txt"), "--grascco", "", "--notes", "20"]
    assert build.main([str(tmp_path / "out"), *given]) == 0
    parts = {
        name: list(read_jsonl(tmp_path / "out" / f"{name}.jsonl"))
        for name in ("train", "tune", "held_out")
    }
    texts = {name: [record.text for record in part] for name, part in parts.items()}
    assert len(parts["train"]) == 20 + 18 * build.TIMES["asq"]
    assert not set(texts["train"][:20]) & set(texts["tune"])
    assert not set(texts["held_out"]) & {*texts["train"], *texts["tune"]}
    for record in parts["train"] + parts["tune"]:
        known = record.meta["annotated"]["entities"]
        assert {one.label for one in record.entities} <= set(known)
        assert ("ORGANIZATION" in known) is not record.id.startswith("asq")
    raw = (tmp_path / "out" / "train.jsonl").read_text(encoding="utf8").splitlines()
    assert all(json.loads(line)["meta"] for line in raw)


def test_a_corpus_that_isn_t_there(
    build: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        build.main([str(tmp_path / "out"), "--meddocan", str(tmp_path / "nowhere")])
    assert "nowhere" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
