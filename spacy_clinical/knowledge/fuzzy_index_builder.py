"""Names to their index, in bounded memory: each name's trigrams and words, each n-gram's names.

A base of up to LARGE names is inverted by its trigrams, a larger one by its rarer 4-grams.

Weights are those of scikit-learn's `TfidfVectorizer` with its defaults, so of scispaCy's linker:
raw counts times ln((1 + n) / (1 + df)) + 1, and rows of length 1.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy

from .array_files import Array, ArrayWriter, load, save
from .name_forms import Forms
from .ngram_vocabulary import Vocabulary
from .ngrams import NEAR, RARE, WORDS, cut

LARGE = 100_000
PIECE = 4_000_000  # postings to sort at once
FORWARD = ("_starts.npy", "_counts.npy", "_terms.npy", "_norms.npy")


def build_name_index(batches: Iterable[Sequence[Forms]], folder: Path) -> int:
    """Write the index of names.

    batches (Iterable[Sequence[Forms]]): Names, some thousands at a time.
    folder (Path): Takes the arrays.
    RETURNS (int): The number of names.
    """
    with ExitStack() as stack:
        kinds = [stack.enter_context(_Forward(folder, kind)) for kind in (NEAR, RARE, WORDS)]
        for batch in batches:
            for kind in kinds:
                kind.add(batch)
    for kind in kinds:
        kind.finish()
    names = kinds[0].names
    write_inverted(folder, NEAR if names <= LARGE else RARE)
    for path in folder.glob(f"{RARE}_*.npy"):
        if names <= LARGE or path.name.endswith(FORWARD):
            path.unlink()
    return names


class _Forward:
    """Writes each name's pieces of a kind: `{kind}_terms`, `_counts`, `_starts`; and of each piece
    `_keys`, `_numbers`, `_idf`."""

    def __init__(self, folder: Path, kind: str):
        self.folder, self.kind = folder, kind
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

    def add(self, batch: Sequence[Forms]) -> None:
        """Write the pieces of some names."""
        grams = cut(batch, self.kind)
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
        write_norms(self.folder, self.kind)

    def _path(self, name: str) -> Path:
        return self.folder / f"{self.kind}_{name}.npy"


def write_norms(folder: Path, kind: str) -> None:
    """Write the length of each name's vector.

    folder (Path): Holds the names' pieces.
    kind (str): NEAR, RARE or WORDS.
    """
    starts, counts, terms, idf = _read_forward(folder, kind)
    with ArrayWriter(folder / f"{kind}_norms.npy", "float32") as norms:
        for first, last in _pieces(starts):
            part = slice(starts[first], starts[last])
            rows = numpy.repeat(numpy.arange(last - first), numpy.diff(starts[first : last + 1]))
            values = counts[part] * idf[terms[part]]
            norms.append(numpy.sqrt(numpy.bincount(rows, values**2, minlength=last - first)))


def write_inverted(folder: Path, kind: str) -> None:
    """Turn each name's n-grams into each n-gram's names with their weights.

    folder (Path): Holds the names' pieces.
    kind (str): NEAR, RARE or WORDS.
    """
    starts, counts, terms, idf = _read_forward(folder, kind)
    norms = load(folder / f"{kind}_norms.npy")
    frequencies = numpy.zeros(len(idf), "int64")
    for first, last in _pieces(starts):
        frequencies += numpy.bincount(terms[starts[first] : starts[last]], minlength=len(idf))
    lists = numpy.cumsum(numpy.concatenate([[0], frequencies]))
    # scipy wants starts and indices of one type, and copies them otherwise.
    save(folder / f"{kind}_lists.npy", lists.astype("int32" if lists[-1] < 2**31 else "int64"))
    names = _new(folder / f"{kind}_names.npy", "int32", int(lists[-1]))
    weights = _new(folder / f"{kind}_weights.npy", "float32", int(lists[-1]))
    free = lists[:-1].copy()
    for first, last in _pieces(starts):
        part = slice(starts[first], starts[last])
        rows = numpy.repeat(numpy.arange(first, last), numpy.diff(starts[first : last + 1]))
        order = numpy.argsort(terms[part], kind="stable")
        places = _places(terms[part][order], free)
        names[places] = rows[order]
        weights[places] = (counts[part] * idf[terms[part]] / norms[rows])[order]


def _read_forward(folder: Path, kind: str) -> tuple[Array, Array, Array, Array]:
    starts, counts, terms, idf = (
        load(folder / f"{kind}_{name}.npy") for name in ("starts", "counts", "terms", "idf")
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
