"""Records: what contradicts itself is refused, and concept relations are spread."""

from dataclasses import replace
from typing import Any

import pytest

from spacy_clinical.errors import RecordError
from spacy_clinical.records import (
    Attribute,
    ConceptRelation,
    Entity,
    Record,
    Relation,
    split_concepts,
    spread_concepts,
)

DRUG = Entity("T1", "Drug", ((0, 2),), "D1")
PAIN = Entity("T2", "Sign", ((3, 4), (6, 8)), "D2|D3", 0.5)


def test_a_mention_starts_at_its_first_and_ends_at_its_last_fragment() -> None:
    assert (PAIN.start, PAIN.end) == (3, 8)


CONTRADICTIONS = [
    ({"entities": (replace(DRUG, fragments=((0, 9),)),)}, "SC001.*'T1' spans 0-9.* 8 characters"),
    ({"entities": (replace(DRUG, fragments=((-1, 2),)),)}, "SC001"),
    ({"entities": (replace(DRUG, fragments=((2, 2),)),)}, "SC001"),
    ({"entities": (replace(DRUG, fragments=((0, 2), (2, 1))),)}, "SC001"),
    ({"entities": (DRUG, DRUG)}, "SC002.*'T1'"),
    ({"relations": (Relation("T1", "T3", "R"),)}, "SC003.*relation 'R'.*'T3'.*T1, T2"),
    ({"relations": (Relation("T3", "T1", "R"),)}, "SC003"),
    ({"attributes": (Attribute("T3", "Neg"),)}, "SC003.*attribute 'Neg'"),
    ({"entities": (), "attributes": (Attribute("T1", "Neg"),)}, "SC003.*none"),
    ({"entities": (replace(DRUG, fragments=((3, 4), (0, 2))),)}, "SC004"),
    ({"entities": (replace(DRUG, fragments=((0, 2), (1, 4))),)}, "SC004"),
    ({"entities": (replace(DRUG, fragments=()),)}, "SC005.*no fragments"),
    ({"entities": (replace(DRUG, label=""),)}, "SC005.*no label"),
]


@pytest.mark.parametrize("parts, message", CONTRADICTIONS)
def test_contradictions_are_refused(parts: dict[str, Any], message: str) -> None:
    fields: dict[str, Any] = {"entities": (DRUG, PAIN), **parts}
    with pytest.raises(RecordError, match=rf"\[{message[:5]}\] Document 'x'") as caught:
        Record("x", "secretly", **fields)
    assert caught.match(message)
    assert "secret" not in str(caught.value)


def test_fragments_may_touch_and_mentions_may_overlap() -> None:
    touching = replace(DRUG, fragments=((0, 2), (2, 4)))
    assert Record("x", "secretly", (touching, PAIN)).entities == (touching, PAIN)


CONCEPTS = [
    ("", ()),
    ("-1", ()),
    ("-", ()),
    ("D1", ("D1",)),
    ("D1|D2", ("D1", "D2")),
    ("D1,D2", ("D1", "D2")),
    (" D1+D2 ", ("D1", "D2")),
    ("c|DEL|12|", ("c|DEL|12|",)),
    ("c|DEL|12|,p|SUB|V|1|A", ("c|DEL|12|", "p|SUB|V|1|A")),
]


@pytest.mark.parametrize("concept, expected", CONCEPTS)
def test_split_concepts(concept: str, expected: tuple[str, ...]) -> None:
    assert split_concepts(concept) == expected


def test_concept_relations_are_spread_over_all_mention_pairs() -> None:
    again = replace(DRUG, id="T3", fragments=((2, 3),))
    other = Relation("T2", "T1", "OTHER")
    concepts = (ConceptRelation("D1", "D3", "CID"), ConceptRelation("D1", "D9", "CID"))
    record = Record("x", "secretly", (DRUG, PAIN, again), (other,), (), concepts, {"a": 1})
    spread = spread_concepts(record)
    pairs = (other, Relation("T1", "T2", "CID"), Relation("T3", "T2", "CID"))
    assert spread == replace(record, relations=pairs)
    assert spread_concepts(spread) == spread


def test_a_mention_is_not_related_to_itself() -> None:
    record = Record("x", "secretly", (PAIN,), concept_relations=(ConceptRelation("D2", "D3", "R"),))
    assert spread_concepts(record).relations == ()
