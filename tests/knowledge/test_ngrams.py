"""N-grams against a plain count, and against scikit-learn where it is."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.knowledge.name_forms import fold
from spacy_clinical.knowledge.ngrams import find_grams

NAMES = st.lists(st.text("abc 2é\U0001f600", max_size=12).map(fold), max_size=6)


def plain(name: str, n: int) -> Counter[str]:
    words = (f" {word} " for word in name.split())
    return Counter(w[i : i + n] for w in words for i in range(max(len(w) - n, 0) + 1))


@given(NAMES, st.sampled_from([3, 4]))
def test_as_counted_one_by_one(names: list[str], n: int) -> None:
    grams = find_grams(names, n)
    rows = grams.rows.tolist()
    assert rows == sorted(rows)
    for i, name in enumerate(names):
        own = grams.rows == i
        assert sorted(grams.counts[own]) == sorted(plain(name, n).values())


@given(NAMES)
def test_same_gram_same_key(names: list[str]) -> None:
    twice = find_grams([*names, *names], 3)
    half = len(twice.rows) // 2
    assert twice.keys[:half].tolist() == twice.keys[half:].tolist()


def test_different_grams_different_keys() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789é"
    names = [f"{a}{b}{c}d" for a in letters for b in letters for c in letters]
    grams = {gram for name in names for gram in plain(name, 4)}
    assert len(set(find_grams(names, 4).keys.tolist())) == len(grams)


def test_none() -> None:
    assert not len(find_grams([], 3).rows)
    assert not len(find_grams(["", ""], 4).rows)


@pytest.mark.parametrize("n", [3, 4])
def test_as_scikit_learn(n: int) -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    names = ["type 2 diabetes mellitus", "diabetes", "anemia of pregnancy", "a b cc"]
    matrix = text.CountVectorizer(analyzer="char_wb", ngram_range=(n, n)).fit_transform(names)
    grams = find_grams(names, n)
    for i in range(len(names)):
        assert sorted(matrix[i].data) == sorted(grams.counts[grams.rows == i])
