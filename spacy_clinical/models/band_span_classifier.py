"""Scores of all spans up to some width, over any token vectors."""

from collections.abc import Callable

import torch
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d

from ..layers.band_network import BandNetwork
from .token_networks import build_on_tokens, grow, run_network

InT = list[Doc]
OutT = Floats2d


def build_band_span_classifier(
    tok2vec: Model[list[Doc], list[Floats2d]],
    max_width: int = 16,
    hidden: int = 128,
    dropout: float = 0.1,
) -> Model[InT, OutT]:
    """Score every span of up to `max_width` tokens for every label, so that mentions may nest.

    tok2vec (Model[list[Doc], list[Floats2d]]): Token vectors, usually a listener.
    max_width (int): In tokens. Longer mentions aren't learned and count as missed.
    hidden (int): Width of span vectors.
    dropout (float): Inside the head.
    RETURNS (Model[list[Doc], Floats2d]): Logits of shape (tokens of all documents, nO), nO being
        max_width times the number of labels.
    """

    def build(width: int, n_labels: int) -> torch.nn.Module:
        return BandNetwork(width, hidden, max_width, n_labels // max_width, dropout)

    attrs = {"scheme": "band", "max_width": max_width, "grow": grow}
    return build_on_tokens("band_span_classifier", forward, tok2vec, build, dims=(), **attrs)


def forward(model: Model[InT, OutT], docs: InT, is_train: bool) -> tuple[OutT, Callable]:
    return run_network(model, docs, docs, is_train, lambda lengths, device: ())
