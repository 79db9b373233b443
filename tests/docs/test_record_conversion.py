"""Record to Doc and back: nothing is lost, whatever the tokens are."""

import pickle
from collections.abc import Callable

import pytest
import spacy
from hypothesis import given
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from spacy_clinical.docs import (
    get_lost,
    get_mentions,
    get_relation_rows,
    get_untold,
    set_relations,
    to_doc,
    to_record,
)
from spacy_clinical.event_mentions import flatten
from spacy_clinical.records import (
    Attribute,
    ConceptRelation,
    Entity,
    Equivalence,
    Event,
    Record,
    Relation,
)

from .strategies import FEW, records

MAKE_DOC = spacy.blank("en").make_doc

RECORD = Record(
    "note 7",
    "aspirin 500mg eases renal and chest pain",
    (
        Entity("T1", "DRUG", ((0, 7),), "D1", 0.25),
        Entity("T2", "DOSE", ((8, 12),)),
        Entity("T3", "SIGN", ((20, 25), (36, 40)), "S1|S2"),
        Entity("T4", "SIGN", ((20, 40),)),
        Entity("T5", "SIGN", ((36, 40),)),
        Entity("T6", "PART", ((1, 3),), "P1", 0.5),
    ),
    (
        Relation("T1", "T3", "TREATS", 0.75),
        Relation("T6", "T1", "PART_OF"),
        Relation("T2", "T6", "PART_OF", 0.5),
        Relation("T4", "T5", "PART_OF"),
    ),
    (Attribute("T3", "assertion", "present"), Attribute("T6", "assertion", "absent")),
    (ConceptRelation("D1", "S1", "TREATS", "Novel"),),
    {"split": "train", "pages": [1, 2]},
)


def words(text: str) -> Doc:
    """Tokenise at blanks only, so that "500mg" is one token."""
    parts = text.split(" ")
    spaces = [True] * (len(parts) - 1) + [False]
    return Doc(Vocab(), words=parts, spaces=spaces)


def unordered(record: Record) -> tuple[object, ...]:
    """What a record says, without the order in which it says it."""
    return (
        record.id,
        record.text,
        sorted(record.entities, key=repr),
        sorted(record.relations, key=repr),
        sorted(record.attributes, key=repr),
        record.concept_relations,
        record.meta,
    )


def by_bytes(doc: Doc) -> Doc:
    return Doc(Vocab()).from_bytes(doc.to_bytes())


def by_pickle(doc: Doc) -> Doc:
    return pickle.loads(pickle.dumps(doc))


def by_docbin(doc: Doc) -> Doc:
    store = DocBin(docs=[doc], store_user_data=False).to_bytes()
    return next(iter(DocBin().from_bytes(store).get_docs(Vocab())))


def by_docbin_with_user_data(doc: Doc) -> Doc:
    store = DocBin(docs=[doc], store_user_data=True).to_bytes()
    return next(iter(DocBin().from_bytes(store).get_docs(Vocab())))


ROADS = [by_bytes, by_pickle, by_docbin, by_docbin_with_user_data, Doc.copy]


def test_lost_mentions_are_named() -> None:
    doc = to_doc(RECORD, words)
    # "500" in "500mg" and "sp" in "aspirin" are no tokens: T2 is lost as 0, T6 as 1.
    assert [mention.label for mention in get_mentions(doc)] == ["DRUG", "SIGN", "SIGN", "SIGN"]
    assert [mention.fragments for mention in get_lost(doc).mentions] == [((8, 12),), ((1, 3),)]
    assert get_relation_rows(doc) == [(0, 1, "TREATS", 0.75), (2, 3, "PART_OF", None)]
    lost = [(-2, 0, "PART_OF", None), (-1, -2, "PART_OF", 0.5)]
    assert get_lost(doc).relations == lost


@pytest.mark.parametrize("make_doc", [words, MAKE_DOC])
def test_record_returns(make_doc: Callable[[str], Doc]) -> None:
    assert unordered(to_record(to_doc(RECORD, make_doc))) == unordered(RECORD)


def test_order_is_kept_where_all_is_held() -> None:
    held = Record("1", RECORD.text, RECORD.entities[2:5], RECORD.relations[3:])
    assert to_record(to_doc(held, words)) == held


@pytest.mark.parametrize("road", ROADS)
def test_record_returns_from_store(road: Callable[[Doc], Doc]) -> None:
    assert unordered(to_record(road(to_doc(RECORD, words)))) == unordered(RECORD)


@given(record=records())
@FEW
def test_any_record_returns(record: Record) -> None:
    doc = to_doc(record, MAKE_DOC)
    assert unordered(to_record(doc)) == unordered(record)
    for road in ROADS:
        assert unordered(to_record(road(doc))) == unordered(record)


def test_copy_shares_nothing() -> None:
    doc = to_doc(RECORD, words)
    copy = doc.copy()
    copy.spans["clinical"].attrs["relations"].clear()
    assert len(get_relation_rows(doc)) == 2


def test_unannotated_doc_gives_an_empty_record() -> None:
    assert to_record(MAKE_DOC("a b"), id="x") == Record("x", "a b")


def test_names_of_predicted_mentions() -> None:
    record = Record("1", "a b", (Entity("X", "L", ((0, 1),)), Entity("Y", "L", ((2, 3),))))
    doc = to_doc(record, MAKE_DOC)
    del doc.spans["clinical"].attrs["ids"]
    assert [entity.id for entity in to_record(doc).entities] == ["T1", "T2"]


def test_other_key() -> None:
    doc = to_doc(RECORD, words, key="gold")
    assert "clinical" not in doc.spans
    assert unordered(to_record(doc, key="gold")) == unordered(RECORD)


def test_entities_of_other_components_are_read() -> None:
    doc = Doc(Vocab(), words=["aspirin", "for", "pain"], ents=["B-DRUG", "O", "B-SIGN"])
    entities = to_record(doc, id="note").entities
    assert [(e.id, e.label, e.fragments) for e in entities] == [
        ("T1", "DRUG", ((0, 7),)),
        ("T2", "SIGN", ((12, 16),)),
    ]


EVENTS = Record(
    "a",
    "Loss of smell and taste.",
    (
        Entity("T1", "Loss", ((0, 4),)),
        Entity("T2", "Sense", ((8, 13),)),
        Entity("T3", "Sense", ((18, 23),)),
        Entity("T4", "Half", ((19, 23),), score=0.5),
    ),
    (Relation("E1", "E2", "WITH", 0.5, "R1", ("One", "Other")),),
    (
        Attribute("E2", "Negated"),
        Attribute("R1", "Sure", "no"),
        Attribute("T4", "assertion", "absent", 0.7, (0, 4)),
    ),
    events=(Event("E1", "T1", (("Of", "T2"),)), Event("E2", "T1", (("Of", "T3"),))),
    equivalences=(Equivalence("SAME", ("T2", "T3")),),
)


def test_events_go_with_a_doc_and_come_back() -> None:
    doc = to_doc(EVENTS, MAKE_DOC)
    back = DocBin().from_bytes(DocBin(docs=[doc]).to_bytes())
    (stored,) = back.get_docs(spacy.blank("en").vocab)
    found = to_record(stored, events=True)
    assert found == EVENTS
    assert found.relations[0].id == "R1"
    assert get_untold(stored) == flatten(EVENTS)[1]
    flat = to_record(stored)
    assert flat.events == ()
    assert [(r.head, r.label, r.tail) for r in flat.relations] == [
        ("T1", "Of", "T2"),
        ("T2", "SAME", "T3"),
    ]


def test_events_that_no_longer_hold_are_not_given_back() -> None:
    doc = to_doc(EVENTS, MAKE_DOC)
    set_relations(doc, [(0, 2, "Of", None)])
    assert to_record(doc, events=True) == to_record(doc)


def test_score_and_cue_of_what_no_token_holds() -> None:
    attribute = Attribute("T1", "assertion", "absent", 0.25, (0, 2))
    record = Record("a", "5mg", (Entity("T1", "STRENGTH", ((1, 2),)),), (), (attribute,))
    doc = to_doc(record, MAKE_DOC)
    assert [mention.label for mention in get_lost(doc).mentions] == ["STRENGTH"]
    assert to_record(doc) == record
