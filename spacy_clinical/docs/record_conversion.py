"""Record to Doc and back."""

from collections.abc import Callable
from typing import Any

from spacy.tokens import Doc, Span

from ..doc_text import text_of
from ..event_mentions import flatten
from ..records import Attribute, Entity, Record, Relation
from .assertion_store import Assertion, get_assertions, set_assertions
from .concept_relations import from_record, get_concept_rows, in_record, set_concept_relations
from .event_store import pack_events, restore_events
from .mention_store import (
    KEY,
    get_mentions,
    get_relation_rows,
    get_spans,
    set_mentions,
    set_relations,
)
from .token_alignment import TokenIndex

_SaidOf = dict[str, list[Assertion]]
"""What is said of mentions, by their ids."""


def to_doc(record: Record, make_doc: Callable[[str], Doc], *, key: str = KEY) -> Doc:
    """Tokenise a Record and store its annotation.

    A mention whose borders fall inside a token is kept in the store's `lost` part, with its
    relations: `to_record` gives it back, and scorers count it as missed. Events are told by their
    mentions, as `flatten` does, and kept beside.

    record (Record): The document.
    make_doc (Callable[[str], Doc]): A tokenizer, such as `nlp.make_doc`.
    key (str): The span group to write.
    RETURNS (Doc): With mentions, relations, attributes and `doc.ents`.
    """
    full, (record, untold) = record, flatten(record)
    doc = make_doc(record.text)
    index = TokenIndex(doc)
    found = [index.find(entity.start, entity.end) for entity in record.entities]
    held = [(e, tokens) for e, tokens in zip(record.entities, found, strict=True) if tokens]
    lost = [e for e, tokens in zip(record.entities, found, strict=True) if not tokens]
    places = {entity.id: i for i, (entity, _) in enumerate(held)}
    places.update({entity.id: -1 - k for k, entity in enumerate(lost)})
    spans = [Span(doc, *tokens, label=e.label, kb_id=e.concept) for e, tokens in held]
    said = _said(record)
    _store(doc, said, [entity for entity, _ in held], spans, key)
    rows = [(places[r.head], places[r.tail], r.label, r.score) for r in record.relations]
    set_relations(doc, [row for row in rows if min(row[:2]) >= 0], key=key)
    attrs = doc.spans[key].attrs
    attrs["ids"] = [entity.id for entity, _ in held]
    attrs["doc"] = {"id": record.id, "meta": record.meta}
    if record.concept_relations:
        stated = [from_record(relation, places) for relation in record.concept_relations]
        set_concept_relations(doc, stated, key=key)
    if lost:
        missing = [list(row) for row in rows if min(row[:2]) < 0]
        attrs["lost"] = _pack_lost(lost, missing, said)
    if full is not record:
        attrs["events"] = pack_events(full, untold)
    return doc


def to_record(doc: Doc, *, id: str | None = None, key: str = KEY, events: bool = False) -> Record:
    """Read a Doc's annotation, gold or predicted, into a Record.

    doc (Doc): The document; without our group its `doc.ents` are the entities.
    id (str | None): The document's name, None for the stored one.
    key (str): The span group to read.
    events (bool): Give events as the corpus had them, where relations and attributes are still
        what they tell. If False all is told by mentions.
    RETURNS (Record): The document in characters.
    """
    if key not in doc.spans:
        return Record(id or "", text_of(doc), _flat_entities(doc))
    attrs = doc.spans[key].attrs
    names = attrs.get("ids") or [f"T{i + 1}" for i in range(len(doc.spans[key]))]
    stored = attrs.get("doc", {})
    entities = _read_entities(doc, names, key)
    relations = [_relation(row, names) for row in get_relation_rows(doc, key)]
    attributes = [
        Attribute(name, a.name, a.value, a.score, a.cue)
        for name, row in zip(names, get_assertions(doc, key), strict=True)
        for a in row
    ]
    lost = attrs.get("lost", {})
    for entity in lost.get("entities", []):
        fragments = tuple((start, end) for start, end in entity["fragments"])
        entities.append(
            Entity(entity["id"], entity["label"], fragments, entity["concept"], entity.get("score"))
        )
        attributes += [_read_attribute(entity["id"], *said) for said in entity["attributes"]]
    names = [*names, *(entity["id"] for entity in reversed(lost.get("entities", [])))]
    relations += [_relation(row, names) for row in lost.get("relations", [])]
    record = Record(
        id if id is not None else stored.get("id", ""),
        text_of(doc),
        tuple(entities),
        tuple(relations),
        tuple(attributes),
        tuple(in_record(row, names) for row in get_concept_rows(doc, key)),
        stored.get("meta", {}),
    )
    return restore_events(record, attrs.get("events")) if events else record


def _read_attribute(
    target: str, name: str, value: str, score: float | None = None, cue: Any = None
) -> Attribute:
    return Attribute(target, name, value, score, (cue[0], cue[1]) if cue else None)


def _store(doc: Doc, known: _SaidOf, held: list[Entity], spans: list[Span], key: str) -> None:
    said = [known.get(entity.id, []) for entity in held]
    scores = [entity.score for entity in held]
    fragments = {i: e.fragments for i, e in enumerate(held) if len(e.fragments) > 1}
    set_mentions(
        doc,
        spans,
        scores=scores if any(score is not None for score in scores) else None,
        attributes=[[a[:2] for a in row] for row in said] if any(said) else None,
        fragments=fragments,
        key=key,
    )
    if any(a.score is not None or a.cue for row in said for a in row):
        set_assertions(doc, said, key)


def _said(record: Record) -> _SaidOf:
    found: _SaidOf = {}
    for a in record.attributes:
        found.setdefault(a.target, []).append(Assertion(a.name, a.value, a.score, a.cue))
    return found


def _pack_lost(lost: list[Entity], rows: list[list[Any]], said: _SaidOf) -> dict[str, Any]:
    entities = [
        {
            "id": entity.id,
            "label": entity.label,
            "fragments": [list(fragment) for fragment in entity.fragments],
            "concept": entity.concept,
            "score": entity.score,
            "attributes": [
                [a.name, a.value, a.score, list(a.cue) if a.cue else None]
                for a in said.get(entity.id, [])
            ],
        }
        for entity in lost
    ]
    return {"entities": entities, "relations": rows}


def _read_entities(doc: Doc, names: list[str], key: str) -> list[Entity]:
    scores = doc.spans[key].attrs.get("scores") or [None] * len(names)
    spans, mentions = get_spans(doc, key), get_mentions(doc, key)
    return [
        Entity(name, mention.label, mention.fragments, span.kb_id_, score)
        for name, span, mention, score in zip(names, spans, mentions, scores, strict=True)
    ]


def _flat_entities(doc: Doc) -> tuple[Entity, ...]:
    return tuple(
        Entity(f"T{i + 1}", ent.label_, ((ent.start_char, ent.end_char),), ent.kb_id_)
        for i, ent in enumerate(doc.ents)
    )


def _relation(row: Any, names: list[str]) -> Relation:
    head, tail, label, score = row
    return Relation(names[head], names[tail], label, score)
