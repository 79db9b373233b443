"""A threshold that each pair learns for itself: the logit of a class beside the labels.

The adaptive thresholding loss of Zhou et al. (2021, ATLOP): a pair's gold labels should lie above
its threshold, and its other labels below.
"""

from typing import Any

import numpy

from .probabilities import softmax, with_none

Array = numpy.ndarray[Any, Any]


def adaptive_loss(logits: Array, truth: Array, mask: Array) -> tuple[float, Array]:
    """Compare each label with the threshold.

    logits (Array): Of the threshold and the labels, shape (n_pairs, 1 + n_labels).
    truth (Array): 0 or 1, shape (n_pairs, n_labels).
    mask (Array): Bool: labels that a pair may have, shape (n_pairs, n_labels).
    RETURNS (tuple[float, Array]): The summed loss, and its gradient of the logits' shape.
    """
    if not len(logits):
        return 0.0, numpy.zeros_like(logits)
    threshold = numpy.ones(len(logits))
    gold = with_none((truth > 0) & mask, threshold).astype(bool)
    others = with_none((truth == 0) & mask, threshold).astype(bool)
    over, under = softmax(logits, gold), softmax(logits, others)
    many = gold[:, 1:].sum(axis=1, keepdims=True)
    positives = numpy.where(gold, numpy.log(over + 1e-12), 0.0)[:, 1:]
    loss = -positives.sum() - numpy.log(under[:, 0] + 1e-12).sum()
    gradient = many * over - with_none(gold[:, 1:].astype("f"), 0 * threshold) + under
    gradient[:, 0] -= 1
    return float(loss), gradient.astype("f")


def label_scores(logits: Array) -> Array:
    """Tell how likely each label lies above the threshold.

    logits (Array): Of the threshold and the labels, shape (n_pairs, 1 + n_labels).
    RETURNS (Array): In 0..1, 0.5 at the threshold, shape (n_pairs, n_labels).
    """
    return 1 / (1 + numpy.exp(numpy.clip(logits[:, :1] - logits[:, 1:], -60, 60)))
