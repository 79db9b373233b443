"""A corpus document in characters: what every format is read into and written from.

Nothing here knows spaCy or tokens. Offsets are characters of `Record.text`, end exclusive.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from typing import Any

from .errors import Errors, RecordError

Fragments = tuple[tuple[int, int], ...]

_VOCABULARIES = ("MESH", "OMIM")


@dataclass(frozen=True)
class Entity:
    """A mention. Several fragments make it discontinuous.

    id (str): Unique within the Record, such as "T1".
    label (str): The entity label.
    fragments (Fragments): (start, end) in characters, in text order, not overlapping.
    concept (str): The identifier it is normalised to as the corpus writes it, or "".
    score (float | None): Confidence in 0..1, None for gold.
    """

    id: str
    label: str
    fragments: Fragments
    concept: str = ""
    score: float | None = None

    @property
    def start(self) -> int:
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        return self.fragments[-1][1]


@dataclass(frozen=True)
class Relation:
    """A directed relation between two mentions.

    head (str): Id of a mention; in a Record with events also of an event or a relation.
    tail (str): The same.
    label (str): The relation label.
    score (float | None): Confidence in 0..1, None for gold.
    id (str): Its own name, for attributes that it has; "" for none. Two relations that differ in
        their ids alone are equal.
    roles (tuple[str, str]): What the corpus calls head and tail, such as "Subject", "Object".
    """

    head: str
    tail: str
    label: str
    score: float | None = None
    id: str = field(default="", compare=False)
    roles: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Event:
    """An event as brat and BioNLP know it: a mention that tells it, and arguments with roles.

    id (str): Its name. A mention may tell several events.
    trigger (str): Id of the mention that tells it, whose label is the event's.
    arguments (tuple[tuple[str, str], ...]): Role, and id of a mention, an event or a relation.
    """

    id: str
    trigger: str
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Equivalence:
    """Two or more mentions, events or relations that stand for the same.

    label (str): What is said of them, such as "Equiv" or "OVERLAP".
    members (tuple[str, ...]): Their ids.
    """

    label: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class ConceptRelation:
    """A relation between concepts, stated once for the whole document.

    head (str): Concept identifier, as in `Entity.concept`.
    tail (str): Concept identifier.
    label (str): The relation label.
    note (str): A further column such as BioRED's novelty, or "".
    score (float | None): Confidence in 0..1, None for gold.
    evidence (tuple[tuple[str, str], ...]): Ids of the mentions that tell it, head and tail.
    """

    head: str
    tail: str
    label: str
    note: str = ""
    score: float | None = None
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Attribute:
    """A property of a mention, such as assertion = absent.

    target (str): The mention's id; in a Record with events also of an event, a relation or an
        attribute.
    name (str): The attribute.
    value (str): Its value, or "".
    score (float | None): Confidence in 0..1, None for gold and for rules.
    cue (tuple[int, int] | None): The words that say so, in characters.
    id (str): Its own name, "" for none. Two attributes that differ in their ids alone are equal.
    """

    target: str
    name: str
    value: str = ""
    score: float | None = None
    cue: tuple[int, int] | None = None
    id: str = field(default="", compare=False)


@dataclass(frozen=True)
class Record:
    """One document with its annotation. Raises RecordError where it contradicts itself.

    id (str): The document's name in its corpus.
    text (str): The text that all offsets count in.
    entities (tuple[Entity, ...]): Mentions, in the order of the file.
    relations (tuple[Relation, ...]): Between mentions.
    attributes (tuple[Attribute, ...]): Of mentions.
    concept_relations (tuple[ConceptRelation, ...]): Between concepts.
    meta (dict): Whatever else is known of the document, as JSON values.
    events (tuple[Event, ...]): Mentions' events. `events.flatten` tells them by mentions alone.
    equivalences (tuple[Equivalence, ...]): Of mentions and events.
    """

    id: str
    text: str
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    concept_relations: tuple[ConceptRelation, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()

    def __post_init__(self) -> None:
        for entity in self.entities:
            _check_fragments(entity, self)
        mentions = {entity.id for entity in self.entities}
        _check_ids(self)
        known = mentions.union(*(_names(x) for x in (self.events, self.relations)))
        for stated in self.concept_relations:
            for mention in (id for pair in stated.evidence for id in pair):
                _check_target("relation", stated.label, mention, mentions, self)
        for event in self.events:
            _check_target("event", event.id, event.trigger, mentions, self)
        for what, label, target in _references(self):
            _check_target(what, label, target, known, self)
        known |= _names(self.attributes)
        for attribute in self.attributes:
            _check_target("attribute", attribute.name, attribute.target, known, self)
            if attribute.cue is not None:
                _check_extent(attribute.target, attribute.cue, self)


def spread_concepts(record: Record) -> Record:
    """Relate all mention pairs of related concepts: concept relations as mention relations.

    A mention with several concepts (joined by "|", "," or "+") stands for each of them, and for
    all of them where the relation names them together. Relations between mentions that the Record
    already has are kept.

    record (Record): A document with concept relations.
    RETURNS (Record): The same document with a Relation for every mention pair.
    """
    mentions: dict[str, list[str]] = {}
    for entity in record.entities:
        for concept in {entity.concept, *split_concepts(entity.concept)}:
            mentions.setdefault(concept, []).append(entity.id)
    pairs: dict[Relation, None] = {}
    for rel in record.concept_relations:
        for head in _mentions_of(rel.head, mentions):
            for tail in _mentions_of(rel.tail, mentions):
                if head != tail:
                    pairs[Relation(head, tail, rel.label)] = None
    known = set(record.relations)
    added = (pair for pair in pairs if pair not in known)
    return replace(record, relations=(*record.relations, *added))


def split_concepts(concept: str) -> tuple[str, ...]:
    """The single identifiers in a concept field.

    PubTator corpora join identifiers by "|", "," or "+"; variant identifiers ("c|DEL|12|",
    "|INS|12|A") hold the bar themselves and are left whole.
    """
    if concept in ("", "-1", "-"):
        return ()
    if "|" not in concept[:2]:
        for joint in "|+":
            concept = concept.replace(joint, ",")
    return tuple(part.strip() for part in concept.split(",") if part.strip())


def _mentions_of(concept: str, mentions: dict[str, list[str]]) -> list[str]:
    """The mentions of a concept. NCBI's files name one with its vocabulary ("MESH:D003920") or
    without it ("D003920"): where the very form has none, the other one is looked for."""
    for form in (concept, concept.partition(":")[2], *(f"{x}:{concept}" for x in _VOCABULARIES)):
        if form in mentions:
            return mentions[form]
    return []


def _names(things: Iterable[Event | Relation | Attribute]) -> set[str]:
    return {thing.id for thing in things if thing.id}


def _check_ids(record: Record) -> None:
    seen: set[str] = set()
    things: list[Entity | Event | Relation | Attribute] = []
    for group in (record.entities, record.events, record.relations, record.attributes):
        things.extend(group)
    for thing in things:
        named = thing.id or isinstance(thing, Entity | Event)
        if named and thing.id in seen:
            raise RecordError(Errors.SC002.format(doc=record.id, id=thing.id))
        if named:
            seen.add(thing.id)


def _references(record: Record) -> Iterator[tuple[str, str, str]]:
    """What refers to mentions, events or relations: what it is, its label, the id."""
    for rel in record.relations:
        yield "relation", rel.label, rel.head
        yield "relation", rel.label, rel.tail
    for event in record.events:
        yield from (("event", event.id, id) for _, id in event.arguments)
    for equivalence in record.equivalences:
        yield from (("equivalence", equivalence.label, id) for id in equivalence.members)


def _check_fragments(entity: Entity, record: Record) -> None:
    if not entity.fragments:
        raise RecordError(Errors.SC005.format(doc=record.id, entity=entity.id, what="fragments"))
    if not entity.label:
        raise RecordError(Errors.SC005.format(doc=record.id, entity=entity.id, what="label"))
    for fragment in entity.fragments:
        _check_extent(entity.id, fragment, record)
    for (_, end), (start, _) in zip(entity.fragments, entity.fragments[1:], strict=False):
        if start < end:
            fragments = list(entity.fragments)
            message = Errors.SC004.format(doc=record.id, entity=entity.id, fragments=fragments)
            raise RecordError(message)


def _check_extent(entity: str, extent: tuple[int, int], record: Record) -> None:
    start, end = extent
    if not 0 <= start < end <= len(record.text):
        message = Errors.SC001.format(
            doc=record.id, entity=entity, start=start, end=end, length=len(record.text)
        )
        raise RecordError(message)


def _check_target(what: str, label: str, target: str, known: set[str], record: Record) -> None:
    if target not in known:
        names = ", ".join(nsmallest(8, known)) or "none"
        message = Errors.SC003.format(doc=record.id, what=what, label=label, id=target, known=names)
        raise RecordError(message)
