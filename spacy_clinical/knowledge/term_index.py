"""The names of a base by the sum of their words' numbers: written with the base, read through maps.

A text's runs of words are looked up all at once: a bit each tells nearly all of those that are no
name, a binary search settles the rest.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy

from ..errors import Errors, KnowledgeError
from .array_files import Array, save
from .index_arrays import load_arrays, never_negative
from .name_forms import Forms
from .ngram_vocabulary import find_sorted
from .word_hashes import hash_names

FILES = ("term_hashes", "term_owners", "term_filter", "term_words", "term_word_filter")
BITS = 32  # in the filter for each name, at least
_BIT = numpy.array([1, 2, 4, 8, 16, 32, 64, 128], "uint8")


class TermIndexBuilder:
    """Remembers the names of a base as numbers, and writes their index."""

    def __init__(self) -> None:
        self._names: list[Array] = []
        self._words: list[Array] = []

    def add(self, batch: Sequence[Forms]) -> None:
        """Take some names."""
        names, words = hash_names([name.key for name in batch])
        self._names.append(names)
        self._words.append(numpy.unique(words))

    def finish(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        none = numpy.zeros(0, "uint64")
        names = numpy.concatenate([none, *self._names])
        order = numpy.argsort(names, kind="stable")
        save(folder / "term_hashes.npy", names[order])
        save(folder / "term_owners.npy", order.astype("int32"))
        save(folder / "term_filter.npy", make_filter(names))
        words = numpy.unique(numpy.concatenate([none, *self._words]))
        save(folder / "term_words.npy", words)
        save(folder / "term_word_filter.npy", make_filter(words))


class TermIndex:
    """An index that `TermIndexBuilder` wrote.

    folder (Path): Its arrays. Raises KnowledgeError for a base of before there was one.
    """

    def __init__(self, folder: Path):
        if not (folder / "term_hashes.npy").exists():
            raise KnowledgeError(Errors.SC670.format(folder=folder.parent))
        arrays = load_arrays(folder, FILES)
        self.hashes, self.owners, self.filter, self.words, self.word_filter = arrays.values()
        for name, values in (("term_filter", self.hashes), ("term_word_filter", self.words)):
            found, wanted = len(arrays[name]), filter_bits(len(values)) // 8
            if found != wanted:
                error = f"{found} bytes instead of {wanted}"
                path = folder / f"{name}.npy"
                raise KnowledgeError(Errors.SC611.format(path=path, error=error))

    def knows(self, words: Array) -> Array:
        """RETURNS (Array): Which numbers of words are those of words in names, shape (n,), bool."""
        maybe = numpy.flatnonzero(test_filter(self.word_filter, words))
        known = numpy.zeros(len(words), bool)
        known[maybe] = find_sorted(self.words, words[maybe]) >= 0
        return known

    def find(self, sums: Array) -> tuple[Array, Array]:
        """Find the runs of words that are names.

        sums (Array): What the words' numbers of each add up to, shape (n,), uint64.
        RETURNS (tuple[Array, Array]): Which of them are, and where the first of their names stands
            in `hashes`. Shape (found,).
        """
        maybe = numpy.flatnonzero(test_filter(self.filter, sums))
        wanted = sums[maybe]
        places = numpy.searchsorted(self.hashes, wanted)
        found = self.hashes[numpy.minimum(places, len(self.hashes) - 1)] == wanted
        return maybe[found], places[found]

    def names(self, place: int) -> list[int]:
        """RETURNS (list[int]): The names from one place on that are the same words, by number."""
        value = self.hashes[place]
        end = place + 1
        while end < len(self.hashes) and self.hashes[end] == value:
            end += 1
        names: list[int] = self.owners[place:end].tolist()
        return never_negative(names)


def filter_bits(count: int) -> int:
    """RETURNS (int): Bits of a filter of so many values, a power of two."""
    return 1 << max(3, (BITS * max(count, 1) - 1).bit_length())


def make_filter(values: Array) -> Array:
    """RETURNS (Array): A bit at each value's place, by its lowest bits, shape (2 ** n,), uint8."""
    bits = filter_bits(len(values))
    marks = numpy.zeros(bits, bool)
    marks[values & numpy.uint64(bits - 1)] = True
    return numpy.packbits(marks, bitorder="little")


def test_filter(filter: Array, values: Array) -> Array:
    """RETURNS (Array): Which values' bits are there, shape (n,), bool."""
    places = values & numpy.uint64(8 * len(filter) - 1)
    marks = filter[places >> numpy.uint64(3)] & _BIT[places & numpy.uint64(7)]
    found: Array = marks != 0
    return found
