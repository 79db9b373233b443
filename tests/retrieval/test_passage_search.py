"""Words and vectors, fused."""

from collections.abc import Sequence

import numpy

from spacy_clinical.retrieval import PassageSearch, ranked_together

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
    # 1/61 + 1/63 for the third, 2/62 for the first, 1/61 for the second
    assert search.search("blood sugar") == [2, 0, 1]


def test_fusion_by_hand() -> None:
    assert ranked_together([[4, 1], [1]]) == [1, 4]  # 1/62 + 1/61 against 1/61
    assert ranked_together([[2], [1]]) == [1, 2]
    assert ranked_together([]) == []


def test_no_passages() -> None:
    assert PassageSearch([], vectors).search("anything") == []
