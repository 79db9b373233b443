"""Limits of the schema: the surest relations stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.pipeline.relations.cardinality_limits import Row, within_limits
from spacy_clinical.schema import RelationType, Schema

ROWS: list[Row] = [
    (0, 1, "DOSE", 0.6),
    (0, 2, "DOSE", 0.9),
    (3, 2, "DOSE", 0.7),
    (0, 4, "FOR", 0.5),
]


def make_schema(label: str = "DOSE", *, symmetric: bool = False, **limits: int) -> Schema:
    types = ("DRUG",), ("DOSE",)
    limited = RelationType(label, *types, symmetric, **limits)
    return Schema(("DRUG", "DOSE"), (limited, RelationType("FOR", *types)))


def test_no_limits() -> None:
    assert within_limits(ROWS, make_schema()) == ROWS


def test_one_a_head() -> None:
    assert within_limits(ROWS, make_schema(max_per_head=1)) == ROWS[1:]


def test_one_a_tail() -> None:
    assert within_limits(ROWS, make_schema(max_per_tail=1)) == [ROWS[0], ROWS[1], ROWS[3]]


def test_one_on_both_sides() -> None:
    both = make_schema(max_per_head=1, max_per_tail=1)
    assert within_limits(ROWS, both) == [ROWS[1], ROWS[3]]


def test_a_relation_without_direction_counts_for_both() -> None:
    rows: list[Row] = [(0, 1, "WITH", 0.9), (2, 0, "WITH", 0.8), (2, 3, "WITH", 0.7)]
    schema = make_schema("WITH", symmetric=True, max_per_head=1)
    assert within_limits(rows, schema) == [rows[0], rows[2]]


def test_the_best_sum_and_not_the_surest() -> None:
    """The log-odds of 0.9 and 0.9 together lie above those of 0.95."""
    rows: list[Row] = [(0, 1, "DOSE", 0.9), (0, 2, "DOSE", 0.95), (3, 2, "DOSE", 0.9)]
    both = make_schema(max_per_head=1, max_per_tail=1)
    assert within_limits(rows, both) == [rows[0], rows[2]]
    # Above a threshold of 0.85 they say less.
    assert within_limits(rows, both, {"DOSE": 0.85}) == [rows[1]]


@pytest.mark.parametrize("floor", [0.0, 0.6, 1.0])
def test_what_just_reaches_its_threshold_stays(floor: float) -> None:
    rows: list[Row] = [(0, 1, "DOSE", floor), (3, 4, "DOSE", floor), (3, 5, "DOSE", floor)]
    both = make_schema(max_per_head=1, max_per_tail=1)
    assert within_limits(rows, both, {"DOSE": floor}) == rows[:2]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(0, 1))),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_no_limit_is_broken_and_no_place_is_free(
    drawn: list[tuple[int, int, float]], heads: int, tails: int
) -> None:
    rows = [(head, tail, "DOSE", score) for head, tail, score in drawn]
    kept = within_limits(rows, make_schema(max_per_head=heads, max_per_tail=tails))
    by_head = [row[0] for row in kept]
    by_tail = [row[1] for row in kept]
    assert all(by_head.count(i) <= heads and by_tail.count(i) <= tails for i in range(5))
    for head, tail, label, score in rows:
        if rows.count((head, tail, label, score)) > kept.count((head, tail, label, score)):
            full = by_head.count(head) == heads or by_tail.count(tail) == tails
            assert full
