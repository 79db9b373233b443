"""Batches by wordpieces: the budget holds, nothing is left out, nothing is counted twice."""

import random
from collections import Counter
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.training import Example

from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.encoder.wordpieces import count_pieces
from spacy_clinical.errors import CorpusError, EncoderError
from spacy_clinical.training import batcher as module
from spacy_clinical.training.batcher import make_wordpiece_batcher, pack

NLP = spacy.blank("en")


def make_examples(*texts: str) -> list[Example]:
    docs = [NLP.make_doc(text) for text in texts]
    return [Example(doc, doc.copy()) for doc in docs]


@given(st.lists(st.integers(0, 30)), st.integers(1, 25))
def test_pack(sizes: list[int], budget: int) -> None:
    groups = list(pack(range(len(sizes)), sizes, budget))
    order = [i for group in groups for i in group]
    assert sorted(order) == list(range(len(sizes)))
    assert [sizes[i] for i in order] == sorted(sizes)
    totals = [sum(sizes[i] for i in group) for group in groups]
    assert all(t <= budget or len(g) == 1 for t, g in zip(totals, groups, strict=True))
    for total, after in zip(totals, groups[1:], strict=False):
        assert total + sizes[after[0]] > budget


def test_batches_by_hand(tiny_encoder: Path) -> None:
    """ "metformin" is three pieces, and so is what the vocabulary cuts at every character."""
    weights = EncoderWeights(folder=str(tiny_encoder))
    texts = ["pain", "metformin", "pain " * 9, "", "pain and rash", "metformin metformin"]
    examples = make_examples(*texts)
    counts = count_pieces([eg.predicted for eg in examples], weights.tokenizer)
    assert counts == [1, 3, 9, 0, 3, 6]
    batches = list(make_wordpiece_batcher(weights, 7)(examples))
    found = Counter(tuple(eg.predicted.text.strip() for eg in batch) for batch in batches)
    expected = [
        ("", "pain", "metformin", "pain and rash"),
        ("metformin metformin",),
        (("pain " * 9).strip(),),
    ]
    assert found == Counter(expected)


def test_buffers_keep_the_order_of_the_corpus_apart(tiny_encoder: Path) -> None:
    weights = EncoderWeights(folder=str(tiny_encoder))
    texts = ["pain pain", "pain", "rash", "rash rash", "fever"]
    batches = list(make_wordpiece_batcher(weights, 100, buffer=2)(iter(make_examples(*texts))))
    found = [[eg.predicted.text for eg in batch] for batch in batches]
    assert found == [["pain", "pain pain"], ["rash", "rash rash"], ["fever"]]


def test_the_order_of_batches_is_random_and_seeded(tiny_encoder: Path) -> None:
    weights = EncoderWeights(folder=str(tiny_encoder))
    examples = make_examples(*("pain " * n for n in range(1, 13)))
    batch = make_wordpiece_batcher(weights, 1)
    orders = []
    for seed in (0, 0, 1):
        random.seed(seed)
        orders.append([len(group[0]) for group in batch(examples)])
    assert orders[0] == orders[1] != orders[2]
    assert all(sorted(order) == list(range(1, 13)) for order in orders)


def test_a_document_is_counted_once(tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def count(docs: list, tokenizer: object) -> list[int]:
        counted.append(len(docs))
        return [1] * len(docs)

    monkeypatch.setattr(module, "count_pieces", count)
    batch = make_wordpiece_batcher(EncoderWeights(folder=str(tiny_encoder)), 2)
    examples = make_examples("pain", "rash", "fever")
    for _ in range(3):
        assert sum(len(group) for group in batch(examples)) == 3
    assert counted == [3]
    assert sum(len(group) for group in batch(make_examples("pain"))) == 1
    assert counted == [3, 1]


@pytest.mark.parametrize(("size", "buffer"), [(0, 10), (10, 0), (-1, 10)])
def test_numbers_that_make_no_batches(size: int, buffer: int) -> None:
    with pytest.raises(CorpusError, match=rf"SC410.*size = {size}, buffer = {buffer}"):
        make_wordpiece_batcher(EncoderWeights(), size, buffer)


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="SC201"):
        list(make_wordpiece_batcher(EncoderWeights(folder=str(tmp_path)), 9)(make_examples("a")))
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(EncoderError, match="SC203"):
        list(make_wordpiece_batcher(EncoderWeights(folder=str(tmp_path)), 9)(make_examples("a")))
