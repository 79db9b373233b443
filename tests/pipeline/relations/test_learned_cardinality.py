"""Limits by what is annotated, counted by hand."""

from collections import Counter

import pytest
import spacy

from spacy_clinical.docs import to_doc
from spacy_clinical.pipeline.relations.learned_cardinality import (
    count_ends,
    learn_limit,
    with_limits,
)
from spacy_clinical.records import Entity, Record, Relation
from spacy_clinical.schema import RelationType, Schema

TEXT = "aa bb cc dd"


def make_record(pairs: str, label: str = "DOSE") -> Record:
    """From "ab ac": a is head of two."""
    entities = tuple(Entity(c, "X", ((3 * i, 3 * i + 2),)) for i, c in enumerate("abcd"))
    return Record("n", TEXT, entities, tuple(Relation(h, t, label) for h, t in pairs.split()))


def count(pairs: list[str], symmetric: tuple[str, ...] = ()) -> tuple[dict, dict]:
    nlp = spacy.blank("en")
    docs = [to_doc(make_record(p), nlp.make_doc) for p in pairs]
    (heads, tails) = count_ends(docs, "clinical", symmetric)["DOSE"]
    return dict(heads), dict(tails)


def test_heads_and_tails_are_counted() -> None:
    assert count(["ab ac", "ab cd"]) == ({2: 1, 1: 2}, {1: 4})


def test_without_direction_each_is_both() -> None:
    assert count(["ab ac"], ("DOSE",)) == ({2: 1, 1: 2}, {2: 1, 1: 2})


@pytest.mark.parametrize(
    ("counts", "exceptions", "limit"),
    [
        ({1: 98}, 0.01, None),  # one more would be 1 of 99
        ({1: 99}, 0.01, 1),
        ({1: 495, 2: 4}, 0.01, 1),
        ({1: 494, 2: 5}, 0.01, None),
        ({1: 494, 2: 5}, 0.02, 1),
        ({}, 0.5, None),
        ({1: 3}, 0.0, None),
    ],
)
def test_limit(counts: dict[int, int], exceptions: float, limit: int | None) -> None:
    assert learn_limit(counts, exceptions) == limit


def test_higher_limits_where_they_are_asked_for() -> None:
    assert learn_limit({1: 60, 2: 40}, 0.02, most=3) == 2
    assert learn_limit({1: 60, 2: 40}, 0.02) is None


def test_a_schema_gets_them() -> None:
    schema = Schema(
        ("X",), (RelationType("DOSE", ("X",), ("X",)), RelationType("B", ("X",), ("X",)))
    )
    counts = {"DOSE": (Counter({1: 500}), Counter({1: 50, 4: 50}))}
    limited = with_limits(schema, counts, 0.02).relations
    assert [(rel.max_per_head, rel.max_per_tail) for rel in limited] == [(1, None), (None, None)]
    assert with_limits(schema, counts, None) == schema
