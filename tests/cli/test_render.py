"""`render`: corpora and predictions as a page."""

import json
from pathlib import Path

import pytest

from spacy_clinical.formats import write

from ..conftest import make_record
from .conftest import Call

TEXT = make_record(0).text


def test_a_corpus(corpus: Path, tmp_path: Path, call: Call) -> None:
    output = call("render", corpus, tmp_path / "new" / "page.html").output
    assert "2 notes in" in output
    page = (tmp_path / "new" / "page.html").read_text(encoding="utf-8")
    assert page.count('data-tag="DRUG"') == 2
    assert page.count(' data-l="TREATS"') == 1
    assert "doc0" in page
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["page.html"]


@pytest.mark.parametrize("name", ["corpus.jsonl", "brat"])
def test_corpora_in_other_formats(tmp_path: Path, call: Call, name: str) -> None:
    write([make_record(0)], tmp_path / name, name.removeprefix("corpus."))
    call("render", tmp_path / name, tmp_path / "page.html")
    assert 'data-tag="DRUG"' in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_limit(corpus: Path, tmp_path: Path, call: Call) -> None:
    output = call("render", corpus, tmp_path / "page.html", "-n", 1).output
    assert "1 further notes are left out" in output


def test_predictions(trained: Path, corpus: Path, tmp_path: Path, call: Call) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "mine", "text": TEXT}), encoding="utf-8")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for notes in (["--notes", tmp_path / "a.jsonl"], ["--notes", tmp_path / "a.txt"], ["-t", TEXT]):
        call("render", trained, tmp_path / "page.html", *notes, "--force")
        page = (tmp_path / "page.html").read_text(encoding="utf-8")
        assert page.count(' data-l="TREATS"') == 1
        assert "SIGN · score 0." in page
    call("render", trained, tmp_path / "page.html", "--notes", corpus, "--gold", "--force")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count(' data-l="TREATS"') == 2
    assert '<div class="row head">' in page
    assert "✗" not in page


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("SC703", ["MODEL", "page.html"]),
        ("SC704", ["CORPUS", "page.txt"]),
        ("SC705", ["MODEL", "page.html", "--text", "Secretname", "--gold"]),
        ("SC706", ["CORPUS", "page.html", "--text", "Secretname"]),
        ("SC501", ["no_such_model", "page.html", "--text", "Secretname"]),
        ("SC024", ["EMPTY", "page.html"]),
    ],
)
def test_what_cant_be_shown(
    trained: Path, corpus: Path, tmp_path: Path, refuse: Call, code: str, arguments: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    places = {"MODEL": trained, "CORPUS": corpus, "EMPTY": tmp_path / "empty"}
    places["page.html"], places["page.txt"] = tmp_path / "page.html", tmp_path / "page.txt"
    output = refuse(code, "render", *(places.get(word, word) for word in arguments))
    assert "Secretname" not in output
    assert not (tmp_path / "page.html").exists()
