"""An encoder of a component's own: vectors as a listener gives them, and their gradient."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from spacy.tokens import Doc
from spacy.vocab import Vocab

from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.models.transformer import build_transformer
from spacy_clinical.models.transformer_vectors import (
    build_transformer_vectors,
    replace_listener_cfg,
)

FACTOR, STEP = 0.5, 1e-2


def make_docs() -> list[Doc]:
    vocab = Vocab()
    return [Doc(vocab, words=words) for words in (["the", "rash"], [], ["metformin"])]


@pytest.fixture()
def model(tiny_encoder: Path) -> Any:
    weights = EncoderWeights(folder=str(tiny_encoder))
    transformer = build_transformer(weights, window=48, overlap=8, train_precision="float32")
    model = build_transformer_vectors(transformer, FACTOR)
    model.initialize()
    return model


def test_a_row_a_token(model: Any) -> None:
    assert model.get_dim("nO") == 32
    docs = make_docs()
    vectors = model.predict(docs)
    assert [v.shape for v in vectors] == [(2, 32), (0, 32), (1, 32)]
    for doc, own in zip(docs, model.layers[0].predict(docs).doc_data, strict=True):
        if len(doc):
            numpy.testing.assert_allclose(vectors[docs.index(doc)], own.vectors, atol=1e-6)


def test_the_gradient_by_finite_differences(model: Any) -> None:
    """Of three numbers in the embeddings of "rash", times the share that it was given."""
    docs = make_docs()
    vectors, backprop = model.begin_update(docs)
    rng = numpy.random.default_rng(0)
    weights = [rng.normal(size=v.shape).astype("f") for v in vectors]
    assert backprop(weights) is docs
    shim = model.layers[0].shims[0]
    table = shim._model.embeddings.word_embeddings.weight
    row = shim.vocabulary.tokenizer.token_to_id("rash")
    for column in (0, 7, 31):
        sums = []
        for step in (STEP, -STEP):
            with torch.no_grad():
                table[row, column] += step
                found = model.predict(docs)
                table[row, column] -= step
            sums.append(sum(float((v * w).sum()) for v, w in zip(found, weights, strict=True)))
        expected = FACTOR * (sums[0] - sums[1]) / (2 * STEP)
        assert float(table.grad[row, column]) == pytest.approx(expected, rel=0.02, abs=1e-3)


def test_the_config_of_what_replaced_a_listener() -> None:
    transformer = {"@architectures": "spacy-clinical.TransformerModel.v1", "window": 48}
    own = {"@architectures": "spacy-clinical.TransformerVectors.v1", "transformer": transformer}
    for branch in (False, True):
        settings = {"grad_factor": 0.1, "branch": branch}
        assert replace_listener_cfg(transformer, settings) == own | settings
    found = replace_listener_cfg(transformer, {})  # of a config that was written before
    assert found == own | {"grad_factor": 1.0, "branch": False}
