"""The lines of one brat document, taken in as a Record. What becomes of each is told in `brat`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from ..errors import Errors, FormatError
from ..records import Attribute, Entity, Equivalence, Event, Record, Relation
from .brat_lines import (
    EVENT,
    ID,
    SCORE,
    Row,
    attribute_parts,
    concept_parts,
    pairs,
    read_offsets,
    reference_lines,
    reference_parts,
)
from .brat_text import Lines, find_places, move, on_one_line, read_tail
from .file_reading import text_mismatch

T = TypeVar("T")
_OFFSETS = "'TYPE START END;START END', a tab and the text"


class _FollowsError(Exception):
    """A line is left aside because one that it refers to is malformed, which is told there."""


class Standoff:
    """Takes in the lines of one document, mentions first, in whatever order they stand.

    text (str): The document's text.
    rows (list[Row]): The lines of its annotation files.
    errors (list[str]): What is malformed, all of it: a message a line. Added to.
    """

    def __init__(self, text: str, rows: list[Row], errors: list[str]) -> None:
        self.text = text
        self.errors = errors
        self.lines = Lines(text)
        self.bad: set[str] = set()
        self.tails: dict[str, str] = {}
        self.references: list[str] = []
        self.concepts: dict[str, list[str]] = {}
        self.scores: dict[str, float] = {}
        self.rows = self._index(rows)
        self.equivalent = [row for row in rows if row.kind == "*"]
        self._find_places()
        self.entities = self._take("T", self._entity)
        self.labels = {entity.id: entity.label for entity in self.entities}
        self.triggers = {entity.id: entity.id for entity in self.entities}
        self.events = self._take("E", self._event)
        self.relations = self._take("R", self._relation)
        self.equivalences = self._take("*", self._equivalence)
        self._take("N", self._concept)
        self.attributes = self._take("AM#", self._attribute)

    def record(self, id: str) -> Record:
        """RETURNS (Record): The document. Raises FormatError if a line is malformed."""
        if self.errors:
            raise FormatError("\n".join(self.errors))
        return Record(
            id,
            self.text,
            tuple(self._scored(replace(e, concept=self._concept_of(e.id))) for e in self.entities),
            tuple(map(self._scored, self.relations)),
            tuple(map(self._scored, self.attributes)),
            meta=self._meta(),
            events=tuple(self.events),
            equivalences=tuple(self.equivalences),
        )

    def _index(self, rows: list[Row]) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row in rows:
            if row.id in found:
                self.errors.append(Errors.SC014.format(where=row.where, id=row.id))
            elif row.kind != "*":
                found[row.id] = row
        return found

    def _find_places(self) -> None:
        found = (read_offsets(row) for row in self.rows.values() if row.kind == "T")
        texts = (row.text for row in self.rows.values() if row.kind == "T")
        quotes = [(parts[1], text) for parts, text in zip(found, texts, strict=True) if parts]
        self.places = find_places(self.text, quotes)

    def _take(self, kinds: str, take: Callable[[Row], T | None]) -> list[T]:
        rows = self.equivalent if kinds == "*" else self.rows.values()
        taken = []
        for row in rows:
            if row.kind not in kinds:
                continue
            try:
                thing = take(row)
            except FormatError as error:
                self.errors.append(str(error))
                self.bad.add(row.id)
            except _FollowsError:
                self.bad.add(row.id)
            else:
                taken += [] if thing is None else [thing]
        return taken

    def _entity(self, row: Row) -> Entity:
        parts = read_offsets(row)
        if parts is None:
            raise row.malformed(_OFFSETS)
        fragments = move(parts[1], self.places)
        tail = read_tail(self.text, fragments, row.text)
        if tail is None:
            covered = on_one_line(" ".join(self.text[start:end] for start, end in fragments))
            raise text_mismatch(row.where, row.id, fragments, covered, row.text)
        if tail:
            self.tails[row.id] = tail
        return Entity(row.id, parts[0], self.lines.join(fragments))

    def _event(self, row: Row) -> Event:
        (label, trigger), *arguments = pairs(row, row.body.split(), EVENT, 1)
        self._refer(row, trigger, "T", "a mention")
        if self.labels[trigger] != label:
            raise row.malformed(f"{EVENT}, with the type of the trigger")
        for _, ref in arguments:
            self._refer(row, ref, "TER", "a mention or an event")
        self._keep_tail(row)
        self.triggers[row.id] = trigger
        return Event(row.id, trigger, tuple(arguments))

    def _relation(self, row: Row) -> Relation:
        label, *words = row.body.split() or [""]
        arguments = pairs(row, words, "'TYPE Arg1:ID Arg2:ID'", 2)
        if len(arguments) > 2:
            raise row.malformed("two arguments")
        for _, ref in arguments:
            self._refer(row, ref, "TER", "a mention or an event")
        if [role for role, _ in arguments] == ["Arg2", "Arg1"]:
            arguments.reverse()
        self._keep_tail(row)
        roles = (arguments[0][0], arguments[1][0])
        plain = roles == ("Arg1", "Arg2")
        ends = arguments[0][1], arguments[1][1]
        return Relation(*ends, label, id=row.id, roles=("", "") if plain else roles)

    def _equivalence(self, row: Row) -> Equivalence:
        label, *members = row.body.split() or [""]
        if len(members) < 2:
            raise row.malformed("'TYPE MEMBER MEMBER', members being ids")
        if row.text.strip():
            raise row.malformed("nothing after the second column")
        for member in members:
            self._refer(row, member, "TER", "a mention or an event")
        return Equivalence(label, tuple(members))

    def _concept(self, row: Row) -> None:
        parts = reference_parts(row.body)
        if parts is None:
            raise row.malformed("'Reference ID RESOURCE:CONCEPT', a tab and the concept's name")
        target = self._refer(row, parts[0], "TE", "a mention or an event")
        self.concepts.setdefault(self.triggers[target], []).append(parts[1])
        self.references.append(row.line)

    def _attribute(self, row: Row) -> Attribute | None:
        name, target, value = attribute_parts(row)
        self._refer(row, target, "TERAMN#", "a line")
        if target[0] == "N":
            self.references.append(row.line)
            return None
        if name == f"#{SCORE}":
            self.scores[self.triggers.get(target, target)] = self._score(row, value)
            return None
        if row.kind != "#":
            self._keep_tail(row)
        return Attribute(target, name, value, id=row.id)

    def _score(self, row: Row, value: str) -> float:
        try:
            return float(value)
        except ValueError:
            raise row.malformed(f"'{SCORE} ID', a tab and a number") from None

    def _scored(self, thing: T) -> T:
        id = getattr(thing, "id", "")
        return replace(thing, score=self.scores[id]) if id in self.scores else thing  # type: ignore[type-var]

    def _concept_of(self, entity: str) -> str:
        return "|".join(self.concepts.get(entity, ()))

    def _meta(self) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        if self.references and not self._are_plain():
            kept["lines"] = self.references
        if self.tails:
            kept["tails"] = self.tails
        return {"brat": kept} if kept else {}

    def _are_plain(self) -> bool:
        """Whether the lines N are those that would be written for the mentions' concepts."""
        events = {event.trigger: event.id for event in reversed(self.events)}
        concepts = (
            (events.get(entity.id, entity.id), concept)
            for entity in self.entities
            for concept in concept_parts(self._concept_of(entity.id))
        )
        plain = [line.rstrip() for line in reference_lines(concepts)]
        return plain == [line.rstrip() for line in self.references]

    def _keep_tail(self, row: Row) -> None:
        if row.text.strip():
            self.tails[row.id] = f"\t{row.text}"

    def _refer(self, row: Row, ref: str, kinds: str, expected: str) -> str:
        if not ID.fullmatch(ref):
            raise row.malformed("ids such as T1 or E1")
        if ref in self.bad:
            raise _FollowsError
        if ref not in self.rows or ref[0] not in kinds:
            raise FormatError(Errors.SC013.format(where=row.where, id=ref, expected=expected))
        return ref
