"""The result of one annotation of a Label Studio task: regions, what is said of them, relations."""

import re
from collections import Counter
from typing import Any

from ..errors import Errors, FormatError
from ..records import Attribute, Entity, Relation
from .file_reading import check_repeated, flat, malformed
from .json_items import Fields, Item
from .offset_units import Told, find_unit

_SAYS = ("choices", "text", "taxonomy", "number", "rating", "datetime")
TEXT = "text"
_LABELS = ("labels", "hypertextlabels")
_UNLABELLED = "relation"
_MEDIA = {"original_width", "original_length"}
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|/data/|data:[a-z]+/)\S+"
    r"|\S+\.(?:png|jpe?g|gif|bmp|tiff?|webp|svg|dcm|pdf|wav|mp3|ogg|flac|mp4|webm|csv|tsv|txt)",
    re.IGNORECASE,
)


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
        self.ids: dict[str, list[str]] = {}
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
        key = next(k for k in _LABELS if k in value.fields)
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
            self.ids.setdefault(id, []).append(name)
        self._check(id, start, end, value)

    def _check(self, id: str, start: int, end: int, value: Item) -> None:
        """Compare what a region repeats with what it covers, white space aside."""
        given = value.fields.get("text")
        if end <= len(self.text) and isinstance(given, str):
            check_repeated(value.where, id, (start, end), _plain(self.text), _plain(given))

    def _said(self, item: Item) -> None:
        if item.fields.get("from_name") == "concept" and item.id("id", "") in self.concepts:
            return
        values = _said_in(_value(item))
        targets = self.ids.get(item.id("id", ""), [])
        if targets and values:
            name = item.string("from_name")
            self.attributes += [Attribute(id, name, value) for id in targets for value in values]
        else:
            self.others.append(item.fields)
            self.left_out["regions of other kinds"] += _is_other_region(item)

    def _relation(self, item: Item) -> None:
        head, tail = item.id("from_id"), item.id("to_id")
        if not (head in self.ids and tail in self.ids):
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


def text_key(data: Item, results: list[Item]) -> str:
    """Find the text among a task's data: what regions name, "text", the only string, or the only
    one that has in it what they repeat. Addresses of files, such as images, are no text.

    data (Item): The data.
    results (list[Item]): The items of a result.
    RETURNS (str): The key. Raises FormatError if there is none.
    """
    told = {key: v for key, v in data.fields.items() if isinstance(v, str) and key != "id"}
    strings = [key for key, value in told.items() if not _ADDRESS.fullmatch(value.strip())]
    targets = {str(item.fields.get("to_name")) for item in results}.intersection(told)
    named = sorted(targets.intersection(strings))
    if (told and not strings) or (targets and not named):
        raise malformed(data.where, "a task whose data is the address of a file", "one of text")
    for keys in (named, [key for key in strings if key == TEXT], strings):
        if len(keys) == 1:
            return keys[0]
    fit = [key for key in strings if results and _repeats(data.string(key), results)]
    if len(fit) == 1:
        return fit[0]
    fields = {"where": data.where, "key": TEXT, "what": data.what, "found": "missing"}
    expected = "the text, or one other string that is, or that regions name or repeat"
    raise FormatError(Errors.SC017.format(expected=expected, **fields))


def without_media(results: list[Item], where: str) -> tuple[list[Item], list[Item]]:
    """Part regions of text, and what is said, from regions of images, sound and video.

    results (list[Item]): The items of a result.
    where (str): The task's place, for messages.
    RETURNS (tuple[list[Item], list[Item]]): The first, and the others. Raises FormatError if there
        are only the others.
    """
    media = [item for item in results if _MEDIA.intersection(item.fields)]
    if media and len(media) == len(results):
        raise malformed(where, "regions of an image, of sound or of video", "regions of text")
    return [item for item in results if not _MEDIA.intersection(item.fields)], media


def _value(item: Item) -> Item:
    return item.item("value") if item.fields.get("value") is not None else Item({}, "", item.where)


def _is_region(item: Item) -> bool:
    value = item.fields.get("value")
    if str(item.fields.get("type") or "labels") not in _LABELS:  # what is said of a region
        return False
    return isinstance(value, dict) and any(key in value for key in _LABELS)


def _is_other_region(item: Item) -> bool:
    return str(item.fields.get("type")).endswith("labels")


def _repeats(text: str, results: list[Item]) -> bool:
    """Whether a text has at the places of regions what they repeat."""
    told = _told([item for item in results if _is_region(item)])
    unit = find_unit(text, told, _plain)
    if unit:
        told = [(*unit.extent(start, end, ""), given) for start, end, given in told]
    return bool(told) and all(_bare(text[s:e]) == _bare(given) for s, e, given in told)


def _told(labelled: list[Item]) -> list[Told]:
    values = [value for value in map(_value, labelled) if isinstance(value.fields.get("text"), str)]
    return [(v.integer("start"), v.integer("end"), v.string("text")) for v in values]


def _plain(text: str) -> str:
    """Write a text as regions repeat it: line ends may be told by a backslash and a letter."""
    return flat(text.replace("\\n", "\n"))


def _bare(text: str) -> str:
    return "".join(_plain(text).split())


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
