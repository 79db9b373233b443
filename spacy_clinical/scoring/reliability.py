"""Scores against truth: precision-recall curves, reliability, calibration error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from .document_counts import Array


@dataclass(frozen=True)
class Curve:
    """Precision and recall at every score that a prediction has, from the highest down.

    thresholds, precision, recall (Array): Shape (n_distinct_scores,).
    average (float): Average precision: the sum of precision times the gain in recall.
    """

    thresholds: Array
    precision: Array
    recall: Array
    average: float


@dataclass(frozen=True)
class Reliability:
    """Predictions in bins of their score.

    edges (Array): Borders of the bins, shape (n_bins + 1,).
    counts (Array): Predictions in each bin, shape (n_bins,).
    scores (Array): Mean score of each bin, NaN if it is empty.
    right (Array): Share of right predictions in each bin, NaN if it is empty.
    error (float): Expected calibration error (Naeini et al. 2015): the mean distance of `scores`
        and `right`, weighted by `counts`.
    brier (float): Mean squared distance of score and truth (Brier 1950).
    """

    edges: Array
    counts: Array
    scores: Array
    right: Array
    error: float
    brier: float


def read_curve(scores: Sequence[float], right: Sequence[bool], n_gold: int) -> Curve:
    """Lower the threshold over scored predictions.

    scores (Sequence[float]): Of each prediction.
    right (Sequence[bool]): Whether each is right.
    n_gold (int): What was to be found, also if nothing proposed it: the curve may end before
        recall 1.
    RETURNS (Curve): A point for each distinct score.
    """
    given = numpy.asarray(scores, dtype="float64")
    order = numpy.argsort(-given, kind="stable")
    given = given[order]
    found = numpy.cumsum(numpy.asarray(right, dtype="float64")[order])
    last = numpy.flatnonzero(numpy.diff(given, append=numpy.nan) != 0)
    precision = found[last] / (last + 1)
    recall = found[last] / max(n_gold, 1)
    average = float((precision * numpy.diff(recall, prepend=0.0)).sum())
    return Curve(given[last], precision, recall, average)


def read_reliability(
    scores: Sequence[float], right: Sequence[bool], bins: int = 10
) -> Reliability | None:
    """Compare scores with how often they are right, in bins of equal width.

    scores (Sequence[float]): Probabilities in 0..1.
    right (Sequence[bool]): Whether each prediction is right.
    bins (int): Number of bins.
    RETURNS (Reliability | None): None if there are no predictions.
    """
    if not len(scores):
        return None
    given, truth = numpy.asarray(scores, dtype="float64"), numpy.asarray(right, dtype="float64")
    place = numpy.minimum((given * bins).astype("int64"), bins - 1)
    counts = numpy.bincount(place, minlength=bins)
    sums = [numpy.bincount(place, weights=w, minlength=bins) for w in (given, truth)]
    scores, share = (
        numpy.divide(s, counts, out=numpy.full(bins, numpy.nan), where=counts > 0) for s in sums
    )
    error = float(numpy.abs(sums[0] - sums[1]).sum() / len(given))
    brier = float(((given - truth) ** 2).mean())
    return Reliability(numpy.linspace(0, 1, bins + 1), counts, scores, share, error, brier)


def curve_to_json(curve: Curve, points: int = 200) -> dict[str, Any]:
    """Thin a curve out for a file.

    curve (Curve): The curve.
    points (int): Points at most; the first and the last are kept.
    RETURNS (dict[str, Any]): `average_precision`, and `points`: threshold, precision, recall.
    """
    n = len(curve.recall)
    kept = numpy.unique(numpy.linspace(0, n - 1, min(n, points)).round().astype("int64"))
    table = numpy.stack([curve.thresholds, curve.precision, curve.recall], axis=1)[kept]
    return {"average_precision": curve.average, "points": table.round(6).tolist()}


def reliability_to_json(found: Reliability | None) -> dict[str, Any] | None:
    """RETURNS (dict[str, Any] | None): The bins that hold predictions, the error, Brier's score."""
    if found is None:
        return None
    filled = numpy.flatnonzero(found.counts)
    rows = [
        {
            "from": float(found.edges[i]),
            "to": float(found.edges[i + 1]),
            "count": int(found.counts[i]),
            "mean_score": float(found.scores[i]),
            "share_right": float(found.right[i]),
        }
        for i in filled
    ]
    return {"expected_calibration_error": found.error, "brier": found.brier, "bins": rows}
