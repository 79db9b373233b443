"""Wordpieces: the stock alignment where that loses nothing, and no token lost elsewhere."""

from pathlib import Path

import numpy
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab
from spacy_transformers.align import get_alignment_via_offset_mapping
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from spacy_clinical.encoder.wordpieces import (
    CHUNK,
    MAX_WORD,
    DocPieces,
    align_spans,
    expand_ranges,
    tokenize,
)

from .conftest import Cut

FEW = settings(max_examples=100)
PARTS = ["metformin", "500mg", "mg/dL", "β2-agonist", "naïve", "1.5", "x10⁹", "(", "),", "-", "\n"]
PARTS += [" ", "  ", "\u2009", "\u200b", "\r\n", "\t", "😀", "e\u0301", "患者", "ABBA", "the", "."]
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=30).map("".join)
UNK = 1
ENGLISH = spacy.blank("en")


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder: Path) -> PreTrainedTokenizerFast:
    return AutoTokenizer.from_pretrained(tiny_encoder)


def align_stock(doc: Doc, tokenizer: PreTrainedTokenizerFast) -> tuple[list[int], list[int]]:
    encoding = tokenizer(doc.text, add_special_tokens=False, return_offsets_mapping=True)
    offsets = numpy.asarray(encoding["offset_mapping"], dtype="int64").reshape(1, -1, 2)
    align = get_alignment_via_offset_mapping([doc[:]], offsets)
    return align.dataXd.tolist(), align.lengths.tolist()


def check(doc: Doc, pieces: DocPieces) -> None:
    """What holds for every document."""
    assert len(pieces.lengths) == len(doc)
    assert pieces.lengths.sum() == len(pieces.align)
    assert len(pieces.ids) == len(pieces.starts) == len(pieces.ends)
    assert (numpy.diff(pieces.starts) >= 0).all()
    assert (numpy.diff(pieces.ends) >= 0).all()
    assert (pieces.ends >= pieces.starts).all()
    for token, length in zip(doc, pieces.lengths, strict=True):
        assert length or token.is_space
    owners = numpy.repeat(numpy.arange(len(doc)), pieces.lengths)
    for owner, piece in zip(owners.tolist(), pieces.align.tolist(), strict=True):
        token = doc[owner]
        assert pieces.starts[piece] < token.idx + len(token)
        assert pieces.ends[piece] > token.idx


@FEW
@given(texts=st.lists(TEXTS, max_size=3))
def test_the_alignment_is_the_stock_one(
    blank: Language, tokenizer: PreTrainedTokenizerFast, texts: list[str]
) -> None:
    docs = [blank.make_doc(text) for text in texts]
    for doc, pieces in zip(docs, tokenize(docs, tokenizer.backend_tokenizer, UNK), strict=True):
        check(doc, pieces)
        if not len(doc):
            continue
        align, lengths = align_stock(doc, tokenizer)
        loses = any(n == 0 and not t.is_space for n, t in zip(lengths, doc, strict=True))
        if not loses and sum(lengths):
            assert pieces.align.tolist() == align
            assert pieces.lengths.tolist() == lengths


ODD = {
    "control characters": ["was", "\x00\x01", "given", "\x7f"],
    "only control characters": ["\x01", "\x02"],
    "zero width": ["\u200b", "\u200d\u200d", "pain"],
    "newlines": ["pain", "\n" * 5000, "rash"],
    "white space": [" ", "\n\n", "\t"],
    "thin spaces": ["5", "\u2009", "mg", "\u202f", "."],
    "unknown script": ["患者", "は", "😀"],
    "lost last": ["pain", "\x01"],
    "lost twice at one place": ["pain", "\x01", "\x02", "\x03", "rash"],
    "long word": ["ab" * 5000],
    "long unknown word": ["pain", "é😀" * 300, "rash"],
    "long word of lost characters": ["pain", "\x01" * 500, "rash"],
}


@pytest.mark.parametrize("words", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("spaced", [True, False])
def test_no_token_of_visible_text_is_without_pieces(
    blank: Language, cut: Cut, words: list[str], spaced: bool
) -> None:
    doc = Doc(blank.vocab, words=words, spaces=[spaced] * len(words))
    (pieces,) = cut([doc])
    check(doc, pieces)
    assert len(pieces.ids)


def test_a_lost_token_gets_an_unknown_piece_of_its_own(cut: Cut) -> None:
    (pieces,) = cut([Doc(Vocab(), words=["pain", "\x01", "\x02\x02", "rash"])])
    assert pieces.lengths.tolist() == [1, 1, 1, 1]
    assert pieces.align.tolist() == [0, 1, 2, 3]
    assert pieces.ids[1:3].tolist() == [UNK, UNK]
    assert pieces.starts.tolist() == [0, 5, 7, 10]
    assert pieces.ends.tolist() == [4, 6, 9, 14]


def test_a_long_word_is_spelt_in_chunks(cut: Cut) -> None:
    word = "ab" * 5000
    (pieces,) = cut([Doc(Vocab(), words=["pain", word, "rash"])])
    assert pieces.lengths.tolist() == [1, len(word), 1]
    assert UNK not in pieces.ids
    inside = slice(1, 1 + len(word))
    assert pieces.starts[inside].tolist() == list(range(5, 5 + len(word)))
    assert set(pieces.ids[inside].tolist()) == {33, 35, 36}  # a at each chunk's start, ##a, ##b
    assert (pieces.ids[inside] == 33).sum() == len(word) // CHUNK


@pytest.mark.parametrize("length, count", [(MAX_WORD, MAX_WORD), (MAX_WORD + 1, MAX_WORD + 1)])
def test_nothing_changes_at_the_limit_of_a_word(cut: Cut, length: int, count: int) -> None:
    (pieces,) = cut([Doc(Vocab(), words=["a" * length])])
    assert len(pieces.ids) == count
    assert UNK not in pieces.ids


def test_empty_documents(blank: Language, cut: Cut) -> None:
    words: list[list[str]] = [[], ["pain"], ["\n", " "]]
    empty, full, spaces = cut([Doc(blank.vocab, words=each) for each in words])
    assert [len(empty.ids), len(empty.lengths), len(empty.align)] == [0, 0, 0]
    assert full.lengths.tolist() == [1]
    assert spaces.ids.tolist() == [UNK]
    assert spaces.lengths.tolist() == [1, 0]
    assert cut([]) == []


def test_a_piece_may_belong_to_two_tokens(cut: Cut) -> None:
    doc = Doc(Vocab(), words=["asp", "irin", "pain"], spaces=[False, True, False])
    (pieces,) = cut([doc])
    assert pieces.align.tolist() == [0, 0, 1]
    assert pieces.lengths.tolist() == [1, 1, 1]


RANGES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), max_size=8)


@FEW
@given(sizes=RANGES, spans=RANGES)
def test_align_spans_by_brute_force(
    sizes: list[tuple[int, int]], spans: list[tuple[int, int]]
) -> None:
    gaps = numpy.asarray([(g, n + 1) for g, n in sizes], dtype="int64").reshape(-1, 2)
    ends = numpy.cumsum(gaps.sum(axis=1))
    starts = ends - gaps[:, 1]
    wanted = numpy.asarray([(s, s + n + 1) for s, n in spans], dtype="int64").reshape(-1, 2)
    found = align_spans(starts, ends, wanted[:, 0], wanted[:, 1])
    for (first, last), (low, high) in zip(found.tolist(), wanted.tolist(), strict=True):
        pieces = zip(starts.tolist(), ends.tolist(), strict=True)
        shared = [i for i, (start, end) in enumerate(pieces) if start < high and end > low]
        assert list(range(first, last)) == shared


@FEW
@given(sizes=RANGES)
def test_expand_ranges_by_brute_force(sizes: list[tuple[int, int]]) -> None:
    ranges = numpy.asarray([(s, s + n) for s, n in sizes], dtype="int64").reshape(-1, 2)
    expected = [i for start, end in ranges.tolist() for i in range(start, end)]
    assert expand_ranges(ranges).tolist() == expected
