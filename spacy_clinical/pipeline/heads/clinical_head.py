"""What all heads on the shared encoder have in common: how they learn and let vectors go."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Self

from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from spacy.training import Example, validate_examples
from spacy.util import minibatch
from spacy.vocab import Vocab
from thinc.api import Model, Optimizer, set_dropout_rate
from thinc.types import Floats2d

from ...docs import install_extensions
from ...encoder.memory_release import trim_after
from ...optimizers.accumulate import GradientMean
from ..component_order import OrderCheck
from ..failing_notes import annotate_sound
from ..pipeline_link import PipelineLink
from .vector_release import drop_vectors, is_last_reader


class ClinicalHead(TrainablePipe):
    """A component that reads the encoder through a listener.

    A subclass gives `learn`: the forward pass, the loss, and always a backward pass, be it of
    zeros. A head that skipped it would take the whole batch's gradient from the encoder, as only
    the last head's call starts the encoder's own backward pass.

    The gradient that it sends back must be one of a sum over the batch, divided by the batch's
    tokens (and any constant). Then accumulated batches weigh the same in all heads and the
    encoder, and give what they would have given as one batch.
    """

    link: PipelineLink | None = None
    order = OrderCheck()

    def __init__(
        self,
        vocab: Vocab,
        model: Model[Any, Floats2d],
        name: str,
        *,
        cfg: dict[str, Any],
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        self.vocab = vocab
        self.model = model
        self.name = name
        self.cfg = cfg
        self.scorer = scorer
        install_extensions()

    def within(self, nlp: Language) -> Self:
        """Remember the pipeline, so that its last head knows when vectors can go.

        nlp (Language): The pipeline; not kept alive.
        RETURNS (ClinicalHead): The component.
        """
        self.link, self.order = PipelineLink(nlp), OrderCheck(nlp)
        return self

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a document.

        doc (Doc): The document.
        RETURNS (Doc): The same; without the encoder's vectors, if this is their last reader. None
            if it failed and the error handler doesn't raise.
        """
        return next(self.pipe([doc]), None)  # type: ignore[arg-type,return-value]

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Annotate documents, as `__call__` does.

        stream (Iterable[Doc]): The documents.
        batch_size (int): How many to annotate at once.
        YIELDS (Doc): The documents in order, but for those that fail.
        """
        self.order.tell()
        is_last = self._is_last_reader()
        for docs in minibatch(stream, size=batch_size):
            for doc in annotate_sound(self, docs):
                if is_last:
                    drop_vectors([doc])
                trim_after(len(doc))
                yield doc

    def _is_last_reader(self) -> bool:
        return self.link is not None and is_last_reader(self.link.get(), self)

    @property
    def key(self) -> str:
        """RETURNS (str): The span group of the mentions."""
        return self.cfg["spans_key"]

    @property
    def lowest(self) -> dict[str, float]:
        """RETURNS (dict[str, float]): The score that each label's predictions need."""
        single, common = self.cfg["thresholds"], self.cfg["threshold"]
        return {label: single.get(label, common) for label in self.labels}

    @cached_property
    def mean(self) -> GradientMean:
        """RETURNS (GradientMean): Of the batches since the last step."""
        return GradientMean()

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
        n_tokens = sum(len(eg.predicted) for eg in examples)
        if not n_tokens:
            return losses
        set_dropout_rate(self.model, drop)
        with self.mean.adding(self.model, n_tokens):
            losses[self.name] += self.learn(examples)
        if sgd not in (None, False):
            self.finish_update(sgd)
        return losses

    def finish_update(self, sgd: Optimizer) -> None:
        """Use the gradients of the batches since the last step.

        sgd (Optimizer): Updates the weights.
        """
        super().finish_update(sgd)
        self.mean.reset()

    def learn(self, examples: list[Example]) -> float:
        """Run a batch forward and backward.

        examples (list[Example]): The batch; one predicted document at least has tokens.
        RETURNS (float): The summed loss.
        """
        method = f"{type(self).__name__}.learn"
        raise NotImplementedError(f"{method} must be given: see {__name__}")
