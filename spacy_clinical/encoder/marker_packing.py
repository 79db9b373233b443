"""Pairs of mentions packed beside the text that they are marked in.

A text is read together with four markers a pair: for the first and last wordpiece of its head and
of its tail. A marker has the position of the piece that it marks, sees the text and the other
markers of its pair, and is seen by nobody else, so that all pairs of a text fit one pass (the
"approximation" of Zhong and Chen 2021, PURE; the levitated markers of Ye et al. 2022, PL-Marker).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy
from spacy.attrs import IDX, LENGTH
from spacy.tokens import Doc

from .windows import cut_document
from .wordpieces import Array, DocPieces, align_spans

MARKERS = 4  # a pair: head's first piece, head's last, tail's first, tail's last


@dataclass(frozen=True)
class Pack:
    """One text and the pairs that are marked in it.

    ids (Array): Wordpieces of the text, special ones not included, shape (n_pieces,).
    pairs (Array): Which of the document's pairs, shape (n_pairs,).
    places (Array): The pieces of the text that are marked, shape (n_pairs, 4).
    """

    ids: Array
    pairs: Array
    places: Array

    @property
    def length(self) -> int:
        """RETURNS (int): Positions that it takes, special pieces not counted."""
        return len(self.ids) + self.places.size


def pack_pairs(
    doc: Doc, pieces: DocPieces, mentions: Array, pairs: Array, room: int, most: int
) -> Iterator[Pack]:
    """Give each pair a text that holds both of its mentions.

    A document that fits one text is one. A longer one is cut into blocks of half a text, and a
    pair's text is the two blocks in which its mentions begin, or its own block and the next, so
    that no pair is too far apart. A mention that goes on after its block is marked to the block's
    end.

    doc (Doc): The document.
    pieces (DocPieces): Its wordpieces.
    mentions (Array): Start and end in tokens first, shape (n_mentions, 2 or more).
    pairs (Array): Head and tail first, shape (n_pairs, 2 or more).
    room (int): Wordpieces in a text at most.
    most (int): Pairs in a text at most.
    YIELDS (Pack): All pairs, each once.
    """
    if not len(pairs):
        return
    n = len(pieces.ids)
    blocks = numpy.asarray([[0, n]]) if n <= room else cut_document(pieces, room // 2, 0)[:, :2]
    marked = _marked_pieces(doc, pieces, mentions)
    home = numpy.searchsorted(blocks[:, 1], marked[:, 0], side="right")
    low, high = _two_blocks(home[pairs[:, :2]], len(blocks))
    keys = low * len(blocks) + high
    for key in numpy.unique(keys):
        chosen = numpy.flatnonzero(keys == key)
        parts = blocks[sorted({key // len(blocks), key % len(blocks)})]
        ids = numpy.concatenate([pieces.ids[start:end] for start, end in parts])
        for i in range(0, len(chosen), most):
            own = chosen[i : i + most]
            yield Pack(ids, own, _places(marked, home, pairs[own, :2], blocks, parts))


def _marked_pieces(doc: Doc, pieces: DocPieces, mentions: Array) -> Array:
    """The first and the last piece of each mention. White space has the piece that follows."""
    starts, lengths = doc.to_array([IDX, LENGTH]).astype("int64").reshape(-1, 2).T
    first, last = mentions[:, 0], mentions[:, 1] - 1
    ranges = align_spans(pieces.starts, pieces.ends, starts[first], starts[last] + lengths[last])
    ends = numpy.maximum(ranges[:, 1] - 1, ranges[:, 0])
    return numpy.minimum(numpy.stack([ranges[:, 0], ends], axis=1), len(pieces.ids) - 1)


def _two_blocks(homes: Array, n_blocks: int) -> tuple[Array, Array]:
    """The blocks of each pair's text; a pair inside one block gets the next for context."""
    low, high = homes.min(axis=1), homes.max(axis=1)
    same = low == high
    high = numpy.where(same, numpy.minimum(low + 1, n_blocks - 1), high)
    return numpy.where(same & (low == high), numpy.maximum(low - 1, 0), low), high


def _places(marked: Array, home: Array, pairs: Array, blocks: Array, parts: Array) -> Array:
    """The places in the text of what is marked in the document."""
    own = blocks[home[pairs]]
    before = numpy.where(own[..., 0] == parts[0, 0], 0, parts[0, 1] - parts[0, 0])
    shift = before - own[..., 0]
    last = numpy.minimum(marked[pairs, 1], own[..., 1] - 1)
    return numpy.stack([marked[pairs, 0] + shift, last + shift], axis=2).reshape(-1, MARKERS)


@dataclass(frozen=True)
class Rows:
    """Packs as one padded batch: text with special pieces first, then markers.

    ids (Array): Pieces of the text columns, shape (n_rows, width of the texts).
    positions (Array): Of all columns, shape (n_rows, width).
    visible (Array): Bool, shape (n_rows, width, width): row, who looks, what is seen.
    rows, columns (Array): Where the markers stand, pair after pair, shape (n_pairs, 4).
    """

    ids: Array
    positions: Array
    visible: Array
    rows: Array
    columns: Array


def lay_out(packs: Sequence[Pack], prefix: Sequence[int], suffix: Sequence[int], pad: int) -> Rows:
    """Lay packs out as the rows of a batch.

    packs (Sequence[Pack]): One at least.
    prefix, suffix (Sequence[int]): Special pieces around each text.
    pad (int): The padding piece.
    RETURNS (Rows): The batch.
    """
    texts = [numpy.concatenate([prefix, pack.ids, suffix]) for pack in packs]
    sizes = numpy.asarray([len(text) for text in texts])
    marks = numpy.asarray([pack.places.size for pack in packs])
    width = int(sizes.max())
    total = width + int(marks.max())
    ids = numpy.full((len(packs), width), pad, dtype="int64")
    positions = numpy.zeros((len(packs), total), dtype="int64")
    owner = numpy.full((len(packs), total), -1)
    for i, (text, pack) in enumerate(zip(texts, packs, strict=True)):
        ids[i, : len(text)] = text
        positions[i, : len(text)] = numpy.arange(len(text))
        own = slice(width, width + pack.places.size)
        positions[i, own] = pack.places.reshape(-1) + len(prefix)
        owner[i, own] = numpy.repeat(numpy.arange(len(pack.pairs)), MARKERS)
    is_text = numpy.arange(total) < sizes[:, None]
    partners = (owner[:, :, None] == owner[:, None, :]) & (owner >= 0)[:, :, None]
    rows = numpy.repeat(numpy.arange(len(packs)), marks)
    columns = numpy.concatenate([numpy.arange(width, width + n) for n in marks])
    visible = partners | is_text[:, None, :]
    return Rows(ids, positions, visible, rows.reshape(-1, MARKERS), columns.reshape(-1, MARKERS))
