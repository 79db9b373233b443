"""Whether an encoder can read texts: the share of wordpieces that it doesn't know."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy

from ..result_tables import percent

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = numpy.ndarray[Any, Any]
UNKNOWN = ("<unk>", "[UNK]")
MOST_UNKNOWN = 0.05
MOST_TEXTS = 1000  # in which they are counted


def unknown_share(texts: Sequence[str], tokenizer: "Tokenizer") -> float:
    """Measure how much of texts an encoder can't read.

    texts (Sequence[str]): The texts.
    tokenizer (Tokenizer): A fast tokenizer's backend.
    RETURNS (float): Unknown wordpieces of all, in 0..1.
    """
    pieces, unknown = count_unknown(texts, tokenizer)
    return unknown / max(1, pieces)


def count_unknown(texts: Sequence[str], tokenizer: "Tokenizer") -> tuple[int, int]:
    """RETURNS (tuple[int, int]): The wordpieces of texts, and how many of them aren't known."""
    unk_id = unknown_id(tokenizer)
    pieces = unknown = 0
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        ids = numpy.asarray(encoding.ids, dtype="int64")
        offsets = numpy.asarray(encoding.offsets, dtype="int64").reshape(-1, 2)
        ids, _ = split_unknown(ids, offsets, tokenizer, unk_id)
        pieces, unknown = pieces + len(ids), unknown + int((ids == unk_id).sum())
    return pieces, unknown


def unknown_id(tokenizer: "Tokenizer") -> int:
    """RETURNS (int): The number of a tokenizer's unknown piece, -1 where it has none."""
    names = (getattr(tokenizer.model, "unk_token", None), *UNKNOWN)
    found = (tokenizer.token_to_id(name) for name in names if name)
    return next((number for number in found if number is not None), -1)


def split_unknown(
    ids: Array, offsets: Array, tokenizer: "Tokenizer", unk_id: int
) -> tuple[Array, Array]:
    """Cut unknown pieces of a Unigram vocabulary into one a character.

    Unigram's model in `tokenizers` (0.21) makes one piece of unknown characters that follow each
    other, however many, so that a note in an unknown script would have few of them.

    ids (Array): Wordpieces, shape (n_pieces,).
    offsets (Array): First character and the one after each piece, shape (n_pieces, 2).
    tokenizer (Tokenizer): That made them.
    unk_id (int): The number of its unknown piece.
    RETURNS (tuple[Array, Array]): The same with as many unknown pieces as unknown characters.
    """
    lengths = offsets[:, 1] - offsets[:, 0]
    long = (ids == unk_id) & (lengths > 1)
    if not long.any() or type(tokenizer.model).__name__ != "Unigram":
        return ids, offsets
    times = numpy.where(long, lengths, 1)
    place = numpy.arange(times.sum()) - numpy.repeat(numpy.cumsum(times) - times, times)
    starts = numpy.repeat(offsets[:, 0], times) + place
    ends = numpy.where(numpy.repeat(long, times), starts + 1, numpy.repeat(offsets[:, 1], times))
    return numpy.repeat(ids, times), numpy.stack([starts, ends], axis=1)


def describe_unknown(pieces: int, unknown: int) -> str:
    """RETURNS (str): How many of the wordpieces aren't known, in words; "" for no pieces."""
    if not pieces:
        return ""
    share = f"{percent(unknown / pieces)} %"
    return f"Wordpieces unknown to the encoder: {unknown} of {pieces} ({share})"
