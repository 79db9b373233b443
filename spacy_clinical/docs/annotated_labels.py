"""What the annotators of a document looked for: labels and assertions that are missing elsewhere.

It lies in the document's meta as {"annotated": {"entities": [label, ...], "relations": [label,
...], "assertions": bool}}, so Records, JSONL and .spacy files keep it. Whether relations are
annotated at all the store says by itself.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from spacy.tokens import Doc

from ..errors import Errors, StorageError
from ..records import Attribute, ConceptRelation, Entity, Record, split_concepts
from .concept_relations import FIELDS as CONCEPT_FIELDS
from .mention_store import KEY, get_lost, get_mentions, get_name, has_mentions, has_relations
from .record_conversion import to_doc, to_record

FIELD = "annotated"


@dataclass(frozen=True)
class Annotated:
    """What a corpus annotates, in the words of the training that it takes part in.

    rename (Mapping[str, str]): Entity labels of the corpus to those of the training.
    labels (Collection[str] | None): The entity labels that were looked for everywhere, after
        renaming; mentions of others are dropped. None for whatever the corpus has.
    relations (bool): Whether relations were.
    relation_labels (Collection[str] | None): The relation labels that were, if not all that the
        training has; relations of others are dropped.
    assertions (bool): Whether assertions were.
    """

    rename: Mapping[str, str] = field(default_factory=dict)
    labels: Collection[str] | None = None
    relations: bool = True
    relation_labels: Collection[str] | None = None
    assertions: bool = True

    def knows(self, relation: str) -> bool:
        """RETURNS (bool): Whether a relation label was looked for."""
        return self.relation_labels is None or relation in self.relation_labels


def get_known_labels(doc: Doc, key: str = KEY) -> frozenset[str] | None:
    """RETURNS (frozenset[str] | None): The entity labels that a Doc's annotators looked for, None
    if all. A label of which it has a mention is one of them."""
    labels = _stored_labels(doc, key, "entities")
    if labels is None:
        return None
    mentions = [*get_mentions(doc, key), *get_lost(doc, key).mentions]
    return labels | {mention.label for mention in mentions}


def known_labels_of(record: Record) -> frozenset[str] | None:
    """RETURNS (frozenset[str] | None): The same of a Record."""
    labels = _labels_in(_stored_in(record.meta), "entities")
    return None if labels is None else labels | {entity.label for entity in record.entities}


def get_known_relation_labels(doc: Doc, key: str = KEY) -> frozenset[str] | None:
    """RETURNS (frozenset[str] | None): The relation labels that a Doc's annotators looked for, None
    if all."""
    return _stored_labels(doc, key, "relations")


def has_assertions(doc: Doc, key: str = KEY) -> bool:
    """RETURNS (bool): Whether a Doc has mentions, be it none, whose assertions were looked for: a
    mention without a value has the default one."""
    return has_mentions(doc, key) and bool(_stored(doc, key).get("assertions", True))


def restrict(doc: Doc, annotated: Annotated, key: str = KEY) -> Counter[str]:
    """Leave to a Doc what its corpus annotates, and note what that is.

    doc (Doc): With gold mentions, in our group or as `doc.ents`; changed in place.
    annotated (Annotated): What the corpus annotates.
    key (str): The span group.
    RETURNS (Counter[str]): How many "mentions" were dropped for their label, and how many
        "relations" with them or for their own.
    """
    related = annotated.relations and has_relations(doc, key)
    record = to_record(doc, key=key)
    kept = _restrict_record(record, annotated)
    doc.spans.pop(key, None)
    to_doc(kept, lambda text: doc, key=key)
    if not related:
        attrs = doc.spans[key].attrs
        for name in ("relations", "events", *CONCEPT_FIELDS):
            attrs.pop(name, None)
        if "lost" in attrs:
            attrs["lost"]["relations"] = []
    gone = {"mentions": len(record.entities) - len(kept.entities)}
    if related:
        gone["relations"] = _count_relations(record) - _count_relations(kept)
    return +Counter(gone)


def _count_relations(record: Record) -> int:
    return len(record.relations) + len(record.concept_relations)


def _restrict_record(record: Record, annotated: Annotated) -> Record:
    renamed = [_rename(entity, annotated.rename) for entity in record.entities]
    labels = annotated.labels
    entities = [entity for entity in renamed if labels is None or entity.label in labels]
    ids = {entity.id for entity in entities}
    gone = _concepts(renamed) - _concepts(entities)
    said: list[Attribute] = [a for a in record.attributes if a.target in ids]
    lists = {"entities": labels, "relations": annotated.relation_labels}
    known = {name: sorted(found) for name, found in lists.items() if found is not None}
    notes = {**record.meta.get(FIELD, {}), **known}
    if not annotated.assertions:
        said, notes["assertions"] = [], False
    return replace(
        record,
        entities=tuple(entities),
        relations=tuple(
            r for r in record.relations if {r.head, r.tail} <= ids and annotated.knows(r.label)
        ),
        concept_relations=tuple(
            _with_evidence(r, ids)
            for r in record.concept_relations
            if annotated.knows(r.label) and gone.isdisjoint((r.head, r.tail))
        ),
        attributes=tuple(said),
        meta={**record.meta, FIELD: notes} if notes else record.meta,
    )


def _concepts(entities: Iterable[Entity]) -> set[str]:
    """What mentions stand for: all identifiers of one together, and each."""
    return {x for e in entities for x in (e.concept, *split_concepts(e.concept))}


def _with_evidence(relation: ConceptRelation, ids: set[str]) -> ConceptRelation:
    """A relation with the evidence that these mentions give."""
    return replace(relation, evidence=tuple(x for x in relation.evidence if ids.issuperset(x)))


def _rename(entity: Entity, names: Mapping[str, str]) -> Entity:
    return replace(entity, label=names.get(entity.label, entity.label))


def _stored_labels(doc: Doc, key: str, name: str) -> frozenset[str] | None:
    return _labels_in(_stored(doc, key), name)


def _labels_in(stored: Mapping[str, Any], name: str) -> frozenset[str] | None:
    labels = stored.get(name)
    if labels is None:
        return None
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise StorageError(Errors.SC108.format(field=FIELD, found=type(labels).__name__))
    return frozenset(labels)


def _stored(doc: Doc, key: str) -> Mapping[str, Any]:
    return _stored_in(get_name(doc, key)[1]) if has_mentions(doc, key) else {}


def _stored_in(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    stored = meta.get(FIELD, {})
    if not isinstance(stored, dict):
        raise StorageError(Errors.SC108.format(field=FIELD, found=type(stored).__name__))
    return stored
