"""The best assignment, against all there are."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.pipeline.relations.relation_assignment import Edge, best_assignment, components

EDGES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 40).map(lambda n: n / 4)),
    max_size=9,
)


def is_allowed(edges: list[Edge], chosen: tuple[int, ...], per_head: int, per_tail: int) -> bool:
    heads, tails = (Counter(edges[i][side] for i in chosen) for side in (0, 1))
    return max([0, *heads.values()]) <= per_head and max([0, *tails.values()]) <= per_tail


def best_sum(edges: list[Edge], per_head: int, per_tail: int) -> float:
    """By looking at every choice."""
    return max(
        sum(edges[i][2] for i in chosen)
        for n in range(len(edges) + 1)
        for chosen in combinations(range(len(edges)), n)
        if is_allowed(edges, chosen, per_head, per_tail)
    )


@given(EDGES, st.integers(1, 3), st.integers(1, 3))
@settings(max_examples=150)
def test_against_all_choices(edges: list[Edge], per_head: int, per_tail: int) -> None:
    chosen = best_assignment(edges, per_head, per_tail)
    assert is_allowed(edges, tuple(chosen), per_head, per_tail)
    found = sum(edges[i][2] for i in chosen)
    assert found == pytest.approx(best_sum(edges, per_head, per_tail))


def test_the_surest_gives_way_to_two() -> None:
    edges = [(0, 0, 3.0), (0, 1, 2.0), (1, 0, 2.5)]
    assert best_assignment(edges, 1, 1) == {1, 2}
    assert best_assignment([(0, 0, 5.0), *edges[1:]], 1, 1) == {0}


def test_a_long_chain_is_turned_over() -> None:
    """The even edges are a little better each, but there is one less of them."""
    odd = [(i, i, 1.0) for i in range(60)]
    even = [(i + 1, i, 1.01) for i in range(59)]
    assert best_assignment(odd + even, 1, 1) == set(range(60))


@given(EDGES)
def test_components_share_no_end(edges: list[Edge]) -> None:
    groups = components(edges)
    assert sorted(i for group in groups for i in group) == list(range(len(edges)))
    for side in (0, 1):
        ends = [{edges[i][side] for i in group} for group in groups]
        assert sum(map(len, ends)) == len({edge[side] for edge in edges})


def test_thousands_of_relations_take_seconds_at_most() -> None:
    edges = [(h, t, 1.0 + (h * 7 + t * 13) % 11 / 10) for h in range(50) for t in range(50)]
    assert len(best_assignment(edges, 1, 1)) == 50
