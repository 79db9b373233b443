"""What stands around concepts: learned from notes, as one vector a concept, and nothing of a text.

MedCAT's idea (Kraljevic et al. 2021, "Multi-domain clinical natural language processing with
MedCAT"): unambiguous names teach in what contexts a concept stands, and so what an ambiguous one
means. A context is the mean of the encoder's vectors around a term where the pipeline has an
encoder, else of random vectors of its words (Kanerva, Kristoferson & Holst 2000, random indexing).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from spacy.attrs import IS_PUNCT, IS_SPACE, IS_STOP, LOWER
from spacy.tokens import Doc

from ...errors import Errors, KnowledgeError
from ...knowledge.array_files import Array, load, save
from ...knowledge.word_hashes import mix

AROUND = 40  # tokens on each side
WIDTH = 256  # of the words' vectors, four times 64 bits
FREQUENCY = 0.1  # how much more often a concept stands, as a logarithm, beside the cosine
FEWEST = 5  # contexts of a concept that is remembered: fewer would tell of single notes
FILES, KINDS = ("ids", "vectors", "frequencies", "mean"), "Sfff"
_SALTS = numpy.array([0x5851F42D4C957F2D, 0x14057B7EF767814F, 0x2545F4914F6CDD1D, 1], "uint64")


class Contexts(NamedTuple):
    """What was learned.

    ids (Array): Concepts, sorted, shape (n,), bytes.
    vectors (Array): Their mean contexts less the mean of all, of length 1. Shape (n, width),
        float16.
    frequencies (Array): Logarithms of their counts, less the mean of those, shape (n,), float32.
    mean (Array): The mean of all contexts, shape (width,), float32.
    """

    ids: Array
    vectors: Array
    frequencies: Array
    mean: Array

    def compare(
        self, concepts: Sequence[str], context: Array, frequent: bool = True
    ) -> list[float | None]:
        """Compare a context with those of concepts.

        concepts (Sequence[str]): Their ids.
        context (Array): Shape (width,).
        frequent (bool): Whether it counts how often they stand.
        RETURNS (list[float | None]): Cosines, if asked a little more or less for what stands more
            often or less; None for concepts of which nothing was learned, and for contexts of
            another width, as those of another encoder.
        """
        if context.shape != self.mean.shape:
            return [None] * len(concepts)
        own = context - self.mean
        own /= numpy.linalg.norm(own) + 1e-9
        found: list[float | None] = []
        for concept in concepts:
            place = int(numpy.searchsorted(self.ids, concept.encode()))
            if place < len(self.ids) and self.ids[place] == concept.encode():
                cosine = float(self.vectors[place].astype("float32") @ own)
                found.append(cosine + frequent * FREQUENCY * float(self.frequencies[place]))
            else:
                found.append(None)
        return found

    def to_disk(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in zip(FILES, self, strict=True):
            save(folder / f"{name}.npy", array)

    @classmethod
    def from_disk(cls, folder: Path) -> "Contexts":
        """RETURNS (Contexts): What `to_disk` wrote. Raises KnowledgeError if it is broken."""
        contexts = cls(*(numpy.array(load(folder / f"{name}.npy")) for name in FILES))
        contexts._check(folder)
        return contexts

    def _check(self, folder: Path) -> None:
        n, width = len(self.ids), self.mean.size
        shapes = ((n,), (n, width), (n,), (width,))
        for name, array, shape, kind in zip(FILES, self, shapes, KINDS, strict=True):
            if array.shape != shape or array.dtype.kind != kind:
                error = f"{array.dtype} of the shape {array.shape}"
                path = folder / f"{name}.npy"
                raise KnowledgeError(Errors.SC673.format(path=path, error=error))


class ContextSums:
    """Adds up the contexts of concepts."""

    def __init__(self) -> None:
        self._sums: dict[str, Array] = {}
        self._counts: dict[str, int] = {}

    def add(self, concept: str, context: Array) -> None:
        """Add a context, shape (width,)."""
        known = self._sums.get(concept)
        self._sums[concept] = context.astype("float64") if known is None else known + context
        self._counts[concept] = self._counts.get(concept, 0) + 1

    def finish(self) -> Contexts | None:
        """RETURNS (Contexts | None): What was learned, None if no concept stands often enough."""
        ids = sorted(id for id, count in self._counts.items() if count >= FEWEST)
        if not ids:
            return None
        mean = numpy.sum([*self._sums.values()], axis=0) / sum(self._counts.values())
        vectors = numpy.stack([self._sums[id] / self._counts[id] - mean for id in ids])
        vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
        names = numpy.array([id.encode() for id in ids], "S")
        counts = numpy.log([self._counts[id] for id in ids])
        frequencies = (counts - counts.mean()).astype("float32")
        return Contexts(names, vectors.astype("float16"), frequencies, mean.astype("float32"))


def find_contexts(doc: Doc, places: Sequence[tuple[int, int]]) -> Array:
    """Find what stands around terms.

    doc (Doc): The document, with the encoder's vectors where the pipeline has an encoder.
    places (Sequence[tuple[int, int]]): First token of each term, and one past the last.
    RETURNS (Array): Shape (terms, width), float32.
    """
    vectors, weights = _token_vectors(doc)
    sums = numpy.concatenate([numpy.zeros((1, vectors.shape[1])), numpy.cumsum(vectors, axis=0)])
    counts = numpy.concatenate([[0.0], numpy.cumsum(weights)])
    starts, ends = numpy.array(places, "int64").reshape(-1, 2).T
    begin, stop = numpy.maximum(starts - AROUND, 0), numpy.minimum(ends + AROUND, len(doc))
    total = sums[stop] - sums[begin] - sums[ends] + sums[starts]
    count = counts[stop] - counts[begin] - counts[ends] + counts[starts]
    found: Array = (total / numpy.maximum(count, 1.0)[:, None]).astype("float32")
    return found


def _token_vectors(doc: Doc) -> tuple[Array, Array]:
    """A vector for each token, and whether it counts."""
    data: Any = doc._.trf_data if Doc.has_extension("trf_data") else None
    vectors = getattr(data, "vectors", None)
    if vectors is not None and len(vectors) == len(doc):
        if hasattr(vectors, "get"):
            vectors = vectors.get()  # from the GPU
        return vectors.astype("float64"), numpy.ones(len(doc))
    columns = doc.to_array([LOWER, IS_STOP, IS_PUNCT, IS_SPACE]).reshape(-1, 4)
    told = (columns[:, 1:] == 0).all(axis=1)
    return _word_vectors(columns[:, 0]) * told[:, None], told.astype("float64")


def _word_vectors(words: Array) -> Array:
    """Random vectors of -1 and 1, always the same for a word."""
    bits = mix(words[:, None] ^ _SALTS).astype("<u8").view("uint8").reshape(len(words), -1)
    return numpy.unpackbits(bits, axis=1).astype("float64") * 2 - 1
