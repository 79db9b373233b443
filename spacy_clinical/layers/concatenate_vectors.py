"""Token vectors of several sources side by side, in one array for the batch."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any

from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d

from .join_batch import join

InT = list[Doc]
OutT = Floats2d


def build_beside(*sources: Model[list[Doc], list[Floats2d]]) -> Model[InT, OutT]:
    """Put the vectors of each token beside each other.

    sources (Model[list[Doc], list[Floats2d]]): One source at least.
    RETURNS (Model[list[Doc], Floats2d]): Shape (tokens of all documents, sum of widths).
    """
    return Model("beside", forward, init=init, layers=sources, dims={"nO": None})


def init(model: Model[InT, OutT], X: Any = None, Y: Any = None) -> None:
    for source in model.layers:
        source.initialize()
    model.set_dim("nO", sum(source.get_dim("nO") for source in model.layers))


def forward(model: Model[InT, OutT], docs: InT, is_train: bool) -> tuple[OutT, Callable]:
    found = [source(docs, is_train) for source in model.layers]
    lengths = model.ops.asarray1i([len(array) for array in found[0][0]])
    xp: Any = model.ops.xp
    joined = [join(xp, arrays) for arrays, _ in found]
    ends = list(accumulate(array.shape[1] for array in joined))

    def backprop(d_joined: OutT) -> InT:
        for (_, source_backprop), array, end in zip(found, joined, ends, strict=True):
            own = d_joined[:, end - array.shape[1] : end]
            source_backprop(model.ops.unflatten(model.ops.as_contig(own), lengths))
        return docs

    return xp.hstack(joined), backprop
