"""A torch network over the token vectors of a batch: what its architectures share."""

from collections.abc import Callable
from typing import Any, cast

import numpy
import torch
from spacy.tokens import Doc
from thinc.api import Model, torch2xp, xp2torch
from thinc.types import Floats2d

from ..layers.growth import Rows
from ..layers.join import join
from ..layers.network_shim import NetworkShim

Gather = Callable[[list[int], torch.device], tuple[torch.Tensor, ...]]


def create_network(model: Model, *names: str, **sizes: Any) -> None:
    """Build the network of a model once its sizes are known.

    model (Model): With a `tok2vec` and a NetworkShim.
    names (str): Dimensions of the model that the network takes as sizes.
    sizes (Any): Further sizes. "width" and "n_labels" are the model's own.
    """
    tok2vec = model.get_ref("tok2vec")
    tok2vec.initialize()
    known = {"width": tok2vec.get_dim("nO"), "n_labels": model.get_dim("nO")}
    known.update({name: model.get_dim(name) for name in names})
    cast(NetworkShim, model.shims[0]).create({**known, **sizes})


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
    model: Model, docs: list[Doc], is_train: bool, gather: Gather | None
) -> tuple[Floats2d, Callable[[Floats2d], None]]:
    """Run the network on the tokens of all documents at once.

    model (Model): With a `tok2vec` and a NetworkShim, whose network takes tokens of shape
        (n_tokens, width) and what `gather` gives.
    docs (list[Doc]): The batch.
    is_train (bool): Whether gradients will be asked for.
    gather (Callable | None): Takes the documents' lengths and a device, gives tensors. None if
        there is nothing to score.
    RETURNS (tuple): Scores, and the callback that takes their gradient to `tok2vec`: zeros if
        nothing was scored, as the last head's call starts the encoder's own backward pass.
    """
    vectors, tok2vec_backprop = model.get_ref("tok2vec")(docs, is_train)
    if gather is None:
        nothing = model.ops.alloc2f(0, model.get_dim("nO"))
        return nothing, lambda _: tok2vec_backprop([numpy.zeros_like(v) for v in vectors])
    shim = cast(NetworkShim, model.shims[0])
    joined = join(model.ops.xp, vectors)
    tokens = xp2torch(joined, requires_grad=is_train, device=shim.device)
    lengths = [len(v) for v in vectors]
    shim._model.train(is_train)
    with torch.set_grad_enabled(is_train):
        output = shim._model(tokens, *gather(lengths, tokens.device))

    def backprop(d_scores: Floats2d) -> None:
        output.backward(xp2torch(d_scores, device=shim.device))
        gradient = cast(torch.Tensor, tokens.grad)
        tok2vec_backprop([torch2xp(part) for part in gradient.split(lengths)])

    return cast(Floats2d, torch2xp(output.detach())), backprop
