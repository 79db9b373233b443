"""The token vectors of a batch in one array."""

from collections.abc import Callable
from typing import Any, cast

from thinc.api import Model
from thinc.types import Floats2d

InT = list[Floats2d]
OutT = Floats2d


def build_join() -> Model[InT, OutT]:
    """Join arrays, as thinc's `list2array` does, but without a copy of the only one that has rows.

    RETURNS (Model[list[Floats2d], Floats2d]): Shape (rows of all arrays, width).
    """
    return Model("join", forward)


def forward(model: Model[InT, OutT], arrays: InT, is_train: bool) -> tuple[OutT, Callable]:
    lengths = [len(array) for array in arrays]

    def backprop(d_joined: OutT) -> InT:
        return model.ops.unflatten(d_joined, model.ops.asarray1i(lengths))

    return join(model.ops.xp, arrays), backprop


def join(xp: Any, arrays: InT) -> Floats2d:
    """Concatenate arrays, or give the only one that has rows.

    Empty ones don't count: theirs may be another type.

    xp (Any): numpy or cupy.
    arrays (list[Floats2d]): One at least.
    RETURNS (Floats2d): Shape (rows of all arrays, width).
    """
    full = [array for array in arrays if len(array)]
    return full[0] if len(full) == 1 else cast(Floats2d, xp.concatenate(full or arrays))
