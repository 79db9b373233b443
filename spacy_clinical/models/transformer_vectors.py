"""An encoder of a component's own: what takes a listener's place in `replace_listeners`."""

from collections.abc import Callable
from typing import Any, cast

from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d

from ..encoder.encoder_output import CompactBatch
from ..encoder.pooling import token_vectors
from ..encoder.token_data import TokenData

InT = list[Doc]
OutT = list[Floats2d]


def build_transformer_vectors(
    transformer: Model[list[Doc], CompactBatch], grad_factor: float = 1.0, branch: bool = False
) -> Model[InT, OutT]:
    """Encode documents and give one vector a token, as a listener does, with no one else.

    transformer (Model[list[Doc], CompactBatch]): A `spacy-clinical.TransformerModel.v1`.
    grad_factor (float): Weight of the gradient in the encoder.
    branch (bool): Read the encoder's branch.
    RETURNS (Model[list[Doc], list[Floats2d]]): Arrays of shape (n_tokens, width).
    """
    return Model(
        "transformer_vectors",
        forward,
        init=init,
        layers=[transformer],
        dims={"nO": transformer.maybe_get_dim("nO")},
        attrs={"grad_factor": grad_factor, "branch": branch},
    )


def init(model: Model[InT, OutT], X: Any = None, Y: Any = None) -> None:
    model.layers[0].initialize()
    model.set_dim("nO", model.layers[0].get_dim("nO"))


def forward(model: Model[InT, OutT], docs: InT, is_train: bool) -> tuple[OutT, Callable]:
    batch, encoder_backprop = model.layers[0](docs, is_train)
    width, factor, ops = model.get_dim("nO"), model.attrs["grad_factor"], model.ops
    datas, branch = batch.doc_data, model.attrs["branch"]
    vectors = [
        ops.asarray2f(token_vectors(ops, d, branch=branch)) if len(doc) else ops.alloc2f(0, width)
        for doc, d in zip(docs, datas, strict=True)
    ]

    def backprop(d_vectors: OutT) -> InT:
        pairs = zip(cast(list[TokenData], datas), d_vectors, strict=True)
        found = [d.gradient(cast(Any, v * factor), of_branch=branch) for d, v in pairs if len(v)]
        return encoder_backprop(batch.unsplit_by_doc([list(d.tensors) for d in found]))

    return vectors, backprop


def replace_listener(transformer: Model, listener: Model, component: Any) -> Model[InT, OutT]:
    """RETURNS (Model): For spaCy's `replace_listeners`, given a copy of the transformer's model."""
    factor, branch = listener.attrs.get("grad_factor", 1.0), listener.attrs.get("branch", False)
    return build_transformer_vectors(transformer, factor, branch)


def replace_listener_cfg(transformer: dict[str, Any], listener: dict[str, Any]) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): How a config describes what has replaced a listener."""
    return {
        "@architectures": "spacy-clinical.TransformerVectors.v1",
        "transformer": transformer,
        "grad_factor": listener.get("grad_factor", 1.0),
        "branch": listener.get("branch", False),
    }
