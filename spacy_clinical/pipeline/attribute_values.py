"""Logits of all attributes' values, side by side: loss, best values, temperatures."""

from collections.abc import Mapping
from typing import Any

import numpy

from ..attributes import Scheme
from .mention_instances import UNKNOWN
from .probabilities import softmax
from .temperature import fit_temperature

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
    logits: Array, scheme: Scheme, temperatures: Mapping[str, float]
) -> tuple[Array, Array]:
    """Choose the most likely value of each attribute.

    logits (Array): Shape (n_mentions, values of all attributes).
    scheme (Scheme): The attributes.
    temperatures (Mapping[str, float]): By attribute; 1 where missing.
    RETURNS (tuple[Array, Array]): Numbers of the values, and their probabilities, shape
        (n_mentions, n_types).
    """
    chosen, certain = [], []
    for type, block in zip(scheme.types, blocks(scheme), strict=True):
        probabilities = softmax(logits[:, block] / temperatures.get(type.name, 1.0))
        chosen.append(probabilities.argmax(axis=1))
        certain.append(probabilities.max(axis=1))
    return numpy.column_stack(chosen), numpy.column_stack(certain)


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
