"""Passages: whole sentences, overlapping, all words of the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.errors import AskError
from spacy_clinical.retrieval import PassageSettings, cut_passages
from spacy_clinical.retrieval.bm25 import find_words, words_of

NOTE = (
    "She came with a cough. It began two weeks ago. The chest film was clear. No fever at home.\n"
    "Plan:\n- Cough syrup at night.\n- Call if there is blood.\n"
)


def test_whole_sentences_that_overlap() -> None:
    found = [NOTE[a:b] for a, b in cut_passages(NOTE, PassageSettings(words=10, overlap=5))]
    assert found == [
        "She came with a cough. It began two weeks ago.",
        "It began two weeks ago. The chest film was clear.",
        "The chest film was clear. No fever at home.\nPlan:",
        "No fever at home.\nPlan:\n- Cough syrup at night.",
        "Plan:\n- Cough syrup at night.\n- Call if there is blood.",
    ]


def test_without_overlap_each_sentence_stands_once() -> None:
    found = cut_passages(NOTE, PassageSettings(words=10, overlap=0))
    assert sum(len(words_of(NOTE[a:b])) for a, b in found) == len(words_of(NOTE))


def test_a_sentence_longer_than_a_passage_is_cut() -> None:
    text = " ".join(f"w{i}" for i in range(25)) + "."
    found = cut_passages(text, PassageSettings(words=10, overlap=4))
    assert [len(words_of(text[a:b])) for a, b in found] == [10, 10, 5]


@pytest.mark.parametrize("text", ["", " \n\t ", "..."])
def test_texts_without_words(text: str) -> None:
    assert all(text[a:b].strip() for a, b in cut_passages(text))


@given(st.text(alphabet="ab .\nA咳,-1", max_size=120), st.integers(8, 12), st.integers(0, 7))
@settings(max_examples=40)
def test_nothing_is_lost_and_none_is_too_long(text: str, words: int, overlap: int) -> None:
    found = cut_passages(text, PassageSettings(words, overlap))
    assert found == sorted(set(found))
    for start, end in found:
        assert text[start:end] == text[start:end].strip()
        assert len(words_of(text[start:end])) <= words
    for word in find_words(text):
        assert any(start <= word.start() and word.end() <= end for start, end in found)


@pytest.mark.parametrize(("words", "overlap"), [(7, 0), (20, 20), (20, -1)])
def test_lengths_that_make_no_sense(words: int, overlap: int) -> None:
    with pytest.raises(AskError, match="SC970"):
        PassageSettings(words, overlap)
