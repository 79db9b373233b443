"""What may be annotated: entity labels, relations with their arguments, attribute values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import Errors, SchemaError

LIMITS = ("max_per_head", "max_per_tail")


@dataclass(frozen=True)
class RelationType:
    """A relation label and what it may hold between.

    label (str): The label.
    heads (tuple[str, ...]): Entity labels allowed as head.
    tails (tuple[str, ...]): Entity labels allowed as tail.
    symmetric (bool): Whether head and tail can be exchanged.
    max_per_head (int | None): Relations of this label that one mention may be head of in what a
        pipeline predicts; None for any number.
    max_per_tail (int | None): The same for tails.
    """

    label: str
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    symmetric: bool = False
    max_per_head: int | None = None
    max_per_tail: int | None = None

    def allows(self, head: str, tail: str) -> bool:
        """RETURNS (bool): Whether the relation may hold from head to tail."""
        if head in self.heads and tail in self.tails:
            return True
        return self.symmetric and head in self.tails and tail in self.heads


@dataclass(frozen=True)
class Schema:
    """The labels of a corpus or a pipeline, and how they may go together.

    entities (tuple[str, ...]): Entity labels.
    relations (tuple[RelationType, ...]): Relation labels and their arguments.
    attributes (dict[str, tuple[str, ...]]): Values of each attribute of mentions.
    """

    entities: tuple[str, ...] = ()
    relations: tuple[RelationType, ...] = ()
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def relation_labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The relation labels, in order."""
        return tuple(rel.label for rel in self.relations)

    @property
    def symmetric_labels(self) -> frozenset[str]:
        """RETURNS (frozenset[str]): The labels without direction."""
        return frozenset(rel.label for rel in self.relations if rel.symmetric)

    def check(self, label: str, head: str, tail: str) -> None:
        """Raise SchemaError unless the relation is allowed.

        label (str): The relation label.
        head, tail (str): Entity labels of the arguments.
        """
        found = next((rel for rel in self.relations if rel.label == label), None)
        if found is None:
            known = ", ".join(self.relation_labels) or "none"
            raise SchemaError(Errors.SC102.format(kind="relation", label=label, known=known))
        if not found.allows(head, tail):
            heads, tails = ", ".join(found.heads), ", ".join(found.tails)
            message = Errors.SC101.format(
                label=label, head=head, tail=tail, heads=heads, tails=tails
            )
            raise SchemaError(message)

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): JSON values that `from_dict` reads."""
        relations = {rel.label: _write_relation(rel) for rel in self.relations}
        attributes = {name: list(values) for name, values in self.attributes.items()}
        return {
            "entities": list(self.entities),
            "relations": relations,
            "attributes": attributes,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Schema":
        """Read a schema from a config or a JSON file.

        data (Mapping[str, Any]): `entities` a list of labels, `relations` a table from label to
            `head`, `tail` (lists of entity labels), `symmetric`, `max_per_head` and `max_per_tail`
            (the last three may be left out), `attributes` a table from name to values. Entities
            may be left out: they are those that relations name.
        RETURNS (Schema): The schema.
        """
        if unknown := _unknown_keys(data, ("entities", "relations", "attributes")):
            raise SchemaError(Errors.SC103.format(what=unknown, expected="entities, relations"))
        relations = tuple(
            _read_relation(label, row) for label, row in data.get("relations", {}).items()
        )
        named = {label for rel in relations for label in (*rel.heads, *rel.tails)}
        entities = tuple(data.get("entities") or sorted(named))
        for label in sorted(named - set(entities)):
            known = ", ".join(entities)
            raise SchemaError(Errors.SC102.format(kind="entity", label=label, known=known))
        attributes = {name: tuple(vals) for name, vals in data.get("attributes", {}).items()}
        return cls(entities, relations, attributes)

    @classmethod
    def learn(
        cls,
        entities: Iterable[str],
        relations: Iterable[tuple[str, str, str]],
        attributes: Iterable[tuple[str, str]] = (),
        symmetric: Sequence[str] = (),
    ) -> "Schema":
        """Derive a schema from what is annotated.

        entities (Iterable[str]): Labels of all mentions.
        relations (Iterable[tuple[str, str, str]]): Label, head label, tail label of all relations.
        attributes (Iterable[tuple[str, str]]): Name and value of all attributes.
        symmetric (Sequence[str]): Relation labels without direction, which data can't tell.
        RETURNS (Schema): With labels in alphabetical order.
        """
        heads: dict[str, set[str]] = {}
        tails: dict[str, set[str]] = {}
        for label, head, tail in relations:
            heads.setdefault(label, set()).add(head)
            tails.setdefault(label, set()).add(tail)
        types = tuple(
            RelationType(
                label, tuple(sorted(heads[label])), tuple(sorted(tails[label])), label in symmetric
            )
            for label in sorted(heads)
        )
        values: dict[str, set[str]] = {}
        for name, value in attributes:
            values.setdefault(name, set()).add(value)
        table = {name: tuple(sorted(found)) for name, found in sorted(values.items())}
        return cls(tuple(sorted(set(entities))), types, table)

    def merged(self, other: "Schema") -> "Schema":
        """Add what another schema allows.

        other (Schema): Its labels that this one has keep their direction, and get its arguments.
            Of limits the wider one holds.
        RETURNS (Schema): With the labels of this one first, in their order.
        """
        found = {rel.label: rel for rel in self.relations}
        for rel in other.relations:
            old = found.get(rel.label)
            found[rel.label] = rel if old is None else _merge(old, rel)
        attributes = {
            name: _union(self.attributes.get(name, ()), other.attributes.get(name, ()))
            for name in (*self.attributes, *other.attributes)
        }
        return Schema(_union(self.entities, other.entities), tuple(found.values()), attributes)


def _merge(old: RelationType, new: RelationType) -> RelationType:
    heads, tails = _union(old.heads, new.heads), _union(old.tails, new.tails)
    per_head = _wider(old.max_per_head, new.max_per_head)
    per_tail = _wider(old.max_per_tail, new.max_per_tail)
    return RelationType(old.label, heads, tails, old.symmetric, per_head, per_tail)


def _wider(old: int | None, new: int | None) -> int | None:
    return None if old is None or new is None else max(old, new)


def _union(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _write_relation(rel: RelationType) -> dict[str, Any]:
    row: dict[str, Any] = {"head": list(rel.heads), "tail": list(rel.tails)}
    limits = {name: getattr(rel, name) for name in LIMITS if getattr(rel, name) is not None}
    return {**row, "symmetric": rel.symmetric, **limits}


def _unknown_keys(row: Mapping[str, Any], known: Sequence[str]) -> str:
    """Which keys nobody knows, by their numbers: of a wrong file they may be a note's words."""
    numbers = [str(n) for n, key in enumerate(row, 1) if key not in known]
    return f"unknown keys, number {', '.join(numbers)}" if numbers else ""


def _read_relation(label: str, row: Any) -> RelationType:
    if not isinstance(row, Mapping) or not {"head", "tail"} <= set(row):
        raise _unreadable(f"relation '{label}' lacks head or tail")
    if unknown := _unknown_keys(row, ("head", "tail", "symmetric", *LIMITS)):
        raise _unreadable(f"relation '{label}' has {unknown}")
    symmetric = row.get("symmetric", False)
    ends = (row["head"], row["tail"])
    if not all(map(_are_labels, ends)) or symmetric not in (0, 1):
        raise _unreadable(f"relation '{label}' has head, tail or symmetric of another type")
    limits = {name: row.get(name) for name in LIMITS}
    if not all(n is None or (type(n) is int and n >= 1) for n in limits.values()):
        raise _unreadable(f"relation '{label}' has a limit that is no number from 1")
    return RelationType(label, tuple(row["head"]), tuple(row["tail"]), bool(symmetric), **limits)


def _are_labels(values: Any) -> bool:
    is_list = isinstance(values, Sequence) and not isinstance(values, str)
    return is_list and all(isinstance(one, str) for one in values)


def _unreadable(what: str) -> SchemaError:
    expected = (
        "head = [...], tail = [...], and if need be symmetric = true or false, max_per_head and "
        "max_per_tail = 1 or more"
    )
    return SchemaError(Errors.SC103.format(what=what, expected=expected))
