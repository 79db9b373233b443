"""Curves and bins, counted by hand."""

import math

import numpy
import pytest

from spacy_clinical.scoring.reliability import (
    curve_to_json,
    read_curve,
    read_reliability,
    reliability_to_json,
)


def test_curve() -> None:
    """Four predictions of five things to find; the two of 0.6 come at one threshold."""
    curve = read_curve([0.6, 0.9, 0.6, 0.3], [True, True, False, True], 5)
    assert curve.thresholds.tolist() == [0.9, 0.6, 0.3]
    numpy.testing.assert_allclose(curve.precision, [1, 2 / 3, 3 / 4])
    numpy.testing.assert_allclose(curve.recall, [1 / 5, 2 / 5, 3 / 5])
    assert curve.average == pytest.approx((1 + 2 / 3 + 3 / 4) / 5)


def test_curve_of_nothing() -> None:
    curve = read_curve([], [], 5)
    assert curve.average == 0.0
    assert curve_to_json(curve) == {"average_precision": 0.0, "points": []}


def test_long_curves_keep_their_ends() -> None:
    scores = [i / 1000 for i in range(1000)]
    stored = curve_to_json(read_curve(scores, [True] * 1000, 1000), 50)
    assert len(stored["points"]) == 50
    assert stored["points"][0] == [0.999, 1.0, 0.001]
    assert stored["points"][-1] == [0.0, 1.0, 1.0]


def test_reliability() -> None:
    """Two bins. Low: 0.2 and 0.4, one right. High: 0.9 and 1.0, both right."""
    found = read_reliability([0.2, 0.4, 0.9, 1.0], [True, False, True, True], bins=2)
    assert found is not None
    assert found.counts.tolist() == [2, 2]
    numpy.testing.assert_allclose(found.scores, [0.3, 0.95])
    numpy.testing.assert_allclose(found.right, [0.5, 1.0])
    assert found.error == pytest.approx((2 * 0.2 + 2 * 0.05) / 4)
    assert found.brier == pytest.approx((0.8**2 + 0.4**2 + 0.1**2) / 4)


def test_empty_bins() -> None:
    assert read_reliability([], []) is None
    assert reliability_to_json(None) is None
    found = read_reliability([0.95], [True])
    assert found is not None
    assert math.isnan(found.scores[0])
    stored = reliability_to_json(found)
    assert stored is not None
    (row,) = stored["bins"]
    assert (row["from"], row["to"], row["count"]) == (pytest.approx(0.9), 1.0, 1)
