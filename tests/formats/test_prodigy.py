"""Prodigy's datasets: answers, relations with and without their spans, tokens."""

import json
from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.records import Entity, Record, Relation

from .samples import mentions, put, read_counted, relations

TEXT = "Ibuprofen 400 mg for knee pain"
WORDS = [(0, 9), (10, 13), (14, 16), (17, 20), (21, 25), (26, 30)]
TOKENS = [{"text": TEXT[s:e], "start": s, "end": e, "id": i} for i, (s, e) in enumerate(WORDS)]
DRUG = {"start": 0, "end": 9, "token_start": 0, "token_end": 0, "label": "DRUG"}
PAIN = {"start": 21, "end": 30, "token_start": 4, "token_end": 5, "label": "SIGN"}
TASK = {"text": TEXT, "_input_hash": -7, "tokens": TOKENS, "spans": [DRUG, PAIN]}


@pytest.mark.parametrize("ends", [{"head_span": DRUG, "child_span": PAIN}, {}])
def test_relations_by_span_or_by_token(tmp_path: Path, ends: dict[str, object]) -> None:
    link = {"head": 0, "child": 5, "label": "TREATS", **ends}
    task = {**TASK, "relations": [link], "meta": {"id": "n1", "ward": 3}, "answer": "accept"}
    path = put(tmp_path / "a.jsonl", task)
    (record,) = read(path)
    assert guess_format(path) == "prodigy"
    assert mentions(record) == [("Ibuprofen", "DRUG"), ("knee pain", "SIGN")]
    assert relations(record) == [("Ibuprofen", "TREATS", "knee pain")]
    assert record.id == "n1"
    assert record.meta == {"ward": 3, "prodigy": {"_input_hash": -7}}


def test_what_was_not_accepted_is_counted(tmp_path: Path) -> None:
    tasks = [{**TASK, "answer": answer} for answer in ("reject", "accept", "ignore", "ignore")]
    records, left_out = read_counted(put(tmp_path / "a.jsonl", *tasks))
    assert [record.id for record in records] == ["a.jsonl:2"]
    assert left_out == {
        "examples with the answer 'ignore'": 2,
        "examples with the answer 'reject'": 1,
    }


def test_relations_between_bare_tokens_are_counted(tmp_path: Path) -> None:
    links = [{"head": 0, "child": 2, "label": "DOSE"}]
    (record,), left_out = read_counted(put(tmp_path / "a.jsonl", {**TASK, "relations": links}))
    assert record.relations == ()
    assert left_out == {"relations between tokens that are in no span": 1}
    links = [{"head": 0, "child": 60, "label": "DOSE"}]
    with pytest.raises(FormatError, match=r"SC010.*relations\[0\] of a token"):
        read_counted(put(tmp_path / "a.jsonl", {**TASK, "relations": links}))


def test_tokens_are_written_for_prodigy(tmp_path: Path) -> None:
    text = "Rash\n\nafter 5mg"
    record = Record(
        "n",
        text,
        (Entity("T1", "SIGN", ((0, 4),)), Entity("T2", "DOSE", ((12, 13),))),
        (Relation("T1", "T2", "AFTER"),),
    )
    write([record], tmp_path / "a.jsonl", "prodigy")
    task = json.loads((tmp_path / "a.jsonl").read_text())
    assert [token["text"] for token in task["tokens"]] == ["Rash", "\n\n", "after", "5", "mg"]
    assert [token["ws"] for token in task["tokens"]] == [False, False, True, False, False]
    assert [(s["token_start"], s["token_end"]) for s in task["spans"]] == [(0, 0), (3, 3)]
    (link,) = task["relations"]
    assert (link["head"], link["child"], link["label"]) == (0, 3, "AFTER")
    assert (link["head_span"], task["answer"]) == (task["spans"][0], "accept")


def test_a_relation_of_a_token_that_is_in_no_span_is_counted(tmp_path: Path) -> None:
    """The "relations" interface tells such an end by its place, its label being null."""
    dose = {"start": 10, "end": 16, "token_start": 1, "token_end": 2, "label": None}
    links = [{"head": 0, "child": 2, "label": "DOSE", "head_span": DRUG, "child_span": dose}]
    (record,), left_out = read_counted(put(tmp_path / "a.jsonl", {**TASK, "relations": links}))
    assert (mentions(record)[0], record.relations) == (("Ibuprofen", "DRUG"), ())
    assert left_out == {"relations between tokens that are in no span": 1}
