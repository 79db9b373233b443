"""What all heads on the shared encoder have in common: how they learn."""

from collections.abc import Iterable
from typing import Any

from spacy.pipeline import TrainablePipe
from spacy.training import Example, validate_examples
from thinc.api import Optimizer, set_dropout_rate


class ClinicalHead(TrainablePipe):
    """A component that reads the encoder through a listener.

    A subclass gives `learn`: the forward pass, the loss, and always a backward pass, be it of
    zeros. A head that skipped it would take the whole batch's gradient from the encoder, as only
    the last head's call starts the encoder's own backward pass.
    """

    cfg: dict[str, Any]

    @property
    def key(self) -> str:
        """RETURNS (str): The span group of the mentions."""
        return self.cfg["spans_key"]

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """Learn from a batch.

        examples (Iterable[Example]): The batch.
        drop (float): The dropout rate.
        sgd (Optimizer | None): Updates the weights if given.
        losses (dict[str, float] | None): Updated under the component's name.
        RETURNS (dict[str, float]): The losses.
        """
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = list(examples)
        validate_examples(examples, f"{type(self).__name__}.update")
        if not any(len(eg.predicted) for eg in examples):
            return losses
        set_dropout_rate(self.model, drop)
        losses[self.name] += self.learn(examples)
        if sgd not in (None, False):
            self.finish_update(sgd)
        return losses

    def learn(self, examples: list[Example]) -> float:
        """Run a batch forward and backward.

        examples (list[Example]): The batch; one predicted document at least has tokens.
        RETURNS (float): The summed loss.
        """
        method = f"{type(self).__name__}.learn"
        raise NotImplementedError(f"{method} must be given: see {__name__}")
