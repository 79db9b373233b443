"""What may be said of mentions: attributes, their values, and the entity labels that take them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import Errors, SchemaError

KEYS = {"values", "labels", "default"}
SET = "yes"  # the value of a flag, an attribute without a value, where it is set


@dataclass(frozen=True)
class AttributeType:
    """A categorical attribute of mentions.

    name (str): Such as "assertion".
    values (tuple[str, ...]): What a mention may have, the default included.
    labels (tuple[str, ...]): Entity labels whose mentions have the attribute.
    default (str | None): What a mention of these labels has where the corpus says nothing; ""
        stands for a value that is never written. None: what isn't said is not known.
    """

    name: str
    values: tuple[str, ...]
    labels: tuple[str, ...]
    default: str | None = None

    def value_of(self, label: str, found: str | None) -> str | None:
        """Complete what a corpus says.

        label (str): The mention's entity label.
        found (str | None): The value that is annotated, "" that of a flag; None if there is none.
        RETURNS (str | None): The value, None if it isn't known or the label doesn't take any.
        """
        if label not in self.labels:
            return None
        return self.default if found is None else found or SET


@dataclass(frozen=True)
class Scheme:
    """The attributes of a corpus or a pipeline.

    types (tuple[AttributeType, ...]): Independent of each other.
    """

    types: tuple[AttributeType, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The entity labels that take any attribute, sorted."""
        return tuple(sorted({label for type in self.types for label in type.labels}))

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): JSON values that `from_dict` reads."""
        return {
            type.name: {
                "values": list(type.values),
                "labels": list(type.labels),
                "default": type.default,
            }
            for type in self.types
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Scheme":
        """Read a scheme from a config or a saved pipeline.

        data (Mapping[str, Any]): Name to `values`, `labels` and perhaps `default`.
        RETURNS (Scheme): The scheme. Raises SchemaError where it doesn't make sense.
        """
        return cls(tuple(_read_type(name, row) for name, row in data.items()))

    @classmethod
    def learn(
        cls,
        said: Iterable[tuple[str, Mapping[str, str]]],
        names: Iterable[str],
        defaults: Mapping[str, str],
    ) -> "Scheme":
        """Derive the scheme that annotated mentions obey.

        said (Iterable): Entity label, and values by attribute name, of every mention.
        names (Iterable[str]): The attributes to learn.
        defaults (Mapping[str, str]): Their defaults, where they have one.
        RETURNS (Scheme): Values and labels in alphabetical order. Attributes that no mention has
            are left out.
        """
        values: dict[str, set[str]] = {name: set() for name in names}
        labels: dict[str, set[str]] = {name: set() for name in names}
        for label, found in said:
            for name in values.keys() & found.keys():
                values[name].add(found[name] or SET)
                labels[name].add(label)
        return cls(
            tuple(
                AttributeType(
                    name,
                    tuple(sorted(found | ({defaults[name]} if name in defaults else set()))),
                    tuple(sorted(labels[name])),
                    defaults.get(name),
                )
                for name, found in values.items()
                if found
            )
        )

    def merged(self, other: "Scheme") -> "Scheme":
        """Add what another scheme has.

        other (Scheme): Its attributes that this one has keep their default, and get its values and
            labels.
        RETURNS (Scheme): With the attributes of this one first, and their values, in their order.
        """
        found = {type.name: type for type in self.types}
        for type in other.types:
            old = found.get(type.name)
            found[type.name] = type if old is None else _merge(old, type)
        return Scheme(tuple(found.values()))


def _merge(old: AttributeType, new: AttributeType) -> AttributeType:
    values = tuple(dict.fromkeys((*old.values, *new.values)))
    return AttributeType(old.name, values, tuple(sorted({*old.labels, *new.labels})), old.default)


def _read_type(name: str, row: Any) -> AttributeType:
    expected = "values = [...], labels = [...] and perhaps default, one of the values"
    what = f"attribute '{name}'"
    if not isinstance(row, Mapping) or not {"values", "labels"} <= set(row) <= KEYS:
        what = f"{what} lacks values or labels, or has other keys than {sorted(KEYS)}"
        raise SchemaError(Errors.SC103.format(what=what, expected=expected))
    values, labels, default = row["values"], row["labels"], row.get("default")
    if isinstance(values, str) or isinstance(labels, str) or not values or not labels:
        what = f"{what} has values or labels that are no lists, or empty"
        raise SchemaError(Errors.SC103.format(what=what, expected=expected))
    if len(set(values)) < len(values) or (default is not None and default not in values):
        what = f"{what} has a value twice, or a default that isn't one of its values"
        raise SchemaError(Errors.SC103.format(what=what, expected=expected))
    return AttributeType(name, tuple(values), tuple(labels), default)
