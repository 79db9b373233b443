"""JSON lines: what Python reads in silence is told."""

import json
from pathlib import Path

import pytest

from spacy_clinical.batch.note_reader import Notes
from spacy_clinical.note import Note

UNSOUND = {
    "key twice": '{"id": 1, "text": "Secretname", "text": "x"}',
    "key twice, deep": '{"text": "x", "visit": {"ward": "A", "ward": "Secretname"}}',
    "NaN": '{"text": "x", "age": NaN}',
    "infinite": '{"text": "x", "ages": [1, -Infinity]}',
}


@pytest.mark.parametrize("line", UNSOUND.values(), ids=UNSOUND)
def test_lines_that_are_not_sound(tmp_path: Path, line: str) -> None:
    (tmp_path / "in.jsonl").write_text(f'{{"text": "well"}}\n{line}\n{{"text": "rash"}}')
    first, bad, last = Notes([tmp_path / "in.jsonl"])
    assert (first.text, last.text) == ("well", "rash")
    assert bad.id == "in.jsonl:2" and "SC564" in bad.fault and "line 2" in bad.fault
    assert "Secretname" not in bad.fault


UNSTORABLE = {
    "surrogate in id": {"id": "\udfff"},
    "long id": {"id": "7" * 1001},
    "id that is a list": {"id": ["a"]},
    "surrogate in meta": {"ward": ["A", "\ud912"]},
    "surrogate in a key": {"meta": {"\ud912": 1}},
    "too large": {"age": 2**64},
    "too small": {"age": -(2**63) - 1},
    "too deep": {"visit": json.loads("[" * 40 + "]" * 40)},
}


@pytest.mark.parametrize("fields", UNSTORABLE.values(), ids=UNSTORABLE)
def test_notes_that_cant_be_stored(tmp_path: Path, fields: dict[str, object]) -> None:
    rows = [{"text": "rash", **fields}, {"id": "b", "text": "well"}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    bad, good = Notes([tmp_path / "in.jsonl"])
    assert bad.id == "in.jsonl:1" and bad.text == "" and "SC560" in bad.fault
    assert good == Note("b", "well")


def test_a_number_that_overflows(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "x", "age": 1e999}')
    (bad,) = Notes([tmp_path / "in.jsonl"])
    assert bad.id == "a" and "SC560" in bad.fault and "isn't finite" in bad.fault


def test_what_stands_beside_the_text_is_kept(tmp_path: Path) -> None:
    beside = {"tags": ["x", None], "visit": {"ward": "B"}, "age": None, "n": 2**64 - 1, "text": "t"}
    row = {"note": "1", "body": "rash", **beside, "entities": [], "meta": ["kept"]}
    (tmp_path / "in.jsonl").write_text(json.dumps(row))
    (note,) = Notes([tmp_path / "in.jsonl"], text_field="body", id_field="note")
    assert note == Note("1", "rash", {**beside, "meta": ["kept"]})
