"""Token vectors given by hand, which keep the gradient that comes back."""

from typing import Any

import numpy
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.api import Model

Array = numpy.ndarray[Any, Any]


def make_tok2vec(vectors: list[Array]) -> Model:
    """A model that gives `attrs["vectors"]` and keeps gradients in `attrs["gradients"]`."""
    width = vectors[0].shape[1]
    attrs = {"vectors": vectors, "gradients": []}
    return Model("stub", _forward, dims={"nO": width}, attrs=attrs)


def make_vectors(*lengths: int, width: int = 3) -> list[Array]:
    rng = numpy.random.default_rng(0)
    return [rng.normal(size=(length, width)).astype("f") for length in lengths]


def make_docs(*lengths: int) -> list[Doc]:
    vocab = Vocab()
    return [Doc(vocab, words=["x"] * length) for length in lengths]


def _forward(model: Model, docs: list[Doc], is_train: bool) -> Any:
    def backprop(d_vectors: list[Array]) -> list[Doc]:
        model.attrs["gradients"].append(d_vectors)
        return docs

    vectors = model.attrs["vectors"][: len(docs)]
    assert [len(v) for v in vectors] == [len(doc) for doc in docs]
    return vectors, backprop
