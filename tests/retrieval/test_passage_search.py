"""Words and vectors, fused."""

from collections.abc import Sequence

import numpy

from spacy_clinical.retrieval import PassageSearch

TOPICS = {"pressure": 0, "hypertension": 0, "sugar": 1, "diabetes": 1}


def vectors(texts: Sequence[str]) -> numpy.ndarray:
    """One axis a topic, and a third for texts that have none."""
    rows = numpy.zeros((len(texts), 3), dtype="f")
    for row, text in zip(rows, texts, strict=True):
        axes = {axis for word, axis in TOPICS.items() if word in text.lower()} or {2}
        row[list(axes)] = 1 / len(axes) ** 0.5
    return rows


PASSAGES = ["Blood pressure 150/90.", "Diabetes since 2015.", "Blood was drawn."]


def test_vectors_find_what_no_word_names() -> None:
    assert PassageSearch(PASSAGES).search("Any hypertension?") == []
    assert PassageSearch(PASSAGES, vectors).search("Any hypertension?", k=1) == [0]


def test_both_together() -> None:
    search = PassageSearch(PASSAGES, vectors)
    assert search.by_words("blood sugar") == [2, 0]
    assert search.by_vectors("blood sugar") == [1, 0, 2]
    # BM25 gives the third 1 and the first a little less, the cosine 1 to the second
    assert search.search("blood sugar") == [1, 2, 0]
    assert search.search("blood") == [2, 0, 1]


def test_the_best_sentence_counts() -> None:
    """A passage is as near as its nearest sentence, which is encoded once."""
    seen: list[str] = []

    def counting(texts: Sequence[str]) -> numpy.ndarray:
        seen.extend(texts)
        return vectors(texts)

    passages = ["She walks. Sugar was high.", "Sugar was high. She sleeps.", "She walks."]
    search = PassageSearch(passages, counting)
    assert sorted(seen) == ["She sleeps.", "She walks.", "Sugar was high."]
    assert search.by_vectors("Any diabetes?") == [0, 1, 2]


def test_no_passages() -> None:
    assert PassageSearch([], vectors).search("anything") == []
