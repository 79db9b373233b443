"""One BILUO tag a token: no two mentions share a token."""

from collections.abc import Sequence
from itertools import pairwise

import numpy

from ..biluo import MISSING, decode_tags, encode_spans
from ..decoding import best_tags
from ..probabilities import probabilities_of, softmax
from .base import Array, Found, Gold, Place


class BiluoScheme:
    """Choose one tag for each token, by softmax and the best valid sequence.

    n_labels (int): Number of entity labels.
    """

    def __init__(self, n_labels: int):
        self.n_labels = n_labels

    @property
    def n_outputs(self) -> int:
        """RETURNS (int): O, and four tags a label."""
        return 1 + 4 * self.n_labels

    def loss(self, golds: Sequence[Gold], logits: Array) -> tuple[float, Array]:
        """Sum the cross-entropy over the tokens whose tag is known.

        golds (Sequence[Gold]): One for each document.
        logits (Array): Shape (tokens of all documents, n_outputs).
        RETURNS (tuple[float, Array]): The loss and its gradient.
        """
        truth = numpy.concatenate([gold_tags(gold) for gold in golds])
        rows = numpy.flatnonzero(truth != MISSING)
        probabilities = softmax(logits)
        gradient = numpy.zeros_like(probabilities)
        gradient[rows] = probabilities[rows]
        gradient[rows, truth[rows]] -= 1.0
        loss = -numpy.log(probabilities[rows, truth[rows]] + 1e-12).sum()
        return float(loss), gradient

    def decode(self, logits: Array, lengths: Sequence[int], is_space: Array) -> list[list[Found]]:
        """Find the mentions of the best valid sequences.

        A mention is as probable as its least certain tag.

        logits (Array): Shape (tokens of all documents, n_outputs).
        lengths (Sequence[int]): Tokens of each document.
        is_space (Array): Bool, shape (n_tokens,): tokens on which no mention starts or ends.
        RETURNS (list[list[Found]]): The mentions of each document.
        """
        tags = best_tags(forbid_borders(logits, is_space), lengths)
        chosen = probabilities_of(logits, numpy.concatenate(tags)) if tags else logits[:, 0]
        starts = numpy.concatenate([[0], numpy.cumsum(lengths)]).astype("int64").tolist()
        parts = [chosen[start:end] for start, end in pairwise(starts)]
        return [
            [Found(s, e, k, float(rows[s:e].min())) for s, e, k in decode_tags(own)]
            for own, rows in zip(tags, parts, strict=True)
        ]


def gold_tags(gold: Gold) -> Array:
    """Write a document's mentions as tags, MISSING where the truth isn't known.

    gold (Gold): The document.
    RETURNS (Array): Shape (n_tokens,).
    """
    tags = encode_spans(without_overlaps(gold.spans), gold.n_tokens)
    tags[[token for token, _ in gold.masked]] = MISSING
    return tags


def without_overlaps(spans: Sequence[Place]) -> list[Place]:
    """The mentions that one tag sequence can hold: of overlapping ones the longest.

    spans (Sequence[Place]): (start, end, label) of each mention.
    RETURNS (list[Place]): Those that are kept.
    """
    kept, taken = [], set[int]()
    for start, end, label in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end, label))
    return kept


def forbid_borders(logits: Array, is_space: Array) -> Array:
    """Forbid mentions that start or end on white space.

    logits (Array): Shape (n_tokens, n_outputs).
    is_space (Array): Bool, shape (n_tokens,).
    RETURNS (Array): Log-probabilities up to a constant, -inf for what is forbidden.
    """
    rows = numpy.flatnonzero(is_space)
    if not len(rows):
        return logits
    allowed = logits.copy()
    borders = (numpy.arange(logits.shape[1]) % 4) != 2
    borders[0] = False
    allowed[numpy.ix_(rows, numpy.flatnonzero(borders))] = -numpy.inf
    return allowed
