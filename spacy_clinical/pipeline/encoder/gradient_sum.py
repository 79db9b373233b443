"""The gradients that the heads of a pipeline send back to its one encoder."""

from collections.abc import Callable
from typing import Any

from thinc.api import Optimizer

from ...encoder.encoder_output import CompactBatch


class GradientSum:
    """Adds up what listeners send, and sends the sum on when the last one has.

    component (Any): The encoder's component.
    batch (CompactBatch): What it gave.
    backprop (Callable): Of its model.
    sgd (Optimizer | None): Updates the model then.
    losses (dict[str, float]): Takes the sum of squares.
    """

    def __init__(
        self,
        component: Any,
        batch: CompactBatch,
        backprop: Callable[[CompactBatch], Any],
        sgd: Optimizer | None,
        losses: dict[str, float],
    ):
        self.component, self.batch, self.backprop = component, batch, backprop
        self.sgd, self.losses = sgd, losses
        self.sums: list[list[Any]] = []

    def add(self, gradients: list[Any]) -> None:
        """Take the gradients of one listener.

        gradients (list[TokenData]): Of the documents that have tokens.
        """
        arrays = [list(gradient.tensors) for gradient in gradients]
        squares = (float((array**2).sum()) for own in arrays for array in own)
        self.losses[self.component.name] += sum(squares)
        if not self.sums:
            self.sums = arrays
            return
        for sums, own in zip(self.sums, arrays, strict=True):
            for total, array in zip(sums, own, strict=True):
                total += array

    def finish(self, gradients: list[Any]) -> Any:
        """Take those of the last listener, and send all on.

        gradients (list[TokenData]): As for `add`.
        RETURNS (Any): What the model's backprop returns.
        """
        self.add(gradients)
        found = self.backprop(self.batch.unsplit_by_doc(self.sums))
        self.sums = []
        if self.sgd is not None:
            self.component.model.finish_update(self.sgd)
        return found
