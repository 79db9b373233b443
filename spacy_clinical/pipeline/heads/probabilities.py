"""Logits to probabilities, and gold labels to target distributions."""

from typing import Any

import numpy

Array = numpy.ndarray[Any, Any]


def softmax(logits: Array, allowed: Array | None = None) -> Array:
    """Turn each row into probabilities.

    logits (Array): Shape (n_rows, n_classes).
    allowed (Array | None): Bool of the same shape: classes that a row may have, one at least.
    RETURNS (Array): Rows that sum to 1, with 0 for what isn't allowed.
    """
    if not len(logits):
        return logits
    masked = logits if allowed is None else numpy.where(allowed, logits, -numpy.inf)
    raised = numpy.exp(masked - masked.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def marginal_loss(logits: Array, allowed: Array) -> tuple[float, Array]:
    """Sum -log of the probability that each row has one of its allowed classes.

    That is cross-entropy where one class is allowed, and nothing where all are.

    logits (Array): Shape (n_rows, n_classes).
    allowed (Array): Bool of the same shape, one at least in each row.
    RETURNS (tuple[float, Array]): The loss and its gradient.
    """
    probabilities = softmax(logits)
    loss = -numpy.log((probabilities * allowed).sum(axis=1) + 1e-12).sum()
    return float(loss), probabilities - softmax(logits, allowed)


def probabilities_of(logits: Array, chosen: Array, rows: int = 8192) -> Array:
    """Give the probability of one class in each row, without the table of all of them.

    logits (Array): Shape (n_rows, n_classes).
    chosen (Array): The class of each row, shape (n_rows,).
    rows (int): Rows to look at at once.
    RETURNS (Array): Shape (n_rows,).
    """
    found = numpy.empty(len(logits), dtype=logits.dtype)
    for start in range(0, len(logits), rows):
        part = softmax(logits[start : start + rows])
        found[start : start + rows] = part[numpy.arange(len(part)), chosen[start : start + rows]]
    return found


def with_none(labels: Array, none: Array) -> Array:
    """Put the class NONE before the labels.

    labels (Array): Shape (n_rows, n_labels).
    none (Array): Value of NONE in each row, shape (n_rows,).
    RETURNS (Array): Shape (n_rows, 1 + n_labels).
    """
    return numpy.concatenate([none[:, None].astype(labels.dtype), labels], axis=1)


def target_distribution(truth: Array) -> Array:
    """Spread each row's gold labels evenly; NONE where there are none.

    truth (Array): 0 or 1, shape (n_rows, n_labels).
    RETURNS (Array): Rows that sum to 1, shape (n_rows, 1 + n_labels).
    """
    counts = truth.sum(axis=1, keepdims=True)
    return with_none(truth / numpy.maximum(counts, 1), counts[:, 0] == 0)
