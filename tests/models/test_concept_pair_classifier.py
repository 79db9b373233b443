"""The concept classifier: numbering over documents, gradients, batches with nothing to score."""

from typing import Any

import numpy
import pytest
import torch
from thinc.api import Model

from spacy_clinical.models.concept_pair_classifier import (
    build_concept_pair_classifier,
    join_documents,
)

from ..conftest import assert_same_sums
from .stub import Array, make_docs, make_tok2vec, make_vectors

LENGTHS = (6, 0, 5, 3)
FIRST = (
    [[0, 2, 0, 0], [3, 4, 1, 1], [5, 6, 1, 1]],
    [[0, 0], [1, 1], [1, 2]],
    [[0, 1, 2]],
    [[0, 0, 1, 1], [0, 0, 2, 0]],
)
NONE: tuple[Any, ...] = ([], [], [], [])
UNPAIRED: tuple[Any, ...] = ([[0, 1, 0, 0]], [[0, 0]], [], [])
THIRD = (
    [[1, 2, 1, 0], [2, 5, 0, 0]],
    [[0, 0], [1, 1], [2, 1]],
    [[1, 0, 0], [2, 0, 1]],
    [[0, 1, 0, 0], [1, 1, 0, 2]],
)
ARRAYS = [FIRST, NONE, THIRD, UNPAIRED]


def as_arrays(documents: Any) -> list[Any]:
    columns = (4, 2, 3, 4)
    return [
        tuple(
            numpy.asarray(rows, dtype="int64").reshape(-1, n)
            for rows, n in zip(document, columns, strict=True)
        )
        for document in documents
    ]


def make_model(vectors: list[Array]) -> Model:
    torch.manual_seed(0)
    model = build_concept_pair_classifier(
        make_tok2vec(vectors),
        hidden=4,
        heads=2,
        blocks=2,
        reach=1,
        dropout=0.0,
        input_dropout=0.0,
        hide=0.0,
    )
    model.attrs.update(n_features=[3], n_link_features=[3], n_places=2)
    model.set_dim("nO", 2)
    model.set_dim("n_types", 2)
    model.initialize()
    return model


def test_numbering() -> None:
    found = join_documents(as_arrays(ARRAYS), list(LENGTHS), torch.device("cpu"))
    documents, mentions, members, pairs, links = (rows.tolist() for rows in found)
    assert documents == [[0, 6, 0, 3, 0, 2, 0, 1], [6, 11, 3, 5, 2, 5, 1, 3]]
    assert mentions[3:] == [[7, 8, 1, 0], [8, 11, 0, 0]]
    assert members == [[0, 0], [1, 1], [1, 2], [2, 3], [3, 4], [4, 4]]
    assert pairs == [[0, 1, 2], [3, 2, 0], [4, 2, 1]]
    assert links == [[0, 0, 1, 1], [0, 0, 2, 0], [1, 4, 3, 0], [2, 4, 3, 2]]


def test_the_gradient_by_finite_differences() -> None:
    vectors = make_vectors(*LENGTHS, width=3)
    model = make_model(vectors)
    inputs = make_docs(*LENGTHS), as_arrays(ARRAYS)
    logits, backprop = model.begin_update(inputs)
    assert logits.shape == (3 + 4, 2)
    d_logits = numpy.random.default_rng(2).normal(size=logits.shape).astype("f")
    assert backprop(d_logits) is inputs
    (gradients,) = model.get_ref("tok2vec").attrs["gradients"]
    assert [g.shape for g in gradients] == [v.shape for v in vectors]
    model.shims[0]._model.double()  # for exact differences
    model.get_ref("tok2vec").attrs["vectors"] = vectors = [v.astype("d") for v in vectors]
    for gradient, values in zip(gradients, vectors, strict=True):
        for place in numpy.ndindex(*values.shape):
            kept, sums = values[place], []
            for step in (1e-5, -1e-5):
                values[place] = kept + step
                sums.append((model.predict(inputs) * d_logits).sum())
            values[place] = kept
            assert gradient[place] == pytest.approx((sums[0] - sums[1]) / 2e-5, abs=1e-3)
    assert not gradients[3].any() and gradients[0].any() and gradients[2].any()


def test_documents_are_scored_apart() -> None:
    vectors = make_vectors(*LENGTHS)
    model = make_model(vectors)
    docs, arrays = make_docs(*LENGTHS), as_arrays(ARRAYS)
    together = model.predict((docs, arrays))
    for i, rows in ((0, [0, 3, 4]), (2, [1, 2, 5, 6])):
        model.get_ref("tok2vec").attrs["vectors"] = [vectors[i]]
        alone = model.predict(([docs[i]], [arrays[i]]))
        numpy.testing.assert_allclose(alone, together[rows], atol=1e-6)


def test_a_batch_without_pairs_hands_back_zeros() -> None:
    vectors = make_vectors(*LENGTHS)
    model = make_model(vectors)
    inputs = make_docs(*LENGTHS), as_arrays([NONE, NONE, UNPAIRED, NONE])
    logits, backprop = model.begin_update(inputs)
    assert logits.shape == model.predict(inputs).shape == (0, 2)
    assert backprop(logits) is inputs
    (gradients,) = model.get_ref("tok2vec").attrs["gradients"]
    assert [g.tolist() for g in gradients] == [numpy.zeros_like(v).tolist() for v in vectors]
    assert all(p.grad is None for p in model.shims[0]._model.parameters())


def test_bytes_need_no_initialize() -> None:
    vectors = make_vectors(*LENGTHS)
    saved = make_model(vectors)
    loaded = build_concept_pair_classifier(
        make_tok2vec(vectors), hidden=4, heads=2, blocks=2, reach=1
    )
    loaded.from_bytes(saved.to_bytes())
    inputs = make_docs(*LENGTHS), as_arrays(ARRAYS)
    assert loaded.get_dim("nO") == 2
    assert_same_sums(loaded.predict(inputs), saved.predict(inputs))
