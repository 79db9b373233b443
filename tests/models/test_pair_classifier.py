"""The pair classifier: numbering over documents, gradients, and batches with nothing to score."""

from typing import Any

import numpy
import pytest
import torch
from thinc.api import Model

from spacy_clinical.models.pair_classifier import build_pair_classifier

from ..conftest import assert_same_sums
from .stub import Array, make_docs, make_tok2vec, make_vectors

LENGTHS = (6, 0, 5, 3)
MENTIONS = [[[0, 2, 0], [3, 4, 1], [5, 6, -1]], [], [[1, 2, 1], [2, 5, 0]], [[0, 1, 0]]]
PAIRS = [[[0, 1, 2, 0], [1, 0, 0, 1]], [], [[1, 0, 3, 1]], []]


def as_arrays(rows: list[Any], columns: int) -> list[Array]:
    return [numpy.asarray(r, dtype="int64").reshape(-1, columns) for r in rows]


def make_inputs(pairs: list[Any] = PAIRS) -> tuple[Any, list[Array], list[Array]]:
    return make_docs(*LENGTHS), as_arrays(MENTIONS, 3), as_arrays(pairs, 4)


def make_model(vectors: list[Array], heads: int = 2) -> Model:
    torch.manual_seed(0)
    tok2vec = make_tok2vec(vectors)
    model = build_pair_classifier(tok2vec, hidden=4, context_heads=heads, reach=1, dropout=0.0)
    model.attrs["n_features"] = [4, 2]
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
    network, step = model.shims[0]._model, 1e-5
    model.get_ref("tok2vec").attrs["vectors"] = vectors = [v.astype("d") for v in vectors]
    assert network.output.weight.dtype == torch.float64
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
    docs, mentions, pairs = make_inputs()
    together = model.predict((docs, mentions, pairs))
    assert together.shape == (3, 3)
    assert together.dtype == numpy.float32
    start = 0
    for i in (0, 2):
        model.get_ref("tok2vec").attrs["vectors"] = [vectors[i]]
        alone = model.predict(([docs[i]], [mentions[i]], [pairs[i]]))
        numpy.testing.assert_allclose(alone, together[start : start + len(alone)], atol=1e-6)
        start += len(alone)


def test_a_batch_without_pairs_hands_back_zeros() -> None:
    vectors = make_vectors(*LENGTHS)
    model = make_model(vectors)
    inputs = make_inputs([[], [], [], []])
    assert model.predict(inputs).shape == (0, 3)
    logits, backprop = model.begin_update(inputs)
    assert logits.shape == (0, 3)
    assert backprop(logits) is inputs
    (gradients,) = model.get_ref("tok2vec").attrs["gradients"]
    assert [g.tolist() for g in gradients] == [numpy.zeros_like(v).tolist() for v in vectors]
    assert all(p.grad is None for p in model.shims[0]._model.parameters())


def test_a_batch_without_pairs_hands_back_zeros_even_for_broken_vectors() -> None:
    vectors = [v + numpy.inf for v in make_vectors(*LENGTHS)]
    model = make_model(vectors)
    logits, backprop = model.begin_update(make_inputs([[], [], [], []]))
    backprop(logits)
    (gradients,) = model.get_ref("tok2vec").attrs["gradients"]
    assert not any(g.any() for g in gradients)


def test_bytes_need_no_initialize() -> None:
    vectors = make_vectors(*LENGTHS)
    saved = make_model(vectors)
    loaded = build_pair_classifier(
        make_tok2vec(vectors), hidden=4, context_heads=2, reach=1, dropout=0.0
    ).from_bytes(saved.to_bytes())
    assert loaded.get_dim("nO") == 3
    found, expected = loaded.predict(make_inputs()), saved.predict(make_inputs())
    assert_same_sums(found, expected)
