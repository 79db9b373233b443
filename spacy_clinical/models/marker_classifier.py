"""Scores of candidate pairs from an encoder of their own, in which they are marked."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import numpy
import torch
from spacy.tokens import Doc
from thinc.api import Model, torch2xp, xp2torch
from thinc.types import Floats2d, Ints2d

from ..encoder.encoder_shim import EncoderShim
from ..encoder.marked_texts import check_architecture, encode_marked
from ..encoder.marker_packing import Pack, pack_pairs
from ..encoder.weights import EncoderWeights
from ..encoder.wordpieces import tokenize
from ..layers.marker_network import MarkerNetwork
from ..layers.network_shim import NetworkShim
from ..torch_defaults import own_precision
from .token_networks import grow

# Documents; for each its mentions (start, end, type) and pairs (head, tail, features).
InT = tuple[list[Doc], list[Ints2d], list[Ints2d]]
OutT = Floats2d


def build_marker_classifier(
    weights: EncoderWeights,
    window: int = 384,
    max_pairs: int = 64,
    max_padded: int = 4096,
    hidden: int = 256,
    dropout: float = 0.1,
    rate: float = 1.0,
    precision: str = "float32",
    train_precision: str = "auto",
    frozen_layers: int | None = None,
    layer_decay: float = 1.0,
    overrides: dict[str, Any] | None = None,
) -> Model[InT, OutT]:
    """Classify pairs of mentions that an encoder has seen marked: the accurate and dear way.

    It has an encoder of its own, which reads each text once more together with four markers for
    each of its pairs. On the shared encoder's single pass, `spacy-clinical.PairClassifier.v1` costs
    next to nothing.

    weights (EncoderWeights): Where `initialize` finds the network, a BERT.
    window (int): Wordpieces in a text, special ones included. A longer document is read two
        blocks of half a text at a time.
    max_pairs (int): Pairs beside a text; if it has more, it is read again.
    max_padded (int): Positions in one padded batch: what bounds the memory.
    hidden (int): Width of a pair's vector.
    dropout (float): Before the scores.
    rate, precision, train_precision, frozen_layers, layer_decay, overrides: As for
        `spacy-clinical.TransformerModel.v1`. It always runs in torch.
    RETURNS (Model): Takes documents, their mentions and pairs; gives logits of shape (pairs of all
        documents, nO).
    """
    return Model(
        "marker_classifier",
        forward,
        init=init,
        dims={"nO": None, "n_types": None},
        shims=[
            EncoderShim(rate, precision, train_precision, frozen_layers, layer_decay),
            NetworkShim(partial(MarkerNetwork, hidden=hidden, dropout=dropout)),
        ],
        attrs={
            "n_features": [],
            "grow": grow,
            "weights": weights,
            "overrides": overrides or {},
            "window": window,
            "max_pairs": max_pairs,
            "max_padded": max_padded,
        },
    )


def init(model: Model[InT, OutT], X: Any = None, Y: Any = None) -> None:
    encoder, network = _shims(model)
    if encoder.vocabulary is None:
        encoder.load(model.attrs["weights"].locate(), model.attrs["overrides"])
    check_architecture(encoder)
    sizes = {"n_types": model.get_dim("n_types"), "n_labels": model.get_dim("nO")}
    network.create({"width": encoder.width, "n_features": model.attrs["n_features"], **sizes})


def forward(model: Model[InT, OutT], inputs: InT, is_train: bool) -> tuple[OutT, Callable]:
    if not any(len(pairs) for pairs in inputs[2]):
        return model.ops.alloc2f(0, model.get_dim("nO")), lambda d_logits: inputs
    with own_precision(), torch.set_grad_enabled(is_train):
        logits = _score(model, inputs, is_train)

    def backprop(d_logits: OutT) -> InT:
        with own_precision():
            logits.backward(xp2torch(d_logits, device=logits.device))
        return inputs

    return cast(Floats2d, torch2xp(logits.detach())), backprop


def _score(model: Model[InT, OutT], inputs: InT, is_train: bool) -> torch.Tensor:
    encoder, shim = _shims(model)
    network = cast(MarkerNetwork, shim._model.train(is_train))
    packs, types, order = _pack(model, inputs)
    marked = [torch.from_numpy(own).to(encoder.device) for own in types]
    states = encode_marked(
        encoder,
        packs,
        lambda i: network.mark(marked[i]),
        model.attrs["max_padded"],
        is_train=is_train,
    )
    back = torch.from_numpy(numpy.argsort(order)).to(encoder.device)
    features = numpy.concatenate([pairs[:, 2:] for pairs in inputs[2]]).astype("int64")
    return network(states[back], torch.from_numpy(features).to(encoder.device))


def _pack(model: Model[InT, OutT], inputs: Any) -> tuple[list[Pack], list[Any], Any]:
    """The packs of all documents, the types of their pairs, and which pairs they are."""
    vocabulary = _shims(model)[0].vocabulary
    assert vocabulary is not None
    special = len(vocabulary.prefix) + len(vocabulary.suffix)
    room = min(model.attrs["window"], vocabulary.max_length) - special
    found: list[Pack] = []
    types, order, first = [], [], 0
    pieces = tokenize(inputs[0], vocabulary.tokenizer, vocabulary.unk)
    for doc, own, mentions, pairs in zip(inputs[0], pieces, *inputs[1:], strict=True):
        for pack in pack_pairs(doc, own, mentions, pairs, room, model.attrs["max_pairs"]):
            found.append(pack)
            types.append(mentions[pairs[pack.pairs, :2], 2].astype("int64"))
            order.append(pack.pairs + first)
        first += len(pairs)
    return found, types, numpy.concatenate(order)


def _shims(model: Model[InT, OutT]) -> tuple[EncoderShim, NetworkShim]:
    encoder, network = model.shims
    return cast(EncoderShim, encoder), cast(NetworkShim, network)
