"""What a document's annotators looked for: stored, kept, and left to a Doc by `restrict`."""

from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from spacy_clinical.docs import (
    Annotated,
    get_concept_relations,
    get_known_labels,
    get_known_relation_labels,
    get_lost,
    get_mentions,
    get_relation_rows,
    has_assertions,
    has_relations,
    restrict,
    to_doc,
    to_record,
)
from spacy_clinical.errors import StorageError
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation

TEXT = "aspirin relieves fever and rash"
ENTITIES = (
    Entity("T1", "ChemicalEntity", ((0, 7),), "D1"),
    Entity("T2", "Disease", ((17, 22),)),
    Entity("T3", "Gene", ((27, 29),)),  # inside a token
    Entity("T4", "Gene", ((27, 31),)),
)
RELATIONS = (Relation("T1", "T2", "TREATS"), Relation("T4", "T2", "CAUSES"))
RECORD = Record(
    "7",
    TEXT,
    ENTITIES,
    RELATIONS,
    (Attribute("T2", "assertion", "absent"),),
    (ConceptRelation("D1", "D2", "TREATS"),),
    {"source": "x"},
)
NAMES = {"ChemicalEntity": "Chemical"}


def make(meta: dict[str, Any] | None = None) -> Doc:
    nlp = spacy.blank("en")
    record = RECORD if meta is None else Record("7", TEXT, ENTITIES, meta=meta)
    doc = to_doc(record, nlp.make_doc)
    doc[2].is_sent_start = False
    return doc


def test_labels_are_renamed_others_dropped_and_counted(tmp_path: Path) -> None:
    doc = make()
    counts = restrict(doc, Annotated(NAMES, ["Disease", "Chemical"]))
    assert counts == {"mentions": 2, "relations": 1}
    DocBin(docs=[doc]).to_disk(tmp_path / "a.spacy")
    stored = next(iter(DocBin().from_disk(tmp_path / "a.spacy").get_docs(spacy.blank("en").vocab)))
    for found in (doc, stored, to_doc(to_record(stored), spacy.blank("en").make_doc)):
        assert [m.label for m in get_mentions(found)] == ["Chemical", "Disease"]
        assert [ent.label_ for ent in found.ents] == ["Chemical", "Disease"]
        assert get_relation_rows(found) == [(0, 1, "TREATS", None)]
        assert get_known_labels(found) == {"Chemical", "Disease"}
        assert to_record(found).attributes == RECORD.attributes
        assert to_record(found).meta["source"] == "x"
        assert not get_lost(found).mentions
        assert has_assertions(found)
    assert doc[2].is_sent_start is False


def test_nothing_is_changed_by_default() -> None:
    doc = make()
    before = to_record(doc)
    assert not restrict(doc, Annotated())
    assert to_record(doc) == before
    assert get_known_labels(doc) is None


def test_relations_and_assertions_that_are_not_annotated() -> None:
    doc = make()
    assert not restrict(doc, Annotated(relations=False, assertions=False))
    assert not has_relations(doc)
    assert not get_concept_relations(doc)
    assert not get_lost(doc).relations
    assert len(get_lost(doc).mentions) == 1
    assert not has_assertions(doc)
    assert not to_record(doc).attributes
    assert get_known_labels(doc) is None


def test_relation_labels_that_are_not_annotated() -> None:
    """CAUSES goes; so does the concepts' TREATS where only CAUSES was looked for."""
    doc = make()
    assert restrict(doc, Annotated(relation_labels=["TREATS"])) == {"relations": 1}
    assert get_relation_rows(doc) == [(0, 1, "TREATS", None)]
    assert [rel.label for rel in get_concept_relations(doc)] == ["TREATS"]
    assert get_known_relation_labels(doc) == {"TREATS"}
    assert get_known_labels(doc) is None
    doc = make()
    assert restrict(doc, Annotated(relation_labels=["CAUSES"])) == {"relations": 2}
    assert not get_concept_relations(doc)
    assert get_known_relation_labels(make()) is None


def test_relations_of_concepts_whose_mentions_go() -> None:
    """D2 had one mention, D3 has another that stays; nothing ever mentions D9."""
    entities = (
        Entity("T1", "Drug", ((0, 7),), "D1"),
        Entity("T2", "Gene", ((17, 22),), "D2|D3"),
        Entity("T3", "Disease", ((27, 31),), "D3"),
    )
    told = (("T1", "T2"), ("T1", "T3"))
    relations = (
        ConceptRelation("D1", "D2", "X", evidence=told[:1]),
        ConceptRelation("D1", "D3", "X", evidence=told),
        ConceptRelation("D1", "D9", "X"),
    )
    record = Record("7", TEXT, entities, (Relation("T1", "T2", "X"),), (), relations)
    doc = to_doc(record, spacy.blank("en").make_doc)
    assert restrict(doc, Annotated(labels=["Drug", "Disease"])) == {"mentions": 1, "relations": 2}
    kept = to_record(doc).concept_relations
    assert [(rel.head, rel.tail) for rel in kept] == [("D1", "D3"), ("D1", "D9")]
    assert [len(rel.evidence) for rel in kept] == [1, 0]


def test_a_doc_without_relations_does_not_get_any() -> None:
    doc = make()
    del doc.spans["clinical"].attrs["relations"]
    restrict(doc, Annotated(labels=["Disease"]))
    assert not has_relations(doc)


def test_ents_alone_are_enough() -> None:
    doc = spacy.blank("en").make_doc(TEXT)
    doc.ents = [doc.char_span(17, 22, label="Disease")]  # type: ignore[list-item]
    restrict(doc, Annotated({"Disease": "SIGN"}, ["SIGN", "DRUG"]))
    assert get_known_labels(doc) == {"SIGN", "DRUG"}
    assert [m.label for m in get_mentions(doc)] == ["SIGN"]
    assert not has_relations(doc)


def test_a_label_with_a_mention_is_known() -> None:
    doc = make({"annotated": {"entities": ["Dose"]}})
    assert get_known_labels(doc) == {"Dose", "ChemicalEntity", "Disease", "Gene"}


@pytest.mark.parametrize("stored", ["Disease", {"entities": "Disease"}, {"entities": [1]}])
def test_meta_of_another_shape(stored: Any) -> None:
    with pytest.raises(StorageError, match="SC108"):
        get_known_labels(make({"annotated": stored}))


def test_relation_labels_of_another_shape() -> None:
    with pytest.raises(StorageError, match="SC108"):
        get_known_relation_labels(make({"annotated": {"relations": "TREATS"}}))
