"""What competes with a pair, against loops that say it plainly."""

from typing import Any

import numpy
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from spacy_clinical.pair_context import (
    NEIGHBOUR_FEATURES,
    count_lines,
    describe_neighbours,
    merge_overlapping,
    rank,
)

N_TOKENS = 20
MENTION = st.tuples(st.integers(0, N_TOKENS - 1), st.integers(1, 3), st.integers(-1, 2)).map(
    lambda m: (m[0], min(m[0] + m[1], N_TOKENS), m[2])
)


def rows(mentions: Any) -> Any:
    return numpy.asarray(mentions, dtype="int64").reshape(-1, 3)


def make_doc(words: list[str] | None = None) -> Doc:
    return Doc(spacy.blank("en").vocab, words=words or ["x"] * N_TOKENS)


def side(head: Any, tail: Any) -> int:
    return 0 if head[1] <= tail[0] else 1 if tail[1] <= head[0] else 2


def gap(a: Any, b: Any) -> int:
    return max(max(a[0], b[0]) - min(a[1], b[1]), 0)


def clusters(mentions: Any) -> list[int]:
    """Mentions of a label that overlap, directly or by way of others."""
    names = list(range(len(mentions)))
    for i, a in enumerate(mentions):
        for j, b in enumerate(mentions[:i]):
            if a[2] == b[2] and a[0] < b[1] and b[0] < a[1]:
                names = [names[i] if name == names[j] else name for name in names]
    return names


def nearer(
    pairs: Any, mentions: Any, names: list[int], k: int, fixed: int, *, same_side: bool
) -> int:
    """Others of the free end's label that stand nearer to the fixed end."""
    own, free = pairs[k], 1 - fixed
    best: dict[int, int] = {}
    for pair in pairs:
        alike = pair[fixed] == own[fixed]
        alike = alike and mentions[pair[free]][2] == mentions[own[free]][2]
        if same_side:
            ends = [[mentions[i] for i in p] for p in (pair, own)]
            alike = alike and side(*ends[0]) == side(*ends[1])
        if alike:
            name, far = names[pair[free]], gap(*(mentions[i] for i in pair))
            best[name] = min(best.get(name, far), far)
    return sum(far < best[names[own[free]]] for far in best.values())


@given(st.lists(MENTION, min_size=2, max_size=6), st.integers(0, 2**30 - 1))
@settings(max_examples=60)
def test_against_loops(mentions: Any, drawn: int) -> None:
    every = [(h, t) for h in range(len(mentions)) for t in range(len(mentions)) if h != t]
    pairs = [pair for k, pair in enumerate(every) if drawn >> k & 1]
    sides = numpy.asarray([side(mentions[h], mentions[t]) for h, t in pairs], dtype="int64")
    array = numpy.asarray(pairs, dtype="int64").reshape(-1, 2)
    found = describe_neighbours(make_doc(), rows(mentions), array, sides)
    assert found.shape == (len(pairs), len(NEIGHBOUR_FEATURES))
    names = clusters(mentions)
    for k, row in enumerate(found.tolist()):
        expected = [
            min(nearer(pairs, mentions, names, k, fixed, same_side=same), 3)
            for fixed in (1, 0)
            for same in (False, True)
        ]
        assert row == [*expected, 0]


@given(st.lists(MENTION, max_size=8))
def test_overlapping_ones_of_a_label_are_one(mentions: Any) -> None:
    names, found = clusters(mentions), merge_overlapping(rows(mentions)).tolist()
    for i in range(len(mentions)):
        for j in range(len(mentions)):
            assert (names[i] == names[j]) == (found[i] == found[j])


def test_a_list_of_drugs() -> None:
    """'warfarin 5 mg , digoxin 62.5 mcg': each strength has a drug beside it, and one further."""
    drugs, strengths = [(0, 1, 0), (4, 5, 0)], [(1, 3, 1), (5, 7, 1)]
    pairs = numpy.asarray([(0, 2), (0, 3), (1, 2), (1, 3)])
    sides = numpy.asarray([0, 0, 1, 0])
    found = describe_neighbours(make_doc(), rows(drugs + strengths), pairs, sides)
    assert found.tolist() == [
        [0, 0, 0, 0, 0],  # warfarin and its 5 mg
        [1, 1, 1, 1, 0],  # warfarin and digoxin's strength: another is nearer on both ends
        [1, 0, 1, 0, 0],  # digoxin and 5 mg, which stands before it: so does no other
        [0, 0, 0, 0, 0],
    ]


def test_ranks_of_ties_are_the_same() -> None:
    groups, owners = numpy.asarray([0, 0, 0, 0, 1]), numpy.asarray([5, 6, 7, 8, 8])
    gaps = numpy.asarray([2, 1, 2, 3, 9])
    assert rank(groups, owners, gaps).tolist() == [1, 0, 1, 3, 0]


def test_line_ends_between() -> None:
    nlp = spacy.blank("en")
    doc = nlp.make_doc("one  two\nthree\n\nfour")
    places = [i for i, token in enumerate(doc) if not token.is_space]
    mentions = rows([(i, i + 1, 0) for i in places])
    pairs = numpy.asarray([(0, 1), (1, 2), (3, 0), (0, 2)])
    assert count_lines(doc, mentions, pairs).tolist() == [0, 1, 2, 1]


def test_no_pairs() -> None:
    none = numpy.zeros((0, 2), dtype="int64")
    for mentions in ([], [(0, 1, 0)]):
        found = describe_neighbours(make_doc(), rows(mentions), none, none[:, 0])
        assert found.shape == (0, len(NEIGHBOUR_FEATURES))
