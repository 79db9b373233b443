"""The span classifier: numbering over documents, gradients, and batches with nothing to score."""

from typing import Any

import numpy
import pytest
import torch
from thinc.api import Model

from spacy_clinical.models.span_classifier import build_span_classifier

from ..conftest import assert_same_sums
from .stub import Array, make_docs, make_tok2vec, make_vectors

LENGTHS = (6, 0, 5, 3)
# Start, end, start and end of the sentence, type, a feature.
MENTIONS: list[Any] = [
    [[0, 2, 0, 3, 0, 1], [3, 4, 3, 6, 1, 0]],
    [],
    [[1, 2, 0, 5, 1, 2], [2, 5, 0, 5, 0, 0]],
    [],
]


def make_inputs(mentions: list[Any] = MENTIONS) -> tuple[Any, list[Array]]:
    rows = [numpy.asarray(r, dtype="int64").reshape(-1, 6) for r in mentions]
    return make_docs(*LENGTHS), rows


def make_model(vectors: list[Array], heads: int = 2) -> Model:
    torch.manual_seed(0)
    tok2vec = make_tok2vec(vectors)
    model = build_span_classifier(tok2vec, hidden=4, context_heads=heads, reach=1, dropout=0.0)
    model.attrs["n_features"] = [3]
    model.set_dim("nO", 3)
    model.set_dim("n_types", 2)
    model.initialize()
    return model


@pytest.mark.parametrize("heads", [0, 2])
def test_the_gradient_by_finite_differences(heads: int) -> None:
    vectors = make_vectors(*LENGTHS)
    model = make_model(vectors, heads)
    inputs = make_inputs()
    logits, backprop = model.begin_update(inputs)
    d_logits = numpy.random.default_rng(2).normal(size=logits.shape).astype("f")
    assert backprop(d_logits) is inputs
    (gradients,) = model.get_ref("tok2vec").attrs["gradients"]
    assert [g.shape for g in gradients] == [v.shape for v in vectors]
    model.shims[0]._model.double()  # for exact differences
    step = 1e-5
    model.get_ref("tok2vec").attrs["vectors"] = vectors = [v.astype("d") for v in vectors]
    for gradient, values in zip(gradients, vectors, strict=True):
        for place in numpy.ndindex(*values.shape):
            kept = values[place]
            values[place] = kept + step
            more = (model.predict(inputs) * d_logits).sum()
            values[place] = kept - step
            less = (model.predict(inputs) * d_logits).sum()
            values[place] = kept
            assert gradient[place] == pytest.approx((more - less) / (2 * step), abs=1e-4)
    assert not gradients[3].any() and gradients[0].any() and gradients[2].any()


def test_documents_are_scored_apart() -> None:
    vectors = make_vectors(*LENGTHS)
    model = make_model(vectors)
    docs, mentions = make_inputs()
    together = model.predict((docs, mentions))
    assert together.shape == (4, 3)
    assert together.dtype == numpy.float32
    for i, rows in ((0, slice(0, 2)), (2, slice(2, 4))):
        model.get_ref("tok2vec").attrs["vectors"] = [vectors[i]]
        alone = model.predict(([docs[i]], [mentions[i]]))
        numpy.testing.assert_allclose(alone, together[rows], atol=1e-6)


def test_a_batch_without_mentions_hands_back_zeros_even_for_broken_vectors() -> None:
    vectors = [v + numpy.inf for v in make_vectors(*LENGTHS)]
    model = make_model(vectors)
    inputs = make_inputs([[], [], [], []])
    assert model.predict(inputs).shape == (0, 3)
    logits, backprop = model.begin_update(inputs)
    assert logits.shape == (0, 3)
    assert backprop(logits) is inputs
    (gradients,) = model.get_ref("tok2vec").attrs["gradients"]
    assert [g.tolist() for g in gradients] == [numpy.zeros_like(v).tolist() for v in vectors]
    assert all(p.grad is None for p in model.shims[0]._model.parameters())


def test_bytes_need_no_initialize() -> None:
    vectors = make_vectors(*LENGTHS)
    saved = make_model(vectors)
    loaded = build_span_classifier(
        make_tok2vec(vectors), hidden=4, context_heads=2, reach=1, dropout=0.0
    ).from_bytes(saved.to_bytes())
    assert loaded.get_dim("nO") == 3
    found, expected = loaded.predict(make_inputs()), saved.predict(make_inputs())
    assert_same_sums(found, expected)
