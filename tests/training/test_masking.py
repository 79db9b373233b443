"""Unlabelled texts as windows; whole words hidden."""

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertTokenizerFast

from spacy_clinical.training.masking import NOT_ASKED, Masking, Window, cut_texts

from ..conftest import WORDS

MASK, OTHER = WORDS.index("[MASK]"), 10_000
TEXTS = st.lists(st.text(alphabet=st.sampled_from("ab 2-."), max_size=60), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder) -> Tokenizer:  # type: ignore[no-untyped-def]
    tokenizer: Tokenizer = BertTokenizerFast.from_pretrained(tiny_encoder).backend_tokenizer
    return tokenizer


def test_windows_end_between_words(tokenizer: Tokenizer) -> None:
    """metformin is three pieces: the first window ends before it, the last is what remains."""
    first, second, third = cut_texts(["given metformin for pain"], tokenizer, 3)
    pieces = [[WORDS[i] for i in window.ids] for window in (first, second, third)]
    assert pieces == [["given"], ["met", "##form", "##in"], ["for", "pain"]]
    assert second.words.tolist() == [0, 0, 0]
    assert third.words.tolist() == [0, 1]


def test_a_word_longer_than_a_window_is_cut(tokenizer: Tokenizer) -> None:
    windows = list(cut_texts(["metformin"], tokenizer, 2))
    assert [len(window.ids) for window in windows] == [2, 1]


@given(TEXTS, st.integers(1, 12))
@settings(max_examples=60)
def test_no_wordpiece_is_lost(tokenizer: Tokenizer, texts: list[str], length: int) -> None:
    windows = list(cut_texts(texts, tokenizer, length))
    expected = [i for text in texts for i in tokenizer.encode(text, add_special_tokens=False).ids]
    assert [i for window in windows for i in window.ids.tolist()] == expected
    for window in windows:
        assert 0 < len(window.ids) <= length
        assert window.words[0] == 0
        assert set(numpy.diff(window.words)) <= {0, 1}


@given(st.lists(st.integers(1, 4), min_size=1, max_size=40), st.integers(0, 99))
def test_whole_words_are_asked_for(sizes: list[int], seed: int) -> None:
    words = numpy.repeat(numpy.arange(len(sizes)), sizes)
    window = Window(numpy.full(len(words), 7), words)
    shown, truth = Masking(0.15, MASK, 30).hide(window, numpy.random.default_rng(seed))
    asked = truth != NOT_ASKED
    assert (truth[asked] == 7).all()
    assert (shown[~asked] == 7).all()
    for word in range(len(sizes)):
        assert len(set(asked[words == word])) == 1
    wanted = 0.15 * len(words)
    assert wanted <= asked.sum() < wanted + 4


def test_eight_in_ten_are_masked_one_is_another_and_one_stays() -> None:
    n = 200_000
    window = Window(numpy.full(n, 7), numpy.arange(n))
    shown, truth = Masking(0.5, MASK, 1000).hide(window, numpy.random.default_rng(0))
    asked = shown[truth != NOT_ASKED]
    assert len(asked) == n / 2
    assert (asked == MASK).mean() == pytest.approx(0.8, abs=0.01)
    assert (asked == 7).mean() == pytest.approx(0.1, abs=0.01)
    assert len(set(asked.tolist())) > 990


def test_without_spaces_a_piece_is_a_word() -> None:
    """A Chinese clause has no white space: hidden as one word it would be hidden whole."""
    names = ["<unk>", "▁", "发热", "无", ",", "CT", "▁no", "ne"]
    tokenizer = Tokenizer(models.Unigram([(name, -2.0) for name in names], 0, False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    (window,) = cut_texts(["无发热,CT none"], tokenizer, 20)
    assert [names[i] for i in window.ids] == ["▁", "无", "发热", ",", "CT", "▁no", "ne"]
    assert window.words.tolist() == [0, 1, 2, 3, 3, 4, 4]
