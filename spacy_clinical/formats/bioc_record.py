"""BioC documents as Records, in XML and JSON. What becomes of each part is told in `bioc`."""

from collections import Counter
from typing import Any

from bioc import BioCAnnotation, BioCDocument, BioCRelation

from ..records import Attribute, ConceptRelation, Entity, Fragments, Record, Relation
from .bioc_passages import parts_of
from .conll_layout import UNTYPED
from .file_reading import covered_text, flat, text_mismatch

CONCEPTS = ("identifier", "MESH", "OMIM")
DESCRIBES = ("accession", "biotype", "database", "name", "normalized", "normalized_id", "valid")
HEADS = ("head", "arg1", "subject", "source", "entity1", "from")
_TAILS = ("tail", "arg2", "object", "target", "entity2", "to")
_FURTHER = "further infons of relations"
_PAIRS = (("entity1", "entity2"), ("role1", "role2"), ("Chemical", "Disease"))
_NOTES = ("novel", "note")


def record_of(
    document: BioCDocument, where: str, *, strict: bool, left_out: Counter[str]
) -> Record:
    """Make a Record of a document.

    document (BioCDocument): As the library read it.
    where (str): Its place, for messages.
    strict (bool): Refuse a mention that repeats other text than its offsets cover.
    left_out (Counter[str]): Annotations without a place, relations of more than two, or that tell
        no two, and what else is said of relations, are counted here.
    RETURNS (Record): The document.
    """
    parts = parts_of(document, where)
    left_out["annotations of no place or length"] += parts.unplaced
    mentions: dict[str, dict[str, Any]] = {}
    entities: list[Entity] = []
    attributes: list[Attribute] = []
    mismatches: list[str] = []
    for annotation in parts.annotations:
        entity = _entity(annotation, parts.extents(annotation, where))
        entities.append(entity)
        attributes += _attributes(annotation, mentions)
        covered, given = covered_text(parts.text, entity.fragments), flat(annotation.text or "")
        if given and covered != given and "".join(covered.split()) != "".join(given.split()):
            if strict and entity.end <= len(parts.text):
                raise text_mismatch(where, entity.id, entity.fragments, covered, given)
            mismatches.append(entity.id)
    ids = {entity.id for entity in entities}
    told_relations = [_relation(rel, ids, left_out) for rel in parts.relations]
    own = {"infons": document.infons, "passages": parts.passages, "mentions": mentions}
    meta: dict[str, Any] = {"bioc": {key: value for key, value in own.items() if value}}
    meta = meta if meta["bioc"] else {}
    return Record(
        str(document.id),
        parts.text,
        tuple(entities),
        tuple(rel for rel in told_relations if isinstance(rel, Relation)),
        tuple(attributes),
        tuple(rel for rel in told_relations if isinstance(rel, ConceptRelation)),
        meta | ({"text_mismatches": mismatches} if mismatches else {}),
    )


def _entity(annotation: BioCAnnotation, places: Fragments) -> Entity:
    infons = annotation.infons
    concept = next((infons[key] for key in CONCEPTS if infons.get(key)), "")
    label = infons.get("type") or UNTYPED
    score = _score(infons.get("score"))
    return Entity(str(annotation.id), str(label), places, str(concept), score)


def _attributes(annotation: BioCAnnotation, mentions: dict[str, dict[str, Any]]) -> list[Attribute]:
    """Take the infons that aren't label, concept or score: strings are attributes, the rest is
    kept for the mention."""
    infons = annotation.infons
    used = {"type", next((key for key in CONCEPTS if infons.get(key)), "identifier")}
    used |= {"score"} if _score(infons.get("score")) is not None else set()
    found = []
    for key, value in infons.items():
        if key in used:
            continue
        if key not in DESCRIBES and (value is None or isinstance(value, str)):
            found.append(Attribute(str(annotation.id), key, value or ""))
        else:
            mentions.setdefault(str(annotation.id), {})[key] = value
    return found


def _relation(
    rel: BioCRelation, ids: set[str], left_out: Counter[str]
) -> Relation | ConceptRelation | None:
    infons = rel.infons
    named = next((key for key in ("type", "relation") if key in infons), "")
    label = str(infons[named] or "") if named else "relation"
    score = _score(infons.get("score"))
    used = {named, *(["score"] if score is not None else [])}
    nodes = [node for node in rel.nodes if str(node.refid) in ids]
    pair = next((p for p in _PAIRS if all(infons.get(key) for key in p)), None)
    if pair:
        head, tail = (_concept(infons[key]) for key in pair)
        if pair[0] == "role1":
            head, tail = head.rpartition("|")[2], tail.rpartition("|")[2]
        noted = next((key for key in _NOTES if infons.get(key)), "")
        left_out[_FURTHER] += len(infons.keys() - used - {*pair, noted})
        return ConceptRelation(head, tail, label, str(infons[noted]) if noted else "", score)
    if len(nodes) == 2 == len(rel.nodes):
        roles = [(node.role or "").lower() for node in nodes]
        if roles[1] in HEADS and roles[0] not in HEADS:
            nodes.reverse()
        left_out["names of arguments"] += not {*roles}.issubset(("", *HEADS, *_TAILS))
        left_out[_FURTHER] += len(infons.keys() - used)
        return Relation(str(nodes[0].refid), str(nodes[1].refid), label, score)
    left_out["relations that aren't between two mentions or two concepts"] += 1
    return None


def _concept(value: Any) -> str:
    """Find the identifier in the role of a relation: "D1", "Chemical|D1", or PubTator3's object."""
    if isinstance(value, dict):
        return str(value.get("identifier") or value.get("accession") or "")
    return str(value)


def _score(value: Any) -> float | None:
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
