"""Character n-grams inside words, many names at once in array operations; and whole words.

Those that scikit-learn's `char_wb` analyzer gives: each word with a space on both sides, and a word
too short for one counts as a whole.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy

from .name_forms import Forms, hash_name

Array = Any
SPACE, END = ord(" "), ord("\n")
NEAR, RARE, WORDS = "near", "rare", "words"  # kinds of pieces that names are cut into
LENGTHS = {NEAR: 3, RARE: 4}  # characters in an n-gram
FACTOR = numpy.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit is lost: 2 ** 64 / golden ratio


class Grams(NamedTuple):
    """The distinct n-grams, or words, of a sequence of names.

    rows (Array): Which name, shape (n,), ascending.
    keys (Array): 64 bits that stand for the n-gram, shape (n,), uint64.
    counts (Array): How often in that name, shape (n,), int64.
    """

    rows: Array
    keys: Array
    counts: Array


def cut(names: Sequence[Forms], kind: str) -> Grams:
    """Cut names into pieces.

    names (Sequence[Forms]): The names.
    kind (str): NEAR and RARE for trigrams and 4-grams of what is folded, WORDS for the key's words.
    RETURNS (Grams): The pieces.
    """
    if kind == WORDS:
        return find_words([name.key for name in names])
    return find_grams([name.folded for name in names], LENGTHS[kind])


def find_words(names: Sequence[str]) -> Grams:
    """Cut names into words.

    names (Sequence[str]): Words with single spaces between them, see `name_key`.
    RETURNS (Grams): Their words.
    """
    words = [name.split() for name in names]
    rows = numpy.repeat(numpy.arange(len(words)), [len(row) for row in words])
    keys = numpy.fromiter(map(hash_word, chain.from_iterable(words)), "uint64", len(rows))
    return _count(rows, keys)


def find_grams(names: Sequence[str], n: int) -> Grams:
    """Cut folded names into n-grams.

    names (Sequence[str]): Words with single spaces between them, see `fold`.
    n (int): Characters in each, 3 at least.
    RETURNS (Grams): Their n-grams.
    """
    text = "".join(f" {name} \n" for name in names)
    data = text.encode("utf-32-le", "replace")
    codes = numpy.frombuffer(data, dtype="<u4").astype("uint64")
    border = (codes == SPACE) | (codes == END)
    owners = numpy.cumsum(codes == END)
    parts = [_windows(codes, border, n)]
    parts += [_windows(codes, border, short, whole=True) for short in range(3, n)]
    rows = numpy.concatenate([owners[starts] for starts, _ in parts])
    return _count(rows, numpy.concatenate([keys for _, keys in parts]))


def _windows(codes: Array, border: Array, n: int, *, whole: bool = False) -> tuple[Array, Array]:
    """Starts and keys of all n characters without a border inside, or of whole words only."""
    size = max(len(codes) - n + 1, 0)
    good = numpy.ones(size, bool)
    keys = numpy.zeros(size, "uint64")
    for i in range(n):
        here = slice(i, i + size)
        if 0 < i < n - 1:
            good &= ~border[here]
        elif whole:
            good &= border[here]
        keys = (keys + codes[here]) * FACTOR
        keys ^= keys >> numpy.uint64(29)
    return numpy.flatnonzero(good), keys[good]


hash_word = lru_cache(100_000)(hash_name)


def _count(rows: Array, keys: Array) -> Grams:
    distinct, numbers = numpy.unique(keys, return_inverse=True)
    width = max(len(distinct), 1)
    pairs, counts = numpy.unique(rows * width + numbers, return_counts=True)
    return Grams(pairs // width, distinct[pairs % width] if len(pairs) else keys, counts)
