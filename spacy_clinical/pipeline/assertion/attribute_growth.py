"""More attributes, values and entity labels for an assertion head, be it a trained one."""

from collections.abc import Mapping, Sequence
from typing import Any

from thinc.api import Model

from ...attributes import Scheme
from ..heads.head_growth import grow_model, is_built

Rows = list[tuple[int, float]]
ALIKE = -4.0  # as SHIFT, but beside a value that is likely: its own score must hardly change


def grow_scheme(model: Model, name: str, cfg: dict[str, Any], more: Scheme) -> list[str]:
    """Let a model know more. A trained one predicts what it did until it is trained further.

    model (Model): Trained or not.
    name (str): The component.
    cfg (dict): Its settings: `scheme` and `counts` are changed.
    more (Scheme): What is to be added; old things may be among it.
    RETURNS (list[str]): The values that are new, each as "name=value". Raises PipelineError if the
        model's architecture can't grow.
    """
    old = Scheme.from_dict(cfg["scheme"] or {})
    merged = old.merged(more)
    new = [value for value in named_values(merged) if value not in named_values(old)]
    if merged != old and is_built(model):
        rows, types = grown_rows(old, merged, cfg["counts"])
        grow_model(model, name, (new or merged.labels)[-1], len(rows), rows, types)
    cfg["counts"] = grown_counts(merged, cfg["counts"])
    cfg["scheme"] = merged.to_dict()
    return new


def grown_rows(old: Scheme, new: Scheme, counts: Mapping[str, Sequence[int]]) -> tuple[Rows, Rows]:
    """Say how the rows of a larger scheme begin.

    A new value of an old attribute begins like its most frequent one, but less likely.

    old, new (Scheme): The second one has all of the first.
    counts (Mapping[str, Sequence[int]]): How often each old value stands in the training data.
    RETURNS (tuple[Rows, Rows]): Of the values of all attributes, and of the entity labels: the old
        row that each copies, -1 for none, and what is added to its bias.
    """
    places = {value: i for i, value in enumerate(named_values(old))}
    likely = {
        type.name: places[f"{type.name}={type.values[_highest(counts.get(type.name, (1,)))]}"]
        for type in old.types
    }
    rows = []
    for type in new.types:
        for value in type.values:
            place = places.get(f"{type.name}={value}")
            like = (likely[type.name], ALIKE) if type.name in likely else (-1, 0.0)
            rows.append(like if place is None else (place, 0.0))
    labels = {label: i for i, label in enumerate(old.labels)}
    return rows, [(labels.get(label, -1), 0.0) for label in new.labels]


def grown_counts(scheme: Scheme, counts: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """Count the values that are new as if they had never been seen.

    scheme (Scheme): All attributes, old values first.
    counts (Mapping[str, Sequence[int]]): Of the old values, each one time more than it was seen.
    RETURNS (dict[str, list[int]]): Of all values.
    """
    found = {}
    for type in scheme.types:
        known = list(counts.get(type.name, ()))
        found[type.name] = known + [1] * (len(type.values) - len(known))
    return found


def named_values(scheme: Scheme) -> list[str]:
    """RETURNS (list[str]): All values in the model's order, each as "name=value"."""
    return [f"{type.name}={value}" for type in scheme.types for value in type.values]


def _highest(counts: Sequence[int]) -> int:
    return max(range(len(counts)), key=counts.__getitem__)
