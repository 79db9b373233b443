"""The tags of i2b2 2012 XML taken in as a Record. What becomes of each is told in `i2b2_xml`."""

import re
from collections import Counter
from typing import Any, NamedTuple

from ..errors import Errors, FormatError
from ..records import Attribute, Entity, Record, Relation
from .file_reading import covered_text, flat, text_mismatch
from .offset_units import Told, Utf16, find_unit

ROOT = "ClinicalNarrativeTemporalAnnotation"
HELD = ("id", "start", "end", "text")
LINK = ("id", "fromID", "fromText", "toID", "toText", "type")
_OFFSET = re.compile(r"-?[0-9]{1,12}")


class Tag(NamedTuple):
    """A tag: its name and its attributes."""

    name: str
    fields: dict[str, str]


class Tags:
    """Takes in the tags of a document.

    text (str): The text.
    tags (list[Tag]): The tags.
    where (str): The file, for messages.
    left_out (Counter[str]): What isn't taken is counted here.
    """

    def __init__(self, text: str, tags: list[Tag], where: str, left_out: Counter[str]) -> None:
        self.text = text
        self.where = where
        self.tags = tags
        covering = [tag for tag in tags if _covers(tag)]
        named = ((tag.fields.get("id") or f"T{n}", tag) for n, tag in enumerate(covering, 1))
        self.mentions = dict(named)
        if len(self.mentions) < len(covering):
            ids = Counter(tag.fields.get("id") for tag in covering)
            raise FormatError(Errors.SC014.format(where=where, id=ids.most_common(1)[0][0]))
        self.links = [tag for tag in tags if _links(tag)]
        placeless = (tag for tag in tags if not _covers(tag) and not _links(tag))
        left_out["tags without a place"] += sum(1 for _ in placeless)
        self.left_out = left_out
        told = [(*_offsets(tag), tag.fields.get("text", "")) for tag in covering]
        self.shift, self.unit = _find_count(text, told)

    def record(self, name: str, root: str, *, strict: bool) -> Record:
        entities = [self._entity(id, tag) for id, tag in self.mentions.items()]
        mismatches = [entity.id for entity in entities if not self._fits(entity, strict=strict)]
        attributes = (
            Attribute(id, key, value)
            for id, tag in self.mentions.items()
            for key, value in tag.fields.items()
            if key not in HELD
        )
        ends = self.mentions.keys()
        links = [tag for tag in self.links if {tag.fields["fromID"], tag.fields["toID"]} <= ends]
        self.left_out["links of tags without a place"] += len(self.links) - len(links)
        relations = (
            Relation(tag.fields["fromID"], tag.fields["toID"], tag.fields.get("type") or tag.name)
            for tag in links
        )
        others = [[tag.name, _beyond(tag)] for tag in links]
        own: dict[str, Any] = {} if root == ROOT else {"root": root}
        own |= {"links": others} if any(link != ["TLINK", {}] for link in others) else {}
        meta: dict[str, Any] = {"i2b2": own} if own else {}
        meta |= {"text_mismatches": mismatches} if mismatches else {}
        parts = (tuple(entities), tuple(relations), tuple(attributes))
        return Record(name, self.text, *parts, meta=meta)

    def _entity(self, id: str, tag: Tag) -> Entity:
        start, end = (offset + self.shift for offset in _offsets(tag))
        if self.unit:
            start, end = self.unit.extent(start, end, self.where)
        return Entity(id, tag.name, ((start, end),))

    def _fits(self, entity: Entity, *, strict: bool) -> bool:
        given = self.mentions[entity.id].fields.get("text")
        covered = covered_text(self.text, entity.fragments)
        if given is None or covered.split() == given.split():
            return True
        if strict and entity.end <= len(self.text):
            raise text_mismatch(self.where, entity.id, entity.fragments, covered, flat(given))
        return False


def _covers(tag: Tag) -> bool:
    offsets = (tag.fields.get("start", ""), tag.fields.get("end", ""))
    return all(map(_OFFSET.fullmatch, offsets)) and int(offsets[0]) >= 0


def _links(tag: Tag) -> bool:
    return {"fromID", "toID"} <= tag.fields.keys()


def _offsets(tag: Tag) -> tuple[int, int]:
    return int(tag.fields["start"]), int(tag.fields["end"])


def _beyond(tag: Tag) -> dict[str, str]:
    return {key: value for key, value in tag.fields.items() if key not in LINK}


def _find_count(text: str, told: list[Told]) -> tuple[int, Utf16 | None]:
    """Find out by the texts whether offsets count from 0 or 1, and in characters or UTF-16."""
    shift = max((0, -1), key=lambda shift: _count_fitting(text, told, shift))
    moved = [(start + shift, end + shift, given) for start, end, given in told]
    return shift, find_unit(text, moved, _plain)


def _count_fitting(text: str, told: list[Told], shift: int) -> int:
    return sum(
        start + shift >= 0 and _plain(text[start + shift : end + shift]) == _plain(given)
        for start, end, given in told
    )


def _plain(text: str) -> str:
    return " ".join(text.split())
