"""Docs to wordpieces: each document is tokenised once and aligned with array operations."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy
from spacy.attrs import IDX, IS_SPACE, LENGTH, SENT_START
from spacy.tokens import Doc

from ..doc_text import text_of
from .unknown_pieces import split_unknown

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = numpy.ndarray[Any, Any]

# A WordPiece vocabulary turns a longer "word" into one unknown piece; we cut it up instead.
MAX_WORD = 100
CHUNK = 50


@dataclass(frozen=True)
class DocPieces:
    """The wordpieces of one document and which of them each token covers.

    ids (Array): Wordpiece ids, shape (n_pieces,).
    starts (Array): First character of each piece, shape (n_pieces,), not decreasing.
    ends (Array): Character after each piece, shape (n_pieces,), not decreasing.
    align (Array): Piece indices, token after token, shape (sum of lengths,).
    lengths (Array): Number of pieces of each token, shape (n_tokens,).
    breaks (Array): Pieces that begin a sentence or a line, increasing, shape (n_breaks,).
    """

    ids: Array
    starts: Array
    ends: Array
    align: Array
    lengths: Array
    breaks: Array = field(default_factory=lambda: numpy.zeros(0, dtype="int64"))


def tokenize(docs: Sequence[Doc], tokenizer: "Tokenizer", unk_id: int) -> list[DocPieces]:
    """Tokenise whole documents, without special tokens, truncation or padding.

    A token of visible text that the tokenizer drops (control characters, for instance) gets an
    unknown piece of its own; a run of characters too long for the vocabulary is cut up, and so is
    one of unknown characters that Unigram makes one piece of. So every token that is not white
    space has pieces.

    docs (Sequence[Doc]): The documents.
    tokenizer (Tokenizer): A fast tokenizer's backend.
    unk_id (int): The id of its unknown piece.
    RETURNS (list[DocPieces]): One for each document.
    """
    encodings = tokenizer.encode_batch(list(map(text_of, docs)), add_special_tokens=False)
    pieces = []
    for doc, encoding in zip(docs, encodings, strict=True):
        ids = numpy.asarray(encoding.ids, dtype="int64")
        offsets = numpy.asarray(encoding.offsets, dtype="int64").reshape(-1, 2)
        ids, offsets = split_unknown(ids, offsets, tokenizer, unk_id)
        ids, offsets = _cut_long_words(doc, ids, offsets, tokenizer, unk_id)
        pieces.append(_align_doc(doc, ids, offsets, unk_id))
    return pieces


def count_pieces(docs: Sequence[Doc], tokenizer: "Tokenizer") -> list[int]:
    """Count the wordpieces of documents, a little short where `tokenize` cuts up long words.

    docs (Sequence[Doc]): The documents.
    tokenizer (Tokenizer): A fast tokenizer's backend.
    RETURNS (list[int]): One for each document.
    """
    texts = list(map(text_of, docs))
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return [len(encoding) for encoding in encodings]


def align_spans(starts: Array, ends: Array, span_starts: Array, span_ends: Array) -> Array:
    """Find, for spans of characters, the range of pieces that share a character with them.

    starts, ends (Array): Characters of the pieces, shape (n_pieces,), not decreasing.
    span_starts, span_ends (Array): Characters of the spans, shape (n_spans,).
    RETURNS (Array): First and one past the last piece of each span, shape (n_spans, 2).
    """
    first = numpy.searchsorted(ends, span_starts, side="right")
    last = numpy.searchsorted(starts, span_ends, side="left")
    return numpy.stack([first, numpy.maximum(first, last)], axis=1)


def expand_ranges(ranges: Array) -> Array:
    """List the numbers of each range, one range after the other.

    ranges (Array): Starts and ends, shape (n, 2).
    RETURNS (Array): Shape (sum of the ranges' lengths,).
    """
    lengths = ranges[:, 1] - ranges[:, 0]
    shift = ranges[:, 0] - (numpy.cumsum(lengths) - lengths)
    return numpy.arange(lengths.sum()) + numpy.repeat(shift, lengths)


def _align_doc(doc: Doc, ids: Array, offsets: Array, unk_id: int) -> DocPieces:
    tokens = doc.to_array([IDX, LENGTH, IS_SPACE]).astype("int64").reshape(-1, 3)
    token_starts, token_ends = tokens[:, 0], tokens[:, :2].sum(axis=1)
    ranges = align_spans(offsets[:, 0], offsets[:, 1], token_starts, token_ends)
    missed = numpy.flatnonzero((ranges[:, 0] == ranges[:, 1]) & (tokens[:, 2] == 0))
    if len(doc) and not len(ids) and not len(missed):
        missed = numpy.zeros(1, dtype="int64")
    if len(missed):
        where = numpy.searchsorted(offsets[:, 0], token_starts[missed])
        ids = numpy.insert(ids, where, unk_id)
        added = numpy.stack([token_starts[missed], token_ends[missed]], axis=1)
        offsets = numpy.insert(offsets, where, added, axis=0)
        ranges = align_spans(offsets[:, 0], offsets[:, 1], token_starts, token_ends)
    lengths = (ranges[:, 1] - ranges[:, 0]).astype("i")
    breaks = _breaks(doc, tokens[:, 2] == 1, ranges[:, 0])
    return DocPieces(ids, offsets[:, 0], offsets[:, 1], expand_ranges(ranges), lengths, breaks)


def _breaks(doc: Doc, is_space: Array, first_pieces: Array) -> Array:
    """The first pieces of sentences, where the document has them, and of lines."""
    begins = numpy.zeros(len(doc), dtype=bool)
    if doc.has_annotation("SENT_START"):
        begins |= doc.to_array([SENT_START]).reshape(-1).astype("int64") == 1
    spaces = numpy.flatnonzero(is_space[:-1]).tolist()
    begins[[i + 1 for i in spaces if "\n" in doc[i].text]] = True
    return numpy.unique(first_pieces[begins])


def _cut_long_words(
    doc: Doc, ids: Array, offsets: Array, tokenizer: "Tokenizer", unk_id: int
) -> tuple[Array, Array]:
    long = (ids == unk_id) & (offsets[:, 1] - offsets[:, 0] > MAX_WORD)
    if not long.any():
        return ids, offsets
    text = text_of(doc)
    new_ids, new_offsets, done = [], [], 0
    for i in numpy.flatnonzero(long).tolist():
        chunks = range(int(offsets[i, 0]), int(offsets[i, 1]), CHUNK)
        ends = [min(start + CHUNK, int(offsets[i, 1])) for start in chunks]
        new_ids.append(ids[done:i])
        new_offsets.append(offsets[done:i])
        done = i + 1
        texts = [text[start:end] for start, end in zip(chunks, ends, strict=True)]
        for start, encoding in zip(
            chunks, tokenizer.encode_batch(texts, add_special_tokens=False), strict=True
        ):
            new_ids.append(numpy.asarray(encoding.ids, dtype="int64"))
            new_offsets.append(numpy.asarray(encoding.offsets, "int64").reshape(-1, 2) + start)
    new_ids.append(ids[done:])
    new_offsets.append(offsets[done:])
    return numpy.concatenate(new_ids), numpy.concatenate(new_offsets)
