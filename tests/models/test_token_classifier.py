"""The token classifier: one row a token, and the gradient of its vectors."""

import numpy
import pytest
from thinc.api import Model, set_dropout_rate

from spacy_clinical.models.token_classifier import build_token_classifier

from .stub import make_docs, make_tok2vec, make_vectors

LENGTHS = (4, 0, 2)


def make_model() -> tuple[Model, Model]:
    tok2vec = make_tok2vec(make_vectors(*LENGTHS))
    model = build_token_classifier(tok2vec, dropout=0.0, nO=5)
    model.get_ref("output").set_dim("nI", 3)
    model.initialize()
    rng = numpy.random.default_rng(1)
    model.get_ref("output").set_param("W", rng.normal(size=(5, 3)).astype("f"))
    model.get_ref("output").set_param("b", rng.normal(size=5).astype("f"))
    return model, tok2vec


def test_a_row_a_token() -> None:
    model, tok2vec = make_model()
    scores = model.predict(make_docs(*LENGTHS))
    output = model.get_ref("output")
    joined = numpy.concatenate(tok2vec.attrs["vectors"])
    expected = joined @ output.get_param("W").T + output.get_param("b")
    numpy.testing.assert_allclose(scores, expected, atol=1e-5)
    assert model.get_ref("tok2vec") is tok2vec


def test_the_gradient_by_finite_differences() -> None:
    model, tok2vec = make_model()
    docs = make_docs(*LENGTHS)
    scores, backprop = model.begin_update(docs)
    d_scores = numpy.random.default_rng(2).normal(size=scores.shape).astype("f")
    backprop(d_scores)
    (gradients,) = tok2vec.attrs["gradients"]
    assert [g.shape for g in gradients] == [(4, 3), (0, 3), (2, 3)]
    output = model.get_ref("output")
    arrays = [*zip(gradients, tok2vec.attrs["vectors"], strict=True)]
    arrays += [(output.get_grad(name), output.get_param(name)) for name in ("W", "b")]
    for gradient, values in arrays:
        for place in numpy.ndindex(*values.shape):
            kept = values[place]
            values[place] = kept + 0.5
            more = (model.predict(docs) * d_scores).sum()
            values[place] = kept - 0.5
            less = (model.predict(docs) * d_scores).sum()
            values[place] = kept
            assert gradient[place] == pytest.approx(more - less, abs=1e-4)


def test_dropout_is_for_training() -> None:
    model, _ = make_model()
    docs = make_docs(*LENGTHS)
    set_dropout_rate(model, 0.9)
    assert model.predict(docs).tolist() == model.predict(docs).tolist()
    assert model.begin_update(docs)[0].tolist() != model.predict(docs).tolist()
