"""How sure a classifier may sound: one number that divides its logits (Guo et al. 2017)."""

from typing import Any

import numpy

from .probabilities import softmax

Array = numpy.ndarray[Any, Any]
LOW, HIGH = 0.1, 10.0
STEPS = 30
_GOLDEN = (5**0.5 - 1) / 2


def fit_temperature(logits: Array, truth: Array) -> float:
    """Find the temperature under which the gold classes are most likely.

    The loss is convex in the inverse of the temperature, so golden section search finds its one
    minimum.

    logits (Array): Of examples that the classifier didn't learn from, shape (n, n_classes).
    truth (Array): Their gold classes, shape (n,).
    RETURNS (float): Between LOW and HIGH; 1 if there are no examples.
    """
    if not len(truth):
        return 1.0
    low, high = 1 / HIGH, 1 / LOW
    for _ in range(STEPS):
        step = _GOLDEN * (high - low)
        left, right = high - step, low + step
        if _loss(logits * left, truth) <= _loss(logits * right, truth):
            high = right
        else:
            low = left
    return 2 / (low + high)


def _loss(logits: Array, truth: Array) -> float:
    chosen = softmax(logits)[numpy.arange(len(truth)), truth]
    return float(-numpy.log(chosen + 1e-12).mean())
