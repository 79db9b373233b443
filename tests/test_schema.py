"""The schema: reading, writing, learning and refusing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.errors import SchemaError
from spacy_clinical.schema import RelationType, Schema

SCHEMA = Schema(
    ("DOSE", "DRUG", "SIGN"),
    (
        RelationType("TREATS", ("DRUG",), ("SIGN",)),
        RelationType("WITH", ("DRUG",), ("DRUG", "DOSE"), True),
    ),
    {"assertion": ("absent", "present")},
)
DATA = {
    "entities": ["DOSE", "DRUG", "SIGN"],
    "relations": {
        "TREATS": {"head": ["DRUG"], "tail": ["SIGN"], "symmetric": False},
        "WITH": {"head": ["DRUG"], "tail": ["DRUG", "DOSE"], "symmetric": True},
    },
    "attributes": {"assertion": ["absent", "present"]},
}


def test_to_dict() -> None:
    assert SCHEMA.to_dict() == DATA
    assert list(SCHEMA.to_dict()["relations"]) == ["TREATS", "WITH"]


def test_from_dict() -> None:
    assert Schema.from_dict(DATA) == SCHEMA


def test_entities_may_be_left_out() -> None:
    schema = Schema.from_dict({"relations": DATA["relations"]})
    assert schema.entities == ("DOSE", "DRUG", "SIGN")
    assert schema.attributes == {}


def test_empty() -> None:
    assert Schema.from_dict({}) == Schema()
    assert Schema.learn([], []) == Schema()


def test_labels() -> None:
    assert SCHEMA.relation_labels == ("TREATS", "WITH")
    assert SCHEMA.symmetric_labels == {"WITH"}


@pytest.mark.parametrize(
    ("label", "head", "tail"),
    [
        ("TREATS", "DRUG", "SIGN"),
        ("WITH", "DRUG", "DOSE"),
        ("WITH", "DOSE", "DRUG"),
        ("WITH", "DRUG", "DRUG"),
    ],
)
def test_allowed(label: str, head: str, tail: str) -> None:
    SCHEMA.check(label, head, tail)


@pytest.mark.parametrize(
    ("label", "head", "tail", "message"),
    [
        ("TREATS", "SIGN", "DRUG", r"SC101.*'TREATS' from 'SIGN' to 'DRUG'.*DRUG and tails SIGN"),
        ("TREATS", "DRUG", "OTHER", "SC101"),
        ("WITH", "DOSE", "DOSE", "SC101"),
        ("CAUSES", "DRUG", "SIGN", r"SC102.*relation label 'CAUSES'.*Known: TREATS, WITH"),
    ],
)
def test_not_allowed(label: str, head: str, tail: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        SCHEMA.check(label, head, tail)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"relation": {}}, r"SC103.*unknown keys, number 1"),
        ({"relations": {"A": {"head": ["X"]}}}, "SC103.*'A' lacks head or tail"),
        ({"relations": {"A": ["X", "Y"]}}, "SC103.*'A' lacks head or tail"),
        ({"relations": {"A": {"head": [], "tail": [], "sym": 1}}}, "SC103.*'A'.*number 3"),
        ({"relations": {"A": {"head": "DRUG", "tail": ["X"]}}}, "SC103.*'A'.*head"),
        ({"relations": {"A": {"head": ["DRUG"], "tail": "X"}}}, "SC103.*'A'.*tail"),
        ({"relations": {"A": {"head": [1], "tail": ["X"]}}}, "SC103.*'A'.*head"),
        ({"relations": {"A": {"head": ["X"], "tail": 2}}}, "SC103.*'A'.*tail"),
        ({"relations": {"A": {"head": [], "tail": [], "symmetric": "no"}}}, "SC103.*symmetric of"),
        (
            {"relations": {"A": {"head": ["X"], "tail": ["X"], "max_per_head": 0}}},
            "SC103.*'A' has a limit.*max_per_tail = 1 or more",
        ),
        (
            {"relations": {"A": {"head": ["X"], "tail": ["X"], "max_per_tail": True}}},
            "SC103.*'A' has a limit",
        ),
        (
            {"entities": ["X"], "relations": {"A": {"head": ["X"], "tail": ["Y"]}}},
            "SC102.*entity label 'Y'.*Known: X",
        ),
    ],
)
def test_unreadable(data: Any, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        Schema.from_dict(data)


def test_limits_are_kept() -> None:
    row = {"head": ["DRUG"], "tail": ["DOSE"], "max_per_head": 1}
    schema = Schema.from_dict({"relations": {"STRENGTH": row}})
    assert schema.relations[0].max_per_head == 1
    assert schema.relations[0].max_per_tail is None
    written = schema.to_dict()
    assert written["relations"]["STRENGTH"] == {**row, "symmetric": False}
    assert Schema.from_dict(written) == schema


@pytest.mark.parametrize(
    ("old", "new", "merged"), [(1, 2, 2), (2, 1, 2), (None, 1, None), (1, None, None)]
)
def test_the_wider_limit_holds(old: int | None, new: int | None, merged: int | None) -> None:
    one, other = (
        Schema(("X",), (RelationType("A", ("X",), ("X",), max_per_head=n, max_per_tail=1),))
        for n in (old, new)
    )
    (found,) = one.merged(other).relations
    assert (found.max_per_head, found.max_per_tail) == (merged, 1)


def test_learn() -> None:
    learned = Schema.learn(
        ["SIGN", "DRUG", "SIGN", "DOSE"],
        [
            ("WITH", "DRUG", "DRUG"),
            ("TREATS", "DRUG", "SIGN"),
            ("TREATS", "DRUG", "SIGN"),
            ("WITH", "DRUG", "DOSE"),
        ],
        [("assertion", "present"), ("assertion", "absent"), ("assertion", "present")],
        symmetric=["WITH", "NOT_IN_THE_DATA"],
    )
    with_ = RelationType("WITH", ("DRUG",), ("DOSE", "DRUG"), True)
    assert learned == Schema(SCHEMA.entities, (SCHEMA.relations[0], with_), SCHEMA.attributes)


LABELS = st.sampled_from(["A", "B", "C"])


@given(
    st.lists(st.tuples(st.sampled_from(["R", "S", "T"]), LABELS, LABELS)),
    st.lists(st.sampled_from(["R", "S"])),
)
def test_learned_schema_allows_and_returns(relations: Any, symmetric: list[str]) -> None:
    schema = Schema.learn("ABC", relations, symmetric=symmetric)
    for label, head, tail in relations:
        schema.check(label, head, tail)
        if label in symmetric:
            schema.check(label, tail, head)
    assert schema.symmetric_labels == set(symmetric) & {label for label, _, _ in relations}
    assert Schema.from_dict(schema.to_dict()) == schema
