"""BM25 against scores counted by hand."""

from math import log

import pytest

from spacy_clinical.retrieval import Bm25
from spacy_clinical.retrieval.bm25 import words_of


def test_bm25_by_hand() -> None:
    index = Bm25(["red apple", "green apple apple", "a pear"])
    assert [number for number, _ in index.search("apple")] == [1, 0]
    # idf = ln(1 + (3 - 2 + .5) / (2 + .5)) = 0.470; lengths 2, 3, 2, their mean 7/3
    (_, best), (_, second) = index.search("apple")
    assert best == pytest.approx(0.4700036 * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 9 / 7)), rel=1e-5)
    assert second == pytest.approx(0.4700036 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 6 / 7)), rel=1e-5)
    assert index.search("plum") == [] and words_of("吸烟 ok") == ["吸", "烟", "ok"]


# Three passages of 4, 2 and 6 words, mean 4: "kidney" is in 2 of them, "stone" in 1, "the" in all.
TABLE = [
    ("kidney", {0: (1, 4), 2: (2, 6)}, log(1 + 1.5 / 2.5)),
    ("stone", {2: (1, 6)}, log(1 + 2.5 / 1.5)),
    ("the", {0: (1, 4), 1: (1, 2), 2: (1, 6)}, log(1 + 0.5 / 3.5)),
]


@pytest.mark.parametrize("query", ["kidney", "kidney stone", "the kidney", "stone the kidney"])
def test_sums_of_words_as_in_a_table(query: str) -> None:
    passages = ["the left kidney hurts", "the liver", "kidney, right kidney: the stone moved"]
    expected: dict[int, float] = {}
    for word, counts, idf in TABLE:
        for number, (times, length) in counts.items() if word in query.split() else ():
            gain = times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / 4))
            expected[number] = expected.get(number, 0.0) + idf * gain
    assert dict(Bm25(passages).search(query)) == pytest.approx(expected)


def test_a_repeated_word_counts_once_and_chinese_letters_are_words() -> None:
    index = Bm25(["sugar sugar", "salt"])
    assert index.search("sugar sugar") == index.search("sugar")
    assert words_of("Na+ 138,血糖7.8mmol") == ["na", "138", "血", "糖", "7", "8mmol"]
