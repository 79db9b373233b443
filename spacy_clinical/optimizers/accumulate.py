"""Gradients of several batches as one mean, as if they had been one batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from thinc.api import Model, PyTorchShim


class GradientMean:
    """Weighs what is added to gradients by how much data it is the mean of.

    Each backward pass gives the gradient of a mean over its batch, and gradients of several passes
    add up. Their sum is not the gradient of the mean over all: that one needs weights.

    seen (int): Units, such as tokens, that the gradients so far are the mean of.
    """

    def __init__(self) -> None:
        self.seen = 0

    @contextmanager
    def adding(self, model: Model, count: int) -> Iterator[None]:
        """Surround a backward pass. The first after `reset` costs nothing.

        model (Model): Its gradients are changed in place.
        count (int): Units of the batch.
        """
        if self.seen and next(_gradients(model), None) is None:
            self.reset()
        if self.seen and count:
            _scale(model, self.seen / count)
        yield
        if self.seen and count:
            _scale(model, count / (self.seen + count))
        self.seen += count

    def reset(self) -> None:
        """Begin anew: the gradients were used, or thrown away."""
        self.seen = 0


def _scale(model: Model, factor: float) -> None:
    for gradient in _gradients(model):
        gradient *= factor


def _gradients(model: Model) -> Iterator[Any]:
    """All gradients of a model's arrays and of its torch networks."""
    for node in model.walk():
        for name in node.param_names:
            if node.has_grad(name):
                yield node.get_grad(name)
        for shim in node.shims:
            if isinstance(shim, PyTorchShim) and shim._model is not None:
                yield from (p.grad for p in shim._model.parameters() if p.grad is not None)
