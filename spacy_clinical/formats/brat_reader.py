"""The lines of one brat document, taken in as a Record. What becomes of each is told in `brat`."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..errors import Errors, FormatError
from ..records import Attribute, Entity, Record, Relation
from .brat_lines import EVENT, ID, NO_RESOURCE, OFFSETS, SCORE, Owner, Row, attribute_parts, pairs
from .files import covered_text, flat, text_mismatch


class Standoff:
    """Takes in the lines of one document, mentions first, in whatever order they stand.

    text (str): The document's text.
    rows (list[Row]): The lines of its .ann file.
    """

    def __init__(self, text: str, rows: list[Row]) -> None:
        self.text = text
        self.entities: list[Entity] = []
        self.relations: list[Relation] = []
        self.attributes: list[Attribute] = []
        self.extras: list[list[Any]] = []
        self.concepts: dict[int, list[str]] = {}
        self.terms: dict[str, str] = {}
        self.scores: dict[Owner, float] = {}
        self.owners: dict[str, Owner] = {}
        self.later: list[tuple[Row, str, str, str]] = []
        self._take(rows, "T", self._entity)
        self._take(rows, "E", self._trigger)
        self._take(rows, "E", self._arguments)
        take = {"R": self._relation, "*": self._equivalence}
        self._take(rows, "R*", lambda row: take[row.id[0]](row))
        self._take(rows, "N", self._concept)
        self._take(rows, "AM#", self._attribute)
        self._settle()

    def record(self, id: str) -> Record:
        entities = (
            replace(
                entity,
                concept="|".join(self.concepts.get(index, ())),
                score=self.scores.get(("entity", index)),
            )
            for index, entity in enumerate(self.entities)
        )
        relations = (
            replace(rel, score=self.scores.get(("relation", index)))
            for index, rel in enumerate(self.relations)
        )
        attributes = (
            replace(attribute, score=self.scores.get(("attribute", index)))
            for index, attribute in enumerate(self.attributes)
        )
        kept = {"attributes": self.extras, "terms": self.terms}
        meta = {key: value for key, value in kept.items() if value}
        return Record(
            id,
            self.text,
            tuple(entities),
            tuple(relations),
            tuple(attributes),
            meta={"brat": meta} if meta else {},
        )

    def _take(self, rows: Iterable[Row], kinds: str, take: Callable[[Row], None]) -> None:
        for row in rows:
            if row.id[0] in kinds:
                take(row)

    def _entity(self, row: Row) -> None:
        match = OFFSETS.fullmatch(row.body)
        if not match:
            raise row.malformed("'TYPE START END;START END', a tab and the text")
        offsets = [pair.split() for pair in match[2].split(";")]
        fragments = tuple((int(start), int(end)) for start, end in offsets)
        covered = covered_text(self.text, fragments)
        if covered != flat(row.text):
            raise text_mismatch(row.where, row.id, fragments, covered, row.text)
        self._own(row, ("entity", len(self.entities)))
        self.entities.append(Entity(row.id, match[1], fragments))

    def _trigger(self, row: Row) -> None:
        (label, trigger), *_ = pairs(row, row.body.split(), EVENT, 1)
        owner = self._mention(row, trigger)
        if self.entities[owner[1]].label != label:
            raise row.malformed(f"{EVENT}, with the type of the trigger")
        self._own(row, owner)

    def _arguments(self, row: Row) -> None:
        (_, trigger), *arguments = pairs(row, row.body.split(), EVENT, 1)
        roles = {role for role, _ in arguments}
        for role, ref in arguments:
            plain = role.rstrip("0123456789")
            self._relate(row, trigger, ref, plain if plain in roles else role)

    def _relation(self, row: Row) -> None:
        label, *words = row.body.split() or [""]
        arguments = pairs(row, words, "'TYPE Arg1:ID Arg2:ID'", 2)
        if len(arguments) > 2:
            raise row.malformed("two arguments")
        if [role for role, _ in arguments] == ["Arg2", "Arg1"]:
            arguments.reverse()
        self._own(row, ("relation", len(self.relations)))
        self._relate(row, arguments[0][1], arguments[1][1], label)

    def _equivalence(self, row: Row) -> None:
        label, *members = row.body.split() or [""]
        if len(members) < 2:
            raise row.malformed("'TYPE MEMBER MEMBER', members being ids")
        for member in members[1:]:
            self._relate(row, members[0], member, label)

    def _relate(self, row: Row, head: str, tail: str, label: str) -> None:
        if row.text.strip():
            raise row.malformed("nothing after the second column")
        ids = [self.entities[self._mention(row, ref)[1]].id for ref in (head, tail)]
        self.relations.append(Relation(ids[0], ids[1], label))

    def _concept(self, row: Row) -> None:
        words = row.body.split(" ", 2)
        concept = words[-1].removeprefix(NO_RESOURCE)
        if len(words) < 3 or not concept:
            raise row.malformed("'Reference ID RESOURCE:CONCEPT', a tab and the concept's name")
        owner = self._mention(row, words[1])
        self._own(row, owner)
        self.concepts.setdefault(owner[1], []).append(concept)
        if row.text:
            self.terms.setdefault(concept, row.text)

    def _attribute(self, row: Row) -> None:
        name, target, value = attribute_parts(row)
        owner = self.owners.get(target)
        if name == f"#{SCORE}":
            self._score(row, owner, value)
        elif owner and owner[0] == "entity":
            self._own(row, ("attribute", len(self.attributes)))
            self.attributes.append(Attribute(self.entities[owner[1]].id, name, value))
        else:
            self.later.append((row, name, target, value))

    def _score(self, row: Row, owner: Owner | None, value: str) -> None:
        try:
            score = float(value)
        except ValueError:
            raise row.malformed(f"'{SCORE} ID', a tab and a number") from None
        if owner is None or owner[0] not in ("entity", "relation", "attribute"):
            raise row.malformed(
                f"'{SCORE} ID' with the id of a mention, event, relation or attribute before it"
            )
        self.scores[owner] = score

    def _settle(self) -> None:
        for row, name, target, value in sorted(self.later, key=lambda item: item[0].id[0] == "#"):
            kind, index = self._owner(row, target, "a line")
            self._own(row, ("extra", len(self.extras)))
            self.extras.append([kind, index, name, value])

    def _own(self, row: Row, owner: Owner) -> None:
        if row.id in self.owners:
            raise FormatError(Errors.SC014.format(where=row.where, id=row.id))
        self.owners[row.id] = owner

    def _mention(self, row: Row, ref: str) -> Owner:
        expected = "a mention or an event"
        owner = self._owner(row, ref, expected)
        if owner[0] != "entity":
            raise FormatError(Errors.SC013.format(where=row.where, id=ref, expected=expected))
        return owner

    def _owner(self, row: Row, ref: str, expected: str) -> Owner:
        if not ID.fullmatch(ref):
            raise row.malformed("ids such as T1 or E1")
        if ref not in self.owners:
            raise FormatError(Errors.SC013.format(where=row.where, id=ref, expected=expected))
        return self.owners[ref]
