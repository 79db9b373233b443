"""The listener: pooled vectors, their gradient, and no silence about missing ones."""

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from spacy.language import Language
from spacy.tokens import Doc
from spacy_transformers.data_classes import TransformerData
from thinc.api import Model, NumpyOps
from thinc.types import Ragged
from transformers.file_utils import ModelOutput

from spacy_clinical.encoder.listener import build_listener
from spacy_clinical.encoder.pooling import pool, unpool
from spacy_clinical.errors import EncoderError

from ..conftest import make_examples
from ..pipelines import Build

Array = numpy.ndarray[Any, Any]
OPS = NumpyOps()
# Pieces of each token: two tokens share piece 1, piece 3 belongs to none, one token has none.
ALIGN = [[0, 1], [1], [], [2], [4, 5, 6]]


def make_data(pieces: Array, align: list[list[int]]) -> TransformerData:
    flat = numpy.asarray([p for token in align for p in token], dtype="i")
    lengths = numpy.asarray([len(token) for token in align], dtype="i")
    data = TransformerData.empty()
    data.model_output = ModelOutput(last_hidden_state=pieces[None])
    data.align = Ragged(flat, lengths)
    return data


def make_pieces(*shape: int) -> Array:
    return numpy.random.default_rng(0).normal(size=shape).astype("f")


def test_a_token_is_the_mean_of_its_pieces() -> None:
    pieces = make_pieces(7, 3)
    found = pool(OPS, make_data(pieces, ALIGN))
    expected = [pieces[token].mean(axis=0) if token else numpy.zeros(3) for token in ALIGN]
    numpy.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_gradient_by_finite_differences() -> None:
    pieces, d_tokens = make_pieces(7, 3), make_pieces(5, 3)[::-1].copy()
    found = unpool(OPS, make_data(pieces, ALIGN), d_tokens).model_output["last_hidden_state"]
    assert found.shape == (1, 7, 3)

    def loss(moved: Array) -> float:
        return float((pool(OPS, make_data(moved, ALIGN)) * d_tokens).sum())

    for place in numpy.ndindex(*pieces.shape):
        step = numpy.zeros_like(pieces)
        step[place] = 0.5
        expected = loss(pieces + step) - loss(pieces - step)
        assert found[0][place] == pytest.approx(expected, abs=1e-4)


def test_a_shared_piece_sums_its_tokens_gradients() -> None:
    data = make_data(make_pieces(1, 1), [[0], [0], [0]])
    d_data = unpool(OPS, data, numpy.asarray([[1.0], [2.0], [4.0]], dtype="f"))
    assert d_data.model_output["last_hidden_state"].tolist() == [[[7.0]]]


def test_windows_of_the_stock_transformer_keep_their_shape() -> None:
    data = make_data(make_pieces(8, 3), [[0, 1], [2], [3, 4], [7]])
    compact = pool(OPS, data)
    d_tokens = make_pieces(4, 3)
    d_compact = unpool(OPS, data, d_tokens).model_output["last_hidden_state"]
    data.model_output["last_hidden_state"] = make_pieces(8, 3).reshape(2, 4, 3)
    d_stock = unpool(OPS, data, d_tokens).model_output["last_hidden_state"]
    assert pool(OPS, data).tolist() == compact.tolist()
    assert d_stock.shape == (2, 4, 3)
    assert d_stock.reshape(1, 8, 3).tolist() == d_compact.tolist()


def make_model(width: int = 3, factor: float = 1.0) -> Model:
    model = build_listener(grad_factor=factor)
    model.set_dim("nO", width)
    return model


def make_docs(blank: Language) -> list[Doc]:
    return [blank.make_doc(text) for text in ("pain", "", "no rash")]


@pytest.mark.parametrize("call", [Model.predict, Model.begin_update])
def test_documents_without_vectors_are_refused(
    blank: Language, call: Callable[[Model, list[Doc]], Any]
) -> None:
    docs = make_docs(blank)
    with pytest.raises(EncoderError, match=r"\[SC205\] 2 of 3 documents"):
        call(make_model(), docs)
    docs[0]._.trf_data = make_data(make_pieces(1, 3), [[0]])
    with pytest.raises(EncoderError, match=r"\[SC205\] 1 of 3 documents") as caught:
        call(make_model(), docs)
    assert "rash" not in str(caught.value)


@pytest.mark.parametrize("call", [Model.predict, Model.begin_update])
def test_stored_vectors_are_read(blank: Language, call: Callable[[Model, list[Doc]], Any]) -> None:
    docs, pieces = make_docs(blank), make_pieces(3, 3)
    docs[0]._.trf_data = make_data(pieces[:1], [[0]])
    docs[2]._.trf_data = make_data(pieces[1:], [[0], [1]])
    found = call(make_model(), docs)
    vectors = found[0] if isinstance(found, tuple) else found
    assert [v.shape for v in vectors] == [(1, 3), (0, 3), (2, 3)]
    numpy.testing.assert_allclose(numpy.concatenate(vectors), pieces, atol=1e-6)


@pytest.mark.parametrize("factor", [1.0, 0.5, 0.0])
def test_only_a_new_model_takes_zeros_for_missing_vectors(blank: Language, factor: float) -> None:
    model, docs = make_model(factor=factor), make_docs(blank)
    model.initialize()
    found = model.predict(docs)
    assert [v.tolist() for v in found] == [[[0.0] * 3], [], [[0.0] * 3] * 2]
    datas = [make_data(make_pieces(1, 3), [[0]]), TransformerData.empty()]
    datas.append(make_data(make_pieces(2, 3), [[0, 1], [1]]))
    received: list[Any] = []
    model.receive(model.get_batch_id(docs), datas, received.extend)
    vectors, backprop = model.begin_update(docs)
    assert [v.shape for v in vectors] == [(1, 3), (0, 3), (2, 3)]
    backprop([numpy.ones_like(v) for v in vectors])
    gradients = [d.model_output["last_hidden_state"][0, :, 0].tolist() for d in received]
    assert gradients == [[factor], [0.5 * factor, 1.5 * factor]]
    with pytest.raises(EncoderError, match="SC205"):
        model.predict(docs)


@pytest.mark.parametrize("pipeline", [["clinical_ner"], ["clinical_ner", "transformer"]])
def test_no_encoder_before_a_head_is_told(build: Build, pipeline: list[str]) -> None:
    nlp = build({"nlp.pipeline": pipeline})
    with pytest.raises(EncoderError, match=r"\[SC242\].*upstream = '\*'.*before it"):
        nlp.initialize(lambda: make_examples(nlp))
