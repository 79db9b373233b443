"""Several Docs as one, and a Doc as JSON, with all that is stored.

`Doc.from_docs` and `Doc.from_json` keep the spans of a group and drop its attrs: what is said of a
mention, how mentions are related, sections' headings, what abbreviations stand for (spaCy 3.8.18).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from spacy.tokens import Doc, Span, SpanGroup
from spacy.vocab import Vocab

from ..records import Attribute, ConceptRelation, Entity, Record, Relation
from .abbreviation_spans import ABBREVIATIONS
from .concept_relations import FIELDS as CONCEPT_FIELDS
from .entity_links import KB_ENTS
from .record_conversion import to_doc, to_record
from .section_spans import SECTIONS

FIELD = "span_groups"  # beside what `Doc.to_json` gives
Part = tuple[Doc, int]  # a Doc, and the character where it starts in the joined one


def join_docs(docs: Iterable[Doc], *, ensure_whitespace: bool = True) -> Doc | None:
    """Join Docs as `Doc.from_docs` does, and keep what is stored of their spans.

    docs (Iterable[Doc]): Of one vocabulary.
    ensure_whitespace (bool): Put a blank between Docs where the first doesn't end in white space.
    RETURNS (Doc | None): The Doc, without a name, with the meta that all have; None if there are no
        Docs. Relations are stored if they were looked for in all Docs that have mentions.
    """
    sources = list(docs)
    if not sources:
        return None
    joined: Doc = Doc.from_docs(sources, ensure_whitespace=ensure_whitespace)
    lengths = [len(doc.text) + (ensure_whitespace and _needs_blank(doc)) for doc in sources]
    parts = list(zip(sources, accumulate(lengths, initial=0), strict=False))
    for key in list(joined.spans):
        own = [(doc, start) for doc, start in parts if key in doc.spans]
        if any(doc.spans[key].attrs for doc, _ in own):
            _join_group(joined, own, key)
    return joined


def to_json(doc: Doc) -> dict[str, Any]:
    """Write a Doc as `Doc.to_json` does, and what is stored of its spans.

    doc (Doc): The document.
    RETURNS (dict[str, Any]): JSON values.
    """
    data: dict[str, Any] = doc.to_json()
    data[FIELD] = {
        key: {"ids": [span.id_ for span in group], "attrs": dict(group.attrs)}
        for key, group in doc.spans.items()
    }
    return data


def from_json(data: dict[str, Any], vocab: Vocab) -> Doc:
    """Read what `to_json` wrote.

    data (dict[str, Any]): Or what `Doc.to_json` wrote: then groups have no attrs.
    vocab (Vocab): The Doc's.
    RETURNS (Doc): The document.
    """
    doc = Doc(vocab).from_json(data)
    for key, stored in data.get(FIELD, {}).items():
        pairs = zip(doc.spans[key], stored["ids"], strict=True) if key in doc.spans else ()
        spans = [
            Span(doc, s.start, s.end, label=s.label, kb_id=s.kb_id, span_id=id) for s, id in pairs
        ]
        doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs=dict(stored["attrs"]))
    return doc


def _needs_blank(doc: Doc) -> bool:
    return len(doc) > 0 and not doc[-1].is_space and not doc[-1].whitespace_


def _join_group(joined: Doc, parts: Sequence[Part], key: str) -> None:
    if key == SECTIONS:
        places, plain = "headings", "assertions"
    elif key == ABBREVIATIONS:
        places, plain = "long_forms", ""
    else:
        _join_mentions(joined, parts, key)
        return
    attrs = joined.spans[key].attrs
    attrs[places] = [
        [start + by, end + by]
        for doc, by in parts
        for start, end in doc.spans[key].attrs.get(places)
        or [[span.start_char] * 2 for span in doc.spans[key]]
    ]
    if plain:
        attrs[plain] = [
            value
            for doc, _ in parts
            for value in doc.spans[key].attrs.get(plain) or [""] * len(doc.spans[key])
        ]


def _join_mentions(joined: Doc, parts: Sequence[Part], key: str) -> None:
    """Through records; spans, their ids and `doc.ents` stay as spaCy joined them."""
    spans, ents = list(joined.spans[key]), list(joined.ents)
    moved = [
        _move(to_record(doc, key=key), joined.text, by, f"{i}.")
        for i, (doc, by) in enumerate(parts, 1)
    ]
    metas = [record.meta for record in moved]
    record = Record(
        "",
        joined.text,
        tuple(e for r in moved for e in r.entities),
        tuple(x for r in moved for x in r.relations),
        tuple(a for r in moved for a in r.attributes),
        tuple(x for r in moved for x in r.concept_relations),
        {k: v for k, v in metas[0].items() if all(meta.get(k) == v for meta in metas)},
    )
    attrs = to_doc(record, lambda text: joined, key=key).spans[key].attrs
    groups = [doc.spans[key] for doc, _ in parts]
    for field in ("relations", CONCEPT_FIELDS[0]):
        if not all(field in group.attrs for group in groups if len(group)):
            attrs.pop(field, None)
    if any(KB_ENTS in group.attrs for group in groups):
        rows = [group.attrs.get(KB_ENTS) or [[]] * len(group) for group in groups]
        attrs[KB_ENTS] = [[list(link) for link in links] for row in rows for links in row]
    joined.spans[key] = SpanGroup(joined, name=key, spans=spans, attrs=attrs)
    joined.set_ents(ents, default="outside")


def _move(record: Record, text: str, by: int, name: str) -> Record:
    """The record further back in a longer text, with other ids."""

    def shift(pair: tuple[int, int]) -> tuple[int, int]:
        return pair[0] + by, pair[1] + by

    def entity(e: Entity) -> Entity:
        return replace(e, id=name + e.id, fragments=tuple(map(shift, e.fragments)))

    def attribute(a: Attribute) -> Attribute:
        return replace(a, target=name + a.target, cue=shift(a.cue) if a.cue else None)

    def relation(r: Relation) -> Relation:
        return replace(r, head=name + r.head, tail=name + r.tail)

    def concept(r: ConceptRelation) -> ConceptRelation:
        return replace(r, evidence=tuple((name + h, name + t) for h, t in r.evidence))

    return replace(
        record,
        text=text,
        entities=tuple(map(entity, record.entities)),
        relations=tuple(map(relation, record.relations)),
        attributes=tuple(map(attribute, record.attributes)),
        concept_relations=tuple(map(concept, record.concept_relations)),
    )
