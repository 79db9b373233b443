"""Counts of each document, taken once: scores, intervals and tests are sums over them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy

Array = numpy.ndarray[Any, Any]
Event = tuple[str, int]

# What became of a thing: columns of a count.
RIGHT, SPURIOUS, MISSED = 0, 1, 2


class Labelled(Protocol):
    """What can be counted under its label."""

    @property
    def label(self) -> str: ...


T = TypeVar("T", bound=Labelled)


@dataclass(frozen=True)
class CountTable:
    """How many were right, spurious and missed, in each document under each label.

    labels (tuple[str, ...]): The labels, sorted.
    values (Array): Counts, shape (n_docs, n_labels, 3).
    """

    labels: tuple[str, ...]
    values: Array

    @property
    def total(self) -> Array:
        """RETURNS (Array): Counts of all labels together, shape (n_docs, 3)."""
        return self.values.sum(axis=1)

    def with_total(self) -> Array:
        """RETURNS (Array): The labels' counts and, last, their sum, shape (n_docs, n_labels + 1,
        3)."""
        return numpy.concatenate([self.values, self.total[:, None]], axis=1)


def count_events(documents: Sequence[Iterable[Event]]) -> CountTable:
    """Count what happened in each document.

    documents (Sequence[Iterable[Event]]): For each document (label, RIGHT | SPURIOUS | MISSED).
    RETURNS (CountTable): The counts.
    """
    rows = [(d, label, what) for d, events in enumerate(documents) for label, what in events]
    labels = sorted({label for _, label, _ in rows})
    places = {label: i for i, label in enumerate(labels)}
    values = numpy.zeros((len(documents), len(labels), 3), dtype="int64")
    for document, label, what in rows:
        values[document, places[label], what] += 1
    return CountTable(tuple(labels), values)


def compare_sets(gold: Collection[T], predicted: Collection[T]) -> Iterator[Event]:
    """Compare by equality.

    gold, predicted (Collection): Sets of one document.
    YIELDS (Event): One for each thing in either.
    """
    for thing in gold:
        yield thing.label, RIGHT if thing in predicted else MISSED
    for thing in predicted:
        if thing not in gold:
            yield thing.label, SPURIOUS


def precision_recall_f(counts: Array) -> Array:
    """Turn counts into scores.

    counts (Array): Right, spurious, missed, shape (..., 3).
    RETURNS (Array): Precision, recall and F1, shape (..., 3); NaN where nothing was predicted,
        nothing was to be found, or both.
    """
    counts = numpy.asarray(counts, dtype="float64")
    right, spurious, missed = counts[..., RIGHT], counts[..., SPURIOUS], counts[..., MISSED]
    above = numpy.stack([right, right, 2 * right], axis=-1)
    below = numpy.stack([right + spurious, right + missed, 2 * right + spurious + missed], axis=-1)
    return numpy.divide(above, below, out=numpy.full(below.shape, numpy.nan), where=below > 0)
