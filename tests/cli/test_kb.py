"""`kb`: from files that users have to a base, and what it answers."""

import json
from pathlib import Path

import pytest

from spacy_clinical.knowledge.knowledge_base import KnowledgeBase

from .conftest import Call

TINY = Path(__file__).parents[1] / "knowledge" / "tiny"


@pytest.fixture()
def base(tmp_path: Path, call: Call) -> Path:
    """A base of two sources."""
    folder = tmp_path / "kb"
    output = call("kb", "build", TINY / "umls", TINY / "tiny.obo", "-o", folder).output
    assert "4 concepts with 8 names" in output
    return folder


def test_info(base: Path, call: Call) -> None:
    rows = [line.split() for line in call("kb", "info", base).output.splitlines()]
    assert ["concepts", "4"] in rows
    assert ["T047", "1"] in rows
    assert ["MESH", "1"] in rows


def test_search(base: Path, call: Call) -> None:
    output = call("kb", "search", base, "racing hearts", "nothingness", "-k", "1").output
    rows = [" ".join(line.split()) for line in output.splitlines()]
    assert "C0000002 0.99 Fast heart beat racing heart" in rows
    assert "C0000002" not in call("kb", "search", base, "racing heart", "--type", "T047").output


def test_map(base: Path, call: Call) -> None:
    output = call("kb", "map", base, "MESH:D003924", "NO:1", "--to", "icd10cm").output
    rows = [" ".join(line.split()) for line in output.splitlines()]
    assert "MESH:D003924 TINY:1 sugar sickness ICD10CM:E11" in rows
    assert "NO:1" in rows[-1]


def test_filters(tmp_path: Path, call: Call) -> None:
    options = ("-s", "SRCA", "-l", "EN", "-t", "T047")
    output = call("kb", "build", TINY / "umls", "-o", tmp_path / "kb", *options).output
    assert "Left out" in output
    kb = KnowledgeBase(tmp_path / "kb")
    assert list(kb.cui_to_entity) == ["C0000001"]
    assert kb.cui_to_entity["C0000001"].aliases == []
    left_out = json.loads((tmp_path / "kb" / "kb.json").read_text())["left_out"]
    assert left_out["concepts of other types"] == 1


def test_columns(tmp_path: Path, call: Call) -> None:
    columns = ("-c", "id=code", "-c", "name=title")
    call("kb", "build", TINY / "own.tsv", "-o", tmp_path / "kb", *columns)
    assert list(KnowledgeBase(tmp_path / "kb").cui_to_entity) == ["T1"]


def test_refusals(tmp_path: Path, refuse: Call) -> None:
    target = tmp_path / "kb"
    refuse("SC620", "kb", "build", TINY / "own.tsv", "-o", target, "-c", "code")
    refuse("SC604", "kb", "build", tmp_path / "none.csv", "-o", target)
    refuse("SC606", "kb", "build", TINY / "own.csv", "-o", target, "-f", "excel")
    refuse("SC602", "kb", "build", TINY / "own.csv", "-o", target, "-e", "utf-99")
    refuse("SC610", "kb", "info", tmp_path)
    broken = tmp_path / "MRCONSO.RRF"
    broken.write_bytes((TINY / "umls" / "MRCONSO.RRF").read_bytes()[:-20])
    assert "line 7" in str(refuse("SC601", "kb", "build", broken, "-o", target))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["MRCONSO.RRF"]


def test_force_replaces_a_base_by_a_whole_one(
    base: Path, tmp_path: Path, call: Call, refuse: Call
) -> None:
    table = tmp_path / "own.csv"
    table.write_text("id,name\nX1,gout\n", encoding="utf-8")
    refuse("SC022", "kb", "build", table, "-o", base)
    call("kb", "build", table, "-o", base, "--force")
    assert KnowledgeBase(base).meta["concepts"] == 1
    table.write_text("number,word\n", encoding="utf-8")
    refuse("SC601", "kb", "build", table, "-o", base, "--force")
    assert KnowledgeBase(base).meta["concepts"] == 1


def test_force_replaces_nothing_but_a_base(tmp_path: Path, refuse: Call) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "kept.txt").write_text("kept", encoding="utf-8")
    refuse("SC022", "kb", "build", TINY / "tiny.obo", "-o", tmp_path / "notes", "--force")
    assert (tmp_path / "notes" / "kept.txt").read_text(encoding="utf-8") == "kept"
