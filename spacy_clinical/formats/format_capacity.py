"""What formats have a place for. The rest of a Record is left out, and counted by kind."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from ..event_mentions import flatten
from ..records import Attribute, ConceptRelation, Entity, Record
from .file_reading import check_losses


@dataclass(frozen=True)
class Keeps:
    """What a format has a place for, beside text, mentions of one piece and their labels.

    fragments (bool): Discontinuous mentions.
    overlaps (bool): Mentions that share characters.
    twins (bool): Mentions with place and label of another one.
    places (bool): Mentions with the place of another one.
    spaces (bool): Mentions that begin or end in white space.
    blanks (bool): Mentions that aren't between blanks, such as one before a full stop.
    concepts (bool): The concepts of mentions.
    scores (bool): Of mentions.
    relations (bool): Between mentions.
    relation_scores (bool): Of these.
    attributes (bool): Of mentions.
    named (tuple[str, ...]): The only names of attributes; none for all.
    empty (bool): Attributes without a value.
    repeated (bool): An attribute twice on one mention.
    reserved (tuple[str, ...]): Names that mean something else than an attribute.
    attribute_scores (bool): Of attributes.
    cues (bool): The words that attributes rest on.
    concept_relations (bool): Relations between concepts.
    notes (bool): Of these.
    concept_scores (bool): Of these.
    evidence (bool): Of these.
    meta (tuple[str, ...] | None): Keys of a Record's meta; None for all.
    taken (tuple[str, ...]): Keys of a Record's meta that mean something else.
    own (str): The key of a Record's meta that holds an object of what is only this format's.
    own_taken (tuple[str, ...]): Keys of that object that mean something else.
    """

    fragments: bool = False
    overlaps: bool = True
    twins: bool = True
    places: bool = True
    spaces: bool = True
    blanks: bool = True
    concepts: bool = False
    scores: bool = False
    relations: bool = False
    relation_scores: bool = False
    attributes: bool = False
    named: tuple[str, ...] = ()
    empty: bool = True
    repeated: bool = False
    reserved: tuple[str, ...] = ()
    attribute_scores: bool = False
    cues: bool = False
    concept_relations: bool = False
    notes: bool = False
    concept_scores: bool = False
    evidence: bool = False
    meta: tuple[str, ...] | None = ()
    taken: tuple[str, ...] = ()
    own: str = ""
    own_taken: tuple[str, ...] = ()


def keep(record: Record, keeps: Keeps, title: str, left_out: Counter[str] | None) -> Record:
    """Take from a Record what a format has a place for.

    record (Record): The document.
    keeps (Keeps): What the format has a place for.
    title (str): The format's name for messages.
    left_out (Counter[str] | None): The rest is counted here by kind. None: it is refused.
    RETURNS (Record): What can be written.
    """
    record, lost = _without_events(record)
    entities = _entities(record, keeps, lost)
    ids = {entity.id for entity in entities}
    relations = [rel for rel in record.relations if keeps.relations and {rel.head, rel.tail} <= ids]
    lost["relations"] += len(record.relations) - len(relations)
    kept = Record(
        record.id,
        record.text,
        tuple(entities),
        tuple(
            _without(rel, "score", keeps.relation_scores, "relations", lost) for rel in relations
        ),
        tuple(_attributes(record, ids, keeps, lost)),
        tuple(_concept_relations(record, keeps, lost)),
        _meta(record, keeps, lost),
    )
    check_losses(record.id, title, +lost, left_out)
    return kept


def _without_events(record: Record) -> tuple[Record, Counter[str]]:
    """The document by its mentions, and what it lost."""
    flat, lost = flatten(record)
    lost["events and equivalences, told by relations"] += len(record.events)
    lost["events and equivalences, told by relations"] += len(record.equivalences)
    lost["names of arguments"] += sum(rel.roles != ("", "") for rel in flat.relations)
    relations = tuple(replace(rel, roles=("", "")) for rel in flat.relations)
    return replace(flat, relations=relations), lost


def _entities(record: Record, keeps: Keeps, lost: Counter[str]) -> list[Entity]:
    found = list(record.entities)
    if not keeps.fragments:
        found = _sift(found, [len(e.fragments) == 1 for e in found], "discontinuous mentions", lost)
    if not keeps.spaces:
        fits = [not _has_space_outside(record.text, e) for e in found]
        found = _sift(found, fits, "mentions that begin or end in white space", lost)
    if not keeps.blanks:
        fits = [_is_between_blanks(record.text, e) for e in found]
        found = _sift(found, fits, "mentions that aren't between blanks", lost)
    if not keeps.twins:
        first = {(e.fragments, e.label): e.id for e in reversed(found)}
        fits = [first[e.fragments, e.label] == e.id for e in found]
        found = _sift(found, fits, "mentions with place and label of another", lost)
    if not keeps.places:
        at = {e.fragments: e.id for e in reversed(found)}
        fits = [at[e.fragments] == e.id for e in found]
        found = _sift(found, fits, "mentions with the place of another", lost)
    if not keeps.overlaps:
        found = _sift(found, _apart(found), "mentions that share characters with longer ones", lost)
    if not keeps.concepts:
        lost["concepts of mentions"] += sum(bool(entity.concept) for entity in found)
        found = [replace(entity, concept="") for entity in found]
    return [_without(entity, "score", keeps.scores, "mentions", lost) for entity in found]


def _has_space_outside(text: str, entity: Entity) -> bool:
    return text[entity.start].isspace() or text[entity.end - 1].isspace()


def _is_between_blanks(text: str, entity: Entity) -> bool:
    before, after = text[max(0, entity.start - 1) : entity.start], text[entity.end : entity.end + 1]
    beside = all(char.isspace() for char in before + after)
    return beside and not _has_space_outside(text, entity)


def _sift(found: list[Entity], fits: list[bool], kind: str, lost: Counter[str]) -> list[Entity]:
    lost[kind] += fits.count(False)
    return [entity for entity, fit in zip(found, fits, strict=True) if fit]


def _apart(found: list[Entity]) -> list[bool]:
    """Which mentions share no character with one that is kept: longer ones first, then earlier."""
    order = sorted(range(len(found)), key=lambda i: found[i].start - found[i].end)
    fits = [False] * len(found)
    starts: list[int] = []
    ends: list[int] = []
    for index in order:
        at = bisect_left(starts, found[index].end)
        if at == 0 or ends[at - 1] <= found[index].start:
            fits[index] = True
            starts.insert(at, found[index].start)
            ends.insert(at, found[index].end)
    return fits


def _without(part: Any, field: str, keeps: bool, of: str, lost: Counter[str]) -> Any:
    if keeps or getattr(part, field) is None:
        return part
    lost[f"{field}s of {of}"] += 1
    return replace(part, **{field: None})


def _attributes(record: Record, ids: set[str], keeps: Keeps, lost: Counter[str]) -> list[Attribute]:
    found: list[Attribute] = []
    seen: set[tuple[str, str]] = set()
    for attribute in record.attributes:
        key = (attribute.target, attribute.name)
        known = not keeps.named or attribute.name in keeps.named
        known = known and attribute.name not in keeps.reserved
        known = known and (keeps.empty or attribute.value != "")
        if not (keeps.attributes and known and attribute.target in ids):
            lost["attributes"] += 1
        elif key in seen and not keeps.repeated:
            lost["further values of an attribute"] += 1
        else:
            seen.add(key)
            said = _without(attribute, "score", keeps.attribute_scores, "attributes", lost)
            found.append(_without(said, "cue", keeps.cues, "attributes", lost))
    return found


def _concept_relations(record: Record, keeps: Keeps, lost: Counter[str]) -> list[ConceptRelation]:
    of = "relations between concepts"
    if not keeps.concept_relations:
        lost[of] += len(record.concept_relations)
        return []
    found = []
    for stated in record.concept_relations:
        stated = _without(stated, "score", keeps.concept_scores, of, lost)
        if stated.note and not keeps.notes:
            lost[f"notes of {of}"] += 1
            stated = replace(stated, note="")
        if stated.evidence and not keeps.evidence:
            lost[f"evidence of {of}"] += 1
            stated = replace(stated, evidence=())
        found.append(stated)
    return found


def _meta(record: Record, keeps: Keeps, lost: Counter[str]) -> dict[str, Any]:
    kept = {
        key: value
        for key, value in record.meta.items()
        if (keeps.meta is None or key in keeps.meta) and key not in keeps.taken
    }
    lost["meta fields"] += len(record.meta) - len(kept)
    if keeps.own in kept:
        kept[keeps.own] = _own(kept[keeps.own], keeps, lost)
    return kept


def _own(value: Any, keeps: Keeps, lost: Counter[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        lost["meta fields"] += 1
        return {}
    kept = {key: found for key, found in value.items() if key not in keeps.own_taken}
    lost["meta fields"] += len(value) - len(kept)
    return kept
