"""JSON lines: what is optional, what is refused, and that everything survives."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import read, read_jsonl, write, write_jsonl
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation

from .strategies import FEW, json_records

FULL = {
    "id": "7",
    "text": "Aspirin eases renal pain 😀.",
    "entities": [
        {"id": "T1", "label": "Drug", "fragments": [[0, 7]], "concept": "D1", "score": 0.5},
        {"id": "T2", "label": "Sign", "fragments": [[14, 19], [20, 24]]},
    ],
    "relations": [{"head": "T1", "tail": "T2", "label": "TREATS", "score": 1}],
    "attributes": [{"target": "T2", "name": "assertion", "value": "present"}],
    "concept_relations": [{"head": "D1", "tail": "D2", "label": "CID", "note": "Novel"}],
    "meta": {"split": "train"},
}
RECORD = Record(
    "7",
    "Aspirin eases renal pain 😀.",
    (Entity("T1", "Drug", ((0, 7),), "D1", 0.5), Entity("T2", "Sign", ((14, 19), (20, 24)))),
    (Relation("T1", "T2", "TREATS", 1.0),),
    (Attribute("T2", "assertion", "present"),),
    (ConceptRelation("D1", "D2", "CID", "Novel"),),
    {"split": "train"},
)


def make_file(folder: Path, *lines: Any) -> Path:
    path = folder / "a.jsonl"
    rows = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_everything_is_read_and_written(tmp_path: Path) -> None:
    path = make_file(tmp_path, FULL)
    assert list(read_jsonl(path)) == [RECORD]
    assert write_jsonl([RECORD], tmp_path / "b.jsonl") == 1
    assert json.loads((tmp_path / "b.jsonl").read_text(encoding="utf-8")) == FULL


def test_defaults(tmp_path: Path) -> None:
    line = {"text": "a\u2028b", "entities": [{"label": "X", "start": 0, "end": 3}]}
    path = make_file(tmp_path, "\ufeff", json.dumps(line, ensure_ascii=False) + "\r", "")
    expected = Record("a.jsonl:2", "a\u2028b", (Entity("T1", "X", ((0, 3),)),))
    assert list(read_jsonl(path)) == [expected]


def test_defaults_are_left_out(tmp_path: Path) -> None:
    write_jsonl([Record("x", "", meta={})], tmp_path / "a.jsonl")
    assert (tmp_path / "a.jsonl").read_text() == '{"id": "x", "text": ""}\n'


ENTITY = {"label": "Secret", "start": 0, "end": 1}
MALFORMED = [
    ("{", "SC010", "JSON object"),
    ('{"text": "\\ud800"}', "SC010", "surrogates"),
    ('"Secret"', "SC010", "a string"),
    ("[" * 100_000, "SC010", "JSON object"),
    (
        {"text": "No.", "Secret": 1},
        "SC016",
        "number 2 of the document is unknown. Expected one of id, ",
    ),
    ({}, "SC017", "'text' in the document is missing"),
    ({"text": None}, "SC017", "'text' in the document is null. Expected a string"),
    ({"id": 3, "text": "Secret"}, "SC017", "'id' in the document is a number"),
    ({"text": "Secret", "meta": []}, "SC017", "'meta' in the document is a list"),
    ({"text": "Secret", "entities": {}}, "SC017", "'entities' in the document is an object"),
    ({"text": "Secret", "entities": ["Secret"]}, "SC010", r"entities\[0\] as a string"),
    (
        {"text": "Secret", "entities": [{**ENTITY, "Secret": "X"}]},
        "SC016",
        rf"number {len(ENTITY) + 1} of entities\[0\] is unknown",
    ),
    (
        {"text": "Secret", "entities": [{"start": 0, "end": 1}]},
        "SC017",
        r"'label' in entities\[0\]",
    ),
    ({"text": "Secret", "entities": [{"label": "X"}]}, "SC017", r"'start' in entities\[0\]"),
    ({"text": "Secret", "entities": [{**ENTITY, "end": 1.5}]}, "SC017", "'end'.*whole numbers"),
    ({"text": "Secret", "entities": [{**ENTITY, "end": True}]}, "SC017", "'end'.*true or false"),
    (
        {"text": "Secret", "entities": [{**ENTITY, "score": "x"}]},
        "SC017",
        "'score'.*number or null",
    ),
    ({"text": "Secret", "entities": [{**ENTITY, "fragments": []}]}, "SC010", "one of them"),
    ({"text": "Secret", "entities": [{"label": "X", "fragments": [[0]]}]}, "SC017", "'fragments'"),
    ({"text": "Secret", "entities": [{"label": "X", "fragments": []}]}, "SC012", "SC005"),
    ({"text": "Secret", "entities": [{**ENTITY, "end": 7}]}, "SC012", "SC001.*7.*6 characters"),
    ({"text": "Secret", "entities": [{**ENTITY, "id": "A"}] * 2}, "SC012", "SC002.*'A'"),
    ({"text": "Secret", "relations": [{"head": "A", "tail": "B"}]}, "SC017", r"relations\[0\]"),
    (
        {"text": "Secret", "relations": [{"head": "A", "tail": "B", "label": "R"}]},
        "SC012",
        "SC003.*'A'",
    ),
    ({"text": "Secret", "attributes": [{"target": "A"}]}, "SC017", r"'name' in attributes\[0\]"),
    ({"text": "Secret", "concept_relations": [{}]}, "SC017", r"'head' in concept_relations\[0\]"),
]


@pytest.mark.parametrize("line, code, what", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_line_is_named_and_not_quoted(
    tmp_path: Path, line: Any, code: str, what: str
) -> None:
    path = make_file(tmp_path, FULL, "", line)
    with pytest.raises(FormatError, match=rf"\[{code}\] .*a\.jsonl, line 3: .*{what}") as caught:
        list(read_jsonl(path))
    assert "Secret" not in str(caught.value)
    assert caught.value.__suppress_context__ or code == "SC012" or caught.value.__context__ is None


@FEW
@given(json_records())
def test_what_is_written_is_read(record: Record) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        assert write_jsonl([record, record], path) == 2
        assert list(read_jsonl(path)) == [record, record]


REFUSED = [
    (Record("x", "a\ud800"), "SC026.*lone surrogate"),
    (Record("x", "a", (Entity("T1", "X", ((0, 1),), "", float("nan")),)), "SC026.*a score"),
    (Record("x", "a", meta={"a": {1}}), "SC026.*the meta"),
]


@pytest.mark.parametrize("record, message", REFUSED)
def test_what_cant_be_held_is_refused_and_leaves_nothing(
    tmp_path: Path, record: Record, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        write_jsonl([RECORD, record], tmp_path / "new.jsonl")
    assert not list(tmp_path.iterdir())


def test_a_stream_that_breaks_leaves_the_old_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Record]:
        yield RECORD
        raise KeyError("broken")

    path = make_file(tmp_path, FULL)
    with pytest.raises(KeyError, match="broken"):
        write_jsonl(broken(), path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]
    assert list(read_jsonl(path)) == [RECORD]


def test_a_file_can_be_rewritten_in_place(tmp_path: Path) -> None:
    path = make_file(tmp_path, FULL, FULL)
    assert write_jsonl(read_jsonl(path), path) == 2
    assert list(read_jsonl(path)) == [RECORD, RECORD]


@pytest.mark.corpora
def test_corpora_survive(corpora: Path, tmp_path: Path) -> None:
    for name in ("maccrobat2020", "biored/Train.PubTator"):
        records = list(read(corpora / name))
        write(records, tmp_path / "a.jsonl")
        assert list(read(tmp_path / "a.jsonl")) == records


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "Cough.", "text": "No cough."}',
        '{"text": "Cough.", "entities": [{"label": "A", "start": 0, "end": 5, "end": 2}]}',
    ],
)
def test_a_key_that_stands_twice_is_told_of(line: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{line}\n{{"text": "Fever."}}\n')
    rejects: list[Any] = []
    assert [record.text for record in read_jsonl(path, rejects=rejects)] == ["Fever."]
    assert [reject.code for reject in rejects] == ["SC010"]
    assert "a key that stands twice" in rejects[0].error
