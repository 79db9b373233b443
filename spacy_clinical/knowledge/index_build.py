"""Names to their index, in bounded memory: each name's trigrams, and each n-gram's names.

A base of up to LARGE names is inverted by its trigrams, a larger one by its rarer 4-grams.

Weights are those of scikit-learn's `TfidfVectorizer` with its defaults, so of scispaCy's linker:
raw counts times ln((1 + n) / (1 + df)) + 1, and rows of length 1.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy

from .arrays import Array, ArrayWriter, load, save
from .grams import find_grams
from .vocabulary import Vocabulary

LARGE = 100_000
PIECE = 4_000_000  # postings to sort at once
NEAR, RARE = ("near", 3), ("rare", 4)  # prefix of the arrays and length of the n-grams
FORWARD = ("_starts.npy", "_counts.npy", "_terms.npy", "_norms.npy")


def build_name_index(batches: Iterable[Sequence[str]], folder: Path) -> int:
    """Write the index of names.

    batches (Iterable[Sequence[str]]): Folded names, some thousands at a time.
    folder (Path): Takes the arrays.
    RETURNS (int): The number of names.
    """
    with _Forward(folder, *NEAR) as near, _Forward(folder, *RARE) as rare:
        for batch in batches:
            near.add(batch)
            rare.add(batch)
    near.finish()
    rare.finish()
    write_inverted(folder, (NEAR if near.names <= LARGE else RARE)[0])
    for path in folder.glob(f"{RARE[0]}_*.npy"):
        if near.names <= LARGE or path.name.endswith(FORWARD):
            path.unlink()
    return near.names


class _Forward:
    """Writes each name's n-grams: `{prefix}_terms`, `_counts`, `_starts`; and of each n-gram
    `_keys`, `_numbers`, `_idf`."""

    def __init__(self, folder: Path, prefix: str, n: int):
        self.folder, self.prefix, self.n = folder, prefix, n
        self.vocabulary = Vocabulary()
        self.lengths = [numpy.zeros(0, "int64")]

    def __enter__(self) -> "_Forward":
        self._stack = ExitStack()
        self._terms, self._counts = (
            self._stack.enter_context(ArrayWriter(self._path(name), kind))
            for name, kind in (("terms", "int32"), ("counts", "uint8"))
        )
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    @property
    def names(self) -> int:
        """RETURNS (int): How many were added."""
        return sum(map(len, self.lengths))

    def add(self, batch: Sequence[str]) -> None:
        """Write the n-grams of some names."""
        grams = find_grams(batch, self.n)
        self._terms.append(self.vocabulary.number(grams.keys))
        self._counts.append(numpy.minimum(grams.counts, 255))
        self.lengths.append(numpy.bincount(grams.rows, minlength=len(batch)))

    def finish(self) -> None:
        """Write what only the whole shows."""
        vocabulary, starts = self.vocabulary, numpy.cumsum(numpy.concatenate([[0], *self.lengths]))
        idf = (numpy.log((1 + self.names) / (1 + vocabulary.frequencies)) + 1).astype("float32")
        save(self._path("starts"), starts.astype("int64"))
        save(self._path("keys"), vocabulary.keys)
        save(self._path("numbers"), vocabulary.terms)
        save(self._path("idf"), idf)
        write_norms(self.folder, self.prefix)

    def _path(self, name: str) -> Path:
        return self.folder / f"{self.prefix}_{name}.npy"


def write_norms(folder: Path, prefix: str) -> None:
    """Write the length of each name's vector.

    folder (Path): Holds the names' n-grams.
    prefix (str): Of their arrays.
    """
    starts, counts, terms, idf = _read_forward(folder, prefix)
    with ArrayWriter(folder / f"{prefix}_norms.npy", "float32") as norms:
        for first, last in _pieces(starts):
            part = slice(starts[first], starts[last])
            rows = numpy.repeat(numpy.arange(last - first), numpy.diff(starts[first : last + 1]))
            values = counts[part] * idf[terms[part]]
            norms.append(numpy.sqrt(numpy.bincount(rows, values**2, minlength=last - first)))


def write_inverted(folder: Path, prefix: str) -> None:
    """Turn each name's n-grams into each n-gram's names with their weights.

    folder (Path): Holds the names' n-grams.
    prefix (str): Of their arrays.
    """
    starts, counts, terms, idf = _read_forward(folder, prefix)
    norms = load(folder / f"{prefix}_norms.npy")
    frequencies = numpy.zeros(len(idf), "int64")
    for first, last in _pieces(starts):
        frequencies += numpy.bincount(terms[starts[first] : starts[last]], minlength=len(idf))
    lists = numpy.cumsum(numpy.concatenate([[0], frequencies]))
    # scipy wants starts and indices of one type, and copies them otherwise.
    save(folder / f"{prefix}_lists.npy", lists.astype("int32" if lists[-1] < 2**31 else "int64"))
    names = _new(folder / f"{prefix}_names.npy", "int32", int(lists[-1]))
    weights = _new(folder / f"{prefix}_weights.npy", "float32", int(lists[-1]))
    free = lists[:-1].copy()
    for first, last in _pieces(starts):
        part = slice(starts[first], starts[last])
        rows = numpy.repeat(numpy.arange(first, last), numpy.diff(starts[first : last + 1]))
        order = numpy.argsort(terms[part], kind="stable")
        places = _places(terms[part][order], free)
        names[places] = rows[order]
        weights[places] = (counts[part] * idf[terms[part]] / norms[rows])[order]


def _read_forward(folder: Path, prefix: str) -> tuple[Array, Array, Array, Array]:
    starts, counts, terms, idf = (
        load(folder / f"{prefix}_{name}.npy") for name in ("starts", "counts", "terms", "idf")
    )
    return numpy.array(starts), counts, terms, numpy.array(idf)


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


def _new(path: Path, dtype: str, length: int) -> Any:
    if not length:
        save(path, numpy.zeros(0, dtype))
        return numpy.zeros(0, dtype)
    return numpy.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=(length,))
