"""Nested and discontinuous mentions on the whole road: brat, .spacy, scores, brat again."""

import json
from pathlib import Path

import pytest
import spacy
from spacy.training import Example

from spacy_clinical.corpus import read_docs
from spacy_clinical.formats import read_brat, write_brat
from spacy_clinical.records import Attribute, Entity, Record, Relation
from spacy_clinical.scoring.entity_scores import score_entities

from ..conftest import make_record
from .conftest import Call

KNOWN = make_record(0)  # aspirin DRUG 22-29, pain SIGN 34-38, related
RECORD = Record(
    "broken",
    KNOWN.text,
    (
        *KNOWN.entities,
        Entity("T3", "DRUG", ((16, 29),)),  # around T0
        Entity("T4", "SIGN", ((4, 11), (34, 38))),
        Entity("T6", "SIGN", ((22, 29),)),  # beside T0
        Entity("T5", "SIGN", ((4, 7), (22, 29), (35, 37))),  # ends inside a token: lost
    ),
    (*KNOWN.relations, Relation("T0", "T4", "TREATS"), Relation("T4", "T5", "SAME")),
    (Attribute("T4", "Negated", ""), Attribute("T5", "Negated", "")),
)


def test_there_scored_and_back(tmp_path: Path, trained: Path, call: Call) -> None:
    write_brat([RECORD], tmp_path / "first")
    (before,) = read_brat(tmp_path / "first")
    assert [e.fragments for e in before.entities] == [e.fragments for e in RECORD.entities]
    there = call("convert", tmp_path / "first", tmp_path / "a.spacy")
    assert "6 mentions, 3 relations" in there.output
    assert "1 mention and 1 relation don't fit" in there.output

    gold = list(read_docs(tmp_path / "a.spacy", spacy.blank("en")))
    scores = score_entities([Example(doc, doc) for doc in gold])
    assert scores["ents_p"] == 1.0
    assert scores["ents_r"] == pytest.approx(5 / 6)  # no prediction is as the lost one
    call("evaluate", trained, tmp_path / "a.spacy", "-o", tmp_path / "scores.json")
    found = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))["end_to_end"]
    assert (found["ents_p"], found["ents_r"]) == (1.0, pytest.approx(2 / 6))
    assert found["ents_per_type"]["SIGN"]["r"] == pytest.approx(1 / 4)

    call("convert", tmp_path / "a.spacy", tmp_path / "b.jsonl")
    call("convert", tmp_path / "b.jsonl", tmp_path / "second")
    assert list(read_brat(tmp_path / "second")) == [before]
    for name in ("broken.txt", "broken.ann"):
        first, second = (tmp_path / folder / name for folder in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.corpora
def test_all_of_maccrobat(corpora: Path, tmp_path: Path, call: Call) -> None:
    """140 case reports come back as they were, with all nested and discontinuous mentions.

    27 lines have several fragments; five of them only since a line ends inside the mention.
    """
    records = {record.id: record for record in read_brat(corpora / "maccrobat2020")}
    assert sum(len(e.fragments) > 1 for r in records.values() for e in r.entities) == 22
    call("convert", corpora / "maccrobat2020", tmp_path / "a.spacy")
    call("convert", tmp_path / "a.spacy", tmp_path / "back")
    for record in read_brat(tmp_path / "back"):
        expected = records.pop(record.id)
        assert record.text == expected.text
        assert sorted(record.entities, key=str) == sorted(expected.entities, key=str)
        assert sorted(record.relations, key=str) == sorted(expected.relations, key=str)
        assert sorted(record.attributes, key=str) == sorted(expected.attributes, key=str)
    assert not records
