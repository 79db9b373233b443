"""More outputs for a trained layer: what it has learned stays, row by row."""

from collections.abc import Sequence
from typing import Any

import torch
from thinc.api import Model
from thinc.types import Floats2d
from torch import Tensor

# For each row of the larger table: the old row that it copies, -1 to stay as a new network begins,
# and what is added to its bias.
Rows = Sequence[tuple[int, float]]


def grow_linear(layer: Model[Floats2d, Floats2d], rows: Rows) -> None:
    """Give a thinc layer more outputs.

    layer (Model[Floats2d, Floats2d]): A trained `Linear`.
    rows (Rows): One for each output.
    """
    weights: Any = layer.get_param("W")
    bias: Any = layer.get_param("b")
    for name in ("W", "b"):  # thinc lets no layer with weights change its size
        layer.set_param(name, None)
    layer.set_dim("nO", len(rows), force=True)
    layer.initialize()
    new_weights: Any = layer.get_param("W")
    new_bias: Any = layer.get_param("b")
    for i, (source, shift) in enumerate(rows):
        if source >= 0:
            new_weights[i], new_bias[i] = weights[source], bias[source] + shift
    for name, grown_array in (("W", new_weights), ("b", new_bias)):
        layer.set_param(name, grown_array)
        layer.set_grad(name, layer.ops.alloc(grown_array.shape))


def grow_network(old: torch.nn.Module, new: torch.nn.Module, tables: dict[str, Rows]) -> None:
    """Take over what a network has learned into a larger one of its kind.

    old, new (Module): The networks.
    tables (dict[str, Rows]): The rows of those parameters that are larger in the new one.
    """
    known = old.state_dict()
    state = {
        name: _grow(known[name], fresh, tables[name], name) if name in tables else known[name]
        for name, fresh in new.state_dict().items()
    }
    new.load_state_dict(state)


def _grow(old: Tensor, fresh: Tensor, rows: Rows, name: str) -> Tensor:
    sources = torch.tensor([source for source, _ in rows], device=old.device)
    kept = torch.nonzero(sources >= 0).flatten()
    grown = fresh.clone()
    grown[kept] = old[sources[kept]]
    if name.endswith("bias"):
        grown += torch.tensor([shift for _, shift in rows], dtype=old.dtype, device=old.device)
    return grown


def crossed(rows: Rows, width: int) -> list[tuple[int, float]]:
    """Rows of a table with a row for each pair of types.

    rows (Rows): Of a table with a row for each type.
    width (int): Number of types in the old one.
    RETURNS (list): Row `i * n + j` is about the types i and j.
    """
    return [(i * width + j if min(i, j) >= 0 else -1, 0.0) for i, _ in rows for j, _ in rows]
