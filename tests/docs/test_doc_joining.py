"""Docs joined, and Docs as JSON: nothing that is stored is lost."""

import json
from itertools import chain
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from spacy.tokens import Doc

from spacy_clinical.docs import (
    Assertion,
    DocSection,
    from_json,
    get_abbreviations,
    get_assertions,
    get_links,
    get_long_form,
    get_relations,
    get_sections,
    get_spans,
    has_relations,
    install_extensions,
    join_docs,
    set_abbreviations,
    set_assertions,
    set_links,
    set_mentions,
    set_relations,
    set_sections,
    to_doc,
    to_json,
    to_record,
)
from spacy_clinical.records import ConceptRelation, Entity, Record, Relation

from .strategies import records

NLP = spacy.blank("en")


def make_doc(text: str, drug: str, sign: str, value: str) -> Doc:
    """Two mentions, of which everything is said."""
    install_extensions()
    doc = NLP.make_doc(text)
    starts = [(text.index(word), word) for word in (drug, sign)]
    spans = [doc.char_span(s, s + len(w), label=w.upper(), span_id=f"id {w}") for s, w in starts]
    set_mentions(doc, spans, scores=[0.5, 0.75])
    set_relations(doc, [(0, 1, "CAUSES", 0.5)])
    set_assertions(doc, [[], [Assertion("assertion", value, 0.5, (0, 2))]])
    set_links(doc, [[("C1", 0.5), ("C2", 0.25)], []])
    set_sections(doc, [DocSection("history", 0, len(text), (0, 2), "historical")])
    set_abbreviations(doc, [(doc[1:2], doc[0:1])])
    return doc


def told(doc: Doc) -> list[Any]:
    return [
        [(s.text, s.label_, s.id_, s.kb_id_, s._.score, get_links(s)) for s in get_spans(doc)],
        [(r.head.text, r.label, r.tail.text, r.score) for r in get_relations(doc)],
        [
            [(a.name, a.value, a.score, a.cue and doc.text[slice(*a.cue)]) for a in row]
            for row in get_assertions(doc)
        ],
        [(s.category, doc.text[slice(*s.heading)], s.assertion) for s in get_sections(doc)],
        [(s.text, get_long_form(s).text) for s in get_abbreviations(doc)],
        [(ent.text, ent.label_) for ent in doc.ents],
    ]


PARTS = (
    ("No rash after aspirin.", "aspirin", "rash", "absent"),
    ("Rare fever from naproxen", "naproxen", "fever", "possible"),
    ("Mild itch, amoxicillin ", "amoxicillin", "itch", "historical"),
)


@pytest.mark.parametrize("blank", [True, False])
def test_joined(blank: bool) -> None:
    docs = [make_doc(*part) for part in PARTS]
    joined = join_docs([docs[0], NLP.make_doc(" "), *docs[1:]], ensure_whitespace=blank)
    assert joined is not None
    assert told(joined) == [list(chain(*parts)) for parts in zip(*map(told, docs), strict=True)]
    assert [s._.assertion for s in get_spans(joined)][1::2] == [part[3] for part in PARTS]
    again = Doc(NLP.vocab).from_bytes(joined.to_bytes(exclude=["user_data"]))
    assert told(again) == told(joined)


def test_joined_by_spacy_itself() -> None:
    """What ours is for; if spaCy should keep attrs one day, ours can go."""
    joined = Doc.from_docs([make_doc(*PARTS[0])])
    assert not joined.spans["clinical"].attrs
    assert not Doc(NLP.vocab).from_json(make_doc(*PARTS[0]).to_json()).spans["clinical"].attrs


def test_nothing_and_one() -> None:
    assert join_docs([]) is None
    (doc,) = [make_doc(*PARTS[0])]
    one = join_docs([doc])
    assert one is not None and told(one) == told(doc)
    plain = join_docs([NLP.make_doc("a"), NLP.make_doc("b")])
    assert plain is not None and not dict(plain.spans)


def test_relations_that_nobody_looked_for_are_not_none() -> None:
    doc, other = make_doc(*PARTS[0]), make_doc(*PARTS[1])
    del other.spans["clinical"].attrs["relations"]
    joined = join_docs([doc, other])
    assert joined is not None and not has_relations(joined)
    assert len(get_spans(joined)) == 4


def test_lost_and_discontinuous_mentions_concepts_and_meta() -> None:
    entities = (
        Entity("a", "DRUG", ((0, 3),), "D1"),
        Entity("b", "SIGN", ((8, 12), (18, 22)), "D2"),
    )
    record = Record(
        "n",
        "aspirin rash and itch here",
        entities,
        (Relation("b", "a", "X"),),
        (),
        (ConceptRelation("D1", "D2", "CID", evidence=(("a", "b"),)),),
        {"ward": 1, "day": 2},
    )
    other = Record(**{**record.__dict__, "meta": {"ward": 1, "day": 3}})
    docs = [to_doc(r, NLP.make_doc) for r in (record, other)]
    joined = join_docs(docs)
    assert joined is not None
    found = to_record(joined)
    fragments = sorted(e.fragments for e in found.entities)
    assert fragments == [((0, 3),), ((8, 12), (18, 22)), ((27, 30),), ((35, 39), (45, 49))]
    named = {e.id: e.fragments for e in found.entities}
    assert [(named[r.head][0][0], named[r.tail][0][0]) for r in found.relations] == [
        (8, 0),
        (35, 27),
    ]
    assert [named[r.evidence[0][0]][0][0] for r in found.concept_relations] == [0, 27]
    assert found.meta == {"ward": 1}


def test_json() -> None:
    for part in PARTS:
        doc = make_doc(*part)
        again = from_json(json.loads(json.dumps(to_json(doc))), NLP.vocab)
        assert told(again) == told(doc)
        assert {k: dict(g.attrs) for k, g in again.spans.items()} == {
            k: json.loads(json.dumps(dict(g.attrs))) for k, g in doc.spans.items()
        }
    bare = from_json(doc.to_json(), NLP.vocab)
    assert [s.text for s in bare.spans["clinical"]] == [s.text for s in doc.spans["clinical"]]
    assert not bare.spans["clinical"].attrs


@settings(max_examples=40, deadline=None)
@given(record=records())
def test_any_record_as_json(record: Record) -> None:
    doc = to_doc(record, NLP.make_doc)
    assert to_record(from_json(json.loads(json.dumps(to_json(doc))), NLP.vocab)) == to_record(doc)
