"""Counts of documents, and the scores that they give."""

import math

import numpy
import pytest

from spacy_clinical.docs import Mention
from spacy_clinical.scoring.document_counts import (
    MISSED,
    RIGHT,
    SPURIOUS,
    compare_sets,
    count_events,
    precision_recall_f,
)

A, B, C = (Mention(label, ((i, i + 1),)) for i, label in enumerate("ABA"))


def test_table() -> None:
    """Two documents: A right and B missed; an A spurious."""
    table = count_events([[("A", RIGHT), ("B", MISSED)], [("A", SPURIOUS)]])
    assert table.labels == ("A", "B")
    assert table.values.tolist() == [[[1, 0, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 0]]]
    assert table.total.tolist() == [[1, 0, 1], [0, 1, 0]]
    assert table.with_total()[:, -1].tolist() == table.total.tolist()


def test_nothing() -> None:
    assert count_events([]).values.shape == (0, 0, 3)
    assert count_events([[], []]).total.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_sets() -> None:
    events = sorted(compare_sets({A, B}, {A, C}))
    assert events == [("A", RIGHT), ("A", SPURIOUS), ("B", MISSED)]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([3, 1, 2], [3 / 4, 3 / 5, 6 / 9]),
        ([0, 2, 0], [0, math.nan, 0]),
        ([0, 0, 2], [math.nan, 0, 0]),
        ([0, 0, 0], [math.nan] * 3),
    ],
)
def test_scores(counts: list[int], expected: list[float]) -> None:
    numpy.testing.assert_allclose(precision_recall_f(numpy.array(counts)), expected)
    numpy.testing.assert_allclose(precision_recall_f(numpy.array([[counts]]))[0, 0], expected)
