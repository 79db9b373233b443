"""Words as numbers: sums don't know an order, and errors are found without the word."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.knowledge.word_hashes import (
    LETTERS,
    PART,
    hash_errors,
    hash_joined,
    hash_names,
    hash_parts,
    hash_words,
    sum_letters,
)

WORDS = st.text(st.characters(categories=("Ll", "Nd")), min_size=1, max_size=12)


def number(word: str) -> int:
    return int(hash_words([word])[0])


def misspell(word: str) -> set[str]:
    """All words one error away whose first letter is that of the word."""
    begins = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
    less = {head + tail[1:] for head, tail in begins if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in begins if len(tail) > 1}
    other = {head + x + tail[1:] for head, tail in begins if tail for x in LETTERS}
    more = {head + x + tail for head, tail in begins for x in LETTERS}
    return (less | swapped | other | more) - {word}


@given(st.lists(st.lists(WORDS, max_size=4), max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_a_name_is_its_words_in_any_order(names: list[list[str]], random: object) -> None:
    mixed = [random.sample(name, len(name)) for name in names]  # type: ignore[attr-defined]
    sums, words = hash_names([" ".join(name) for name in names])
    assert sums.tolist() == hash_names([" ".join(name) for name in mixed])[0].tolist()
    assert words.tolist() == [number(word) for name in names for word in name]
    assert sums.tolist() == [sum(map(number, name)) % 2**64 for name in names]


@pytest.mark.parametrize("word", ["metformin", "aa", "anna", "zz9x", "hypo"])
def test_errors(word: str) -> None:
    expected = misspell(word)
    assert set(hash_errors(word).tolist()) == {number(other) for other in expected}


def test_the_first_letter_is_right() -> None:
    near = set(hash_errors("fever").tolist())
    assert number("fevers") in near and number("feer") in near and number("feevr") in near
    assert not {number(word) for word in ("lever", "ever", "efver", "ffffever")} & near


@given(WORDS)
@settings(max_examples=50)
def test_two_in_one(word: str) -> None:
    splits = [(word[:i], word[i:]) for i in range(PART, len(word) - PART + 1)]
    first, second = hash_parts(word)
    assert first.tolist() == [number(one) for one, _ in splits]
    assert second.tolist() == [number(other) for _, other in splits]
    if splits:
        values, factors = sum_letters([one for one, _ in splits])
        others, _ = sum_letters([other for _, other in splits])
        assert set(hash_joined(values, factors, others).tolist()) == {number(word)}


def test_no_words() -> None:
    assert hash_words([]).shape == (0,)
    sums, words = hash_names(["", ""])
    assert sums.tolist() == [0, 0] and words.shape == (0,)


def test_numbers_differ() -> None:
    words = [a + b + c for a in LETTERS for b in LETTERS for c in LETTERS]
    numbers = sorted(hash_words(words).tolist())
    assert all(one != other for one, other in pairwise(numbers))
