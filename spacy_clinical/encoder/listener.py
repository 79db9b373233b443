"""Token vectors for a component, from the one encoder pass of the pipeline."""

from collections.abc import Callable
from typing import Any, cast

from spacy.tokens import Doc
from spacy_transformers.data_classes import TransformerData
from spacy_transformers.layers.listener import TransformerListener, _empty_backprop
from spacy_transformers.layers.listener import forward as listen
from thinc.api import Model
from thinc.types import Floats2d
from transformers.file_utils import ModelOutput

from ..errors import EncoderError, Errors
from .encoder_output import TokenData

InT = list[Doc]
OutT = list[Floats2d]


def build_listener(
    grad_factor: float = 1.0, upstream: str = "*", branch: bool = False
) -> Model[InT, OutT]:
    """Connect a component to the `transformer` before it: one vector a token.

    A token's vector is the mean of its wordpieces' vectors; a token without wordpieces (white
    space) gets zeros. Unlike the stock listener, it refuses documents that no transformer saw.

    grad_factor (float): Weight of this component's gradient in the encoder.
    upstream (str): Name of the transformer component, or "*".
    branch (bool): Read the encoder's branch, see `spacy-clinical.branch_encoder.v1`.
    RETURNS (Model[list[Doc], list[Floats2d]]): Arrays of shape (n_tokens, width).
    """
    return ClinicalListener(upstream, grad_factor, branch)


class ClinicalListener(TransformerListener):
    """The stock listener, less its silence when the encoder's output is missing, and its pooling.

    Only between `initialize` and the first batch, when spaCy infers shapes from documents that no
    encoder has seen, are missing vectors zeros.
    """

    def __init__(self, upstream_name: str, grad_factor: float, branch: bool = False):
        super().__init__(upstream_name)
        self._func = forward
        self.init = _expect_shapes
        self.attrs.update({"grad_factor": grad_factor, "as_kept": False, "branch": branch})
        self.is_new = False

    def receive(self, batch_id: Any, outputs: Any, backprop: Any) -> None:
        self.is_new = False
        super().receive(batch_id, outputs, backprop)


def read_as_kept(tok2vec: Model[InT, OutT]) -> None:
    """Let a listener give vectors of 16 bits where the encoder keeps such, because what reads them
    is ours and casts a part at a time. Others get float32.

    tok2vec (Model[list[Doc], list[Floats2d]]): Changed in place; no listener stays as it is.
    """
    if isinstance(tok2vec, ClinicalListener):
        tok2vec.attrs["as_kept"] = True


def _expect_shapes(model: Any, X: Any = None, Y: Any = None) -> None:
    model.is_new = True


def forward(model: Any, docs: InT, is_train: bool) -> tuple[OutT, Callable[[OutT], Any]]:
    datas, listener_backprop = _listen_or_raise(model, docs, is_train)
    width, factor = model.get_dim("nO"), model.attrs["grad_factor"]
    ops, branch = model.ops, model.attrs["branch"]
    vectors = [
        ops.alloc2f(0, width) if _is_empty(d) else token_vectors(ops, d, branch=branch)
        for d in datas
    ]
    if not model.attrs["as_kept"]:
        vectors = [ops.asarray2f(array) for array in vectors]

    def backprop(d_vectors: OutT) -> Any:
        pairs = zip(datas, d_vectors, strict=True)
        return listener_backprop(
            [_to_pieces(ops, d, v * factor, branch) for d, v in pairs if not _is_empty(d)]
        )

    return vectors, backprop


def token_vectors(ops: Any, data: TransformerData, *, branch: bool) -> Floats2d:
    """Read or pool one vector a token.

    ops (Ops): The array operations.
    data (TransformerData): One document's vectors, our own or the stock transformer's.
    branch (bool): Read the branch; raises EncoderError where there is none.
    RETURNS (Floats2d): Shape (n_tokens, width).
    """
    if branch:
        found = data.branch if isinstance(data, TokenData) else None
        if found is None:
            raise EncoderError(Errors.SC236)
        return found
    return data.vectors if isinstance(data, TokenData) else pool(ops, data)


def _to_pieces(
    ops: Any, data: TransformerData, d_tokens: Floats2d, branch: bool
) -> TransformerData:
    if isinstance(data, TokenData):
        return data.gradient(d_tokens, of_branch=branch)
    return unpool(ops, data, d_tokens)


def pool(ops: Any, data: TransformerData) -> Floats2d:
    """Average the wordpieces of each token.

    ops (Ops): The array operations.
    data (TransformerData): One document's wordpiece vectors and alignment.
    RETURNS (Floats2d): Shape (n_tokens, width).
    """
    pieces = _pieces(data)
    rows = pieces[ops.asarray1i(data.align.dataXd)]
    return ops.reduce_mean(rows, ops.asarray1i(data.align.lengths))


def unpool(ops: Any, data: TransformerData, d_tokens: Floats2d) -> TransformerData:
    """Hand the gradient of tokens back to their wordpieces; what two tokens share adds up.

    ops (Ops): The array operations.
    data (TransformerData): As it was pooled.
    d_tokens (Floats2d): Shape (n_tokens, width).
    RETURNS (TransformerData): The gradient of the wordpieces' vectors.
    """
    lengths = ops.asarray1i(data.align.lengths)
    d_pieces = ops.alloc2f(*_pieces(data).shape)
    d_rows = ops.backprop_reduce_mean(d_tokens, lengths)
    ops.scatter_add(d_pieces, ops.asarray1i(data.align.dataXd), d_rows)
    shape = cast(Any, data.model_output["last_hidden_state"]).shape
    output = ModelOutput(last_hidden_state=d_pieces.reshape(shape))
    return TransformerData(data.wordpieces, output, data.align)


def _listen_or_raise(
    model: Any, docs: InT, is_train: bool
) -> tuple[list[TransformerData], Callable[[list[TransformerData]], Any]]:
    if not model.is_new and (not is_train or model._batch_id is None):
        missing = sum(len(doc) > 0 and doc._.trf_data is None for doc in docs)
        if missing:
            raise EncoderError(Errors.SC205.format(missing=missing, docs=len(docs)))
        empty = TransformerData.empty()
        return [doc._.trf_data or empty for doc in docs], _empty_backprop
    return listen(model, docs, is_train)


def _is_empty(data: TransformerData) -> bool:
    return "last_hidden_state" not in data.model_output


def _pieces(data: TransformerData) -> Any:
    """One document's wordpiece vectors, shape (n_pieces, width)."""
    hidden = cast(Any, data.model_output["last_hidden_state"])
    return hidden.reshape(-1, hidden.shape[-1])
