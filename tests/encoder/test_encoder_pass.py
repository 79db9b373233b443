"""The encoder pass: what a document's vectors depend on, and where its gradient goes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.encoder.encoder_pass import encode_pieces
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.windows import WindowSettings, cut_document
from spacy_clinical.encoder.wordpieces import DocPieces
from spacy_clinical.errors import EncoderError

from .conftest import Cut

SETTINGS = WindowSettings(window=24, overlap=8, max_padded=100)
WORDS = ["the", "patient", "given", "aspirin", "pain", "and", "metformins", "2", "rash", "after"]
Windows = list[list[int]]


def make_docs(blank: Language, *lengths: int) -> list[Doc]:
    """Documents of so many tokens, each with a white-space token when it is long."""
    rng = numpy.random.default_rng(1)
    docs = []
    for length in lengths:
        words = [str(word) for word in rng.choice(WORDS, size=length)]
        if length > 5:
            words[3] = "\n\n"
        docs.append(Doc(blank.vocab, words=words))
    return docs


def windows_of(pieces: DocPieces, settings: WindowSettings = SETTINGS) -> Windows:
    return cut_document(pieces, settings.window - 2, settings.overlap).tolist()


def encode_by_hand(shim: EncoderShim, pieces: DocPieces, settings: WindowSettings) -> torch.Tensor:
    """Each window on its own through the network."""
    found = []
    for start, end, read_from, read_to in windows_of(pieces, settings):
        row = [2, *pieces.ids[start:end].tolist(), 3]
        hidden = shim._model(input_ids=torch.tensor([row])).last_hidden_state[0, 1:-1]
        found.append(hidden[read_from - start : read_to - start])
    return torch.cat(found)


def by_piece(pieces: list[DocPieces]) -> list[DocPieces]:
    """The same documents with every piece as a token of its own."""
    sizes = [len(p.ids) for p in pieces]
    return [
        replace(p, align=numpy.arange(n), lengths=numpy.ones(n, dtype="i"))
        for p, n in zip(pieces, sizes, strict=True)
    ]


def encode(shim: EncoderShim, pieces: list[DocPieces], **options: Any) -> list[Any]:
    settings = options.pop("settings", SETTINGS)
    vectors, _ = encode_pieces(shim, by_piece(pieces), settings, is_train=False, **options)
    return vectors


def test_a_token_is_the_mean_of_its_pieces(blank: Language, shim: EncoderShim, cut: Cut) -> None:
    pieces = cut(make_docs(blank, 40, 0, 7))
    # Pieces that two tokens share, a token that spans windows, one that has none.
    shared = replace(
        pieces[0],
        align=numpy.asarray([0, 1, 1, *range(5, 35), 35, 35, 36]),
        lengths=numpy.asarray([2, 1, 0, 30, 1, 2], dtype="i"),
    )
    assert any(5 < window[3] < 35 for window in windows_of(shared))
    pieces[0] = shared
    vectors, _ = encode_pieces(shim, pieces, SETTINGS, is_train=False)
    for doc_pieces, found, rows in zip(pieces, vectors, encode(shim, pieces), strict=True):
        ends = numpy.cumsum(doc_pieces.lengths)
        assert found.shape == (len(ends), 32)
        for i, (end, length) in enumerate(zip(ends, doc_pieces.lengths, strict=True)):
            own = doc_pieces.align[end - length : end]
            expected = rows[own].mean(axis=0) if length else numpy.zeros(32)
            numpy.testing.assert_allclose(found[i], expected, atol=1e-6)


def test_each_piece_is_read_from_its_own_window(
    blank: Language, shim: EncoderShim, cut: Cut
) -> None:
    pieces = cut(make_docs(blank, 3, 0, 120, 22, 47, 1))
    assert [len(windows_of(p)) > 1 for p in pieces if len(p.ids)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    with torch.no_grad():
        for doc_pieces, vectors in zip(pieces, encode(shim, pieces), strict=True):
            assert vectors.shape == (len(doc_pieces.ids), 32)
            assert vectors.dtype == numpy.float32
            if len(vectors):
                expected = encode_by_hand(shim, doc_pieces, SETTINGS).numpy()
                numpy.testing.assert_allclose(vectors, expected, atol=1e-5)


@pytest.mark.parametrize("max_padded", [1, 60, 10_000])
def test_the_batch_has_no_influence(
    blank: Language, shim: EncoderShim, cut: Cut, max_padded: int
) -> None:
    pieces = cut(make_docs(blank, 60, 2, 0, 19, 40, 1, 7))
    alone = [encode(shim, [p])[0] if len(p.ids) else None for p in pieces]
    settings = WindowSettings(SETTINGS.window, SETTINGS.overlap, max_padded)
    for order in (range(7), range(6, -1, -1)):
        together = encode(shim, [pieces[i] for i in order], settings=settings)
        for i, vectors in zip(order, together, strict=True):
            if alone[i] is not None:
                numpy.testing.assert_allclose(vectors, alone[i], atol=1e-5)


def test_the_windows_overlap_only_as_far_as_the_network_allows(
    blank: Language, shim: EncoderShim, cut: Cut
) -> None:
    pieces = cut(make_docs(blank, 150))
    greedy = WindowSettings(window=512, overlap=500, max_padded=8192)
    with torch.no_grad():
        expected = encode_by_hand(shim, pieces[0], WindowSettings(64, 31, 8192)).numpy()
    (vectors,) = encode(shim, pieces, settings=greedy)
    numpy.testing.assert_allclose(vectors, expected, atol=1e-5)


def gradients(shim: EncoderShim) -> dict[str, torch.Tensor]:
    found = {n: p.grad.clone() for n, p in shim._model.named_parameters() if p.grad is not None}
    shim._model.zero_grad(set_to_none=True)
    return found


def test_the_gradient_is_that_of_the_read_pieces(
    blank: Language, shim: EncoderShim, cut: Cut
) -> None:
    pieces = cut(make_docs(blank, 60, 0, 5, 23))
    vectors, backprop = encode_pieces(shim, by_piece(pieces), SETTINGS, is_train=True)
    d_vectors = numpy.random.default_rng(0).normal(size=(sum(map(len, vectors)), 32)).astype("f")
    backprop(d_vectors)
    found = gradients(shim)
    shim._model.train()
    outputs = [encode_by_hand(shim, p, SETTINGS) for p in pieces if len(p.ids)]
    (torch.cat(outputs) * torch.from_numpy(d_vectors)).sum().backward()
    expected = gradients(shim)
    assert found.keys() == expected.keys() and len(found) > 10
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, atol=2e-5, rtol=1e-4)


def test_only_the_occurrence_that_is_read_gets_a_gradient(
    blank: Language, shim: EncoderShim, cut: Cut
) -> None:
    (pieces,) = cut(make_docs(blank, 30))
    first, second = windows_of(pieces)[:2]
    assert second[0] < first[3] < first[1], "no overlap to test"
    vectors, backprop = encode_pieces(shim, by_piece([pieces]), SETTINGS, is_train=True)
    d_vectors = numpy.zeros((len(vectors[0]), 32), dtype="f")
    d_vectors[second[2]] = numpy.arange(32)
    backprop(d_vectors)
    # The gradient reaches the positions of the second window only: [CLS], pieces, [SEP].
    by_word = gradients(shim)["embeddings.word_embeddings.weight"].abs().sum(dim=1)
    reached = set(torch.flatten(torch.nonzero(by_word)).tolist())
    assert reached == {2, 3, *pieces.ids[second[0] : second[1]].tolist()}


def test_the_network_is_in_training_mode_only_in_training(
    blank: Language, shim: EncoderShim, cut: Cut
) -> None:
    pieces = cut(make_docs(blank, 4))
    _, backprop = encode_pieces(shim, by_piece(pieces), SETTINGS, is_train=True)
    assert shim._model.training
    backprop(numpy.zeros((len(pieces[0].ids), 32), dtype="f"))
    encode(shim, pieces)
    assert not shim._model.training


def test_a_document_owns_its_memory(blank: Language, shim: EncoderShim, cut: Cut) -> None:
    pieces = cut(make_docs(blank, 100, 5))
    for vectors, doc_pieces in zip(encode(shim, pieces), pieces, strict=True):
        owner = vectors
        while isinstance(owner, numpy.ndarray) and owner.base is not None:
            owner = owner.base
        held = (
            owner.nbytes if isinstance(owner, numpy.ndarray) else owner.untyped_storage().nbytes()
        )
        assert held == len(doc_pieces.ids) * 32 * 4


def test_bfloat16_is_near_float32(blank: Language, tiny_encoder: Path, cut: Cut) -> None:
    pieces = cut(make_docs(blank, 40, 3))
    single, half = EncoderShim(), EncoderShim(1.0, "bfloat16", "bfloat16")
    for shim in (single, half):
        shim.load(str(tiny_encoder), {})
    pairs = list(zip(encode(single, pieces), encode(half, pieces), strict=True))
    for exact, near in pairs:
        assert near.dtype == numpy.float32
        numpy.testing.assert_allclose(near, exact, atol=0.1)
    assert any((exact != near).any() for exact, near in pairs)
    _, backprop = encode_pieces(half, by_piece(pieces), SETTINGS, is_train=True)
    backprop(numpy.ones((sum(len(p.ids) for p in pieces), 32), dtype="f"))
    assert {g.dtype for g in gradients(half).values()} == {torch.float32}


def test_training_and_prediction_have_their_own_precision(
    blank: Language, tiny_encoder: Path, cut: Cut
) -> None:
    shim = EncoderShim(1.0, "float32", "bfloat16")
    shim.load(str(tiny_encoder), {})
    pieces = cut(make_docs(blank, 9))
    exact = encode(shim, pieces)[0]
    near = encode_pieces(shim, by_piece(pieces), SETTINGS, is_train=True)[0][0]
    with torch.no_grad():
        expected = encode_by_hand(shim, pieces[0], SETTINGS).numpy()
    numpy.testing.assert_allclose(exact, expected, atol=1e-5)
    assert numpy.abs(near - expected).max() > 1e-4


@pytest.mark.parametrize("field", ["precision", "train_precision"])
@pytest.mark.parametrize("precision", ["float16", "bf16", ""])
def test_other_precisions_are_refused(field: str, precision: str) -> None:
    with pytest.raises(EncoderError, match=r"\[SC206\]"):
        EncoderShim(**{field: precision})
