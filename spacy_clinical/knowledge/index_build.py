"""Names to their index: trigrams with TF-IDF weights, forwards and inverted, in bounded memory.

Weights are those of scikit-learn's `TfidfVectorizer` with its defaults, so of scispaCy's linker:
raw counts times ln((1 + n) / (1 + df)) + 1, and rows of length 1.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy

from .arrays import Array, ArrayWriter, load, save
from .grams import find_grams

PIECE = 4_000_000  # postings to sort at once


class Vocabulary:
    """Numbers trigrams in the order of their appearance, and counts the names that have each."""

    def __init__(self) -> None:
        self.keys = numpy.zeros(0, "int64")
        self.terms = numpy.zeros(0, "int32")
        self.frequencies = numpy.zeros(0, "int64")

    def number(self, keys: Array) -> Array:
        """RETURNS (Array): The number of each trigram, new ones added. Shape (n,), int32."""
        distinct, inverse = numpy.unique(keys, return_inverse=True)
        known = find_sorted(self.keys, distinct)
        new = distinct[known < 0]
        if len(new):
            self._add(new)
            known = find_sorted(self.keys, distinct)
        found = self.terms[known][inverse]
        self.frequencies += numpy.bincount(found, minlength=len(self.frequencies))
        return found

    def _add(self, new: Array) -> None:
        numbers = numpy.arange(len(self.keys), len(self.keys) + len(new), dtype="int32")
        keys = numpy.concatenate([self.keys, new])
        order = numpy.argsort(keys)
        self.keys = keys[order]
        self.terms = numpy.concatenate([self.terms, numbers])[order]
        self.frequencies = numpy.concatenate([self.frequencies, numpy.zeros(len(new), "int64")])


def find_sorted(known: Array, wanted: Array) -> Array:
    """Find values in a sorted array.

    known (Array): Ascending, distinct.
    wanted (Array): What to find, shape (n,).
    RETURNS (Array): Positions, -1 for what isn't there, shape (n,).
    """
    if not len(known):
        return numpy.full(len(wanted), -1)
    places = numpy.minimum(numpy.searchsorted(known, wanted), len(known) - 1)
    return numpy.where(known[places] == wanted, places, -1)


def build_name_index(batches: Iterable[list[str]], folder: Path) -> int:
    """Write the index of names.

    batches (Iterable[list[str]]): Folded names, some thousands at a time.
    folder (Path): Takes the arrays.
    RETURNS (int): The number of names.
    """
    vocabulary = Vocabulary()
    lengths = _write_forward(batches, vocabulary, folder)
    starts = numpy.concatenate([[0], numpy.cumsum(lengths)]).astype("int64")
    names = len(lengths)
    idf = numpy.log((1 + names) / (1 + vocabulary.frequencies)) + 1
    save(folder / "gram_keys.npy", vocabulary.keys)
    save(folder / "gram_terms.npy", vocabulary.terms)
    save(folder / "idf.npy", idf.astype("float32"))
    save(folder / "forward_starts.npy", starts)
    _write_inverted(starts, vocabulary.frequencies, idf, folder)
    return names


def _write_forward(batches: Iterable[list[str]], vocabulary: Vocabulary, folder: Path) -> Array:
    """Write each name's trigrams. Returns how many each name has."""
    lengths = [numpy.zeros(0, "int64")]
    with (
        ArrayWriter(folder / "forward_terms.npy", "int32") as terms,
        ArrayWriter(folder / "forward_counts.npy", "uint8") as counts,
    ):
        for batch in batches:
            grams = find_grams(batch)
            terms.append(vocabulary.number(grams.keys))
            counts.append(numpy.minimum(grams.counts, 255))
            lengths.append(numpy.bincount(grams.rows, minlength=len(batch)))
    return numpy.concatenate(lengths)


def _write_inverted(starts: Array, frequencies: Array, idf: Array, folder: Path) -> None:
    """Write each trigram's names with their weights, and the length of each name's vector."""
    inverted = numpy.concatenate([[0], numpy.cumsum(frequencies)])
    save(folder / "inverted_starts.npy", inverted.astype(_index_type(inverted[-1])))
    total, size = int(inverted[-1]), len(starts) - 1
    names = _new(folder / "inverted_names.npy", "int32", total)
    weights = _new(folder / "inverted_weights.npy", "float32", total)
    norms = _new(folder / "norms.npy", "float32", size)
    terms, counts = load(folder / "forward_terms.npy"), load(folder / "forward_counts.npy")
    free = inverted[:-1].copy()
    for first, last in _pieces(starts):
        part = slice(starts[first], starts[last])
        rows = numpy.repeat(numpy.arange(last - first), numpy.diff(starts[first : last + 1]))
        values = counts[part] * idf[terms[part]]
        length = numpy.sqrt(numpy.bincount(rows, values**2, minlength=last - first))
        norms[first:last] = length
        order = numpy.argsort(terms[part], kind="stable")
        places = _places(terms[part][order], free)
        names[places] = (first + rows)[order]
        weights[places] = (values / length[rows])[order]


def _places(terms: Array, free: Array) -> Array:
    """Where sorted terms' postings go; moves each term's first free place on."""
    distinct, begins, counts = numpy.unique(terms, return_index=True, return_counts=True)
    places = numpy.repeat(free[distinct] - begins, counts) + numpy.arange(len(terms))
    free[distinct] += counts
    return places


def _pieces(starts: Array) -> Iterator[tuple[int, int]]:
    """Runs of names with about PIECE postings."""
    first, size = 0, len(starts) - 1
    while first < size:
        last = int(numpy.searchsorted(starts, starts[first] + PIECE, side="right")) - 1
        last = min(max(last, first + 1), size)
        yield first, last
        first = last


def _index_type(largest: int) -> str:
    # scipy wants starts and indices of one type, and copies them otherwise.
    return "int32" if largest < 2**31 else "int64"


def _new(path: Path, dtype: str, length: int) -> Any:
    if not length:
        save(path, numpy.zeros(0, dtype))
        return numpy.zeros(0, dtype)
    return numpy.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=(length,))
