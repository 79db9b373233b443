"""`explain`: as a page and as data."""

import json
from pathlib import Path

import pytest

from ..conftest import make_record
from .conftest import Call

TEXT = make_record(0).text


def test_a_page(trained: Path, tmp_path: Path, call: Call) -> None:
    output = call("explain", trained, tmp_path / "page.html", "--text", TEXT, "-n", "2").output
    assert "2 explanations" in output
    assert "1 explanation left out" in output
    assert "relation: aspirin TREATS pain" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_data(trained: Path, tmp_path: Path, call: Call) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    target = tmp_path / "out.json"
    call("explain", trained, target, "--notes", tmp_path / "a.txt", "--label", "DRUG")
    ((row,),) = (note["explanations"] for note in json.loads(target.read_text(encoding="utf-8")))
    assert (row["kind"], row["label"]) == ("entity", "DRUG")
    assert len(row["values"]) == len(row["tokens"]) == 8
    assert "aspirin" not in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "arguments"),
    [("SC711", ["out.txt", "-t", "Secretname"]), ("SC703", ["out.html"])],
)
def test_bad_calls(
    trained: Path, tmp_path: Path, refuse: Call, code: str, arguments: list[str]
) -> None:
    assert "Secretname" not in refuse(code, "explain", trained, *arguments)
