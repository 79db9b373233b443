"""Scores of candidate pairs, from the listener's token vectors and the component's candidates."""

from collections.abc import Callable
from functools import partial

import torch
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d, Ints2d

from ..layers.pair_network import PairNetwork
from .token_networks import build_on_tokens, grow, run_network

# Documents; for each its mentions (start, end, type) and pairs (head, tail, features).
InT = tuple[list[Doc], list[Ints2d], list[Ints2d]]
OutT = Floats2d


def build_pair_classifier(
    tok2vec: Model[list[Doc], list[Floats2d]],
    hidden: int = 256,
    context_heads: int = 4,
    reach: int = 32,
    dropout: float = 0.1,
) -> Model[InT, OutT]:
    """Classify pairs of mentions without a second encoder pass.

    tok2vec (Model[list[Doc], list[Floats2d]]): Token vectors, usually a listener.
    hidden (int): Width of mention and pair vectors, a multiple of `context_heads`.
    context_heads (int): Heads of the attention from a pair to the text around it, 0 for none.
    reach (int): Tokens on either side of the pair that it may attend to.
    dropout (float): Inside the head.
    RETURNS (Model): Takes documents, their mentions and pairs; gives logits of shape (pairs of all
        documents, nO). A batch without pairs gives shape (0, nO), and its gradient is zero.
    """
    build = partial(PairNetwork, hidden=hidden, n_heads=context_heads, reach=reach, dropout=dropout)
    return build_on_tokens("pair_classifier", forward, tok2vec, build, n_features=[], grow=grow)


def forward(model: Model[InT, OutT], inputs: InT, is_train: bool) -> tuple[OutT, Callable]:
    docs, mentions, pairs = inputs
    some = any(len(p) for p in pairs)
    return run_network(
        model, inputs, docs, is_train, partial(_join, mentions, pairs) if some else None
    )


def _join(
    mentions: list[Ints2d], pairs: list[Ints2d], lengths: list[int], device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Number tokens and mentions through all documents."""
    bounds, all_mentions, all_pairs = [], [], []
    first_token = first_mention = 0
    for length, doc_mentions, doc_pairs in zip(lengths, mentions, pairs, strict=True):
        shifted = torch.as_tensor(doc_mentions, dtype=torch.int64).clone()
        shifted[:, :2] += first_token
        numbered = torch.as_tensor(doc_pairs, dtype=torch.int64).clone()
        numbered[:, :2] += first_mention
        all_mentions.append(shifted)
        all_pairs.append(numbered)
        bounds.append(torch.tensor([[first_token, first_token + length]]).expand(len(shifted), 2))
        first_token += length
        first_mention += len(shifted)
    joined = (torch.cat(parts).to(device) for parts in (bounds, all_mentions, all_pairs))
    return tuple(joined)  # type: ignore[return-value]
