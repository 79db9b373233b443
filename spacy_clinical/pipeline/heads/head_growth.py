"""More outputs for models that were trained with fewer, without losing what they know."""

from collections.abc import Sequence
from typing import Any

from thinc.api import Model

from ...errors import Errors, PipelineError
from ...schema import Schema

Rows = Sequence[tuple[int, float]]

# A new output begins as a copy of the one that its instances have had so far (O, or no relation),
# with this added to its bias: Cermelli et al. (2020), so far down that no prediction changes.
SHIFT = -2.0


def is_built(model: Model) -> bool:
    """RETURNS (bool): Whether a head has weights, initialised or loaded."""
    output = model.maybe_get_ref("output") or model
    networks = [getattr(shim, "_model", None) for shim in output.shims]
    return any(output.has_param(name) for name in output.param_names) or any(
        network is not None for network in networks
    )


def grow_model(
    model: Model, name: str, label: str, n_outputs: int, rows: Rows, types: Rows = ()
) -> None:
    """Give a trained model more outputs. Raises PipelineError if its architecture can't.

    model (Model): Its `attrs["grow"]` does it.
    name (str): The component, for the error.
    label (str): A new label, for the error.
    n_outputs (int): All outputs that it has then.
    rows (Rows): For each the old output that it copies, -1 for none, and what is added to its bias.
    types (Rows): The same for entity types.
    """
    grow = model.attrs.get("grow")
    if grow is None:
        raise PipelineError(Errors.SC302.format(name=name, label=label, architecture=model.name))
    grow(model, n_outputs, rows, types)


def appended(n_old: int, n_new: int) -> list[tuple[int, float]]:
    """RETURNS (list): Rows of which the first stay, and the others begin anew."""
    return [(i if i < n_old else -1, 0.0) for i in range(n_old + n_new)]


def grow_schema(
    model: Model, name: str, old: Schema, more: Schema
) -> tuple[list[str], dict[str, Any]]:
    """Let a model of relations know more labels, and more arguments of old ones.

    A trained model predicts what it did until it is trained further.

    model (Model): Trained or not.
    name (str): The component.
    old, more (Schema): What it knows, and what is to be added; old things may be among it.
    RETURNS (tuple[list[str], dict[str, Any]]): The relation labels that are new, and the schema as
        it is saved. Raises PipelineError if the model's architecture can't grow.
    """
    merged = old.merged(more)
    new = [label for label in merged.relation_labels if label not in old.relation_labels]
    types = appended(len(old.entities), len(merged.entities) - len(old.entities))
    if (new or merged.entities != old.entities) and is_built(model):
        rows = [*appended(1 + len(old.relations), 0), *[(0, SHIFT)] * len(new)]
        grow_model(model, name, (new or merged.entities)[-1], len(rows), rows, types)
    return new, merged.to_dict()
