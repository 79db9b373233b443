"""Which pairs of mentions may be related: bounded by types, tokens, sentences and number."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, ClassVar

import numpy
from spacy.attrs import SENT_START
from spacy.tokens import Doc

from .pair_context import NEIGHBOUR_FEATURES, describe_neighbours
from .schema import RelationType, Schema

Array = numpy.ndarray[Any, Any]
Candidates = Callable[[Doc, Array, Array], tuple[Array, int]]

# Columns of a mention row and of a pair row.
START, END, TYPE = 0, 1, 2
HEAD, TAIL, DISTANCE, ORDER, SENTENCES = 0, 1, 2, 3, 4
# Sizes of the pair features: buckets of distance, orders, buckets of sentences.
N_DISTANCES, N_ORDERS, N_SENTENCES = 12, 3, 6
PAIR_FEATURES = (N_DISTANCES, N_ORDERS, N_SENTENCES)
PAIRS_AT_ONCE = 1 << 16  # bounds the memory of a note with thousands of mentions
MANY = 1 << 18  # pairs up to which it is quicker to visit those of types that don't fit, too


def make_typed_candidates(
    max_tokens: int | None = None, max_sentences: int | None = None, max_pairs: int = 4000
) -> Candidates:
    """Propose the pairs whose types the schema allows and that stand near enough.

    max_tokens (int | None): Tokens between the two mentions at most, None for no limit.
    max_sentences (int | None): Sentence borders between them at most, 0 for the same sentence,
        None for no limit. A document without sentence borders counts as one sentence.
    max_pairs (int): Pairs of a document at most; the nearest are kept, the others counted.
    RETURNS (Candidates): Takes a Doc, its mentions (start, end and type number, shape (n, 3)) and
        a table of allowed types (`type_table(schema).any(0)`, shape (n_types, n_types)). Gives
        pairs of shape (n, 5): head, tail, distance bucket, order, sentence bucket; and how many
        pairs were cut off.
    """

    # A worker process gets it pickled.
    return partial(_propose, max_tokens, max_sentences, max_pairs)


def make_neighbour_candidates(
    max_tokens: int | None = None, max_sentences: int | None = None, max_pairs: int = 4000
) -> "NeighbourCandidates":
    """Propose the pairs that `make_typed_candidates` does, and describe what competes with them.

    max_tokens, max_sentences, max_pairs: As there.
    RETURNS (NeighbourCandidates): Gives pairs of shape (n, 10): the columns of `neighbours` last.
    """
    return NeighbourCandidates(make_typed_candidates(max_tokens, max_sentences, max_pairs))


@dataclass(frozen=True)
class NeighbourCandidates:
    """Candidates that know their neighbours.

    propose (Candidates): Proposes the pairs.
    sizes (tuple[int, ...]): Number of values of each feature that it gives.
    """

    propose: Candidates
    sizes: ClassVar[tuple[int, ...]] = (*PAIR_FEATURES, *NEIGHBOUR_FEATURES)

    def __call__(self, doc: Doc, mentions: Array, allowed: Array) -> tuple[Array, int]:
        """RETURNS (tuple[Array, int]): Pairs with features, and how many were cut off."""
        pairs, dropped = self.propose(doc, mentions, allowed)
        beside = describe_neighbours(doc, mentions, pairs[:, :2], pairs[:, ORDER])
        return numpy.concatenate([pairs, beside], axis=1), dropped


def feature_sizes(candidates: Candidates) -> list[int]:
    """RETURNS (list[int]): Number of values of each feature of the pairs that are proposed."""
    return list(getattr(candidates, "sizes", PAIR_FEATURES))


def _propose(
    max_tokens: int | None,
    max_sentences: int | None,
    max_pairs: int,
    doc: Doc,
    mentions: Array,
    allowed: Array,
) -> tuple[Array, int]:
    order = numpy.argsort(mentions[:, START], kind="stable")
    ordered = mentions[order]
    sentence = _sentences(doc, ordered)
    limits = _limits(ordered, sentence, max_tokens, max_sentences)
    found = _count_fitting(ordered, limits, allowed)
    if found > max_pairs:
        limits = _nearest(ordered, limits, allowed, max_pairs)
    kept = numpy.zeros((0, 5), dtype="int64")  # head, tail, gap, sentences, place in the list
    for first, second in _fitting(ordered, limits, allowed):
        place = first * len(order) + second
        both = numpy.stack([numpy.append(first, second), numpy.append(second, first)], axis=1)
        place = numpy.append(place, place + (1 << 60))  # backward ones after all forward
        types = ordered[:, TYPE][both]
        fits = (types >= 0).all(axis=1) & allowed[types[:, 0], types[:, 1]]
        both, place = both[fits], place[fits]
        apart = numpy.abs(sentence[both[:, 0]] - sentence[both[:, 1]])
        new = numpy.column_stack([order[both], _token_gap(ordered, both), apart, place])
        kept = numpy.concatenate([kept, new.astype("int64")])
        kept = kept[numpy.lexsort((kept[:, 4], kept[:, 2]))[:max_pairs]]
    rows = _describe(mentions, kept[:, :2], kept[:, 2], kept[:, 3])
    return rows[numpy.lexsort((rows[:, TAIL], rows[:, HEAD]))], found - len(rows)


def type_table(schema: Schema) -> Array:
    """Tabulate which labels may hold between which entity types.

    schema (Schema): The schema; types are numbered in the order of `schema.entities`.
    RETURNS (Array): Bool, shape (n_labels, n_types, n_types): label, head, tail.
    """
    return _tabulate(schema.entities, schema.relations)


@lru_cache(maxsize=32)
def _tabulate(entities: tuple[str, ...], relations: tuple[RelationType, ...]) -> Array:
    rows = [
        [[rel.allows(head, tail) for tail in entities] for head in entities] for rel in relations
    ]
    table = numpy.asarray(rows, dtype=bool).reshape(len(rows), len(entities), len(entities))
    table.flags.writeable = False
    return table


def label_mask(schema: Schema, mentions: Array, pairs: Array) -> Array:
    """Tell which labels each candidate may get. Symmetric ones are scored once, in text order.

    schema (Schema): The schema.
    mentions (Array): Start, end, type number, shape (n_mentions, 3).
    pairs (Array): As the candidates give them, shape (n_pairs, 5).
    RETURNS (Array): Bool, shape (n_pairs, n_labels).
    """
    heads, tails = mentions[pairs[:, HEAD]], mentions[pairs[:, TAIL]]
    mask = type_table(schema)[:, heads[:, TYPE], tails[:, TYPE]].T
    symmetric = numpy.asarray([rel.symmetric for rel in schema.relations], dtype=bool)
    backward = ~in_text_order(mentions, pairs)
    return mask & ~(symmetric & backward[:, None])


def known_labels(schema: Schema, known: Collection[str] | None) -> Array:
    """Tell which labels a document's annotators looked for: nothing says of the others.

    schema (Schema): The labels.
    known (Collection[str] | None): Those that were looked for; None for all.
    RETURNS (Array): Bool, shape (n_labels,).
    """
    labels = schema.relation_labels
    return numpy.asarray([known is None or label in known for label in labels], dtype=bool)


def in_text_order(mentions: Array, pairs: Array) -> Array:
    """RETURNS (Array): Whether each pair's head comes first: by start, then end, then position."""
    heads, tails = pairs[:, HEAD], pairs[:, TAIL]
    keys = numpy.lexsort((numpy.arange(len(mentions)), mentions[:, END], mentions[:, START]))
    rank = numpy.empty(len(mentions), dtype="int64")
    rank[keys] = numpy.arange(len(mentions))
    return rank[heads] < rank[tails]


def _sentences(doc: Doc, mentions: Array) -> Array:
    """The sentence that each mention begins in, 0 for all of a document without borders."""
    if not doc.has_annotation("SENT_START"):
        return numpy.zeros(len(mentions), dtype="int64")
    borders = doc.to_array([SENT_START]).reshape(-1).astype("int64") == 1
    found: Array = numpy.cumsum(borders)[mentions[:, START]]
    return found


def _limits(
    ordered: Array, sentence: Array, max_tokens: int | None, max_sentences: int | None
) -> Array:
    """Where, in text order, the mentions end that each one may be paired with."""
    limits = numpy.full(len(ordered), len(ordered))
    if max_tokens is not None:
        limits = _within(ordered, max_tokens)
    if max_sentences is not None:
        near = numpy.searchsorted(sentence, sentence + max_sentences, side="right")
        limits = numpy.minimum(limits, near)
    return numpy.maximum(limits, _after(ordered))


def _within(ordered: Array, tokens: int) -> Array:
    found: Array = numpy.searchsorted(ordered[:, START], ordered[:, END] + tokens, side="right")
    return found


def _count_fitting(ordered: Array, limits: Array, allowed: Array) -> int:
    """Count the pairs whose types fit, without visiting any: by types in each one's range."""
    types, n = ordered[:, TYPE], len(ordered)
    before = numpy.zeros((n + 1, len(allowed)), dtype="int64")
    known = types >= 0
    before[1:][known, types[known]] = 1
    before = numpy.cumsum(before, axis=0)
    inside = before[limits] - before[numpy.arange(1, n + 1)]
    ways = allowed.astype("int64") + allowed.T
    return int((inside[known] * ways[types[known]]).sum())


def _nearest(ordered: Array, limits: Array, allowed: Array, wanted: int) -> Array:
    """Limits of the tokens between two mentions that still leave as many pairs as are wanted."""
    tokens = 1
    while tokens < ordered[-1, START]:
        near = numpy.minimum(limits, numpy.maximum(_within(ordered, tokens), _after(ordered)))
        if _count_fitting(ordered, near, allowed) >= wanted:
            return near
        tokens *= 2
    return limits


def _after(ordered: Array) -> Array:
    return numpy.arange(1, len(ordered) + 1)


def _fitting(ordered: Array, limits: Array, allowed: Array) -> Iterator[tuple[Array, Array]]:
    """Pairs within the limits, in text order, some at a time; where there are many, only those of
    types that fit."""
    everything = numpy.arange(len(ordered))
    if (limits - _after(ordered)).sum() <= MANY:
        yield from _pairs(everything, everything, limits)
        return
    places = {t: numpy.flatnonzero(ordered[:, TYPE] == t) for t in range(len(allowed))}
    for a, b in numpy.argwhere(allowed | allowed.T):
        yield from _pairs(places[a], places[b], limits)


def _pairs(firsts: Array, seconds: Array, limits: Array) -> Iterator[tuple[Array, Array]]:
    begin = numpy.searchsorted(seconds, firsts + 1)
    counts = numpy.maximum(numpy.searchsorted(seconds, limits[firsts]) - begin, 0)
    blocks = numpy.cumsum(counts) // PAIRS_AT_ONCE
    for block in numpy.unique(blocks):
        rows = numpy.flatnonzero(blocks == block)
        many = counts[rows]
        offset = numpy.arange(many.sum()) - numpy.repeat(numpy.cumsum(many) - many, many)
        yield (
            numpy.repeat(firsts[rows], many),
            seconds[numpy.repeat(begin[rows], many) + offset],
        )


def _token_gap(mentions: Array, pairs: Array) -> Array:
    """Tokens between two mentions, 0 if they touch or overlap."""
    a, b = mentions[pairs[:, 0]], mentions[pairs[:, 1]]
    gap = numpy.maximum(a[:, START], b[:, START]) - numpy.minimum(a[:, END], b[:, END])
    return numpy.maximum(gap, 0)


def _describe(mentions: Array, pairs: Array, gaps: Array, sentences: Array) -> Array:
    heads, tails = mentions[pairs[:, 0]], mentions[pairs[:, 1]]
    after = heads[:, START] >= tails[:, END]
    before = heads[:, END] <= tails[:, START]
    order = numpy.where(before, 0, numpy.where(after, 1, 2))
    buckets = numpy.minimum(numpy.log2(gaps + 1.0).astype("int64") + (gaps > 0), N_DISTANCES - 1)
    near = numpy.minimum(sentences, N_SENTENCES - 1)
    return numpy.column_stack([pairs, buckets, order, near]).astype("int64")
