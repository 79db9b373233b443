"""Features of pairs of concepts: how often, how near, how early their mentions stand."""

from typing import Any, NamedTuple

import numpy

Array = numpy.ndarray[Any, Any]

START, END, SENTENCE = 0, 1, 3
N_DISTANCES, N_ORDERS, N_SENTENCES, N_COUNTS, N_RANKS = 12, 3, 6, 6, 4
# Values of each feature of a pair of mentions: tokens between, order, sentence borders between.
LINK_FEATURES = (N_DISTANCES, N_ORDERS, N_SENTENCES)
# Values of each feature of a pair of concepts, as `_describe` lists them.
PAIR_FEATURES = (
    *(N_DISTANCES, N_SENTENCES, N_COUNTS, 2),
    *(N_COUNTS, N_COUNTS, N_COUNTS, N_COUNTS),
    *(4, 4, N_RANKS, N_RANKS, N_COUNTS, N_COUNTS),
)


class PairTable(NamedTuple):
    """Pairs of concepts and of their mentions.

    pairs (Array): Head concept, tail concept and PAIR_FEATURES, shape (n_pairs, 16).
    links (Array): Pair, head mention, tail mention and LINK_FEATURES, shape (n_links, 6).
    gaps (Array): Tokens between the nearest mentions of each pair, shape (n_pairs,).
    """

    pairs: Array
    links: Array
    gaps: Array


def pair_tables(
    mentions: Array, members: Array, kinds: Array, allowed: Array, max_links: int
) -> PairTable:
    """Describe all pairs of concepts whose types may be related.

    mentions (Array): Start, end, type, sentence, shape (n_mentions, 4).
    members (Array): Concept and mention, sorted by concept, then by text, shape (n_members, 2).
    kinds (Array): Type of each concept, shape (n_concepts,).
    allowed (Array): Bool, head type and tail type, shape (n_types, n_types).
    max_links (int): Pairs of mentions of one pair of concepts; the nearest are kept.
    RETURNS (PairTable): By head, then by tail.
    """
    profile = _profile(mentions, members, kinds)
    starts = numpy.searchsorted(members[:, 0], numpy.arange(len(kinds) + 1))
    pairs, links, gaps = [], [], []
    n_pairs = 0
    for head in range(len(kinds)):
        fits = allowed[kinds[head], kinds] & (numpy.arange(len(kinds)) != head)
        if not fits.any():
            continue
        rows = members[starts[head] : starts[head + 1], 1]
        others = members[fits[members[:, 0]]]
        grid = _grid(mentions, rows, others[:, 1])
        tails = numpy.flatnonzero(fits)
        edges = numpy.searchsorted(others[:, 0], tails)
        near = numpy.minimum.reduceat(grid.gaps.min(axis=0), edges)
        features = _describe(grid, edges, near, profile[head], profile[tails])
        pairs.append(numpy.column_stack([numpy.full(len(tails), head), tails, features]))
        owner = numpy.repeat(numpy.arange(len(tails)), numpy.diff([*edges, len(others)]))
        links.append(_nearest(grid, rows, others[:, 1], owner, max_links) + _first(n_pairs))
        gaps.append(near)
        n_pairs += len(tails)
    return PairTable(
        _joined(pairs, 2 + len(PAIR_FEATURES)), _joined(links, 3 + len(LINK_FEATURES)), _flat(gaps)
    )


class _Grid(NamedTuple):
    """Between each head mention and each tail mention, shape (n_heads, n_tails)."""

    gaps: Array
    orders: Array
    sentences: Array


def _grid(mentions: Array, heads: Array, tails: Array) -> _Grid:
    h, t = mentions[heads][:, None], mentions[tails][None]
    before, after = h[..., END] <= t[..., START], h[..., START] >= t[..., END]
    gaps = numpy.maximum(h[..., START], t[..., START]) - numpy.minimum(h[..., END], t[..., END])
    orders = numpy.where(before, 0, numpy.where(after, 1, 2))
    return _Grid(numpy.maximum(gaps, 0), orders, numpy.abs(h[..., SENTENCE] - t[..., SENTENCE]))


def _nearest(grid: _Grid, heads: Array, tails: Array, owner: Array, limit: int) -> Array:
    """The nearest pairs of mentions of each pair of concepts, in text order of their heads."""
    h, t = (x.ravel() for x in numpy.indices(grid.gaps.shape))
    order = numpy.lexsort((grid.gaps.ravel(), owner[t]))
    owners = owner[t][order]
    rank = numpy.arange(len(order)) - numpy.searchsorted(owners, owners)
    kept = numpy.sort(order[rank < limit])
    h, t = h[kept], t[kept]
    rows = [owner[t], heads[h], tails[t], distance_bucket(grid.gaps[h, t]), grid.orders[h, t]]
    return numpy.column_stack([*rows, numpy.minimum(grid.sentences[h, t], N_SENTENCES - 1)])


def _profile(mentions: Array, members: Array, kinds: Array) -> Array:
    """Of each concept: mentions, sentences, whether in the first and in the last sentence, rank
    among the concepts of its type by mentions, concepts of its type, shape (n_concepts, 6)."""
    sentences = mentions[members[:, 1], SENTENCE]
    last = mentions[:, SENTENCE].max(initial=0)
    rows = []
    for concept in range(len(kinds)):
        own = sentences[members[:, 0] == concept]
        rows.append([len(own), len(set(own.tolist())), (own == 0).any(), (own == last).any()])
    counted = numpy.asarray(rows, dtype="int64").reshape(-1, 4)
    same = kinds[:, None] == kinds[None]
    many = counted[:, 0]
    earlier = numpy.arange(len(kinds))[:, None] > numpy.arange(len(kinds))[None]
    more = (many[None] > many[:, None]) | ((many[None] == many[:, None]) & earlier)
    return numpy.column_stack([counted, (same & more).sum(axis=1), same.sum(axis=1)])


def _describe(grid: _Grid, edges: Array, near: Array, head: Array, tails: Array) -> Array:
    sentences = numpy.minimum.reduceat(grid.sentences.min(axis=0), edges)
    together = numpy.add.reduceat((grid.sentences == 0).sum(axis=0), edges)
    heads = numpy.broadcast_to(head, tails.shape)
    # Concepts are numbered in text order, so the first mention tells the order.
    first = numpy.take_along_axis(grid.orders[:1], edges[None], axis=1)[0] != 1
    columns = [
        distance_bucket(near),
        numpy.minimum(sentences, N_SENTENCES - 1),
        count_bucket(together),
        first,
        *(count_bucket(x[:, i]) for i in (0, 1) for x in (heads, tails)),
        *(2 * heads[:, i] + tails[:, i] for i in (2, 3)),
        *(numpy.minimum(x[:, 4], N_RANKS - 1) for x in (heads, tails)),
        *(count_bucket(x[:, 5]) for x in (heads, tails)),
    ]
    return numpy.column_stack(columns).astype("int64")


def distance_bucket(gaps: Array) -> Array:
    """RETURNS (Array): 0, 1, 2-3, 4-7 and so on, as numbers below N_DISTANCES."""
    buckets = numpy.log2(gaps + 1.0).astype("int64") + (gaps > 0)
    return numpy.minimum(buckets, N_DISTANCES - 1)


def count_bucket(counts: Array) -> Array:
    """RETURNS (Array): 0, 1, 2, 3-4, 5-8 and more, as numbers below N_COUNTS."""
    return numpy.searchsorted([1, 2, 3, 5, 9], counts, side="right")


def _first(n_pairs: int) -> Array:
    return numpy.asarray([n_pairs, *[0] * (2 + len(LINK_FEATURES))])


def _joined(parts: list[Array], columns: int) -> Array:
    return numpy.concatenate(parts or [numpy.zeros((0, columns))]).astype("int64")


def _flat(parts: list[Array]) -> Array:
    return numpy.concatenate(parts or [numpy.zeros(0)]).astype("int64")
