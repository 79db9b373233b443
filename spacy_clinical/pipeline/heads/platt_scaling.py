"""Probabilities made honest by two numbers that move their log-odds (Platt 1999).

A score p becomes sigmoid(slope * log(p / (1 - p)) + offset). The slope is above zero, so that the
order of scores stays. Of each label the two numbers are those under which its data are most likely,
held back towards those of all labels together, and these towards no change: so a label with few
examples is treated like the others, and perfectly separated examples don't lead to infinity.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy

Array = numpy.ndarray[Any, Any]

EDGE = 1e-9  # closer to 0 and 1 a probability says nothing more
LOWEST_SLOPE = 0.02
PRIOR = 1.0
SHRINKAGE = 5.0
STEPS = 50


class Line(NamedTuple):
    """What happens to log-odds.

    slope (float): Above zero.
    offset (float): Added.
    """

    slope: float
    offset: float


IDENTITY = Line(1.0, 0.0)
Lines = Mapping[str, Sequence[float]]


def to_log_odds(scores: Any) -> Array:
    """RETURNS (Array): Log-odds of probabilities, finite."""
    clipped = numpy.clip(numpy.asarray(scores, dtype="float64"), EDGE, 1 - EDGE)
    return numpy.log(clipped) - numpy.log1p(-clipped)


def to_probabilities(log_odds: Array) -> Array:
    """RETURNS (Array): Probabilities of log-odds."""
    return numpy.exp(-numpy.logaddexp(0.0, -log_odds))


def calibrate(scores: Any, labels: Sequence[str], lines: Lines) -> Array:
    """Apply each label's line.

    scores (Array): Probabilities, shape (..., n_labels), or (n,) with a label for each.
    labels (Sequence[str]): The label of each score of the last axis.
    lines (Mapping[str, Sequence[float]]): Slope and offset by label; others stay as they are.
    RETURNS (Array): Of the same shape; the scores themselves if there are no lines.
    """
    given = numpy.asarray(scores)
    fitted = numpy.asarray([label in lines for label in labels], dtype=bool)
    if not fitted.any():
        return given
    slopes, offsets = numpy.asarray([lines.get(label, IDENTITY) for label in labels]).T
    return numpy.where(fitted, to_probabilities(slopes * to_log_odds(given) + offsets), given)


def undo(scores: Mapping[str, float], lines: Lines) -> dict[str, float]:
    """Find what lines have made scores of.

    scores (Mapping[str, float]): A calibrated probability of each label.
    lines (Mapping[str, Sequence[float]]): Slope and offset by label.
    RETURNS (dict[str, float]): The probabilities before; 0 and 1 stay what they are.
    """
    found = dict(scores)
    for label, score in scores.items():
        if label in lines and 0 < score < 1:
            slope, offset = lines[label]
            found[label] = float(to_probabilities((to_log_odds(score) - offset) / slope))
    return found


def fit_line(log_odds: Array, right: Array, near: Line = IDENTITY, strength: float = PRIOR) -> Line:
    """Find the line under which truth is most likely, by Newton's steps. The loss is convex.

    log_odds (Array): Of the scores, shape (n,).
    right (Array): 1 where a prediction is right, else 0, shape (n,).
    near (Line): The line without examples.
    strength (float): How strongly the line is held to that, as the factor of half the squared
        distance, which is added to the summed loss.
    RETURNS (Line): Slope and offset.
    """
    inputs = numpy.column_stack([log_odds, numpy.ones(len(log_odds))])
    free = numpy.ones(2, dtype=bool)
    found = _descend(inputs, right, numpy.asarray(near), free, strength)
    if found[0] < LOWEST_SLOPE:
        start, free = numpy.asarray([LOWEST_SLOPE, near.offset]), numpy.asarray([False, True])
        found = _descend(inputs, right, start, free, strength)
    return Line(float(found[0]), float(found[1]))


def fit_lines(
    scores: Mapping[str, Array], right: Mapping[str, Array], labels: Sequence[str]
) -> dict[str, Line]:
    """Fit a line of each label.

    scores (Mapping[str, Array]): Probabilities of each label's predictions, shape (n,).
    right (Mapping[str, Array]): 1 where a prediction is right, else 0, shape (n,).
    labels (Sequence[str]): All labels; one without predictions has the line of all together.
    RETURNS (dict[str, Line]): By label.
    """
    known = [label for label in labels if len(scores.get(label, ()))]
    if not known:
        return dict.fromkeys(labels, IDENTITY)
    log_odds = {label: to_log_odds(scores[label]) for label in known}
    truth = {label: numpy.asarray(right[label], dtype="float64") for label in known}
    inputs, outcomes = (
        numpy.concatenate([part[label] for label in known]) for part in (log_odds, truth)
    )
    common = fit_line(inputs, outcomes)
    found = dict.fromkeys(labels, common)
    for label in known:
        found[label] = fit_line(log_odds[label], truth[label], common, SHRINKAGE)
    return found


def _descend(inputs: Array, right: Array, start: Array, free: Array, strength: float) -> Array:
    """Newton's steps over the free weights, halved while they don't help."""
    weights = start.astype("float64")
    loss = _loss(weights, inputs, right, start, strength)
    for _ in range(STEPS):
        found = to_probabilities(inputs @ weights)
        slope = inputs.T @ (found - right) + strength * (weights - start)
        curve = (inputs * (found * (1 - found))[:, None]).T @ inputs + strength * numpy.eye(2)
        step = numpy.zeros(2)
        step[free] = numpy.linalg.solve(curve[numpy.ix_(free, free)], slope[free])
        size = 1.0
        while size > 1e-9 and _loss(weights - size * step, inputs, right, start, strength) > loss:
            size /= 2
        weights = weights - size * step
        loss = _loss(weights, inputs, right, start, strength)
        if numpy.abs(step).max() < 1e-10:
            break
    return weights


def _loss(weights: Array, inputs: Array, right: Array, start: Array, strength: float) -> float:
    signs = 1 - 2 * right
    misfit = numpy.logaddexp(0.0, signs * (inputs @ weights)).sum()
    return float(misfit + strength / 2 * ((weights - start) ** 2).sum())
