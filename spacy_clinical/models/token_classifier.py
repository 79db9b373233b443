"""One row of tag scores a token, over any token vectors."""

from collections.abc import Callable
from functools import partial
from typing import Any

from spacy.tokens import Doc
from thinc.api import Dropout, LayerNorm, Linear, Maxout, Model, chain
from thinc.layers.chain import forward as run_chain
from thinc.types import Floats2d

from ..encoder.listener import read_as_kept
from ..layers.concatenate_vectors import build_beside
from ..layers.join_batch import build_join
from ..layers.layer_growth import Rows, grow_linear

InT = list[Doc]
OutT = Floats2d
Vectors = Model[list[Doc], list[Floats2d]]
CHUNK = 4096  # tokens that are cast from 16 bits at a time


def build_token_classifier(
    tok2vec: Vectors,
    dropout: float = 0.1,
    forms: Vectors | None = None,
    hidden: int = 0,
    nO: int | None = None,
) -> Model[InT, OutT]:
    """Score tags with one linear layer on the tokens of all documents at once.

    tok2vec (Model[list[Doc], list[Floats2d]]): Token vectors, usually a listener.
    dropout (float): Until training sets its own rate.
    forms (Model[list[Doc], list[Floats2d]] | None): Further token vectors, to stand beside those
        of `tok2vec`. `spacy.HashEmbedCNN.v2` gives what an encoder without capitals doesn't: the
        shapes, prefixes and suffixes of words.
    hidden (int): Width of a layer before the scores, 0 for none.
    nO (int | None): Number of tags, set by the component.
    RETURNS (Model[list[Doc], Floats2d]): Logits of shape (tokens of all documents, nO).
    """
    return build_tagger("biluo", Linear(nO=nO), tok2vec, dropout, forms, hidden)


def build_tagger(
    scheme: str,
    output: Model[Floats2d, Floats2d],
    tok2vec: Vectors,
    dropout: float,
    forms: Vectors | None,
    hidden: int,
) -> Model[InT, OutT]:
    """Put a layer of scores on the tokens of all documents at once.

    scheme (str): What the scores mean, for the component.
    output (Model[Floats2d, Floats2d]): The scores.
    tok2vec, dropout, forms, hidden: As for `build_token_classifier`.
    RETURNS (Model[list[Doc], Floats2d]): Logits of shape (tokens of all documents, nO).
    """
    vectors = [build_beside(tok2vec, forms)] if forms else [tok2vec, build_join()]
    inner = [Maxout(nO=hidden, nP=2), LayerNorm(nI=hidden)] if hidden else []
    scores = [*inner, output]
    model: Model[InT, OutT] = chain(*vectors, Dropout(dropout), *scores)
    model._func = partial(forward, n_sources=len(vectors))
    read_as_kept(tok2vec)
    model.set_ref("tok2vec", tok2vec)
    model.set_ref("output", output)
    model.attrs.update({"scheme": scheme, "grow": grow_outputs})
    model.init = partial(init, source=vectors[0], scores=scores)
    return model


def forward(
    model: Model[InT, OutT], docs: InT, is_train: bool, *, n_sources: int
) -> tuple[OutT, Callable[[OutT], InT]]:
    """As a chain; predictions cast vectors of 16 bits a chunk at a time."""
    if is_train:
        return run_chain(model, docs, is_train)
    rows: Any = docs
    for layer in model.layers[:n_sources]:
        rows = layer.predict(rows)
    return _score(model, model.layers[n_sources:], rows), lambda d_scores: docs


def _score(model: Model[InT, OutT], layers: list[Model[OutT, OutT]], rows: OutT) -> OutT:
    """RETURNS (Floats2d): Logits, shape (rows, nO)."""
    if rows.dtype == "float32":
        return _run(layers, rows)
    scores = model.ops.alloc2f(len(rows), model.get_dim("nO"), zeros=False)
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        scores[part] = _run(layers, model.ops.asarray2f(rows[part]))
    return scores


def _run(layers: list[Model[OutT, OutT]], rows: OutT) -> OutT:
    for layer in layers:
        rows = layer.predict(rows)
    return rows


def init(
    model: Model[InT, OutT],
    X: Any = None,
    Y: Any = None,
    *,
    source: Model[list[Doc], Any],
    scores: list[Model[Floats2d, Floats2d]],
) -> None:
    """Tell each layer the width of the one before, which thinc reads off a batch."""
    source.initialize()
    width = source.get_dim("nO")
    for layer in scores:
        layer.set_dim("nI", width)
        layer.initialize()
        width = layer.get_dim("nO")
    model.set_dim("nO", width)


def grow_outputs(model: Model[InT, OutT], n_outputs: int, rows: Rows, types: Rows = ()) -> None:
    """Give a trained model more outputs: its `attrs["grow"]`.

    model (Model[list[Doc], Floats2d]): With a linear layer as `output`.
    n_outputs (int): All that it has then.
    rows (Rows): Where its outputs come from, see `layers.growth`.
    types (Rows): Not used: such a model doesn't see types.
    """
    grow_linear(model.get_ref("output"), rows)
    model.set_dim("nO", n_outputs, force=True)
