"""Passages by words, by sentence vectors, or by both."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy

from ..context.sentences import find_sentences
from .bm25 import Bm25

Vectors = Callable[[Sequence[str]], Any]
Array = numpy.ndarray[Any, Any]


class PassageSearch:
    """An index of passages.

    passages (Sequence[str]): Their texts.
    vectors (Vectors | None): Texts to unit vectors, shape (n_texts, width), for sentences; None for
        words alone.
    """

    def __init__(self, passages: Sequence[str], vectors: Vectors | None = None):
        self.passages = list(passages)
        self.vectors = vectors
        self._words = Bm25(self.passages)
        self._rows: Any = None
        self._owners: list[list[int]] = []
        if vectors is not None and self.passages:
            parts = [_sentences(passage) for passage in self.passages]
            numbers = {text: i for i, text in enumerate(dict.fromkeys(chain(*parts)))}
            self._owners = [[numbers[text] for text in own] for own in parts]
            self._rows = vectors(list(numbers))

    def by_words(self, question: str, k: int = 10) -> list[int]:
        """RETURNS (list[int]): Numbers of passages by BM25, the best first."""
        return [number for number, _ in self._words.search(question, k)]

    def by_vectors(self, question: str, k: int = 10) -> list[int]:
        """RETURNS (list[int]): Numbers of passages by the cosine of their best sentence, the best
        first; none without vectors."""
        return [] if self._rows is None else _best(self._cosines(question), k)

    def search(self, question: str, k: int = 10) -> list[int]:
        """Find passages by the sum of BM25, as a share of the best passage's, and cosine.

        question (str): Words.
        k (int): How many, at most.
        RETURNS (list[int]): Numbers, the best first; without vectors only those that share a word
            with the question.
        """
        if self._rows is None:
            return self.by_words(question, k)
        scores = self._cosines(question)
        found = self._words.search(question, len(self.passages))
        for number, score in found:
            scores[number] += score / found[0][1]
        return _best(scores, k)

    def _cosines(self, question: str) -> Array:
        """Of each passage's best sentence, shape (n_passages,)."""
        assert self.vectors is not None
        cosines = numpy.asarray(self._rows @ self.vectors([question])[0], dtype="float64")
        return numpy.asarray([cosines[own].max() for own in self._owners])


def _best(scores: Array, k: int) -> list[int]:
    best: list[int] = numpy.argsort(-scores, kind="stable")[:k].tolist()
    return best


def _sentences(passage: str) -> list[str]:
    """A passage's sentences, or itself where it has no words."""
    starts = find_sentences(passage)
    ends = [*starts[1:], len(passage)]
    return [passage[a:b].strip() for a, b in zip(starts, ends, strict=False)] or [passage]
