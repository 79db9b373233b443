"""The token classifier: one row a token, and the gradient of its vectors."""

from typing import Any

import numpy
import pytest
import spacy
from spacy.ml.models.tok2vec import build_hash_embed_cnn_tok2vec
from spacy.tokens import Doc
from thinc.api import Model, set_dropout_rate

from spacy_clinical.models import token_classifier
from spacy_clinical.models.token_classifier import build_token_classifier

from ..conftest import assert_same_sums
from .stub import make_docs, make_tok2vec, make_vectors

LENGTHS = (4, 0, 2)
STEP = 1e-3


def make_model(**settings: Any) -> tuple[Model, Model]:
    tok2vec = make_tok2vec(make_vectors(*LENGTHS))
    model = build_token_classifier(tok2vec, dropout=0.0, nO=5, **settings)
    model.initialize()
    output = model.get_ref("output")
    rng = numpy.random.default_rng(1)
    output.set_param("W", rng.normal(size=output.get_param("W").shape).astype("f"))
    output.set_param("b", rng.normal(size=5).astype("f"))
    return model, tok2vec


def test_a_row_a_token() -> None:
    model, tok2vec = make_model()
    scores = model.predict(make_docs(*LENGTHS))
    output = model.get_ref("output")
    joined = numpy.concatenate(tok2vec.attrs["vectors"])
    expected = joined @ output.get_param("W").T + output.get_param("b")
    numpy.testing.assert_allclose(scores, expected, atol=1e-5)
    assert model.get_ref("tok2vec") is tok2vec


def test_word_forms_stand_beside_the_vectors() -> None:
    forms = make_tok2vec(make_vectors(*LENGTHS, width=2))
    model, tok2vec = make_model(forms=forms)
    pairs = zip(tok2vec.attrs["vectors"], forms.attrs["vectors"], strict=True)
    joined = numpy.concatenate([numpy.hstack(pair) for pair in pairs])
    output = model.get_ref("output")
    expected = joined @ output.get_param("W").T + output.get_param("b")
    numpy.testing.assert_allclose(model.predict(make_docs(*LENGTHS)), expected, atol=1e-5)


def test_word_forms_of_spacy() -> None:
    sizes = {"width": 4, "depth": 1, "embed_size": 20, "window_size": 1, "maxout_pieces": 2}
    forms = build_hash_embed_cnn_tok2vec(pretrained_vectors=None, subword_features=True, **sizes)
    model, _ = make_model(forms=forms, hidden=6)
    assert model.get_ref("output").get_dim("nI") == 6
    vocab = spacy.blank("en").vocab
    lower, upper = (Doc(vocab, words=words) for words in (["as", "is"], ["AS", "is"]))
    model.get_ref("tok2vec").attrs["vectors"] = make_vectors(2)
    scores = [model.predict([doc]) for doc in (lower, upper)]
    assert scores[0].tolist() != scores[1].tolist()


@pytest.mark.parametrize("settings", [{}, {"forms": (2,)}, {"forms": (2,), "hidden": 4}])
def test_the_gradient_by_finite_differences(settings: dict[str, Any]) -> None:
    vectors = [make_tok2vec(make_vectors(*LENGTHS, width=w)) for w in settings.get("forms", ())]
    model, tok2vec = make_model(**{**settings, "forms": vectors[0] if vectors else None})
    docs = make_docs(*LENGTHS)
    scores, backprop = model.begin_update(docs)
    d_scores = numpy.random.default_rng(2).normal(size=scores.shape).astype("f")
    backprop(d_scores)
    arrays = []
    for source in (tok2vec, *vectors):
        (gradients,) = source.attrs["gradients"]
        assert [len(g) for g in gradients] == list(LENGTHS)
        arrays += [*zip(gradients, source.attrs["vectors"], strict=True)]
    output = model.get_ref("output")
    arrays += [(output.get_grad(name), output.get_param(name)) for name in ("W", "b")]
    for gradient, values in arrays:
        for place in numpy.ndindex(*values.shape):
            kept = values[place]
            values[place] = kept + STEP
            more = (model.predict(docs).astype("d") * d_scores).sum()
            values[place] = kept - STEP
            less = (model.predict(docs).astype("d") * d_scores).sum()
            values[place] = kept
            assert gradient[place] == pytest.approx((more - less) / (2 * STEP), abs=5e-3)


def test_dropout_is_for_training() -> None:
    model, _ = make_model()
    docs = make_docs(*LENGTHS)
    set_dropout_rate(model, 0.9)
    predicted = model.predict(docs)
    assert_same_sums(model.predict(docs), predicted)
    assert not numpy.allclose(model.begin_update(docs)[0], predicted, atol=1e-3)


@pytest.mark.parametrize("hidden", [0, 6])
def test_vectors_of_16_bits_are_cast_a_chunk_at_a_time(
    monkeypatch: pytest.MonkeyPatch, hidden: int
) -> None:
    monkeypatch.setattr(token_classifier, "CHUNK", 4)
    model, tok2vec = make_model(hidden=hidden)
    tok2vec.attrs["vectors"] = [v.astype("float16") for v in tok2vec.attrs["vectors"]]
    found = model.predict(make_docs(*LENGTHS))
    tok2vec.attrs["vectors"] = [v.astype("f") for v in tok2vec.attrs["vectors"]]
    assert found.dtype == numpy.float32
    assert_same_sums(found, model.predict(make_docs(*LENGTHS)))
