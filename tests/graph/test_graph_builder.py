"""What a note says, as a graph, counted by hand."""

import pytest
import spacy

from spacy_clinical.docs import to_doc
from spacy_clinical.docs.iso_dates import iso_date
from spacy_clinical.errors import GraphError
from spacy_clinical.graph import (
    Finding,
    Mention,
    Relation,
    build_graph,
    describe,
    normalise,
)
from spacy_clinical.records import Entity, Record

from .cases import BOB, JANUARY, LINKED, MARCH, NOTES, note


def test_counts() -> None:
    found = describe(build_graph(NOTES))
    assert found == {
        "patients": 2,
        "documents": 3,
        # ann-1: 14 without the patient, diabetes twice; ann-2 adds 1000 mg and heartburn; bob-1
        # adds arms and gout.
        "concepts": 13 + 2 + 2,
        "of them linked to a terminology": 0,
        # ann-1: 14. ann-2: 1000 mg, aspirin and metformin in another way, heartburn, fever, rash.
        # bob-1: 6.
        "findings": 14 + 6 + 6,
        "mentions": 14 + 10 + 6,
        "relations": 7 + 5 + 3,
        "dates given to a mention of their sentence": 1,
        "reasons given to a stopped drug of their sentence": 0,
        "mentions with a time": 1,
        "drugs with a change": 3,  # penicillin's is the rash that it gave
        "mentions of persons, left out": 1,
        "relations of those, left out": 0,
    }


def test_ways_of_saying_are_kept_apart() -> None:
    findings = build_graph(NOTES).findings()
    fever = [f for f in findings if f.concept == "text:SYMPTOM:fever"]
    assert [(f.patient, f.assertion) for f in fever] == [
        ("ann", "absent"),
        ("ann", "present"),
        ("bob-1", "absent"),
    ]
    (mention,) = findings[Finding("ann", "text:CONDITION:breast cancer", "family")]
    start = JANUARY.text.index("breast cancer")
    assert mention.fragments == ((start, start + len("breast cancer")),)


def test_a_date_goes_to_what_stands_before_it() -> None:
    dated = [r for r in build_graph([JANUARY]).relations if r.label == "DATED"]
    (relation,) = dated
    assert relation.head.concept == "text:CONDITION:diabetes"
    assert relation.tail.concept == "text:DATE:2019"


@pytest.mark.parametrize(
    "text, dated",
    [
        ("In May aspirin was begun.", "aspirin"),
        ("Aspirin. In May he fell.", ""),
        ("aspirin\n\nMay", ""),
        ("aspirin 5.2 mg in May, ibuprofen later", "aspirin"),
        ("aspirin until May", ""),
        ("(1) aspirin\n(2) May", ""),
    ],
)
def test_dates_stay_in_their_sentence(text: str, dated: str) -> None:
    drugs = [w for w in ("aspirin", "Aspirin", "ibuprofen") if w in text]
    said = sorted(
        [*((w, "MEDICATION") for w in drugs), ("May", "DATE")], key=lambda e: text.index(e[0])
    )
    relations = build_graph([note("x", text, said)]).relations
    assert [r.head.concept.rpartition(":")[2] for r in relations] == [dated] * bool(dated)


def test_no_text_unless_asked() -> None:
    assert {said.text for said in build_graph([BOB]).mentions.values()} == {""}
    words = {said.text for said in build_graph([BOB], keep_text=True).mentions.values()}
    assert words == {"Penicillin", "rash", "arms", "fever", "aspirin", "gout"}


def test_persons_are_left_out() -> None:
    graph = build_graph([JANUARY])
    assert not any("roe" in repr(part).lower() for part in (*graph.concepts, *graph.mentions))


def test_linked_mentions() -> None:
    titles = {"D009270": "Naloxone hydrochloride"}
    graph = build_graph([LINKED], titles=lambda id: titles.get(id, ""))
    assert set(graph.concepts) == {"D009270", "D003000", "D006973", "D009369", "D010146"}
    assert graph.concepts["D009270"].name == "Naloxone hydrochloride"
    assert graph.concepts["D003000"].name == "clonidine"
    whole = [m for m in graph.mentions if not m.fragments]
    assert sorted(m.concept for m in whole) == ["D003000", "D006973"]
    (relation,) = graph.relations
    assert relation == Relation(
        whole_of(whole, "D003000"), "CID", whole_of(whole, "D006973"), "novel"
    )


def whole_of(mentions: list[Mention], concept: str) -> Mention:
    return next(m for m in mentions if m.concept == concept)


def test_docs_records_and_pairs_give_the_same() -> None:
    make_doc = spacy.blank("en").make_doc
    expected = build_graph([MARCH])
    assert build_graph([to_doc(MARCH, make_doc)]) == expected
    anonymous = to_doc(Record("", *(getattr(MARCH, f) for f in FIELDS)), make_doc)
    context = {"id": "ann-2", "patient": "ann", "date": "2024-03"}
    assert build_graph([(anonymous, context)]) == expected
    assert list(build_graph([(anonymous, "n7")]).documents) == ["n7"]


FIELDS = ("text", "entities", "relations", "attributes")


def test_what_the_tokenizer_loses_is_in_the_graph() -> None:
    record = Record("x", "aspirin500mg", (Entity("T0", "MEDICATION", ((0, 7),)),))
    graph = build_graph([to_doc(record, spacy.blank("en").make_doc)])
    assert [m.fragments for m in graph.mentions] == [((0, 7),)]


@pytest.mark.parametrize(
    "words, expected",
    [
        ("Type 2\n  Diabetes,", "type 2 diabetes"),
        ("\u00c4rzte\u200b", "ärzte"),
        ("(+)", "+"),
        ("--", "--"),
        ("5\u00a0mg", "5 mg"),
    ],
)
def test_normalise(words: str, expected: str) -> None:
    assert normalise(words) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2024-02-12", "2024-02-12"),
        ("2024-02-12T08:00:00", "2024-02-12"),
        ("12 February 2024", "2024-02-12"),
        ("3rd Sept. 2021", "2021-09-03"),
        ("Feb 2, 2024", "2024-02-02"),
        ("June 2022", "2022-06"),
        ("2011", "2011"),
        ("June", ""),
        ("3/4/2024", ""),
        ("2024-13-01", ""),
        ("decline 2011", ""),
        ("40 May 2011", ""),
    ],
)
def test_iso_date(text: str, expected: str) -> None:
    assert iso_date(text) == expected


@pytest.mark.parametrize(
    "code, notes",
    [
        ("SC651", [note("", "x", [])]),
        ("SC651", [BOB, BOB]),
        ("SC652", [note("x", "x", [], date="12.2.24")]),
    ],
)
def test_refused(code: str, notes: list[Record]) -> None:
    with pytest.raises(GraphError, match=code):
        build_graph(notes)
