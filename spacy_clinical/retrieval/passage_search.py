"""Passages by words, by sentence vectors, or by both."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from .bm25 import Bm25

Vectors = Callable[[Sequence[str]], Any]
CLOSE = 60  # k of reciprocal rank fusion
BOTH = 100  # ranks of each that are looked at


class PassageSearch:
    """An index of passages.

    passages (Sequence[str]): Their texts.
    vectors (Vectors | None): Texts to unit vectors, shape (n_texts, width); None for words alone.
    """

    def __init__(self, passages: Sequence[str], vectors: Vectors | None = None):
        self.passages = list(passages)
        self.vectors = vectors
        self._words = Bm25(self.passages)
        self._rows = vectors(self.passages) if vectors and self.passages else None

    def by_words(self, question: str, k: int = BOTH) -> list[int]:
        """RETURNS (list[int]): Numbers of passages by BM25, the best first."""
        return [number for number, _ in self._words.search(question, k)]

    def by_vectors(self, question: str, k: int = BOTH) -> list[int]:
        """RETURNS (list[int]): Numbers of passages by cosine, the best first; none without
        vectors."""
        if self.vectors is None or self._rows is None:
            return []
        cosines = numpy.asarray(self._rows @ self.vectors([question])[0])
        return numpy.argsort(-cosines, kind="stable")[:k].tolist()

    def search(self, question: str, k: int = 10) -> list[int]:
        """Find passages.

        question (str): Words.
        k (int): How many, at most.
        RETURNS (list[int]): Numbers, the best first; without vectors only those that share a word
            with the question.
        """
        rankings = [self.by_words(question), self.by_vectors(question)]
        return ranked_together([ranking for ranking in rankings if ranking])[:k]


def ranked_together(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Fuse rankings by the sum of 1 / (60 + rank), rank from 1 (Cormack et al. 2009).

    rankings (Sequence[Sequence[int]]): Numbers, the best first.
    RETURNS (list[int]): All numbers, the best first; of equal ones the lower.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, number in enumerate(ranking, 1):
            scores[number] = scores.get(number, 0.0) + 1 / (CLOSE + rank)
    return sorted(scores, key=lambda number: (-scores[number], number))
