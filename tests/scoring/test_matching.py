"""Alignment of gold and predicted mentions, on cases small enough to see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.docs import Mention
from spacy_clinical.scoring.matching import KINDS, align, align_leniently, move_to_gold, pair_events
from spacy_clinical.scoring.relation_scores import RelationKey


def m(label: str, *fragments: tuple[int, int]) -> Mention:
    return Mention(label, fragments)


@pytest.mark.parametrize(
    ("gold", "predicted", "kinds"),
    [
        ([m("A", (0, 5))], [m("A", (0, 5))], ["right"]),
        ([m("A", (0, 5))], [m("B", (0, 5))], ["wrong label"]),
        ([m("A", (0, 5))], [m("A", (2, 9))], ["wrong boundary"]),
        ([m("A", (0, 5))], [m("B", (4, 9))], ["wrong label and boundary"]),
        ([m("A", (0, 5))], [m("A", (5, 9))], ["missed", "spurious"]),
        ([m("A", (0, 5))], [], ["missed"]),
        ([], [m("A", (0, 5))], ["spurious"]),
        # the equal one answers, though the other shares as much
        ([m("A", (0, 5))], [m("A", (0, 9)), m("A", (0, 5))], ["right", "spurious"]),
        # one prediction can't answer two
        ([m("A", (0, 5)), m("A", (6, 9))], [m("A", (0, 9))], ["wrong boundary", "missed"]),
        # the larger share answers
        ([m("A", (0, 5))], [m("A", (4, 9)), m("A", (0, 3))], ["wrong boundary", "spurious"]),
        # fragments
        ([m("A", (0, 2), (6, 9))], [m("A", (0, 2), (6, 9))], ["right"]),
        ([m("A", (0, 2), (6, 9))], [m("A", (2, 6))], ["missed", "spurious"]),
        ([m("A", (0, 2), (6, 9))], [m("A", (0, 9))], ["wrong boundary"]),
    ],
)
def test_kinds(gold: list[Mention], predicted: list[Mention], kinds: list[str]) -> None:
    assert sorted(pair.kind for pair in align(gold, predicted)) == sorted(kinds)


def test_lenient_events() -> None:
    """A is found within other borders; B under another label: missed there, spurious here."""
    gold = [m("A", (0, 5)), m("B", (6, 9))]
    predicted = [m("A", (3, 6)), m("A", (6, 9))]
    events = sorted(pair_events(align_leniently(gold, predicted)))
    assert events == [("A", 0), ("A", 1), ("B", 2)]


MENTIONS = st.sets(
    st.builds(
        lambda label, start, size: m(label, (start, start + size)),
        st.sampled_from("AB"),
        st.integers(0, 12),
        st.integers(1, 6),
    ),
    max_size=7,
)


@given(gold=MENTIONS, predicted=MENTIONS)
def test_everything_stands_once(gold: set[Mention], predicted: set[Mention]) -> None:
    for pairs in (align(gold, predicted), align_leniently(gold, predicted)):
        assert sorted(p.gold for p in pairs if p.gold) == sorted(gold)
        assert sorted(p.predicted for p in pairs if p.predicted) == sorted(predicted)
    kinds = [pair.kind for pair in align(gold, predicted)]
    assert kinds.count("right") == len(gold & predicted)
    assert set(kinds) <= set(KINDS)
    assert align(gold, predicted) == align(sorted(gold, reverse=True), sorted(predicted))


def test_relations_move_to_the_gold_arguments() -> None:
    head, tail, near = m("A", (0, 5)), m("B", (6, 9)), m("B", (6, 12))
    pairs = align_leniently([head, tail], [head, near])
    moved = move_to_gold({RelationKey("R", head, near)}, pairs, frozenset())
    assert moved == {RelationKey("R", head, tail)}
    turned = move_to_gold({RelationKey("R", near, head)}, pairs, frozenset({"R"}))
    assert turned == {RelationKey("R", head, tail)}
