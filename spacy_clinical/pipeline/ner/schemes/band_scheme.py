"""A score for every span of up to some tokens, and every label: mentions nest as they like."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy

from ...heads.head_growth import appended
from .scheme import Array, Found, Gold, Place, Rows

FLOOR = 0.05
ROWS = 4096


class BandScheme:
    """Decide on each span and label alone, by sigmoid.

    Output `width * n_labels + label` of a token is about the span of `width + 1` tokens that starts
    there. Spans of one label may contain each other, but not cross: the more probable one stays.

    n_labels (int): Number of entity labels.
    max_width (int): Of spans, in tokens.
    """

    threshold = 0.5

    def __init__(self, n_labels: int, max_width: int):
        self.n_labels = n_labels
        self.max_width = max_width
        self.limit = f"of more than {max_width} tokens"

    @property
    def n_outputs(self) -> int:
        """RETURNS (int): One a width and label."""
        return self.max_width * self.n_labels

    def unheld(self, spans: Sequence[Place]) -> int:
        """RETURNS (int): Mentions that are too long."""
        return sum(end - start > self.max_width for start, end, _ in spans)

    def grown(self, n_new: int) -> Rows:
        """Let new labels begin as in a new network: no span is likely.

        n_new (int): Labels that are appended.
        RETURNS (Rows): One for each label, as all widths have the same.
        """
        return appended(self.n_labels, n_new)

    def loss(self, golds: Sequence[Gold], logits: Array) -> tuple[float, Array]:
        """Sum the binary cross-entropy over the spans and labels that are known.

        golds (Sequence[Gold]): One for each document.
        logits (Array): Shape (tokens of all documents, n_outputs).
        RETURNS (tuple[float, Array]): The loss and its gradient.
        """
        shape = (len(logits), self.max_width, self.n_labels)
        truth, known = numpy.zeros(shape, dtype=bool), numpy.zeros(shape, dtype=bool)
        first = 0
        for gold in golds:
            rows = slice(first, first + gold.n_tokens)
            self._write(gold, truth[rows], known[rows])
            first += gold.n_tokens
        scores = logits.reshape(shape)
        signed = numpy.where(truth, -scores, scores)
        loss = numpy.logaddexp(0.0, signed[known]).sum()
        gradient = numpy.where(known, _sigmoid(scores) - truth, 0.0).astype(logits.dtype)
        return float(loss), gradient.reshape(logits.shape)

    def _write(self, gold: Gold, truth: Array, known: Array) -> None:
        """Write a document's spans, and of which spans the truth is known."""
        for start, end, label in gold.spans:
            if end - start <= self.max_width:
                truth[start, end - start - 1, label] = True
        known[:] = (_ends(gold.n_tokens, self.max_width) <= gold.n_tokens)[:, :, None]
        if gold.known is not None:
            known &= gold.known
        for token, label in gold.masked:
            labels = slice(None) if label is None else label
            for back in range(min(self.max_width, token + 1)):
                known[token - back, back:, labels] = False

    def decode(
        self, logits: Array, lengths: Sequence[int], is_space: Array, lowest: Sequence[float]
    ) -> list[list[Found]]:
        """Find the spans that are probable enough.

        logits (Array): Shape (tokens of all documents, n_outputs).
        lengths (Sequence[int]): Tokens of each document.
        is_space (Array): Bool, shape (n_tokens,): tokens on which no mention starts or ends.
        lowest (Sequence[float]): Probability that each label's mentions need; FLOOR at least.
        RETURNS (list[list[Found]]): The mentions of each document, by their start.
        """
        starts = numpy.concatenate([[0], numpy.cumsum(lengths)]).astype("int64").tolist()
        least = numpy.maximum(numpy.asarray(lowest), FLOOR)
        return [
            self._decode_doc(logits[start:end], is_space[start:end], least)
            for start, end in pairwise(starts)
        ]

    def _decode_doc(self, logits: Array, is_space: Array, least: Array) -> list[Found]:
        found: list[Found] = []
        with numpy.errstate(divide="ignore"):
            cut = numpy.tile(numpy.log(least) - numpy.log1p(-least), self.max_width)
        for first in range(0, len(logits), ROWS):
            rows, columns = numpy.nonzero(logits[first : first + ROWS] >= cut.astype(logits.dtype))
            widths, labels = numpy.divmod(columns, self.n_labels)
            begin, end = first + rows, first + rows + widths + 1
            fits = end <= len(logits)
            begin, end, labels, columns = begin[fits], end[fits], labels[fits], columns[fits]
            fits = ~(is_space[begin] | is_space[end - 1])
            begin, end, labels, columns = begin[fits], end[fits], labels[fits], columns[fits]
            chances = _sigmoid(logits[begin, columns])
            parts: Any = (begin.tolist(), end.tolist(), labels.tolist(), chances.tolist())
            found += map(Found, *parts)
        return sorted(without_crossings(found))


def without_crossings(found: Sequence[Found]) -> list[Found]:
    """Keep, of mentions of one label that cross, the more probable; then the longer, the first.

    found (Sequence[Found]): Mentions of a document.
    RETURNS (list[Found]): Those that are kept.
    """
    kept: dict[int, list[Found]] = {}
    for mention in sorted(found, key=lambda m: (-m.probability, m.start - m.end, m)):
        others = kept.setdefault(mention.label, [])
        if not any(_cross(mention, other) for other in others):
            others.append(mention)
    return [mention for own in kept.values() for mention in own]


def _cross(one: Found, other: Found) -> bool:
    first, second = sorted([one[:2], other[:2]])
    return first[0] < second[0] < first[1] < second[1]


def _ends(n_tokens: int, max_width: int) -> Array:
    """One past the last token of each span, shape (n_tokens, max_width)."""
    return numpy.arange(n_tokens)[:, None] + numpy.arange(1, max_width + 1)


def _sigmoid(logits: Array) -> Array:
    """Without overflow."""
    return 0.5 * (1.0 + numpy.tanh(0.5 * logits))
