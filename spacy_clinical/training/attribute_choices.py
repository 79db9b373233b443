"""Which attributes a corpus annotates, and what silence means."""

from collections.abc import Iterator

from ..attributes import SET, AttributeType, Scheme
from ..corpus.corpus_inventory import MAX_VALUES
from ..docs.assertion_store import ASSERTION, VALUES
from .config_options import Choice, Recipe, is_plain
from .corpus_survey import Survey

EACH = 5  # mentions that a value of an attribute must have on average: else it may be free text


def choose_attributes(recipe: Recipe, found: Survey) -> None:
    """Write out which attribute has which values, of which mentions, and what silence means."""
    types = closed_attributes(found)
    scheme = {} if not all(map(is_plain, _names(types))) else Scheme(tuple(types)).to_dict()
    recipe.values["defaults"] = {t.name: t.default for t in types if t.default is not None}
    because = "as annotated" if scheme else "learned in training: a config can't hold these names"
    shown = ", ".join(f"{t.name} ({len(t.values)} values)" for t in types)
    recipe.choose("attributes", scheme, shown, because)
    for type in types:
        silence = "nothing is written" if type.default == "" else f"taken for {type.default}"
        if type.default is not None:
            said = sum(n for (name, _), n in found.said.items() if name == type.name)
            total = sum(found.inventory.entities[label] for label in type.labels)
            because = f"{total - said} of {total} mentions say nothing"
            recipe.choices.append(Choice(f"without {type.name}", silence, because))


def closed_attributes(found: Survey) -> list[AttributeType]:
    """List the attributes that take one of a few values, with what silence may mean.

    found (Survey): The corpus.
    RETURNS (list[AttributeType]): By name. Where all mentions of its labels have the attribute, it
        has no default; else "present" for assertions, and "", which is never written, for others.
    """
    values: dict[str, list[str]] = {}
    for name, value in sorted(found.inventory.attributes):
        values.setdefault(name, []).append(value or SET)
    counts = {name: sum(n for (x, _), n in found.said.items() if x == name) for name in values}
    types = [
        _closed(name, known, found)
        for name, known in values.items()
        if counts[name] >= EACH * len(known)
    ]
    return [type for type in types if 2 <= len(type.values) <= MAX_VALUES]


def _closed(name: str, known: list[str], found: Survey) -> AttributeType:
    labels = tuple(sorted(label for key, label in found.said if key == name))
    silent = sum(found.inventory.entities[x] - found.said[name, x] for x in labels)
    default = None if not silent else VALUES[0] if name == ASSERTION else ""
    values = sorted({*known, *([] if default is None else [default])})
    return AttributeType(name, tuple(values), labels, default)


def _names(types: list[AttributeType]) -> Iterator[str]:
    for type in types:
        yield from (type.name, *type.labels)
