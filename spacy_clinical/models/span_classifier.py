"""Scores of mentions, from the listener's token vectors and the mentions that a component gives."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import numpy
import torch
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d, Ints2d

from ..layers.span_network import SpanNetwork
from .token_networks import build_on_tokens, grow, run_network

# Documents; for each its mentions: start, end, start and end of the sentence, type, features.
InT = tuple[list[Doc], list[Ints2d]]
OutT = Floats2d


def build_span_classifier(
    tok2vec: Model[list[Doc], list[Floats2d]],
    hidden: int = 128,
    context_heads: int = 4,
    reach: int = 32,
    dropout: float = 0.1,
) -> Model[InT, OutT]:
    """Classify mentions by their tokens and by those around them.

    tok2vec (Model[list[Doc], list[Floats2d]]): Token vectors, usually a listener.
    hidden (int): Width of mention vectors, a multiple of `context_heads`.
    context_heads (int): Heads of the attention to the surroundings, 0 for none.
    reach (int): Tokens on either side that a mention may attend to, in other sentences too.
    dropout (float): Inside the head.
    RETURNS (Model): Takes documents and their mentions; gives logits of shape (mentions of all
        documents, nO). A batch without mentions gives shape (0, nO), and its gradient is zero.
    """
    build = partial(SpanNetwork, hidden=hidden, n_heads=context_heads, reach=reach, dropout=dropout)
    return build_on_tokens("span_classifier", forward, tok2vec, build, n_features=[], grow=grow)


def forward(model: Model[InT, OutT], inputs: InT, is_train: bool) -> tuple[OutT, Callable]:
    docs, mentions = inputs
    some = any(len(rows) for rows in mentions)
    return run_network(model, inputs, docs, is_train, partial(_join, mentions) if some else None)


def _join(
    mentions: list[Ints2d], lengths: list[int], device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Number tokens through all documents: bounds of document and sentence; mentions."""
    counts = [len(rows) for rows in mentions]
    rows = torch.as_tensor(numpy.concatenate(cast(Any, mentions)), dtype=torch.int64)
    ends = numpy.cumsum(lengths)
    limits = numpy.repeat(numpy.column_stack([ends - lengths, ends]), counts, axis=0)
    document = torch.as_tensor(limits, dtype=torch.int64)
    places = rows[:, :4] + document[:, :1]
    bounds = torch.cat([document, places[:, 2:]], dim=1)
    return bounds.to(device), torch.cat([places[:, :2], rows[:, 4:]], dim=1).to(device)
