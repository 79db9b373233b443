"""The result of one annotation of a Label Studio task: regions, what is said of them, relations."""

from collections import Counter
from typing import Any

from ..records import Attribute, Entity, Relation
from .file_reading import flat, malformed
from .json_items import Fields, Item
from .utf16 import Told, find_unit

_SAYS = ("choices", "text", "taxonomy", "number", "rating", "datetime")
_UNLABELLED = "relation"


class Regions:
    """Takes in the items of a result, regions with labels first.

    text (str): The task's text.
    results (list[Item]): The items.
    score (float | None): Of the whole prediction, for regions without one; None in annotations.
    left_out (Counter[str]): What isn't taken is counted here.
    """

    def __init__(
        self, text: str, results: list[Item], score: float | None, left_out: Counter[str]
    ) -> None:
        self.text = text
        self.entities: list[Entity] = []
        self.attributes: list[Attribute] = []
        self.relations: list[Relation] = []
        self.others: list[Fields] = []
        self.score = score
        self.left_out = left_out
        labelled = [item for item in results if _is_region(item)]
        self.utf16 = find_unit(text, _told(labelled), _plain)
        self.concepts = self._concepts(results)
        self.ids: set[str] = set()
        for item in labelled:
            self._region(item)
        for item in results:
            if item.fields.get("type") == "relation":
                self._relation(item)
            elif not _is_region(item):
                self._said(item)

    def _concepts(self, results: list[Item]) -> dict[str, str]:
        found = {}
        for item in results:
            if item.fields.get("from_name") == "concept" and item.fields.get("type") == "textarea":
                values = _said_in(_value(item))
                found[item.id("id", "")] = values[0] if values else ""
        return found

    def _region(self, item: Item) -> None:
        value = _value(item)
        start, end = value.integer("start"), value.integer("end")
        if self.utf16:
            start, end = self.utf16.extent(start, end, item.where)
        key = next(k for k in ("labels", "hypertextlabels") if k in value.fields)
        labels = value.take(key, (list,), "a list of labels", None)
        if not labels or not all(isinstance(label, str) for label in labels):
            raise malformed(item.where, f"no labels in {item.what}", "a list of strings")
        id = item.id("id", f"T{len(self.entities) + 1}")
        score = item.score("score")
        score = self.score if score is None else score
        for number, label in enumerate(labels):
            name = f"{id}/{number + 1}" if number else id
            concept = self.concepts.get(id, "")
            self.entities.append(Entity(name, label, ((start, end),), concept, score))
        self.ids.add(id)

    def _said(self, item: Item) -> None:
        if item.fields.get("from_name") == "concept" and item.id("id", "") in self.concepts:
            return
        values = _said_in(_value(item))
        if item.id("id", "") in self.ids and values:
            name = item.string("from_name")
            self.attributes += [Attribute(item.id("id"), name, value) for value in values]
        else:
            self.others.append(item.fields)

    def _relation(self, item: Item) -> None:
        head, tail = item.id("from_id"), item.id("to_id")
        if not {head, tail} <= self.ids:
            self.left_out["relations of regions without labels"] += 1
            return
        labels = item.fields.get("labels") or [_UNLABELLED]
        if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
            raise malformed(item.where, f"no labels in {item.what}", "a list of strings")
        direction = item.fields.get("direction", "right")
        for label in labels:
            if direction in ("right", "bi"):
                self.relations.append(Relation(head, tail, label))
            if direction in ("left", "bi"):
                self.relations.append(Relation(tail, head, label))


def _value(item: Item) -> Item:
    return item.item("value") if item.fields.get("value") is not None else Item({}, "", item.where)


def _is_region(item: Item) -> bool:
    value = item.fields.get("value")
    return isinstance(value, dict) and ("labels" in value or "hypertextlabels" in value)


def _told(labelled: list[Item]) -> list[Told]:
    values = [value for value in map(_value, labelled) if isinstance(value.fields.get("text"), str)]
    return [(v.integer("start"), v.integer("end"), v.string("text")) for v in values]


def _plain(text: str) -> str:
    """Write a text as regions repeat it: line ends may be told by a backslash and a letter."""
    return flat(text.replace("\\n", "\n"))


def _said_in(value: Item) -> list[str]:
    """What a control says: strings, numbers as they are written, levels of a taxonomy joined."""
    for key in _SAYS:
        said = value.fields.get(key)
        if isinstance(said, list):
            return [_word(one) for one in said]
        if said is not None and not (key == "text" and isinstance(said, str)):
            return [_word(said)]
    return []


def _word(said: Any) -> str:
    if isinstance(said, list):
        return " / ".join(map(_word, said))
    return said if isinstance(said, str) else repr(said)
