"""The layer that reads an encoder's vectors, and in training hands gradients back."""

from collections.abc import Callable
from typing import Any

from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d

from ..errors import EncoderError, Errors
from .pooling import to_pieces, token_vectors
from .token_data import EXTENSION

InT = list[Doc]
OutT = list[Floats2d]
NAME = "transformer-listener"  # of spacy-transformers' listeners, and of ours


class ClinicalListener(Model[InT, OutT]):
    """Reads what an encoder's component has found, or hands it over in training.

    Only between `initialize` and the first batch, when spaCy infers shapes from documents that no
    encoder has seen, are missing vectors zeros.

    upstream_name (str): As for `build_listener`.
    grad_factor (float): Likewise.
    branch (bool): Likewise.
    """

    def __init__(self, upstream_name: str, grad_factor: float, branch: bool = False):
        Model.__init__(self, NAME, forward, init=_expect_shapes, dims={"nO": None})
        self.attrs.update({"grad_factor": grad_factor, "as_kept": False, "branch": branch})
        self.upstream_name = upstream_name
        self.is_new = False
        self._batch_id: int | None = None
        self._outputs: Any = None
        self._backprop: Any = None

    @staticmethod
    def get_batch_id(docs: InT) -> int:
        """RETURNS (int): A number that batches of other words don't have."""
        return sum(token.orth for doc in docs for token in doc)

    def receive(self, batch_id: int, outputs: Any, backprop: Any) -> None:
        """Take a batch of training.

        batch_id (int): Of its documents.
        outputs (list[TokenData]): What the encoder gives for them.
        backprop (Callable): Takes the gradients.
        """
        self.is_new = False
        self._batch_id, self._outputs, self._backprop = batch_id, outputs, backprop

    def backprop_and_clear(self, *args: Any, **kwargs: Any) -> Any:
        """Hand gradients back, and forget the batch."""
        backprop = self._backprop
        self._batch_id = self._outputs = self._backprop = None
        return backprop(*args, **kwargs) if backprop is not None else None

    def get_dim(self, name: str) -> int:
        """RETURNS (int): As Model's. Raises EncoderError where no encoder has told its width."""
        if self.has_dim(name) is None:
            raise EncoderError(Errors.SC242.format(upstream=self.upstream_name))
        return int(super().get_dim(name))

    def verify_inputs(self, docs: InT) -> None:
        """Raise EncoderError for other documents than those of the batch."""
        if self._batch_id != self.get_batch_id(docs):
            raise EncoderError(Errors.SC237.format(docs=len(docs)))


def _expect_shapes(model: Any, X: Any = None, Y: Any = None) -> None:
    model.is_new = True


def forward(model: Any, docs: InT, is_train: bool) -> tuple[OutT, Callable[[OutT], Any]]:
    datas, listener_backprop = _listen_or_raise(model, docs, is_train)
    width, factor = model.get_dim("nO"), model.attrs["grad_factor"]
    ops, branch = model.ops, model.attrs["branch"]
    vectors = [
        ops.alloc2f(len(doc), width) if _is_empty(d) else token_vectors(ops, d, branch=branch)
        for doc, d in zip(docs, datas, strict=True)
    ]
    if not model.attrs["as_kept"]:
        vectors = [ops.asarray2f(array) for array in vectors]

    def backprop(d_vectors: OutT) -> Any:
        pairs = zip(datas, d_vectors, strict=True)
        return listener_backprop(
            [to_pieces(ops, d, v * factor, branch) for d, v in pairs if not _is_empty(d)]
        )

    return vectors, backprop


def _listen_or_raise(model: Any, docs: InT, is_train: bool) -> tuple[list[Any], Callable]:
    if is_train and model._batch_id is not None:
        model.verify_inputs(docs)
        return model._outputs, model.backprop_and_clear
    found = [doc._.trf_data if doc.has_extension(EXTENSION) else None for doc in docs]
    missing = sum(len(doc) > 0 and data is None for doc, data in zip(docs, found, strict=True))
    if missing and (is_train or not model.is_new):
        raise EncoderError(Errors.SC205.format(missing=missing, docs=len(docs)))
    return found, _drop


def _drop(gradients: list[Any]) -> list[Any]:
    return []


def _is_empty(data: Any) -> bool:
    return data is None or "last_hidden_state" not in data.model_output
