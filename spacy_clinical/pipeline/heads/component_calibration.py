"""Lines for the scores of a component: fitted on a corpus, checked on it, kept in its settings."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from ...scoring.scored_predictions import Prediction
from .platt_scaling import Line, Lines, calibrate, fit_lines

Array = numpy.ndarray[Any, Any]

DIGITS = 6  # no more than a saved pipeline keeps
ENOUGH = 20  # right and wrong predictions, of all labels together
FOLDS = 5


def is_enough(predictions: Sequence[Prediction]) -> bool:
    """RETURNS (bool): Whether there are enough right and wrong predictions to fit on."""
    right = sum(found.right for found in predictions)
    return min(right, len(predictions) - right) >= ENOUGH


def fit(predictions: Sequence[Prediction], labels: Sequence[str]) -> dict[str, Line]:
    """Fit a line of each label.

    predictions (Sequence[Prediction]): With scores that no line has changed.
    labels (Sequence[str]): All labels of the component.
    RETURNS (dict[str, Line]): By label, with as many digits as a saved pipeline keeps.
    """
    own = {label: [p for p in predictions if p.label == label] for label in labels}
    scores = {label: numpy.asarray([p.score for p in found]) for label, found in own.items()}
    right = {label: numpy.asarray([p.right for p in found]) for label, found in own.items()}
    fitted = fit_lines(scores, right, labels)
    return {
        label: Line(round(line.slope, DIGITS), round(line.offset, DIGITS))
        for label, line in fitted.items()
    }


def cross_fit(predictions: Sequence[Prediction], labels: Sequence[str]) -> list[Prediction]:
    """Calibrate each document's predictions by lines that were fitted on other documents.

    predictions (Sequence[Prediction]): With scores that no line has changed.
    labels (Sequence[str]): All labels of the component.
    RETURNS (list[Prediction]): The same with such scores.
    """
    found = list(predictions)
    for fold in range(FOLDS):
        lines = fit([p for p in predictions if p.doc % FOLDS != fold], labels)
        places = [i for i, p in enumerate(predictions) if p.doc % FOLDS == fold]
        for i, new in zip(places, apply([predictions[i] for i in places], lines), strict=True):
            found[i] = new
    return found


def apply(predictions: Sequence[Prediction], lines: Lines) -> list[Prediction]:
    """RETURNS (list[Prediction]): The predictions with calibrated scores."""
    scores = calibrate([p.score for p in predictions], [p.label for p in predictions], lines)
    return [p._replace(score=float(x)) for p, x in zip(predictions, scores, strict=True)]


def set_lines(cfg: dict[str, Any], lines: Lines, lowest: Mapping[str, float]) -> None:
    """Give a component lines, and move its thresholds along, so that it finds what it found before.

    cfg (dict[str, Any]): Its settings, which are changed.
    lines (Mapping[str, Sequence[float]]): By label.
    lowest (Mapping[str, float]): Each label's threshold, of scores that no line has changed.
    """
    cfg["calibration"] = {label: list(line) for label, line in lines.items()}
    inner = [label for label, value in lowest.items() if label in lines and 0 < value < 1]
    moved = calibrate([lowest[label] for label in inner], inner, lines)
    floors = {x: round_down(float(value)) for x, value in zip(inner, moved, strict=True)}
    cfg["thresholds"] = {label: floors.get(label, value) for label, value in lowest.items()}


def round_down(score: float) -> float:
    """RETURNS (float): As many digits as a saved pipeline keeps, never above the score itself."""
    return math.floor(score * 10**DIGITS) / 10**DIGITS
