"""A torch network over the token vectors of a batch: what its architectures share."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy
import torch
from spacy.tokens import Doc
from thinc.api import Model, torch2xp, xp2torch
from thinc.types import Floats2d

from ..encoder.listener import read_as_kept
from ..layers.join_batch import join
from ..layers.layer_growth import Rows
from ..layers.network_shim import NetworkShim
from ..torch_defaults import own_precision

InT = TypeVar("InT")
Gather = Callable[[list[int], torch.device], tuple[torch.Tensor, ...]]


def build_on_tokens(
    name: str,
    forward: Callable[..., Any],
    tok2vec: Model[list[Doc], list[Floats2d]],
    build: Callable[..., torch.nn.Module],
    dims: Sequence[str] = ("n_types",),
    **attrs: Any,
) -> Model:
    """Put a network on token vectors. It is built once its sizes are known.

    name (str): Of the model.
    forward (Callable): Its forward function: see `run_network`.
    tok2vec (Model[list[Doc], list[Floats2d]]): Token vectors, usually a listener.
    build (Callable): Makes the network. Takes "width" and "n_labels", and the model's dimensions
        and attributes that begin with "n_" by their names.
    dims (Sequence[str]): Dimensions beside "nO".
    attrs (Any): Attributes.
    RETURNS (Model): Not initialised.
    """
    read_as_kept(tok2vec)
    return Model(
        name,
        forward,
        init=init,
        layers=[tok2vec],
        shims=[NetworkShim(build)],
        dims=dict.fromkeys(["nO", *dims]),
        refs={"tok2vec": tok2vec},
        attrs=attrs,
    )


def init(model: Model, X: Any = None, Y: Any = None) -> None:
    tok2vec = model.get_ref("tok2vec")
    tok2vec.initialize()
    sizes = {"width": tok2vec.get_dim("nO"), "n_labels": model.get_dim("nO")}
    sizes |= {name: model.get_dim(name) for name in model.dim_names if name != "nO"}
    sizes |= {name: value for name, value in model.attrs.items() if name.startswith("n_")}
    cast(NetworkShim, model.shims[0]).create(sizes)


def grow(model: Model, n_outputs: int, rows: Rows, types: Rows = ()) -> None:
    """Give a trained model more outputs, and more entity types: its `attrs["grow"]`.

    model (Model): With a NetworkShim.
    n_outputs (int): All that it has then.
    rows, types (Rows): Where its outputs and types come from, see `layers.growth`.
    """
    model.set_dim("nO", n_outputs, force=True)
    sizes = {"n_labels": n_outputs}
    if "n_types" in model.dim_names:
        model.set_dim("n_types", len(types), force=True)
        sizes["n_types"] = len(types)
    cast(NetworkShim, model.shims[-1]).grow(rows, types, **sizes)


def run_network(
    model: Model[InT, Floats2d], inputs: InT, docs: list[Doc], is_train: bool, gather: Gather | None
) -> tuple[Floats2d, Callable[[Floats2d], InT]]:
    """Run the network on the tokens of all documents at once.

    model (Model): Of `build_on_tokens`; its network takes tokens of shape (n_tokens, width) and
        what `gather` gives.
    inputs (InT): The model's inputs, which its callback returns.
    docs (list[Doc]): The batch.
    is_train (bool): Whether gradients will be asked for.
    gather (Callable | None): Takes the documents' lengths and a device, gives tensors. None if
        there is nothing to score.
    RETURNS (tuple): Scores, and the callback that takes their gradient to `tok2vec`: zeros if
        nothing was scored, as the last head's call starts the encoder's own backward pass.
    """
    vectors, tok2vec_backprop = model.get_ref("tok2vec")(docs, is_train)
    if gather is None:

        def pass_zeros(d_scores: Floats2d) -> InT:
            tok2vec_backprop([numpy.zeros_like(v) for v in vectors])
            return inputs

        return model.ops.alloc2f(0, model.get_dim("nO")), pass_zeros
    shim = cast(NetworkShim, model.shims[0])
    joined = join(model.ops.xp, vectors)
    tokens = xp2torch(joined, requires_grad=is_train, device=shim.device)
    lengths = [len(v) for v in vectors]
    shim._model.train(is_train)
    if not getattr(shim._model, "casts_parts", False):
        tokens = tokens.float() if tokens.dtype == torch.float16 else tokens
    with own_precision(), torch.set_grad_enabled(is_train):
        output = shim._model(tokens, *gather(lengths, tokens.device))

    def backprop(d_scores: Floats2d) -> InT:
        with own_precision():
            output.backward(xp2torch(d_scores, device=shim.device))
        gradient = cast(torch.Tensor, tokens.grad)
        tok2vec_backprop([torch2xp(part) for part in gradient.split(lengths)])
        return inputs

    return cast(Floats2d, torch2xp(output.detach())), backprop
