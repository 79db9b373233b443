"""The nearest names by trigrams and words: TF-IDF cosines, over an inverted index of n-grams.

Two steps. The query's rarest n-grams, up to a budget of postings, propose names by the part of the
cosine that they see; the best of these are then scored by all their trigrams and words. Up to
100,000 names the n-grams are trigrams, the budget covers them, and nothing is missed. Above, they
are 4-grams: in a base of three million names common trigrams have lists of hundreds of thousands; a
query's 4-grams have a third as many postings, and the rarest third of those a hundredth.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy

from ..errors import Errors, KnowledgeError
from .array_files import Array
from .index_arrays import load_arrays
from .name_forms import Forms
from .ngram_vocabulary import find_sorted
from .ngrams import NEAR, RARE, WORDS, cut, hash_word

GRAMS = ("keys", "numbers", "idf")
FORWARD, INVERTED = ("starts", "terms", "counts", "norms"), ("lists", "names", "weights")
BUDGETS = {NEAR: 200_000, RARE: 20_000}  # postings to read for a query
PROPOSED = 100  # names to score in full for a query
OF_WORDS, POWER = 0.9, 6  # weight of the words' cosine, and how much the larger cosine counts
CHUNK = 128  # queries at once: bounds the memory


class Found(NamedTuple):
    """The names that were found for a sequence of queries.

    rows (Array): Which query, shape (n,), ascending.
    names (Array): Which name, shape (n,).
    scores (Array): Near 1 for the same, shape (n,); in no order within a query.
    """

    rows: Array
    names: Array
    scores: Array


class NameIndex:
    """An index of names that `build_name_index` wrote.

    folder (Path): Its arrays; they are mapped, not read.
    """

    def __init__(self, folder: Path):
        self.kind = NEAR if (folder / f"{NEAR}_lists.npy").exists() else RARE
        pieces = [f"{kind}_{name}" for kind in (NEAR, WORDS) for name in (*GRAMS, *FORWARD)]
        lists = [f"{self.kind}_{name}" for name in (*GRAMS, *INVERTED)]
        self.arrays = load_arrays(folder, list(dict.fromkeys(pieces + lists)))
        self.folder = folder
        self.lengths = numpy.diff(self._of_kind("lists"))
        self._whole = numpy.zeros(len(self.lengths), bool)  # n-grams whose lists were looked at

    def __len__(self) -> int:
        return len(self.arrays["near_norms"])

    def search(
        self, queries: Sequence[Forms], *, budget: int | None = None, proposed: int = PROPOSED
    ) -> Found:
        """Find the names nearest to each query.

        The score is the sixth root of t^6 + (0.9 w)^6, t and w being the cosines of trigrams and of
        words: about the larger one, and more where both are high.

        queries (Sequence[Forms]): What to look for.
        budget (int | None): Postings to read for one, 0 for all, None for the default.
        proposed (int): Names to find for one, at most.
        RETURNS (Found): The names with their scores.
        """
        budget = BUDGETS[self.kind] if budget is None else budget
        parts = [
            self._search(queries[i : i + CHUNK], i, budget, proposed)
            for i in range(0, len(queries), CHUNK)
        ]
        return Found(*(numpy.concatenate(column) for column in zip(_NONE, *parts, strict=True)))

    def known_words(self, words: Sequence[str]) -> Array:
        """Tell which words names have.

        words (Sequence[str]): Words as `name_key` has them.
        RETURNS (Array): Whether some name of the base has each, shape (n,).
        """
        keys = numpy.fromiter(map(hash_word, words), "uint64", len(words))
        known: Array = find_sorted(self.arrays[f"{WORDS}_keys"], keys) >= 0
        return known

    def cosines(self, queries: Sequence[Forms], rows: Array, names: Array, kind: str) -> Array:
        """Compute the cosine of pairs of a query and a name.

        queries (Sequence[Forms]): What to compare.
        rows (Array): Which query of each pair, shape (n,).
        names (Array): Which name of each pair, shape (n,).
        kind (str): Of trigrams (NEAR), or of words (WORDS).
        RETURNS (Array): The cosines, shape (n,), float32.
        """
        terms, counts, starts, idf, norms = (
            self.arrays[f"{kind}_{name}"] for name in ("terms", "counts", "starts", "idf", "norms")
        )
        vectors = self._vectors(queries, kind)
        known = numpy.unique(vectors.terms)
        dense = numpy.zeros((len(queries), len(known) + 1), "float32")
        values = vectors.values * idf[vectors.terms]
        dense[vectors.rows, numpy.searchsorted(known, vectors.terms)] = values
        pairs, places = _spread(starts[names], starts[names + 1])
        columns = _columns(known, terms[places], len(idf))
        products = dense[rows[pairs], columns] * counts[places]
        sums = numpy.bincount(pairs, products, minlength=len(names))
        return (sums / numpy.maximum(norms[names], 1e-9)).astype("float32")

    def _search(self, queries: Sequence[Forms], offset: int, budget: int, proposed: int) -> Found:
        vectors = self._vectors(queries, self.kind)
        if not len(vectors.rows) or not len(self):
            return _NONE
        chosen = self._rarest(vectors, budget) if budget else slice(None)
        seen = self._multiply(_Vectors(*(column[chosen] for column in vectors)), len(queries))
        rows, names = _best(seen, proposed)
        by_trigrams = self.cosines(queries, rows, names, NEAR)
        by_words = self.cosines(queries, rows, names, WORDS)
        scores = (by_trigrams**POWER + (OF_WORDS * by_words) ** POWER) ** (1 / POWER)
        return Found(rows + offset, names, scores.astype("float32"))

    def _vectors(self, queries: Sequence[Forms], kind: str) -> "_Vectors":
        grams = cut(queries, kind)
        places = find_sorted(self.arrays[f"{kind}_keys"], grams.keys)
        known = places >= 0
        rows, terms = grams.rows[known], self.arrays[f"{kind}_numbers"][places[known]]
        values = grams.counts[known] * self.arrays[f"{kind}_idf"][terms]
        lengths = numpy.sqrt(numpy.bincount(rows, values**2, minlength=len(queries)))
        return _Vectors(rows, terms, (values / lengths[rows]).astype("float32"))

    def _rarest(self, vectors: "_Vectors", budget: int) -> Array:
        """Of each query the n-grams with the shortest lists, up to the budget, one at least."""
        costs = self.lengths[vectors.terms].astype("int64")
        order = numpy.lexsort((costs, vectors.rows))
        rows, costs = vectors.rows[order], costs[order]
        spent = numpy.cumsum(costs)
        first = numpy.searchsorted(rows, rows)
        spent -= spent[first] - costs[first]
        within = (spent <= budget) | (numpy.arange(len(rows)) == first)
        return numpy.sort(order[within])

    def _multiply(self, vectors: "_Vectors", count: int) -> Any:
        self._check_lists(vectors.terms)
        starts = numpy.searchsorted(vectors.rows, numpy.arange(count + 1))
        kind = self._of_kind("lists").dtype
        shape = (count, len(self.lengths))
        cells = (vectors.values, vectors.terms.astype(kind), starts.astype(kind))
        return _sparse(cells, shape) @ self._inverted

    def _check_lists(self, terms: Array) -> None:
        """Look at the lists of n-grams when they are first used: scipy multiplies with numbers of
        names that there aren't, somewhere in memory."""
        new = numpy.unique(terms[~self._whole[terms]])
        starts, names = self._of_kind("lists"), self._of_kind("names")
        found = names[_spread(starts[new], starts[new + 1])[1]]
        outside = len(found) and not 0 <= found.min() <= found.max() < len(self)
        if outside or (len(new) and new[0] < 0):
            error = "numbers of names that there aren't"
            raise KnowledgeError(Errors.SC611.format(path=self.folder, error=error))
        self._whole[new] = True

    def _of_kind(self, name: str) -> Array:
        return self.arrays[f"{self.kind}_{name}"]

    @cached_property
    def _inverted(self) -> Any:
        cells = tuple(self._of_kind(name) for name in ("weights", "names", "lists"))
        return _sparse(cells, (len(self.lengths), len(self)))


class _Vectors(NamedTuple):
    """Queries as sparse vectors of length 1: rows ascending, terms, values, each of shape (n,)."""

    rows: Array
    terms: Array
    values: Array


_NONE = Found(numpy.zeros(0, "int64"), numpy.zeros(0, "int64"), numpy.zeros(0, "float32"))


def _sparse(cells: tuple[Array, ...], shape: tuple[int, int]) -> Any:
    """A CSR matrix over arrays as they are."""
    try:
        from scipy.sparse import csr_array
    except ImportError as error:
        what = "Searching names"
        message = Errors.SC512.format(what=what, module="scipy", error=error, extra="linker")
        raise KnowledgeError(message) from None
    return csr_array(cells, shape=shape, copy=False)


def _columns(known: Array, terms: Array, size: int) -> Array:
    """Where terms stand among the known ones, the last place for those that don't."""
    if size > len(terms):
        return find_sorted(known, terms)
    columns = numpy.full(size, -1, "int32")
    columns[known] = numpy.arange(len(known))
    return columns[terms]


def _spread(begins: Array, ends: Array) -> tuple[Array, Array]:
    """The places from each begin to its end: which pair each belongs to, and the places."""
    counts = ends - begins
    pairs = numpy.repeat(numpy.arange(len(begins)), counts)
    places = numpy.arange(len(pairs)) + numpy.repeat(begins - numpy.cumsum(counts) + counts, counts)
    return pairs, places


def _best(products: Any, count: int) -> tuple[Array, Array]:
    """Of each row of a CSR matrix the columns of the highest values: rows, columns."""
    columns = []
    for start, end in pairwise(products.indptr):
        values, names = products.data[start:end], products.indices[start:end]
        if len(values) > count:
            names = names[numpy.argpartition(values, -count)[-count:]]
        columns.append(names)
    rows = numpy.repeat(numpy.arange(len(columns)), [len(names) for names in columns])
    return rows, numpy.concatenate(columns).astype("int64")
