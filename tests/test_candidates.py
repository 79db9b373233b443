"""Candidate pairs, against a reference that looks at every pair."""

from itertools import combinations
from time import perf_counter
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from spacy_clinical import candidates
from spacy_clinical.candidates import (
    N_DISTANCES,
    N_ORDERS,
    N_SENTENCES,
    in_text_order,
    label_mask,
    make_typed_candidates,
    type_table,
)
from spacy_clinical.schema import RelationType, Schema

from .growth import growth

N_TOKENS = 40
SCHEMA = Schema(
    ("A", "B", "C"),
    (
        RelationType("ONE", ("A",), ("B", "C")),
        RelationType("TWO", ("B",), ("B", "A"), True),
        RelationType("SELF", ("C",), ("C",)),
    ),
)
ALLOWED = type_table(SCHEMA).any(axis=0)
VOCAB = Vocab()

MENTION = st.tuples(st.integers(0, N_TOKENS - 1), st.integers(1, 6), st.integers(-1, 2)).map(
    lambda m: (m[0], min(m[0] + m[1], N_TOKENS), m[2])
)
LIMIT = st.none() | st.integers(0, 12)


def make_doc(sent_starts: list[int] | None = None) -> Doc:
    starts = None if sent_starts is None else [i in {0, *sent_starts} for i in range(N_TOKENS)]
    return Doc(VOCAB, words=["x"] * N_TOKENS, sent_starts=starts)


def rows(mentions: list[Any]) -> Any:
    return numpy.asarray(mentions, dtype="int64").reshape(-1, 3)


def gap(a: Any, b: Any) -> int:
    """Tokens that lie between two mentions."""
    covered = set(range(min(a[0], b[0]), max(a[1], b[1])))
    between = covered - set(range(a[0], a[1])) - set(range(b[0], b[1]))
    return len(between)


def borders(a: Any, b: Any, sent_starts: list[int] | None) -> int:
    first, last = sorted((a[0], b[0]))
    return sum(first < start <= last for start in set(sent_starts or []))


def reference(mentions: Any, sent_starts: Any, tokens: Any, sentences: Any) -> dict[Any, int]:
    """All pairs in both directions and their distance."""
    found = {}
    for i, j in combinations(range(len(mentions)), 2):
        for h, t in ((i, j), (j, i)):
            head, tail = mentions[h], mentions[t]
            if min(head[2], tail[2]) < 0:
                continue
            names = SCHEMA.entities[head[2]], SCHEMA.entities[tail[2]]
            near = tokens is None or gap(head, tail) <= tokens
            same = sentences is None or borders(head, tail, sent_starts) <= sentences
            if near and same and any(rel.allows(*names) for rel in SCHEMA.relations):
                found[h, t] = gap(head, tail)
    return found


@given(
    st.lists(MENTION, max_size=12),
    st.none() | st.lists(st.integers(1, N_TOKENS - 1), min_size=1),
    LIMIT,
    st.none() | st.integers(0, 3),
    st.integers(1, 30),
)
@settings(max_examples=200)
def test_against_reference(
    mentions: Any, sent_starts: Any, tokens: Any, sentences: Any, cap: int
) -> None:
    doc = make_doc(sent_starts)
    expected = reference(mentions, sent_starts, tokens, sentences)
    propose = make_typed_candidates(tokens, sentences, 10_000)
    pairs, dropped = propose(doc, rows(mentions), ALLOWED)
    assert dropped == 0
    assert [(h, t) for h, t, *_ in pairs.tolist()] == sorted(expected)
    for h, t, distance, order, sentence in pairs.tolist():
        head, tail = mentions[h], mentions[t]
        assert order == (0 if head[1] <= tail[0] else 1 if tail[1] <= head[0] else 2)
        assert sentence == min(borders(head, tail, sent_starts), N_SENTENCES - 1)
        assert 0 <= distance < N_DISTANCES
        assert order < N_ORDERS

    few, dropped = make_typed_candidates(tokens, sentences, cap)(doc, rows(mentions), ALLOWED)
    assert dropped == max(0, len(expected) - cap)
    kept = [(h, t) for h, t, *_ in few.tolist()]
    assert kept == sorted(kept)
    assert set(kept) <= set(expected)
    assert sorted(expected[p] for p in kept) == sorted(expected.values())[:cap]


@given(st.lists(MENTION.filter(lambda m: m[2] >= 0), max_size=8))
def test_label_mask(mentions: Any) -> None:
    pairs, _ = make_typed_candidates()(make_doc(), rows(mentions), ALLOWED)
    mask = label_mask(SCHEMA, rows(mentions), pairs)
    assert mask.shape == (len(pairs), 3)
    first = in_text_order(rows(mentions), pairs)
    for (h, t, *_), row, forward in zip(pairs.tolist(), mask, first, strict=True):
        assert forward == ((mentions[h][:2], h) < (mentions[t][:2], t))
        for rel, allowed in zip(SCHEMA.relations, row, strict=True):
            names = SCHEMA.entities[mentions[h][2]], SCHEMA.entities[mentions[t][2]]
            assert allowed == (rel.allows(*names) and (forward or not rel.symmetric))


def test_each_symmetric_pair_has_one_direction() -> None:
    mentions = rows([(5, 6, 1), (0, 1, 1), (0, 1, 1), (0, 2, 1)])
    pairs, _ = make_typed_candidates()(make_doc(), mentions, ALLOWED)
    two = label_mask(SCHEMA, mentions, pairs)[:, 1]
    chosen = [(h, t) for h, t, *_ in pairs[two].tolist()]
    # Text order: 1 and 2 share an extent and stand by number, 3 is longer, 0 comes last.
    assert chosen == [(1, 0), (1, 2), (1, 3), (2, 0), (2, 3), (3, 0)]


@pytest.mark.parametrize("mentions", [[], [(0, 1, 0)], [(0, 1, -1), (2, 3, -1)]])
def test_no_pairs(mentions: Any) -> None:
    pairs, dropped = make_typed_candidates()(make_doc(), rows(mentions), ALLOWED)
    assert pairs.shape == (0, 5)
    assert dropped == 0
    assert label_mask(SCHEMA, rows(mentions), pairs).shape == (0, 3)


def test_unknown_types_take_no_part() -> None:
    mentions = rows([(0, 1, 0), (1, 2, -1), (2, 3, 1)])
    pairs, _ = make_typed_candidates()(make_doc(), mentions, ALLOWED)
    assert {(h, t) for h, t, *_ in pairs.tolist()} == {(0, 2), (2, 0)}


@pytest.mark.parametrize("n_mentions", [300, 500])
def test_many_mentions_in_little_time(n_mentions: int) -> None:
    doc = Doc(VOCAB, words=["x"] * (4 * n_mentions), sent_starts=[True] * (4 * n_mentions))
    mentions = rows([(4 * i, 4 * i + 2, i % 3) for i in range(n_mentions)])
    begin = perf_counter()
    pairs, dropped = make_typed_candidates()(doc, mentions, ALLOWED)
    near, _ = make_typed_candidates(max_tokens=50)(doc, mentions, ALLOWED)
    seconds = perf_counter() - begin
    assert seconds < 2
    # A-B and B-A, A-C, B-B and C-C are allowed: all pairs of such types, less those of one mention.
    sizes = [len(range(k, n_mentions, 3)) for k in range(3)]
    a, b, c = sizes
    total = a * b + b * a + a * c + b * (b - 1) + c * (c - 1)
    assert len(pairs) == 4000
    assert dropped == total - 4000
    assert 0 < len(near) <= 4000


def test_distances_grow() -> None:
    mentions = rows([(0, 1, 0), *((i, i + 1, 1) for i in range(1, N_TOKENS))])
    pairs, _ = make_typed_candidates()(make_doc(), mentions, ALLOWED)
    buckets = [distance for h, _, distance, *_ in pairs.tolist() if h == 0]
    assert buckets == sorted(buckets)
    assert buckets[0] == 0 < buckets[1]


def test_type_table() -> None:
    table = type_table(SCHEMA)
    assert table.shape == (3, 3, 3)
    assert numpy.argwhere(table[0]).tolist() == [[0, 1], [0, 2]]
    assert numpy.argwhere(table[1]).tolist() == [[0, 1], [1, 0], [1, 1]]
    assert numpy.argwhere(table[2]).tolist() == [[2, 2]]
    assert type_table(Schema(("A", "B"))).shape == (0, 2, 2)
    assert type_table(Schema()).shape == (0, 0, 0)


@pytest.mark.parametrize("at_once", [1, 7, 50])
def test_pairs_at_once_have_no_influence(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = numpy.random.default_rng(0)
    doc = Doc(Vocab(), words=["a"] * 200, sent_starts=[i % 9 == 0 for i in range(200)])
    starts = rng.integers(0, 190, size=40)
    mentions = numpy.stack([starts, starts + 2, rng.integers(-1, 3, size=40)], axis=1)
    allowed = numpy.asarray([[True, True, False], [False, True, True], [True, False, False]])
    for limits in ({}, {"max_tokens": 30}, {"max_sentences": 2, "max_pairs": 9}):
        propose = candidates.make_typed_candidates(**limits)
        expected, dropped = propose(doc, mentions, allowed)
        with monkeypatch.context() as patch:
            patch.setattr(candidates, "PAIRS_AT_ONCE", at_once)
            found, lost = propose(doc, mentions, allowed)
        assert found.tolist() == expected.tolist() and lost == dropped
        assert len(expected) > 8


def scattered(n_mentions: int, n_types: int = 3) -> Any:
    starts = numpy.arange(n_mentions) * 2
    return numpy.stack([starts, starts + 1, numpy.arange(n_mentions) % n_types], axis=1)


@pytest.mark.parametrize(("max_tokens", "max_sentences"), [(None, None), (None, 1), (200, None)])
def test_many_mentions_without_a_limit(max_tokens: int | None, max_sentences: int | None) -> None:
    """Twice the mentions have four times the pairs; only those that are kept are visited."""

    def run(mentions: Any) -> object:
        n_tokens = int(mentions[-1, 1])
        starts = [i % 1000 == 0 for i in range(n_tokens)]
        doc = Doc(VOCAB, words=["x"] * n_tokens, sent_starts=starts)
        pairs, dropped = make_typed_candidates(max_tokens, max_sentences)(doc, mentions, ALLOWED)
        assert len(pairs) == 4000 and dropped > 100_000
        return pairs

    assert growth(scattered, run, 5000) < 8


def test_a_rare_type_among_many_mentions() -> None:
    mentions = scattered(20_000)
    mentions[:, 2] = 1
    mentions[[0, -1], 2] = 0
    doc = Doc(VOCAB, words=["x"] * 40_000)
    schema = Schema(("A", "B"), (RelationType("ONE", ("A",), ("B",)),))
    pairs, dropped = make_typed_candidates()(doc, mentions, type_table(schema).any(axis=0))
    assert len(pairs) + dropped == 2 * 19_998


@pytest.mark.parametrize("many", [0, 1 << 18])
def test_few_and_many_give_the_same(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MANY", many)
    chance = numpy.random.default_rng(0)
    starts = numpy.sort(chance.integers(0, N_TOKENS - 6, 60))
    mentions = numpy.stack(
        [starts, starts + chance.integers(1, 6, 60), chance.integers(-1, 3, 60)], 1
    )
    for limit in (10, 200, 4000):
        pairs, dropped = make_typed_candidates(max_pairs=limit)(make_doc(), mentions, ALLOWED)
        monkeypatch.setattr(candidates, "MANY", 1 << 30)
        expected, cut = make_typed_candidates(max_pairs=limit)(make_doc(), mentions, ALLOWED)
        monkeypatch.setattr(candidates, "MANY", many)
        assert (pairs == expected).all() and dropped == cut
