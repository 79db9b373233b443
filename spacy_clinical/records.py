"""A corpus document in characters: what every format is read into and written from.

Nothing here knows spaCy or tokens. Offsets are characters of `Record.text`, end exclusive.
"""

from dataclasses import dataclass, field
from typing import Any

from .errors import Errors, RecordError

Fragments = tuple[tuple[int, int], ...]


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
    """A directed relation between two mentions, named by their ids."""

    head: str
    tail: str
    label: str
    score: float | None = None


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

    target (str): The mention's id.
    name (str): The attribute.
    value (str): Its value, or "".
    score (float | None): Confidence in 0..1, None for gold and for rules.
    cue (tuple[int, int] | None): The words that say so, in characters.
    """

    target: str
    name: str
    value: str = ""
    score: float | None = None
    cue: tuple[int, int] | None = None


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
    """

    id: str
    text: str
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    concept_relations: tuple[ConceptRelation, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known: set[str] = set()
        for entity in self.entities:
            if entity.id in known:
                raise RecordError(Errors.SC002.format(doc=self.id, id=entity.id))
            known.add(entity.id)
            _check_fragments(entity, self)
        for rel in self.relations:
            _check_target("relation", rel.label, rel.head, known, self)
            _check_target("relation", rel.label, rel.tail, known, self)
        for stated in self.concept_relations:
            for mention in (id for pair in stated.evidence for id in pair):
                _check_target("relation", stated.label, mention, known, self)
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
    pairs = {rel: None for rel in record.relations}
    for rel in record.concept_relations:
        for head in mentions.get(rel.head, []):
            for tail in mentions.get(rel.tail, []):
                if head != tail:
                    pairs[Relation(head, tail, rel.label)] = None
    return Record(
        record.id,
        record.text,
        record.entities,
        tuple(pairs),
        record.attributes,
        record.concept_relations,
        record.meta,
    )


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
        names = ", ".join(sorted(known)[:8]) or "none"
        message = Errors.SC003.format(doc=record.id, what=what, label=label, id=target, known=names)
        raise RecordError(message)
