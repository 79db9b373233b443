"""Windows: every piece read once, with context on both sides, within the budget."""

from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.encoder.windows import WindowSettings, batch_windows, cut_document
from spacy_clinical.encoder.wordpieces import DocPieces
from spacy_clinical.errors import EncoderError

Array = numpy.ndarray[Any, Any]
MANY = settings(max_examples=200)
NO_CUT = 1000
# Whether white space follows each piece but the last.
BREAKS = st.sets(st.integers(0, 90), max_size=20)
GAPS = st.lists(st.booleans(), max_size=90) | st.lists(st.just(False), max_size=90)


def make_pieces(gaps: list[bool], breaks: list[int] | None = None) -> DocPieces:
    starts = numpy.cumsum([0, *(1 + gap for gap in gaps)])
    none = numpy.zeros(0, dtype="int64")
    begins = numpy.asarray(breaks or [], dtype="int64")
    return DocPieces(numpy.arange(len(starts)), starts, starts + 1, none, none, begins)


def longest_run(gaps: list[bool]) -> int:
    runs = "".join(" " if gap else "x" for gap in gaps).split(" ")
    return 1 + max(len(run) for run in runs)


def context(windows: Array, piece: int, n: int) -> list[int]:
    """Pieces between a piece and the nearest cut, in each window that holds it, -1 elsewhere.

    The borders of the document are no cuts.
    """
    found = []
    for start, end in windows[:, :2].tolist():
        left = piece - start if start else NO_CUT
        right = end - 1 - piece if end < n else NO_CUT
        found.append(min(left, right) if start <= piece < end else -1)
    return found


@MANY
@given(gaps=GAPS, window=st.integers(1, 24), share=st.floats(0, 0.5), breaks=BREAKS)
def test_the_windows_of_any_document(
    gaps: list[bool], window: int, share: float, breaks: set[int]
) -> None:
    n, overlap = len(gaps) + 1, int(window * share)
    inside = sorted(place for place in breaks if place < n)
    windows = cut_document(make_pieces(gaps, inside), window, overlap)
    start, end, read_from, read_to = windows.T
    assert (end - start <= window).all()
    assert start[0] == 0 and end[-1] == n
    assert (numpy.diff(end) > 0).all()
    assert (end[:-1] - start[1:] >= overlap).all()
    assert read_from[0] == 0 and read_to[-1] == n
    assert (read_from[1:] == read_to[:-1]).all()
    assert (read_from <= read_to).all()
    assert (start <= read_from).all() and (read_to <= end).all()
    assert (len(windows) == 1) == (n <= window)


@MANY
@given(gaps=GAPS, window=st.integers(4, 24), share=st.floats(0, 0.5))
def test_pieces_are_read_far_from_cuts(gaps: list[bool], window: int, share: float) -> None:
    n, overlap = len(gaps) + 1, int(window * share)
    windows = cut_document(make_pieces(gaps), window, overlap)
    run = longest_run(gaps)
    for number, (_, _, read_from, read_to) in enumerate(windows.tolist()):
        for piece in range(read_from, read_to):
            seen = context(windows, piece, n)
            # No word is longer than `run`, and a border is moved by less than a word.
            assert seen[number] > max(seen) - 2 * run
            assert seen[number] >= overlap // 2 - run


def test_without_words_to_respect_the_choice_is_the_best() -> None:
    windows = cut_document(make_pieces([False] * 99), 20, 8)
    assert windows[0].tolist() == [0, 20, 0, 16]
    assert windows[1].tolist() == [12, 32, 16, 28]
    for number, (_, _, read_from, read_to) in enumerate(windows.tolist()):
        for piece in range(read_from, read_to):
            seen = context(windows, piece, 100)
            assert seen[number] >= max(seen) - 1


def test_windows_end_between_words() -> None:
    gaps = [i % 5 == 4 for i in range(99)]
    windows = cut_document(make_pieces(gaps), 23, 7)
    inner = numpy.concatenate([windows[1:, 0], windows[:-1, 1:].ravel(), windows[1:, 2]])
    assert (inner % 5 == 0).all()
    assert windows[0].tolist() == [0, 20, 0, 15]


def test_windows_end_where_a_sentence_begins_near_by() -> None:
    gaps = [i % 5 == 4 for i in range(199)]
    windows = cut_document(make_pieces(gaps, [37, 66, 93]), 40, 8)
    assert windows[0, 1] == 37  # within the last eighth; 66 is too far back for the next one
    assert windows[1:3].tolist() == [[25, 65, 30, 60], [55, 93, 60, 85]]


@pytest.mark.parametrize("n", [1, 19, 20])
def test_a_short_document_is_one_window(n: int) -> None:
    assert cut_document(make_pieces([True] * (n - 1)), 20, 8).tolist() == [[0, n, 0, n]]


@MANY
@given(lengths=st.lists(st.integers(1, 40), max_size=40), budget=st.integers(1, 200))
def test_batches_keep_the_budget(lengths: list[int], budget: int) -> None:
    sizes = numpy.asarray(lengths, dtype="int64")
    batches = [batch.tolist() for batch in batch_windows(sizes, budget)]
    order = [i for batch in batches for i in batch]
    assert sorted(order) == list(range(len(lengths)))
    assert [lengths[i] for i in order] == sorted(lengths, reverse=True)
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= budget


def test_batches_hold_windows_of_like_length() -> None:
    lengths = numpy.asarray([380] * 3 + [300] * 40 + [20] * 200 + [3])
    found = [lengths[batch] for batch in batch_windows(lengths, 4096)]
    padded = sum(len(batch) * batch.max() for batch in found)
    assert padded < 1.01 * lengths.sum()
    assert all(len(batch) * batch.max() <= 4096 for batch in found)
    loose = [lengths[batch].tolist() for batch in batch_windows(lengths, 4096, 0.5)]
    assert [(len(b), b[0], b[-1]) for b in loose][:2] == [(10, 380, 300), (13, 300, 300)]
    assert loose[-1] == [3] and len(loose) < len(found)
    few = numpy.asarray([20, 18, 12, 9, 4])
    assert len(list(batch_windows(few, 4096))) == 1  # not worth five calls


@pytest.mark.parametrize("numbers", [(8, 0, 100), (64, 64, 100), (64, -1, 100), (64, 8, 0)])
def test_settings_that_cannot_work(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(EncoderError, match="SC207"):
        WindowSettings(*numbers)
