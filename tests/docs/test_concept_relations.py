"""Concepts of mentions, and relations between them: what is stored and what comes back."""

import pickle
from collections.abc import Callable

import pytest
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from spacy_clinical.docs import (
    ConceptRow,
    get_concept_relations,
    get_concept_rows,
    has_concept_relations,
    identify,
    install_extensions,
    normalize_name,
    set_concept_relations,
    set_mentions,
    to_doc,
    to_record,
)
from spacy_clinical.errors import StorageError
from spacy_clinical.records import ConceptRelation, Entity, Record

FOUND = [
    ConceptRow("D1", "D2", "CID", 0.75, ((0, 1), (3, 1))),
    ConceptRow("D1", "D3", "CID", note="Novel"),
]


def make_doc() -> Doc:
    install_extensions()
    doc = Doc(Vocab(), words=["Aspirin", "rash", ",", "aspirin"])
    places = [(0, 1, "Chemical"), (1, 2, "Disease"), (1, 2, "FINDING"), (3, 4, "Chemical")]
    set_mentions(doc, [Span(doc, s, e, label=label) for s, e, label in places])
    return doc


def by_docbin(doc: Doc) -> Doc:
    return next(DocBin(docs=[doc]).get_docs(doc.vocab))


COPIES: list[Callable[[Doc], Doc]] = [
    lambda doc: doc,
    lambda doc: doc.copy(),
    lambda doc: Doc(doc.vocab).from_bytes(doc.to_bytes()),
    lambda doc: pickle.loads(pickle.dumps(doc)),
    by_docbin,
]


@pytest.mark.parametrize("copy", COPIES, ids=["same", "copy", "bytes", "pickle", "DocBin"])
def test_relations_survive(copy: Callable[[Doc], Doc]) -> None:
    doc = make_doc()
    set_concept_relations(doc, FOUND)
    doc = copy(doc)
    first, second = doc._.concept_relations
    assert (first.head, first.tail, first.label, first.score) == ("D1", "D2", "CID", 0.75)
    assert [(h.text, t.text, t.label_) for h, t in first.evidence] == [
        ("Aspirin", "rash", "Disease"),
        ("aspirin", "rash", "Disease"),
    ]
    assert second == ("D1", "D3", "CID", None, (), "Novel")
    assert get_concept_rows(doc) == FOUND
    assert get_concept_relations(doc) == [
        ConceptRelation("D1", "D2", "CID", score=0.75),
        ConceptRelation("D1", "D3", "CID", "Novel"),
    ]


def test_nothing_and_none() -> None:
    doc = make_doc()
    assert doc._.concept_relations == ()
    assert not has_concept_relations(doc)
    set_concept_relations(doc, [])
    assert doc._.concept_relations == ()
    assert has_concept_relations(doc)
    assert Doc(doc.vocab, words=["x"])._.concept_relations == ()


def test_new_mentions_drop_the_relations_of_the_old() -> None:
    doc = make_doc()
    set_concept_relations(doc, FOUND)
    set_mentions(doc, [Span(doc, 0, 1, label="Chemical")])
    assert doc._.concept_relations == ()


def test_evidence_beyond_the_mentions() -> None:
    with pytest.raises(StorageError, match="SC106"):
        set_concept_relations(make_doc(), [ConceptRow("D1", "D2", "CID", evidence=((0, 4),))])


@pytest.mark.parametrize("field", ["concept_scores", "concept_evidence"])
def test_a_broken_store(field: str) -> None:
    doc = make_doc()
    set_concept_relations(doc, FOUND)
    doc.spans["clinical"].attrs[field].append(None)
    with pytest.raises(StorageError, match=f"SC105.*{field}"):
        get_concept_relations(doc)


def test_what_corpora_stored_before_scores() -> None:
    doc = make_doc()
    doc.spans["clinical"].attrs["concept_relations"] = [["D1", "D2", "CID", "No"]]
    assert get_concept_relations(doc) == [ConceptRelation("D1", "D2", "CID", "No")]


def test_evidence_of_a_mention_that_no_tokens_hold() -> None:
    """It comes back in the Record; the getter shows what it can."""
    entities = (
        Entity("T1", "Chemical", ((0, 7),), "D1"),
        Entity("T2", "Disease", ((9, 11),), "D2"),
    )
    stated = ConceptRelation("D1", "D2", "CID", score=0.5, evidence=(("T1", "T2"),))
    record = Record("1", "Aspirin rash", entities, concept_relations=(stated,))
    doc = to_doc(record, lambda text: Doc(Vocab(), words=text.split()))
    install_extensions()
    assert doc._.concept_relations[0].evidence == ()
    assert to_record(doc).concept_relations == (stated,)


# kb_id_, span.id_, what it stands for with and without names
IDENTITIES = [
    ("D1", "D9", ("D1",), ("D1",)),
    ("", "D9", ("D9",), ("D9",)),
    ("D1|D2", "", ("D1", "D2"), ("D1", "D2")),
    ("", "", ("name:chestpain",), ()),
    ("-1", "", (), ()),
]


@pytest.mark.parametrize("kb_id, span_id, named, unnamed", IDENTITIES)
def test_identify(kb_id: str, span_id: str, named: object, unnamed: object) -> None:
    doc = Doc(Vocab(), words=["Chest", "-", "pains"])
    span = Span(doc, 0, 3, label="SIGN", kb_id=kb_id, span_id=span_id)
    assert identify(span, by_name=True) == named
    assert identify(span, by_name=False) == unnamed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Beta-Blockers", "betablocker"),
        ("stress", "stress"),
        ("5-HT 2", "5ht2"),
        ("s", ""),
        ("Ö-Zellen", "özellen"),
        ("", ""),
    ],
)
def test_normalize_name(name: str, expected: str) -> None:
    assert normalize_name(name) == expected


def test_a_mention_without_letters_stands_for_nothing() -> None:
    doc = Doc(Vocab(), words=["..."])
    assert identify(Span(doc, 0, 1, label="SIGN"), by_name=True) == ()
