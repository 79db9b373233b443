"""Writing to the attributes that show the store: into it, or refused."""

from types import SimpleNamespace
from typing import Any

import pytest
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from spacy_clinical.docs import (
    get_relation_rows,
    get_relations,
    get_spans,
    install_extensions,
    set_mentions,
    set_relations,
    to_record,
)
from spacy_clinical.docs.abbreviation_spans import install_abbreviation_extensions
from spacy_clinical.docs.section_spans import install_section_extensions
from spacy_clinical.errors import StorageError

ROWS = [(0, 1, "TREATS", 0.3), (0, 1, "CAUSES", 0.9), (2, 0, "NEXT", None)]


@pytest.fixture()
def doc() -> Doc:
    install_extensions()
    install_abbreviation_extensions()
    install_section_extensions()
    doc = Doc(Vocab(), words=["aspirin", "for", "chest", "pain", "and", "fever"])
    places = [(0, 1, "DRUG"), (2, 4, "SIGN"), (5, 6, "SIGN"), (2, 3, "PART")]
    set_mentions(doc, [Span(doc, s, e, label=label) for s, e, label in places])
    set_relations(doc, ROWS)
    return doc


@pytest.mark.parametrize("name", ["rel", "relations"])
def test_what_is_read_can_be_written(doc: Doc, name: str) -> None:
    """To the same Doc, to a copy, and as the list of keys that spacy-llm makes of the dict."""
    read = getattr(doc._, name)
    for value in (read, list(read)):
        other = doc.copy()
        set_relations(other, [])
        setattr(other._, name, value)
        assert sorted(get_relation_rows(other), key=str) == sorted(ROWS, key=str)
        assert [r.label for r in to_record(other).relations] == [r.label for r in other._.relations]
    doc._.rel = {}
    assert get_relations(doc) == () and doc._.rel == {}


def test_the_dict_of_the_tutorial(doc: Doc) -> None:
    """A probability for every pair and label; below a half is no relation."""
    doc._.rel = {(0, 2): {"TREATS": 0.75, "CAUSES": 0.25}, (2, 0): {"TREATS": 0.1}, (5, 0): {}}
    assert get_relation_rows(doc) == [(0, 1, "TREATS", 0.75)]
    assert doc._.rel == {(0, 2): {"TREATS": 0.75}}


@pytest.mark.parametrize("kind", [dict, SimpleNamespace])
def test_the_list_of_spacy_llm(doc: Doc, kind: Any) -> None:
    doc._.rel = [kind(dep=0, dest=2, relation="TREATS"), kind(dep=1, dest=0, relation="NEXT")]
    assert get_relation_rows(doc) == [(0, 2, "TREATS", None), (1, 0, "NEXT", None)]


def test_entities_of_others_become_mentions() -> None:
    install_extensions()
    doc = Doc(Vocab(), words=["aspirin", "for", "pain"])
    doc.ents = [Span(doc, 0, 1, label="DRUG"), Span(doc, 2, 3, label="SIGN")]
    doc._.rel = [{"dep": 0, "dest": 1, "relation": "TREATS"}]
    (relation,) = doc._.relations
    assert (relation.head.text, relation.label, relation.tail.text) == ("aspirin", "TREATS", "pain")
    bare = Doc(doc.vocab).from_bytes(doc.to_bytes(exclude=["user_data"]))
    assert [r.label for r in bare._.relations] == ["TREATS"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("TREATS", "SC110"),
        (7, "SC110"),
        ([("aspirin", "TREATS", "pain")], "SC110"),
        ([{"dep": 0, "dest": 3, "relation": "X"}], "SC110"),
        ([{"dep": -1, "dest": 0, "relation": "X"}], "SC110"),
        ([{"dep": "0", "dest": 1, "relation": "X"}], "SC110"),
        ({(0, 1): {"X": 1.0}}, "SC110"),
        ({0: {"X": 1.0}}, "SC110"),
        ({(0, 2): 1.0}, "SC110"),
    ],
)
def test_what_is_refused_changes_nothing(doc: Doc, value: Any, code: str) -> None:
    with pytest.raises(StorageError, match=code) as caught:
        doc._.rel = value
    assert get_relation_rows(doc) == ROWS
    assert not any(token.text in str(caught.value) for token in doc if len(token) > 3)


def test_relations_of_another_text(doc: Doc) -> None:
    other = Doc(doc.vocab, words=["ibuprofen", "for", "chest", "pain", "and", "fever"])
    set_mentions(other, [Span(other, s.start, s.end, label=s.label) for s in get_spans(doc)])
    with pytest.raises(StorageError, match="SC112"):
        other._.rel = list(doc._.rel)


def test_scores_and_assertions(doc: Doc) -> None:
    drug, pain = get_spans(doc)[:2]
    pain._.score, pain._.assertion = 0.25, "absent"
    assert (drug._.score, pain._.score) == (None, 0.25)
    assert pain._.is_negated and not drug._.is_negated
    bare = Doc(doc.vocab).from_bytes(doc.to_bytes(exclude=["user_data"]))
    assert [a.value for a in to_record(bare).attributes] == ["absent"]
    pain._.assertion = "historical"
    assert pain._.is_historical and not pain._.is_negated
    pain._.assertion = None
    assert pain._.assertion is None and not to_record(doc).attributes
    for name, value in (("score", 0.5), ("assertion", "absent")):
        with pytest.raises(StorageError, match="SC112"):
            setattr(doc[1:2]._, name, value)


NAMES = [
    (Doc, "concept_relations"),
    (Doc, "abbreviations"),
    (Span, "relations"),
    (Span, "assertion_score"),
    (Span, "assertion_cue"),
    (Span, "kb_ents"),
    (Span, "long_form"),
    (Span, "section_category"),
]


@pytest.mark.parametrize(("target", "name"), NAMES)
def test_what_cannot_be_written_says_so(doc: Doc, target: type, name: str) -> None:
    thing = doc if target is Doc else doc[0:1]
    with pytest.raises(StorageError, match=rf"SC111.*{target.__name__.lower()}\._\.{name} "):
        setattr(thing._, name, [])
    assert not doc.user_data
