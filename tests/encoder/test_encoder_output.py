"""The batch: one compact array a document, and its gradient joined again."""

import numpy
from spacy.language import Language
from spacy_transformers.data_classes import TransformerData
from thinc.api import NumpyOps

from spacy_clinical.encoder.encoder_output import CompactBatch
from spacy_clinical.encoder.pooling import pool, token_vectors

from .conftest import Cut

TEXTS = ("", "no rash", "", " \n", "the metformins after pain", "")


def make_batch(blank: Language, cut: Cut) -> CompactBatch:
    pieces = cut([blank.make_doc(text) for text in TEXTS])
    rng = numpy.random.default_rng(0)
    vectors = [rng.normal(size=(len(p.lengths), 4)).astype("f") for p in pieces]
    return CompactBatch.from_pieces(pieces, vectors, 4)


def test_each_document_has_its_data(blank: Language, cut: Cut) -> None:
    batch = make_batch(blank, cut)
    assert len(batch.doc_data) == len(TEXTS)
    full = [data for data in batch.doc_data if data.tensors]
    assert [data.tensors[0].shape for data in full] == [(1, 2, 4), (1, 1, 4), (1, 4, 4)]
    assert [data.align.lengths.tolist() for data in full] == [[1, 1], [1], [1, 1, 1, 1]]
    assert [data.wordpieces.input_ids.shape for data in full] == [(1, 2), (1, 1), (1, 7)]
    for data in full:
        pooled, read = pool(NumpyOps(), data), token_vectors(NumpyOps(), data, branch=False)
        assert pooled.tolist() == read.tolist() == data.tensors[0][0].tolist()


def test_data_survive_their_bytes(blank: Language, cut: Cut) -> None:
    for data in make_batch(blank, cut).doc_data:
        copy = TransformerData.empty().from_bytes(data.to_bytes())
        assert [t.tolist() for t in copy.tensors] == [t.tolist() for t in data.tensors]
        assert copy.align.dataXd.tolist() == data.align.dataXd.tolist()
        assert copy.align.lengths.tolist() == data.align.lengths.tolist()


def test_gradients_are_joined_without_the_empty_documents(blank: Language, cut: Cut) -> None:
    batch = make_batch(blank, cut)
    arrays = [[d.tensors[0] * 2] for d in batch.doc_data if d.tensors]
    joined = batch.unsplit_by_doc(arrays).model_output["last_hidden_state"]
    expected = numpy.concatenate([d.tensors[0][0] * 2 for d in batch.doc_data if d.tensors])
    assert joined.tolist() == expected.tolist()
    assert not batch.unsplit_by_doc([]).tensors
