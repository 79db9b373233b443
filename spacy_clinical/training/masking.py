"""Unlabelled texts as windows of wordpieces, of which whole words are hidden."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy

from ..encoder.language_pieces import SPACE, script_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = numpy.ndarray[Any, Any]
NOT_ASKED = -100
TEXTS_AT_ONCE = 64
WITHOUT_SPACES = {"CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR"}


@dataclass(frozen=True)
class Window:
    """A part of a text.

    ids (Array): Wordpieces, without special ones, shape (n_pieces,).
    words (Array): Number of the word that each belongs to, from 0 and not decreasing, shape
        (n_pieces,).
    """

    ids: Array
    words: Array


def cut_texts(texts: Iterable[str], tokenizer: "Tokenizer", length: int) -> Iterator[Window]:
    """Cut texts into windows, between words where one is near.

    texts (Iterable[str]): The texts.
    tokenizer (Tokenizer): A fast tokenizer's backend.
    length (int): Wordpieces in a window at most.
    YIELDS (Window): All wordpieces of all texts, each once.
    """
    remaining = iter(texts)
    while part := list(islice(remaining, TEXTS_AT_ONCE)):
        for encoding in tokenizer.encode_batch(part, add_special_tokens=False):
            ids = numpy.asarray(encoding.ids, dtype="int32")
            named = numpy.asarray(
                [-1 if w is None else w for w in encoding.word_ids], dtype="int32"
            )
            begins = numpy.diff(named, prepend=-2) != 0
            alone = numpy.fromiter(map(stands_alone, encoding.tokens), bool, len(ids))
            begins |= alone
            begins[1:] |= alone[:-1]
            yield from _cut(ids, numpy.cumsum(begins), begins, length)


@cache
def stands_alone(piece: str) -> bool:
    """RETURNS (bool): Whether a wordpiece is a word of its own, as scripts without spaces have
    them: a sentence would be one word otherwise."""
    text = piece.removeprefix(SPACE)
    return bool(text) and script_of(text[0]) in WITHOUT_SPACES


def _cut(ids: Array, words: Array, begins: Array, length: int) -> Iterator[Window]:
    start = 0
    while start < len(ids):
        end = min(start + length, len(ids))
        if end < len(ids):
            borders = numpy.flatnonzero(begins[start + 1 : end + 1])
            end = start + 1 + int(borders[-1]) if len(borders) else end
        yield Window(ids[start:end], words[start:end] - words[start])
        start = end


@dataclass(frozen=True)
class Masking:
    """How words are hidden.

    share (float): Of the wordpieces, in 0..1.
    mask (int): The piece that stands for a hidden one.
    n_pieces (int): Size of the vocabulary.
    """

    share: float
    mask: int
    n_pieces: int

    def hide(self, window: Window, randomness: numpy.random.Generator) -> tuple[Array, Array]:
        """Hide whole words, drawn until their wordpieces are enough.

        Of ten pieces drawn eight are masked, one is another piece and one stays (Devlin et al.
        2019).

        window (Window): What to hide from.
        randomness (Generator): Draws.
        RETURNS (tuple[Array, Array]): Pieces as they are shown, and the true ones where they are
            asked for, else NOT_ASKED; of the window's shape.
        """
        drawn = self._draw(window.words, randomness)
        shown = window.ids.astype("int64")
        truth = numpy.where(drawn, shown, NOT_ASKED)
        fate = randomness.random(len(shown))
        others = randomness.integers(0, self.n_pieces, len(shown))
        shown[drawn & (fate < 0.8)] = self.mask
        swapped = drawn & (fate >= 0.8) & (fate < 0.9)
        shown[swapped] = others[swapped]
        return shown, truth

    def _draw(self, words: Array, randomness: numpy.random.Generator) -> Array:
        """Which pieces are asked for: words in random order until the share is reached."""
        sizes = numpy.bincount(words)
        order = randomness.permutation(len(sizes))
        before = numpy.cumsum(sizes[order]) - sizes[order]
        drawn = numpy.zeros(len(sizes), dtype=bool)
        drawn[order[before < self.share * len(words)]] = True
        return drawn[words]
