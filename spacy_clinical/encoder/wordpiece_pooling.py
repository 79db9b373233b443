"""Wordpiece vectors to token vectors, window batch by window batch: pieces are never stored."""

from dataclasses import dataclass
from typing import Any

import numpy
import torch

from .wordpieces import Array, DocPieces, expand_ranges


@dataclass(frozen=True)
class TokenMap:
    """Which tokens the pieces of all documents belong to, in the order of the pieces.

    A piece that two tokens share stands here twice, a piece of no token not at all.

    pieces (Array): Piece numbers through all documents, shape (n_pairs,), not decreasing.
    tokens (Array): The token of each, through all documents, shape (n_pairs,).
    lengths (Array): Pieces of each token, shape (n_tokens,).
    """

    pieces: Array
    tokens: Array
    lengths: Array

    @classmethod
    def of(cls, documents: list[DocPieces]) -> "TokenMap":
        """RETURNS (TokenMap): That of several documents, numbered through."""
        bases = numpy.cumsum([0, *(len(d.ids) for d in documents)])
        shifted = [d.align + base for d, base in zip(documents, bases, strict=False)]
        pieces = numpy.concatenate(shifted)
        lengths = numpy.concatenate([d.lengths for d in documents])
        tokens = numpy.repeat(numpy.arange(len(lengths)), lengths)
        order = numpy.argsort(pieces, kind="stable")
        return cls(pieces[order], tokens[order], lengths)


@dataclass(frozen=True)
class Reading:
    """What one batch of windows says of which tokens.

    source (Array): Positions in the flattened rows, token after token, shape (n_pairs,).
    starts (Array): Where each token's positions begin in `source`, shape (n_read,).
    tokens (Array): The tokens, shape (n_read,). A token whose pieces are read from two windows
        stands here twice, or in two batches.
    share (Array): One divided by the number of the token's pieces, shape (n_read,).
    whole (bool): Whether every token is read here in full, and once.
    """

    source: Array
    starts: Array
    tokens: Array
    share: Array
    whole: bool


def read_windows(windows: Array, length: int, n_prefix: int, known: TokenMap) -> Reading:
    """Find the tokens that a batch of windows is read for.

    windows (Array): As `cut_document` gives them, numbered through, shape (n_windows, 4).
    length (int): Positions in a padded row.
    n_prefix (int): Special pieces at the start of a row.
    known (TokenMap): The documents' tokens.
    RETURNS (Reading): The tokens and their positions.
    """
    ranges = numpy.searchsorted(known.pieces, windows[:, 2:])
    pairs = expand_ranges(ranges)
    row = numpy.repeat(numpy.arange(len(windows)), ranges[:, 1] - ranges[:, 0])
    tokens = known.tokens[pairs]
    key = tokens * len(windows) + row
    order = numpy.argsort(key, kind="stable")  # all but sorted: shared pieces come out of turn
    starts = numpy.flatnonzero(numpy.diff(key[order], prepend=-1))
    source = known.pieces[pairs] - windows[row, 0] + n_prefix + row * length
    read = tokens[order[starts]]
    counts = numpy.diff(starts, append=len(pairs))
    share = (1.0 / known.lengths[read]).astype("f")
    whole = bool((counts == known.lengths[read]).all())
    return Reading(source[order], starts, read, share, whole)


def pool_tokens(hidden: torch.Tensor, reading: Reading) -> torch.Tensor:
    """Sum each token's pieces and divide by their number.

    hidden (Tensor): A batch of encoded windows, shape (n_windows, length, width).
    reading (Reading): What is read from it.
    RETURNS (Tensor): Shape (n_read, width), float32.
    """
    device = hidden.device
    summed = torch.nn.functional.embedding_bag(
        torch.from_numpy(reading.source).to(device),
        hidden.flatten(0, 1).float(),
        torch.from_numpy(reading.starts).to(device),
        mode="sum",
    )
    return summed * torch.from_numpy(reading.share).to(device)[:, None]


def add_tokens(joined: torch.Tensor, vectors: torch.Tensor, reading: Reading) -> torch.Tensor:
    """Write a batch's token vectors to those of all documents.

    joined (Tensor): Changed in place, shape (n_tokens, width).
    vectors (Tensor): Shape (n_read, width).
    reading (Reading): Which tokens they belong to.
    RETURNS (Tensor): The tokens' numbers on the device, shape (n_read,).
    """
    where: Any = torch.from_numpy(reading.tokens).to(joined.device)
    vectors = vectors.to(joined.dtype)
    if reading.whole:
        joined[where] = vectors
    else:
        joined.index_add_(0, where, vectors)
    return where
