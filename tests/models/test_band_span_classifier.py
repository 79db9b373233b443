"""The band of spans as a model: gradients of token vectors, documents apart, bytes."""

import numpy
import pytest
import torch
from thinc.api import Model

from spacy_clinical.models.band_span_classifier import build_band_span_classifier
from spacy_clinical.models.multilabel_token_classifier import build_multilabel_token_classifier

from ..conftest import assert_same_sums
from .stub import Array, make_docs, make_tok2vec, make_vectors

LENGTHS = (4, 0, 3)


def make_model(vectors: list[Array]) -> Model:
    torch.manual_seed(0)
    model = build_band_span_classifier(make_tok2vec(vectors), max_width=2, hidden=5, dropout=0.0)
    model.set_dim("nO", 6)
    model.initialize()
    return model


def test_the_gradient_by_finite_differences() -> None:
    vectors = make_vectors(*LENGTHS)
    model, docs = make_model(vectors), make_docs(*LENGTHS)
    logits, backprop = model.begin_update(docs)
    assert logits.shape == (7, 6)
    d_logits = numpy.random.default_rng(2).normal(size=logits.shape).astype("f")
    assert backprop(d_logits) is docs
    (gradients,) = model.get_ref("tok2vec").attrs["gradients"]
    assert [g.shape for g in gradients] == [v.shape for v in vectors]
    model.shims[0]._model.double()
    model.get_ref("tok2vec").attrs["vectors"] = vectors = [v.astype("d") for v in vectors]
    for gradient, values in zip(gradients, vectors, strict=True):
        for place in numpy.ndindex(*values.shape):
            kept = values[place]
            values[place] = kept + 1e-5
            more = (model.predict(docs) * d_logits).sum()
            values[place] = kept - 1e-5
            less = (model.predict(docs) * d_logits).sum()
            values[place] = kept
            assert gradient[place] == pytest.approx((more - less) / 2e-5, abs=1e-4)


def test_spans_of_a_document_do_not_see_the_others() -> None:
    vectors = make_vectors(*LENGTHS)
    model, docs = make_model(vectors), make_docs(*LENGTHS)
    together = model.predict(docs)
    model.get_ref("tok2vec").attrs["vectors"] = vectors[:1]
    alone = model.predict(docs[:1])
    numpy.testing.assert_allclose(alone[:3], together[:3], atol=1e-6)
    numpy.testing.assert_allclose(alone[3, :3], together[3, :3], atol=1e-6)  # one token fits


def test_bytes_need_no_initialize() -> None:
    vectors = make_vectors(*LENGTHS)
    saved, docs = make_model(vectors), make_docs(*LENGTHS)
    blank = build_band_span_classifier(make_tok2vec(vectors), max_width=2, hidden=5, dropout=0.0)
    loaded = blank.from_bytes(saved.to_bytes())
    assert loaded.get_dim("nO") == 6
    assert loaded.attrs["scheme"] == "band" and loaded.attrs["max_width"] == 2
    assert_same_sums(loaded.predict(docs), saved.predict(docs))


def test_every_label_starts_outside() -> None:
    model = build_multilabel_token_classifier(make_tok2vec(make_vectors(*LENGTHS)), nO=10)
    model.get_ref("output").set_dim("nI", 3)
    model.initialize()
    assert model.attrs["scheme"] == "multilabel"
    assert model.get_ref("output").get_param("b").tolist() == [6, 0, 0, 0, 0] * 2
