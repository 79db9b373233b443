"""Scores of candidate pairs of concepts, from the listener's vectors and the component's arrays."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy
import torch
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d, Ints2d

from ..layers.concept_network import ConceptNetwork
from .token_networks import build_on_tokens, run_network

# Of a document: mentions (start, end, type, place), members (concept, mention), pairs (head, tail,
# features) and links (pair, head mention, tail mention, features).
Arrays = tuple[Ints2d, Ints2d, Ints2d, Ints2d]
InT = tuple[list[Doc], list[Arrays]]
OutT = Floats2d


def build_concept_pair_classifier(
    tok2vec: Model[list[Doc], list[Floats2d]],
    hidden: int = 192,
    heads: int = 4,
    blocks: int = 8,
    reach: int = 32,
    dropout: float = 0.3,
    input_dropout: float = 0.2,
    hide: float = 0.3,
) -> Model[InT, OutT]:
    """Classify pairs of concepts without a second encoder pass.

    tok2vec (Model[list[Doc], list[Floats2d]]): Token vectors, usually a listener.
    hidden (int): Width of mention, concept and pair vectors: a multiple of `heads` and `blocks`.
    heads (int): Of each attention: of a pair of mentions and a pair of concepts to the text, and
        of the mentions of a document to one another.
    blocks (int): Groups of the bilinear product of two concepts.
    reach (int): Tokens on either side of a pair of mentions that it may attend to.
    dropout (float): Inside the head.
    input_dropout (float): Of the token vectors.
    hide (float): Share of concepts whose words are hidden from the head in training, so that it
        learns from contexts rather than names.
    RETURNS (Model): Takes documents and their arrays; gives logits of shape (n, nO): those of the
        pairs of concepts of all documents, and then those of their pairs of mentions. A batch
        without pairs gives shape (0, nO), and its gradient is zero.
    """
    build = partial(
        ConceptNetwork,
        hidden=hidden,
        n_heads=heads,
        n_blocks=blocks,
        reach=reach,
        dropout=dropout,
        input_dropout=input_dropout,
        hide=hide,
    )
    return build_on_tokens(
        "concept_pair_classifier",
        forward,
        tok2vec,
        build,
        n_features=[],
        n_link_features=[],
        n_places=1,
    )


def forward(model: Model[InT, OutT], inputs: InT, is_train: bool) -> tuple[OutT, Callable]:
    docs, arrays = inputs
    some = any(len(pairs) for _, _, pairs, _ in arrays)
    return run_network(
        model, inputs, docs, is_train, partial(join_documents, arrays) if some else None
    )


def join_documents(
    arrays: list[Arrays], lengths: list[int], device: torch.device
) -> tuple[torch.Tensor, ...]:
    """Number tokens, mentions, concepts and pairs through all documents.

    arrays (list[Arrays]): Of each document.
    lengths (list[int]): Their tokens.
    device (torch.device): Where the network is.
    RETURNS (tuple[torch.Tensor, ...]): `documents`, `mentions`, `members`, `pairs` and `links`, as
        ConceptNetwork takes them.
    """
    rows: list[list[Any]] = []
    documents = []
    token = mention = concept = pair = 0
    for length, (mentions, members, pairs, links) in zip(lengths, arrays, strict=True):
        if len(pairs):
            sizes = [length, len(mentions), int(members[:, 0].max()) + 1, len(pairs)]
            starts = [token, mention, concept, pair]
            documents.append([x for s, n in zip(starts, sizes, strict=True) for x in (s, s + n)])
            rows.append(
                [
                    _shift(mentions, token, token),
                    _shift(members, concept, mention),
                    _shift(pairs, concept, concept),
                    _shift(links, pair, mention, mention),
                ]
            )
            mention, concept, pair = mention + sizes[1], concept + sizes[2], pair + sizes[3]
        token += length
    joined = [numpy.asarray(documents), *map(numpy.concatenate, zip(*rows, strict=True))]
    return tuple(torch.as_tensor(x, dtype=torch.int64, device=device) for x in joined)


def _shift(rows: Any, *by: int) -> Any:
    """Add to the first columns."""
    shifted = numpy.array(rows, dtype="int64")
    shifted[:, : len(by)] += by
    return shifted
