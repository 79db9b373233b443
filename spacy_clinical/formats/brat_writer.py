"""A Record given out as the lines of one brat document. What becomes of each part: see `brat`.

brat's own parser (server/src/annotation.py, v1.3) takes every line: so no line holds what it takes
for a line end, and nothing but an event or a relation refers to a mention that tells an event.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..errors import Errors, FormatError
from ..records import Attribute, Entity, Event, Record, Relation
from .brat_lines import SCORE, concept_parts, reference_lines, reference_parts
from .brat_names import Names
from .brat_text import Lines, on_one_line

_ARGUMENTS = ("Arg1", "Arg2")
ENDS = "mentions that begin, end or part at a line end or tab"
ROLES = "names of arguments"
SINGLE = "equivalences of less than two"
TRIGGERS = "attributes of mentions that tell events, given to the events"
VALUES = "line ends and tabs in values and notes"
CONCEPTS = "concepts with white space"
NAMES = "names of concepts, and notes on them"


class Writer:
    """Gives out the lines of one document.

    record (Record): The document.
    lost (Counter[str]): Gets what the format has no place for, by kind.
    """

    def __init__(self, record: Record, lost: Counter[str]) -> None:
        self.record = record
        self.lost = lost
        self.text = Lines(record.text)
        self.labels = {entity.id: entity.label for entity in record.entities}
        self.tails = self._kept("tails", {})
        kept = self._kept("lines", [])
        self.references = kept if self._still_hold(kept) else []
        self.lost[NAMES] += len(kept) - len(self.references)
        self.names = Names(record, {line.partition("\t")[0] for line in self.references})

    def lines(self) -> Iterator[str]:
        """YIELDS (str): The lines without their ends. Raises FormatError for what no line holds."""
        record, names = self.record, self.names
        yield from map(self._entity, record.entities, names.entities)
        yield from map(self._event, record.events, names.events)
        yield from map(self._relation, record.relations, names.relations)
        yield from self._equivalences()
        yield from self.references or self._plain_references()
        for attribute, name in zip(record.attributes, names.attributes, strict=True):
            yield from self._attribute(attribute, name)
        yield from self._scores()
        self.lost["cues of attributes"] += sum(a.cue is not None for a in record.attributes)
        self.lost["relations between concepts"] += len(record.concept_relations)
        self.lost["meta fields"] += len(record.meta.keys() - {"brat"})

    def _entity(self, entity: Entity, name: str) -> str:
        pieces = self.text.split(entity.fragments)
        if not pieces:
            raise self._refusal(f"the mention '{entity.id}', which is line ends or tabs alone")
        self.lost[ENDS] += self.text.join(pieces) != entity.fragments
        offsets = ";".join(f"{start} {end}" for start, end in pieces)
        covered = " ".join(self.record.text[start:end] for start, end in pieces)
        label = self._word(entity.label, "label")
        return f"{name}\t{label} {offsets}\t{covered}{self._tail(entity.id)}"

    def _event(self, event: Event, name: str) -> str:
        label = self._word(self.labels[event.trigger], "event", ":")
        arguments = (
            f"{self._word(role, 'role', ':')}:{self.names.by_id[ref]}"
            for role, ref in event.arguments
        )
        trigger = self.names.by_id[event.trigger]
        return f"{name}\t{label}:{trigger} {' '.join(arguments)}{self._tail(event.id)}"

    def _relation(self, rel: Relation, name: str) -> str:
        fit = all(re.fullmatch(r"[^\s:]+", role) for role in rel.roles)
        fit = fit and rel.roles[0] != rel.roles[1]
        self.lost[ROLES] += not fit and rel.roles != ("", "")
        first, second = rel.roles if fit else _ARGUMENTS
        ids = self.names.by_id
        ends = f"{first}:{ids[rel.head]} {second}:{ids[rel.tail]}"
        return f"{name}\t{self._word(rel.label, 'relation')} {ends}{self._tail(rel.id)}"

    def _equivalences(self) -> Iterator[str]:
        for equivalence in self.record.equivalences:
            if len(equivalence.members) < 2:
                self.lost[SINGLE] += 1
                continue
            members = " ".join(self.names.by_id[id] for id in equivalence.members)
            yield f"*\t{self._word(equivalence.label, 'equivalence')} {members}"

    def _plain_references(self) -> list[str]:
        concepts = [(e.id, part) for e in self.record.entities for part in concept_parts(e.concept)]
        whole = [(id, part) for id, part in concepts if not re.search(r"\s", part)]
        self.lost[CONCEPTS] += len(concepts) - len(whole)
        return reference_lines((self.names.referring(id), part) for id, part in whole)

    def _attribute(self, attribute: Attribute, name: str) -> Iterator[str]:
        what = self._word(attribute.name, "attribute")
        if what == f"#{SCORE}":
            raise self._refusal(f"an attribute named '{what}', which is for scores")
        note = what.startswith("#")
        value = self._value(attribute.value, keep_tabs=note)
        targets = self.names.events_of.get(attribute.target) or [self.names.by_id[attribute.target]]
        self.lost[TRIGGERS] += attribute.target in self.names.events_of
        for number, target in enumerate(targets):
            id = name if number == 0 else self.names.next(name[0])
            if note:
                yield f"{id}\t{self._word(what[1:], 'note')} {target}\t{value}"
            else:
                tail = self._tail(attribute.id) if number == 0 else ""
                yield f"{id}\t{what} {target}{f' {value}' if value else ''}{tail}"

    def _value(self, value: str, *, keep_tabs: bool) -> str:
        parts = value.split("\t") if keep_tabs else [value]
        written = "\t".join(map(on_one_line, parts))
        self.lost[VALUES] += written != value
        return written

    def _scores(self) -> Iterator[str]:
        record, names = self.record, self.names
        targets = [names.referring(entity.id) for entity in record.entities]
        targets += [*names.relations, *names.attributes]
        scores = [entity.score for entity in record.entities]
        scores += [rel.score for rel in record.relations]
        scores += [attribute.score for attribute in record.attributes]
        for score, target in zip(scores, targets, strict=True):
            if score is not None:
                yield f"{names.next('#')}\t{SCORE} {target}\t{score!r}"

    def _still_hold(self, lines: list[str]) -> bool:
        """Whether the lines N as they were read give the mentions' concepts and nothing else, and
        refer to events rather than to the mentions that tell them."""
        triggers = {event.id: event.trigger for event in self.record.events}
        told = set(triggers.values())
        found: dict[str, list[str]] = {}
        for line in lines:
            id, _, rest = str(line).partition("\t")
            parts = reference_parts(rest.partition("\t")[0])
            if id[:1] == "N" and parts:
                found.setdefault(triggers.get(parts[0], parts[0]), []).append(parts[1])
                if parts[0] in told:
                    return False
        stated = {e.id: e.concept for e in self.record.entities if e.concept}
        return {id: "|".join(concepts) for id, concepts in found.items()} == stated

    def _kept(self, key: str, default: Any) -> Any:
        kept = self.record.meta.get("brat", {})
        value = kept.get(key, default) if isinstance(kept, dict) else None
        if type(value) is not type(default):
            raise self._refusal(f"this meta['brat']: not an object, or its '{key}' is malformed")
        return value

    def _tail(self, id: str) -> str:
        tail = str(self.tails.get(id, ""))
        return f"\t{on_one_line(tail.strip())}" if tail.strip() else ""

    def _word(self, word: str, what: str, without: str = "") -> str:
        if not re.fullmatch(r"\S+", word) or (without and without in word):
            raise self._refusal(f"the {what} '{word}', which is empty, or has spaces or colons")
        return word

    def _refusal(self, what: str) -> FormatError:
        doc, advice = self.record.id, "Take it out, or write JSONL, which holds everything."
        return FormatError(Errors.SC020.format(doc=doc, format="brat", what=what, advice=advice))
