"""Wordpieces to windows that fit the encoder, and windows to batches under a budget.

Windows overlap; each wordpiece is read from the one window where it stands farthest from a cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy

from ..errors import EncoderError, Errors
from .wordpieces import DocPieces

Array = numpy.ndarray[Any, Any]
MIN_WINDOW = 16
SMALL_BATCH = 256  # positions
ALIKE = 15 / 16  # the shortest window of a batch, of its longest
DTYPES = ("float32", "float16")


@dataclass(frozen=True)
class WindowSettings:
    """How documents are cut, and whether vectors stay. Not saved with the weights: the config of
    the day decides.

    window (int): Wordpieces in a window at most, special ones included.
    overlap (int): Wordpieces that neighbouring windows share.
    max_padded (int): Positions in one padded batch at most.
    keep_vectors (bool): Leave `doc._.trf_data` on the documents.
    vector_dtype (str): Of the tokens' vectors in predictions: "float32" or "float16".
    """

    window: int
    overlap: int
    max_padded: int
    keep_vectors: bool = False
    vector_dtype: str = "float32"

    def __post_init__(self) -> None:
        if self.window < MIN_WINDOW or not 0 <= self.overlap < self.window or self.max_padded < 1:
            message = Errors.SC207.format(
                window=self.window, overlap=self.overlap, max_padded=self.max_padded, low=MIN_WINDOW
            )
            raise EncoderError(message)
        if self.vector_dtype not in DTYPES:
            known = ", ".join(DTYPES)
            raise EncoderError(Errors.SC232.format(dtype=self.vector_dtype, known=known))


def cut_document(pieces: DocPieces, window: int, overlap: int) -> Array:
    """Cut one document's wordpieces into overlapping windows at borders of text.

    A window ends, and is read, where a sentence or line begins if that is near by, else at white
    space, else between two pieces. Near by is the last eighth of a window for a sentence; for
    white space it is the last quarter of the first window and the second half of the others.

    pieces (DocPieces): The document.
    window (int): Pieces in a window at most, special ones not counted.
    overlap (int): Pieces that neighbours share at least, where the text allows.
    RETURNS (Array): Start and end of each window and the start and end of the pieces that are
        read from it, shape (n_windows, 4). The last two columns partition the document.
    """
    n = len(pieces.ids)
    if n <= window:
        return numpy.asarray([[0, n, 0, n]])
    gaps = pieces.starts[1:] - pieces.ends[:-1]
    borders = Borders(pieces.breaks, numpy.flatnonzero(gaps > 0) + 1)
    near = window // 8
    spans = [(0, borders.last(window - near, window * 3 // 4, window))]
    while spans[-1][1] < n:
        start, end = spans[-1]
        start = borders.last(n, start + 1, end - overlap)
        limit, low = start + window, max(end, start + window // 2) + 1
        end = n if limit >= n else borders.last(max(low, limit - near), low, limit)
        spans.append((start, end))
    return _share_out(numpy.asarray(spans), borders)


@dataclass(frozen=True)
class Borders:
    """Where a document may be cut.

    breaks (Array): Pieces that begin a sentence or line, increasing.
    spaces (Array): Pieces after white space, increasing.
    """

    breaks: Array
    spaces: Array

    def last(self, near: int, low: int, high: int) -> int:
        """RETURNS (int): The last break in [near, high], or space in [low, high], or high."""
        for places, first in ((self.breaks, near), (self.spaces, low)):
            i = int(numpy.searchsorted(places, high, side="right")) - 1
            if i >= 0 and places[i] >= first:
                return int(places[i])
        return high


def _share_out(spans: Array, borders: Borders) -> Array:
    """Give each overlap's halves to the windows that see more context around them."""
    middles = (spans[1:, 0] + spans[:-1, 1]) // 2
    cuts = [
        borders.last((int(start) + int(middle)) // 2, int(start), int(middle))
        for start, middle in zip(spans[1:, 0], middles, strict=True)
    ]
    read_from = numpy.asarray([spans[0, 0], *cuts])
    read_to = numpy.asarray([*cuts, spans[-1, 1]])
    return numpy.column_stack([spans, read_from, read_to])


def batch_windows(lengths: Array, budget: int, alike: float = ALIKE) -> Iterator[Array]:
    """Group windows of like length so that no padded batch exceeds a budget.

    Windows of a batch are as long as its longest but for a share, unless the batch would be so
    small that it isn't worth a call of the network.

    lengths (Array): Length of each window, shape (n_windows,).
    budget (int): Positions in a padded batch at most; one window may exceed it.
    alike (float): Length of a batch's shortest window at least, of its longest.
    YIELDS (Array): Indices of the windows of one batch, longest first.
    """
    order = numpy.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = max(1, int(lengths[order[start]]))
        rows = max(1, budget // longest)
        like = int(numpy.searchsorted(-lengths[order], -longest * alike, side="right")) - start
        rows = min(rows, max(like, SMALL_BATCH // longest))
        yield order[start : start + rows]
        start += rows
