"""Pairs get texts that hold both mentions, and markers that see what they should."""

import numpy
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from spacy_clinical.encoder.marker_packing import MARKERS, Pack, lay_out, pack_pairs
from spacy_clinical.encoder.wordpieces import Array, DocPieces

VOCAB = spacy.blank("en").vocab


def make_doc(n_tokens: int, per_token: int = 2) -> tuple[Doc, DocPieces]:
    """A document of four-letter words, each of so many wordpieces, numbered through."""
    doc = Doc(VOCAB, words=["word"] * n_tokens)
    starts = numpy.repeat([token.idx for token in doc], per_token)
    starts = starts + numpy.tile(numpy.arange(per_token), n_tokens)
    lengths = numpy.full(n_tokens, per_token, dtype="i")
    n = n_tokens * per_token
    ends = numpy.where(
        numpy.arange(n) % per_token == per_token - 1, starts + 5 - per_token, starts + 1
    )
    return doc, DocPieces(numpy.arange(n) + 100, starts, ends, numpy.arange(n), lengths)


def test_a_document_that_fits_is_one_text() -> None:
    doc, pieces = make_doc(5)
    mentions, pairs = numpy.asarray([[0, 2, 0], [3, 4, 1]]), numpy.asarray([[0, 1], [1, 0]])
    (pack,) = pack_pairs(doc, pieces, mentions, pairs, room=10, most=8)
    assert pack.ids.tolist() == list(range(100, 110))
    assert pack.places.tolist() == [[0, 3, 6, 7], [6, 7, 0, 3]]
    assert pack.length == 18


def test_a_long_document_is_read_two_blocks_at_a_time() -> None:
    doc, pieces = make_doc(20, per_token=1)
    mentions = numpy.asarray([[0, 1, 0], [2, 3, 0], [18, 20, 0]])
    pairs = numpy.asarray([[0, 1], [0, 2], [2, 0]])
    near, far = pack_pairs(doc, pieces, mentions, pairs, room=10, most=8)
    assert near.ids.tolist() == list(range(100, 110))  # blocks of five pieces
    assert near.pairs.tolist() == [0]
    assert far.ids.tolist() == [100, 101, 102, 103, 104, 115, 116, 117, 118, 119]
    assert far.places.tolist() == [[0, 0, 8, 9], [8, 9, 0, 0]]


@given(
    st.integers(1, 60),
    st.integers(1, 3),
    st.integers(4, 30),
    st.integers(1, 5),
    st.lists(st.tuples(st.integers(0, 59), st.integers(1, 6)), min_size=2, max_size=6),
)
def test_each_pair_is_marked_once_where_it_stands(
    n_tokens: int, per_token: int, room: int, most: int, spans: list[tuple[int, int]]
) -> None:
    doc, pieces = make_doc(n_tokens, per_token)
    rows = [(s % n_tokens, min(s % n_tokens + w, n_tokens), 0) for s, w in spans]
    mentions = numpy.asarray(rows)
    n = len(rows)
    pairs = numpy.asarray([(i, j) for i in range(n) for j in range(n) if i != j])
    packs = list(pack_pairs(doc, pieces, mentions, pairs, room, most))
    assert sorted(i for pack in packs for i in pack.pairs) == list(range(len(pairs)))
    for pack in packs:
        assert len(pack.ids) <= room
        assert len(pack.pairs) <= most
        starts = mentions[pairs[pack.pairs], 0] * per_token + 100
        assert (pack.ids[pack.places[:, ::2]] == starts).all()
        lasts = pack.ids[pack.places[:, 1::2]]
        assert (lasts >= starts).all()
        assert (lasts <= mentions[pairs[pack.pairs], 1] * per_token - 1 + 100).all()


def seen(rows: Array) -> list[list[int]]:
    return [numpy.flatnonzero(row).tolist() for row in rows]


def test_markers_see_the_text_and_their_own_pair() -> None:
    first = Pack(numpy.asarray([7, 8]), numpy.asarray([0, 1]), numpy.asarray([[0, 0, 1, 1]] * 2))
    second = Pack(numpy.asarray([9]), numpy.asarray([0]), numpy.asarray([[0, 0, 0, 0]]))
    rows = lay_out([first, second], prefix=[1], suffix=[2], pad=0)
    assert rows.ids.tolist() == [[1, 7, 8, 2], [1, 9, 2, 0]]
    assert rows.positions[0].tolist() == [0, 1, 2, 3, *([1, 1, 2, 2] * 2)]
    assert rows.positions[1, 4:8].tolist() == [1] * MARKERS
    text = [0, 1, 2, 3]
    assert seen(rows.visible[0, :4]) == [text] * 4
    assert seen(rows.visible[0, 4:8]) == [[*text, 4, 5, 6, 7]] * 4
    assert seen(rows.visible[0, 8:]) == [[*text, 8, 9, 10, 11]] * 4
    assert seen(rows.visible[1, 4:8]) == [[0, 1, 2, 4, 5, 6, 7]] * 4
    assert rows.rows.tolist() == [[0] * 4, [0] * 4, [1] * 4]
    assert rows.columns.tolist() == [[4, 5, 6, 7], [8, 9, 10, 11], [4, 5, 6, 7]]
