"""Tags against plain Python and all sequences there are."""

from functools import cache
from itertools import product
from time import process_time
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.pipeline.ner.biluo_tags import (
    decode_tags,
    encode_spans,
    is_valid,
    tag_names,
    viterbi,
)
from spacy_clinical.pipeline.ner.tag_decoding import best_tags

FEW = settings(max_examples=80)
SIZES = st.tuples(st.integers(1, 5), st.integers(0, 2))


def obeys(names: list[str]) -> bool:
    """Whether tags such as ["O", "B-X", "L-X"] say complete mentions, read one by one."""
    open_label = None
    for name in names:
        part, _, label = name.partition("-")
        if part in "IL" and open_label != label:
            return False
        if part in "OBU" and open_label is not None:
            return False
        open_label = label if part in "BI" else None
    return open_label is None


@cache
def valid_sequences(n_tokens: int, n_labels: int) -> list[tuple[int, ...]]:
    names = tag_names([f"L{k}" for k in range(n_labels)])
    every = product(range(len(names)), repeat=n_tokens)
    return [tags for tags in every if obeys([names[tag] for tag in tags])]


def total(scores: Any, tags: Any) -> float:
    return float(sum(scores[i, tag] for i, tag in enumerate(tags)))


@st.composite
def emissions(draw: Any, n_tokens: int, n_labels: int) -> Any:
    """Random scores; some tags but O are forbidden at some tokens."""
    shape = (n_tokens, 1 + 4 * n_labels)
    random = numpy.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = random.normal(size=shape).astype("f")
    forbidden = random.random(shape) < draw(st.sampled_from([0.0, 0.3, 0.9]))
    forbidden[:, 0] = False
    scores[forbidden] = -numpy.inf
    scores[:, 0] += draw(st.sampled_from([-2.0, 0.0, 2.0]))
    return scores


@st.composite
def batches(draw: Any) -> Any:
    n_labels = draw(st.integers(0, 2))
    sizes = draw(st.lists(st.integers(1, 5 - n_labels // 2), min_size=1, max_size=4))
    return n_labels, [draw(emissions(n, n_labels)) for n in sizes]


def test_names() -> None:
    assert tag_names(["A", "B"])[:6] == ["O", "B-A", "I-A", "L-A", "U-A", "B-B"]


@given(batches())
@FEW
def test_viterbi_against_every_sequence(batch: Any) -> None:
    n_labels, scores = batch
    for rows, path in zip(scores, viterbi(scores), strict=True):
        sequences = valid_sequences(len(rows), n_labels)
        assert tuple(path.tolist()) in set(sequences)
        best = max(total(rows, tags) for tags in sequences)
        assert total(rows, path) == pytest.approx(best, abs=1e-5)


@given(batches())
@FEW
def test_best_tags_are_as_good_as_viterbi(batch: Any) -> None:
    _, scores = batch
    lengths = [len(rows) for rows in scores]
    lengths_with_empty = [0, *lengths, 0]
    found = best_tags(numpy.concatenate(scores), lengths_with_empty)
    assert [len(tags) for tags in found] == lengths_with_empty
    for rows, tags, path in zip(scores, found[1:-1], viterbi(scores), strict=True):
        assert total(rows, tags) == pytest.approx(total(rows, path), abs=1e-5)
        assert is_valid(tags, numpy.asarray([0, len(tags)]))[0]


def test_greedy_is_wrong_where_viterbi_is_right() -> None:
    # Token by token: B, O. Together B, L is worth 5, and O, O only 4.
    scores = numpy.asarray([[1, 4, 0, 0, 0], [3, 0, 0, 1, 0]], dtype="f")
    assert best_tags(scores, [2])[0].tolist() == [1, 3]
    # A mention may not reach from one document into the next: O, O (4) beats U, O (3) there.
    assert [tags.tolist() for tags in best_tags(scores, [1, 1])] == [[0], [0]]


@given(st.lists(st.lists(st.integers(0, 8), max_size=6), min_size=1, max_size=5))
@settings(max_examples=300)
def test_is_valid_against_plain_python(docs: list[list[int]]) -> None:
    names = tag_names(["A", "B"])
    starts = numpy.cumsum([0, *(len(doc) for doc in docs)])
    tags = numpy.asarray([tag for doc in docs for tag in doc], dtype="int64")
    expected = [obeys([names[tag] for tag in doc]) for doc in docs]
    assert is_valid(tags, starts).tolist() == expected


def test_is_valid_agrees_on_every_sequence() -> None:
    names = tag_names(["A", "B"])
    for tags in product(range(9), repeat=3):
        found = is_valid(numpy.asarray(tags), numpy.asarray([0, 3]))
        assert found.tolist() == [obeys([names[tag] for tag in tags])], tags


@st.composite
def spans(draw: Any) -> Any:
    cuts = sorted(draw(st.lists(st.integers(0, 30), max_size=12, unique=True)))
    places = zip(cuts[::2], cuts[1::2], strict=False)
    return [(start, end, draw(st.integers(0, 2))) for start, end in places]


@given(spans())
def test_encoded_spans_return(found: Any) -> None:
    tags = encode_spans(found, 30)
    assert decode_tags(tags) == found
    assert is_valid(tags, numpy.asarray([0, 30]))[0]
    names = tag_names("ABC")
    assert obeys([names[tag] for tag in tags])


def test_neighbours_of_one_label() -> None:
    found = [(0, 1, 0), (1, 2, 0), (2, 4, 0), (4, 7, 0)]
    tags = encode_spans(found, 7)
    assert tags.tolist() == [4, 4, 1, 3, 1, 2, 3]
    assert decode_tags(tags) == found


@pytest.mark.parametrize("n_docs", [1, 4])
def test_long_documents(n_docs: int) -> None:
    n_tokens, n_labels = 20_000 // n_docs, 6
    random = numpy.random.default_rng(0)
    scores = random.normal(size=(n_tokens * n_docs, 1 + 4 * n_labels)).astype("f")
    begin = process_time()
    found = best_tags(scores, [n_tokens] * n_docs)
    assert process_time() - begin < 8
    starts = numpy.arange(n_docs + 1) * n_tokens
    assert is_valid(numpy.concatenate(found), starts).all()


def test_nothing_to_tag() -> None:
    assert best_tags(numpy.zeros((0, 5), dtype="f"), []) == []
    assert [len(tags) for tags in best_tags(numpy.zeros((0, 5), dtype="f"), [0, 0])] == [0, 0]
    assert decode_tags(numpy.zeros(0, dtype="i")) == []
    assert encode_spans([], 0).shape == (0,)
