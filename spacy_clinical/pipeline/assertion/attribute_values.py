"""Logits of all attributes' values, side by side: loss, best values, temperatures."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from ...attributes import Scheme
from ..heads.probabilities import softmax
from ..heads.temperature_scaling import fit_temperature
from .mention_instances import UNKNOWN

Array = numpy.ndarray[Any, Any]


def blocks(scheme: Scheme) -> list[slice]:
    """RETURNS (list[slice]): The columns of each attribute's values."""
    ends = numpy.cumsum([len(type.values) for type in scheme.types]).tolist()
    return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def cross_entropy(logits: Array, truth: Array, scheme: Scheme) -> tuple[float, Array]:
    """Sum the loss of each attribute over the mentions whose value is known.

    logits (Array): Shape (n_mentions, values of all attributes).
    truth (Array): Number of each attribute's gold value or UNKNOWN, shape (n_mentions, n_types).
    scheme (Scheme): The attributes.
    RETURNS (tuple[float, Array]): The summed loss, and the gradient of the loss that is averaged
        over mentions for each attribute, of the logits' shape.
    """
    loss, gradient = 0.0, numpy.zeros_like(logits)
    for k, block in enumerate(blocks(scheme)):
        rows = numpy.flatnonzero(truth[:, k] != UNKNOWN)
        probabilities = softmax(logits[rows, block])
        gold = numpy.arange(len(rows)), truth[rows, k]
        loss -= float(numpy.log(probabilities[gold] + 1e-12).sum())
        probabilities[gold] -= 1.0
        gradient[rows, block] = probabilities / max(1, len(rows))
    return loss, gradient


def best_values(
    logits: Array,
    scheme: Scheme,
    temperatures: Mapping[str, float],
    counts: Mapping[str, Sequence[int]],
    balance: float,
) -> tuple[Array, Array]:
    """Choose a value of each attribute: the most likely one, rare values favoured as asked.

    The choice maximises log p - balance * log count, the logit adjustment of Menon et al. (2021).
    It serves the mean of the values' F1 where the most likely value serves accuracy.

    logits (Array): Shape (n_mentions, values of all attributes).
    scheme (Scheme): The attributes.
    temperatures (Mapping[str, float]): By attribute; 1 where missing.
    counts (Mapping[str, Sequence[int]]): How often each value stands in the training data, by
        attribute, 1 at least; nothing is favoured where missing.
    balance (float): 0 for the most likely value, 1 as if all values were equally frequent.
    RETURNS (tuple[Array, Array]): Numbers of the values, and their probabilities, shape
        (n_mentions, n_types).
    """
    chosen, certain = [], []
    for type, block in zip(scheme.types, blocks(scheme), strict=True):
        scaled = logits[:, block] / temperatures.get(type.name, 1.0)
        favour = balance * numpy.log(counts.get(type.name, [1] * len(type.values)))
        best = (scaled - favour).argmax(axis=1)
        chosen.append(best)
        certain.append(softmax(scaled)[numpy.arange(len(best)), best])
    return numpy.column_stack(chosen), numpy.column_stack(certain)


def count_values(truth: Array, scheme: Scheme) -> dict[str, list[int]]:
    """Count how often each value stands in training data, each one time more than it does.

    truth (Array): Number of each attribute's gold value or UNKNOWN, shape (n_mentions, n_types).
    scheme (Scheme): The attributes.
    RETURNS (dict[str, list[int]]): The counts, by attribute.
    """
    found = {}
    for k, type in enumerate(scheme.types):
        known = truth[truth[:, k] != UNKNOWN, k]
        found[type.name] = (1 + numpy.bincount(known, minlength=len(type.values))).tolist()
    return found


def fit_temperatures(logits: Array, truth: Array, scheme: Scheme) -> dict[str, float]:
    """Fit how sure each attribute's scores are.

    logits, truth (Array): As for `cross_entropy`, of mentions that weren't learned from.
    scheme (Scheme): The attributes.
    RETURNS (dict[str, float]): A temperature for each.
    """
    found = {}
    for k, (type, block) in enumerate(zip(scheme.types, blocks(scheme), strict=True)):
        rows = numpy.flatnonzero(truth[:, k] != UNKNOWN)
        found[type.name] = fit_temperature(logits[rows, block], truth[rows, k])
    return found
