"""Characters to tokens."""

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from spacy_clinical.docs import TokenIndex
from spacy_clinical.docs.token_alignment import read_text


@pytest.fixture(scope="module")
def index() -> TokenIndex:
    # "500mg, daily  x": tokens at 0-5, 5-6, 7-12, 13-14 (a blank), 14-15.
    words, spaces = ["500mg", ",", "daily", " ", "x"], [False, True, True, False, False]
    return TokenIndex(Doc(Vocab(), words=words, spaces=spaces))


@pytest.mark.parametrize(
    ("start", "end", "tokens"),
    [
        (0, 5, (0, 1)),
        (0, 12, (0, 3)),
        (13, 15, (3, 5)),
        (0, 3, None),
        (3, 5, None),
        (6, 12, None),
        (0, 13, None),
        (5, 5, None),
        (7, 6, None),
        (14, 99, None),
    ],
)
def test_find(index: TokenIndex, start: int, end: int, tokens: tuple[int, int] | None) -> None:
    assert index.find(start, end) == tokens


@pytest.mark.parametrize(
    ("start", "end", "tokens"),
    [(0, 3, [0]), (3, 8, [0, 1, 2]), (6, 7, []), (5, 5, []), (0, 15, [0, 1, 2, 3, 4])],
)
def test_touched(index: TokenIndex, start: int, end: int, tokens: list[int]) -> None:
    assert index.touched(start, end) == tokens


def test_empty_doc() -> None:
    index = TokenIndex(Doc(Vocab()))
    assert index.find(0, 1) is None
    assert index.touched(0, 1) == []


def test_pieces_of_a_text_are_those_of_the_whole() -> None:
    words, spaces = ["500mg", ",", "daily", " ", "x"], [False, True, True, False, False]
    for doc in (Doc(Vocab(), words=words, spaces=spaces), Doc(Vocab())):
        borders = range(len(doc.text) + 3)
        for start, end in ((a, b) for a in borders for b in borders):
            assert read_text(doc, start, end) == doc.text[start:end]
