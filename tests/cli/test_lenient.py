"""`--lenient`: whatever reads a corpus goes on without the documents that can't be read."""

import json
from pathlib import Path

import pytest
import spacy

from spacy_clinical.corpus.corpus_files import noting_unread, read_records
from spacy_clinical.errors import FormatError

from .conftest import Call

GOOD = {"id": "a", "text": "No rash.", "entities": [{"label": "SIGN", "start": 3, "end": 7}]}
BAD = {"id": "b", "text": "No rash.", "entities": [{"label": "SIGN", "start": 3, "end": 70}]}


@pytest.fixture()
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (GOOD, BAD, {**GOOD, "id": "c"}, BAD)))
    return path


def test_each_once_however_often_it_is_read(corpus: Path) -> None:
    with pytest.raises(FormatError, match="SC027"):
        list(read_records(corpus))
    with noting_unread(lenient=True) as unread:
        for _ in range(2):
            assert [record.id for record in read_records(corpus)] == ["a", "c"]
    assert [reject.code for reject in unread.rejects] == ["SC001", "SC001"]
    with pytest.raises(FormatError, match="SC027"):
        list(read_records(corpus))


def test_the_whole_list_is_shown(corpus: Path, tmp_path: Path, refuse: Call) -> None:
    output = refuse("SC027", "export", corpus, tmp_path / "facts.ndjson")
    assert output.count("[SC001]") >= 2
    assert all(f"line {n}" in output for n in (2, 4))


def test_commands(corpus: Path, tmp_path: Path, call: Call) -> None:
    target = tmp_path / "facts.ndjson"
    assert "2 documents set aside" in call("export", corpus, target, "--lenient").output
    rows = (tmp_path / "facts.ndjson.failed.jsonl").read_text().splitlines()
    assert [json.loads(row)["code"] for row in rows] == ["SC001", "SC001"]
    page = tmp_path / "page.html"
    assert "2 documents set aside" in call("render", corpus, page, "--lenient").output
    graph = tmp_path / "graph.json"
    assert "2 documents set aside" in call("graph", "build", corpus, graph, "--lenient").output
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.to_disk(tmp_path / "model")
    options = ("--build", "none", "--allow", _words(tmp_path))
    call("package", tmp_path / "model", tmp_path / "out", "--train", corpus, "--lenient", *options)
    assert (tmp_path / "out" / "package.failed.jsonl").is_file()


def test_what_reading_leaves_out_is_shown_once(tmp_path: Path, call: Call, refuse: Call) -> None:
    """By whatever reads a corpus, however often, with --lenient or without."""
    rows = [GOOD | {"spans": GOOD["entities"], "answer": x} for x in ("accept", "reject", "ignore")]
    corpus = tmp_path / "reviewed.jsonl"
    corpus.write_text(
        "\n".join(json.dumps({k: r[k] for k in ("text", "spans", "answer")}) for r in rows)
    )
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "SIGN", "pattern": "rash"}])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "model")
    for options in (
        ("evaluate", tmp_path / "model", corpus),
        ("evaluate", tmp_path / "model", corpus, "--compare", tmp_path / "model", "--lenient"),
        ("export", corpus, tmp_path / "facts.ndjson"),
        ("graph", "build", corpus, tmp_path / "graph.json", "--lenient"),
    ):
        shown = [line.split() for line in call(*options).output.splitlines()]
        for answer in ("reject", "ignore"):
            row = f"examples with the answer '{answer}' 1".split()
            assert shown.count(row) == 1, options
    bad = tmp_path / "bad.jsonl"
    bad.write_text(
        f"{corpus.read_text()}\n{json.dumps({'text': 'x', 'spans': [{}], 'answer': 'accept'})}"
    )
    refuse("SC017", "evaluate", tmp_path / "model", bad)


def _words(folder: Path) -> Path:
    path = folder / "words.txt"
    path.write_text("rash\nsign\n")
    return path
