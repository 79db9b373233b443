"""Records as BioC documents. What becomes of each part: see `bioc`."""

from collections import Counter
from typing import Any

from bioc import BioCAnnotation, BioCDocument, BioCLocation, BioCNode, BioCPassage, BioCRelation

from ..records import ConceptRelation, Entity, Record, Relation
from .bioc_record import CONCEPTS, DESCRIBES


def document_of(record: Record, own: dict[str, Any]) -> BioCDocument:
    """Make a document of a Record.

    record (Record): The document.
    own (dict[str, Any]): As `own_parts` gives it.
    RETURNS (BioCDocument): As the library writes it, mentions and relations beside the passages.
    """
    document = BioCDocument()
    document.id = record.id
    document.infons = dict(own.get("infons", {}))
    for offset, length, infons in own.get("passages") or [[0, len(record.text), {}]]:
        passage = BioCPassage()
        passage.offset = offset
        passage.text = record.text[offset : offset + length]
        passage.infons = dict(infons)
        document.add_passage(passage)
    said: dict[str, dict[str, Any]] = dict(own.get("mentions", {}))
    for attribute in record.attributes:
        infons = said.get(attribute.target, {})
        said[attribute.target] = {**infons, attribute.name: attribute.value}
    for entity in record.entities:
        document.add_annotation(_annotation(entity, record.text, said.get(entity.id, {})))
    stated: list[Relation | ConceptRelation] = [*record.relations, *record.concept_relations]
    for number, rel in enumerate(stated, start=1):
        document.add_relation(_relation(rel, f"R{number}"))
    return document


def own_parts(record: Record, lost: Counter[str], *, only_strings: bool) -> dict[str, Any]:
    """Take from a Record's meta what a document has a place for.

    record (Record): The document.
    lost (Counter[str]): The rest is counted here.
    only_strings (bool): Whether infons hold strings only, as those of XML do.
    RETURNS (dict[str, Any]): `infons`, `passages` and `mentions`, as far as they are well-formed.
    """
    own = record.meta.get("bioc", {})
    ids = {entity.id for entity in record.entities}
    found: dict[str, Any] = {}
    for key, value in own.items():
        if key == "infons" and isinstance(value, dict):
            found[key] = _infons(value, lost, only_strings=only_strings)
        elif key == "passages" and _fit(record.text, value):
            found[key] = [
                [offset, length, _infons(infons, lost, only_strings=only_strings)]
                for offset, length, infons in value
            ]
        elif key == "mentions" and isinstance(value, dict):
            known = {k: v for k, v in value.items() if k in ids and isinstance(v, dict)}
            lost["meta fields"] += len(value) - len(known)
            found[key] = {
                k: _infons(v, lost, only_strings=only_strings, known=DESCRIBES)
                for k, v in known.items()
            }
        else:
            lost["meta fields"] += 1
    return {key: value for key, value in found.items() if value}


def _infons(
    infons: dict[str, Any], lost: Counter[str], *, only_strings: bool, known: tuple[str, ...] = ()
) -> dict[str, Any]:
    fit = {
        key: value
        for key, value in infons.items()
        if (not only_strings or isinstance(value, str))
        and (not known or key in known or not isinstance(value, str | None))
    }
    lost["meta fields"] += len(infons) - len(fit)
    return fit


def _fit(text: str, passages: Any) -> bool:
    """Whether the passages of a meta make up a text, as they would be read."""
    made = ""
    for passage in passages if isinstance(passages, list) else [None]:
        match passage:
            case [int(offset), int(length), dict()] if length >= 0 and offset >= len(made):
                gap = " " * (offset - len(made))
                made += ("\n" + gap[1:] if made and gap else gap) + text[offset : offset + length]
            case _:
                return False
    return made == text


def _annotation(entity: Entity, text: str, said: dict[str, Any]) -> BioCAnnotation:
    annotation = BioCAnnotation()
    annotation.id = entity.id
    annotation.text = " ".join(text[start:end] for start, end in entity.fragments)
    for start, end in entity.fragments:
        annotation.add_location(BioCLocation(start, end - start))
    annotation.infons = {"type": entity.label}
    if entity.concept:
        annotation.infons[CONCEPTS[0]] = entity.concept
    if entity.score is not None:
        annotation.infons["score"] = repr(entity.score)
    annotation.infons |= said
    return annotation


def _relation(rel: Relation | ConceptRelation, id: str) -> BioCRelation:
    relation = BioCRelation()
    relation.id = id
    relation.infons = {"type": rel.label}
    if isinstance(rel, Relation):
        relation.add_node(BioCNode(rel.head, "head"))
        relation.add_node(BioCNode(rel.tail, "tail"))
    else:
        relation.infons |= {"entity1": rel.head, "entity2": rel.tail}
        relation.infons |= {"novel": rel.note} if rel.note else {}
    if rel.score is not None:
        relation.infons["score"] = repr(rel.score)
    return relation
