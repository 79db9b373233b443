"""`show`: mentions, tags and relations on the terminal."""

import re
from pathlib import Path

import spacy

from ..conftest import make_record
from .conftest import Call, invoke

TEXT = make_record(0).text


def cells(output: str) -> list[list[str]]:
    return [line.split() for line in output.splitlines()]


def test_text(trained: Path, call: Call) -> None:
    output = call("show", trained, "--text", TEXT).output
    assert TEXT in output
    rows = cells(output)
    assert ["aspirin", "DRUG", "22", "29"] in [row[:4] for row in rows]
    assert ["aspirin", "U-DRUG"] in rows
    assert ["pain", "U-SIGN"] in rows
    (relation,) = [row for row in rows if row[1:2] == ["TREATS"]]
    assert relation[:3] == ["aspirin", "TREATS", "pain"]
    assert 0.5 < float(relation[3]) <= 1


def test_files(trained: Path, tmp_path: Path, call: Call) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.txt").write_text(TEXT)
    (tmp_path / "folder" / "two.txt").write_text(make_record(1).text)
    (tmp_path / "three.txt").write_text("")
    sources = (tmp_path / "folder", tmp_path / "three.txt")
    output = call("show", trained, *sources, "--text", "The patient was given aspirin .").output
    names = re.findall(r"=+ (text|one|two|three) =+", output)
    assert names == ["text", "one", "two", "three"]


def test_nothing_found(tmp_path: Path, call: Call) -> None:
    spacy.blank("en").to_disk(tmp_path / "model")
    output = call("show", tmp_path / "model", "-t", "Nothing here.").output
    assert "Nothing here." in output
    assert "Mentions" not in output


def test_entities_of_other_components(tmp_path: Path, call: Call) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "DRUG", "pattern": "aspirin"}])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "model")
    rows = cells(call("show", tmp_path / "model", "-t", "Some aspirin.").output)
    assert ["aspirin", "DRUG", "5", "12", "-", "-"] in rows
    assert ["aspirin", "U-DRUG"] in rows


def test_failures(trained: Path, tmp_path: Path, refuse: Call) -> None:
    (tmp_path / "bad.txt").write_bytes("Secretnäme".encode("latin-1"))
    assert "Secretn" not in refuse("SC504", "show", trained, tmp_path / "bad.txt")
    refuse("SC501", "show", "en_no_such_pipeline", "-t", "x")
    missing = invoke("show", trained, tmp_path / "missing.txt")
    assert missing.exit_code == 2
    assert "does not exist" in missing.output
