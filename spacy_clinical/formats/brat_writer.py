"""A Record given out as the lines of one brat document. What becomes of each part: see `brat`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import Any

from ..errors import Errors, FormatError
from ..records import Record
from .brat_lines import NO_RESOURCE, SCORE, Owner
from .files import covered_text

_MENTION_ID = re.compile(r"T[0-9]+")


class Writer:
    """Gives out the lines of one document, numbered by kind.

    record (Record): The document.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self.numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(1))
        self.ids: dict[Owner, str] = {}
        own = all(_MENTION_ID.fullmatch(entity.id) for entity in record.entities)
        self.mentions = {
            entity.id: entity.id if own else f"T{number}"
            for number, entity in enumerate(record.entities, start=1)
        }

    def lines(self) -> Iterator[str]:
        if self.record.concept_relations:
            raise self._refusal("relations between concepts")
        yield from self._entities()
        yield from self._relations()
        yield from self._concepts()
        yield from self._attributes()

    def _entities(self) -> Iterator[str]:
        for index, entity in enumerate(self.record.entities):
            id = self.ids["entity", index] = self.mentions[entity.id]
            offsets = ";".join(f"{start} {end}" for start, end in entity.fragments)
            covered = covered_text(self.record.text, entity.fragments)
            yield f"{id}\t{self._word(entity.label, 'label')} {offsets}\t{covered}"
            if entity.score is not None:
                yield self._line("#", f"{SCORE} {id}", f"\t{entity.score!r}")

    def _relations(self) -> Iterator[str]:
        for index, rel in enumerate(self.record.relations):
            id = self.ids["relation", index] = self._next("R")
            head, tail = self.mentions[rel.head], self.mentions[rel.tail]
            yield f"{id}\t{self._word(rel.label, 'relation')} Arg1:{head} Arg2:{tail}"
            if rel.score is not None:
                yield self._line("#", f"{SCORE} {id}", f"\t{rel.score!r}")

    def _concepts(self) -> Iterator[str]:
        terms = self._kept("terms", {})
        for entity in self.record.entities:
            for concept in _parts(entity.concept):
                known = ":" in concept and not concept.startswith(NO_RESOURCE)
                reference = concept if known else NO_RESOURCE + concept
                body = f"Reference {self.mentions[entity.id]} {reference}"
                yield self._line("N", body, "\t" + terms.get(concept, ""))

    def _attributes(self) -> Iterator[str]:
        for index, attribute in enumerate(self.record.attributes):
            owner: Owner = ("attribute", index)
            target = self.mentions[attribute.target]
            yield self._attribute(owner, target, attribute.name, attribute.value)
            if attribute.score is not None:
                yield self._line("#", f"{SCORE} {self.ids[owner]}", f"\t{attribute.score!r}")
        for index, extra in enumerate(self._kept("attributes", [])):
            match extra:
                case [str(kind), int(position), str(name), str(value)]:
                    target = self.ids.get((kind, position), "")
                case _:
                    target = ""
            if not target:
                raise self._refusal(f"item {index} of meta['brat']['attributes']")
            yield self._attribute(("extra", index), target, name, value)

    def _kept(self, key: str, default: Any) -> Any:
        kept = self.record.meta.get("brat", {})
        value = kept.get(key, default) if isinstance(kept, dict) else None
        if type(value) is not type(default):
            raise self._refusal(f"this meta['brat']: not an object, or its '{key}' is malformed")
        return value

    def _attribute(self, owner: Owner, target: str, name: str, value: str) -> str:
        name = self._word(name, "attribute")
        if name == f"#{SCORE}":
            raise self._refusal(f"an attribute named '{name}', which is for scores")
        if name.startswith("#"):
            line = self._line("#", f"{self._word(name[1:], 'note')} {target}", f"\t{value}")
        elif "\t" in value:
            raise self._refusal(f"a tab in the value of '{name}'")
        else:
            line = self._line("A", f"{name} {target}", f" {value}" if value else "")
        self.ids[owner] = line.partition("\t")[0]
        return line

    def _next(self, kind: str) -> str:
        return f"{kind}{next(self.numbers[kind])}"

    def _line(self, kind: str, body: str, rest: str) -> str:
        if "\n" in body + rest or "\r" in body + rest or "\t" in body:
            raise self._refusal(f"a line end or tab in '{body.partition(' ')[0]}'")
        return f"{self._next(kind)}\t{body}{rest}"

    def _word(self, word: str, what: str) -> str:
        if not re.fullmatch(r"\S+", word):
            raise self._refusal(f"the {what} '{word}', which is empty or has spaces")
        return word

    def _refusal(self, what: str) -> FormatError:
        doc, advice = self.record.id, "Take it out, or write JSONL, which holds everything."
        return FormatError(Errors.SC020.format(doc=doc, format="brat", what=what, advice=advice))


def _parts(concept: str) -> list[str]:
    parts = concept.split("|")
    if concept[1:2] == "|" or not all(parts):
        parts = [concept]
    return [part for part in parts if part]
