"""The store: what it writes, and what it notices."""

from typing import Any

import pytest
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from spacy_clinical.docs import (
    get_attributes,
    get_concept_relations,
    get_lost,
    get_mentions,
    get_relation_rows,
    get_spans,
    has_mentions,
    has_relations,
    set_mentions,
    set_relations,
)
from spacy_clinical.errors import StorageError
from spacy_clinical.records import Attribute

WORDS = ["aspirin", "for", "renal", "chest", "pain"]


def make_doc(*places: tuple[int, int, str], **fields: Any) -> Doc:
    doc = Doc(Vocab(), words=WORDS)
    set_mentions(doc, [Span(doc, s, e, label=label) for s, e, label in places], **fields)
    return doc


def test_plain_values_only() -> None:
    doc = make_doc(
        (0, 1, "DRUG"),
        (2, 5, "SIGN"),
        scores=[1, 0.5],
        attributes=[[], [("assertion", "present")]],
        fragments={1: ((12, 17), (24, 28))},
    )
    set_relations(doc, [(0, 1, "TREATS", 0.5)])
    assert doc.spans["clinical"].attrs == {
        "offsets": [[0, 7], [12, 28]],
        "scores": [1.0, 0.5],
        "attributes": [[], [["assertion", "present"]]],
        "fragments": {"1": [[12, 17], [24, 28]]},
        "relations": [[0, 1, "TREATS", 0.5]],
    }
    assert get_attributes(doc) == [Attribute("1", "assertion", "present")]
    assert [m.fragments for m in get_mentions(doc)] == [((0, 7),), ((12, 17), (24, 28))]


def test_nothing_annotated_and_annotated_with_nothing() -> None:
    doc = Doc(Vocab(), words=WORDS)
    assert not has_mentions(doc)
    assert not has_relations(doc)
    set_mentions(doc, [])
    assert has_mentions(doc)
    assert not has_relations(doc)
    assert get_spans(doc) == get_mentions(doc) == get_relation_rows(doc) == []
    assert get_attributes(doc) == get_concept_relations(doc) == get_lost(doc).mentions == []
    set_relations(doc, [])
    assert has_relations(doc)


def test_new_mentions_replace_all() -> None:
    doc = make_doc((0, 1, "DRUG"), (2, 5, "SIGN"), scores=[0.5, 0.5])
    set_relations(doc, [(0, 1, "TREATS", None)])
    set_mentions(doc, [doc[4:5]])
    assert list(doc.spans["clinical"].attrs) == ["offsets"]
    assert not has_relations(doc)


@pytest.mark.parametrize(
    ("places", "scores", "kept"),
    [
        ([(0, 1), (0, 2)], [0.9, 0.8], [(0, 1)]),
        ([(0, 1), (0, 2)], [0.8, 0.9], [(0, 2)]),
        ([(0, 1), (0, 2)], [0.9, 0.9], [(0, 2)]),
        ([(0, 1), (0, 2)], None, [(0, 2)]),
        ([(1, 3), (0, 2)], None, [(0, 2)]),
        ([(0, 2), (1, 4), (3, 5)], [0.5, 0.5, 0.5], [(1, 4)]),
        ([(0, 2), (1, 4), (3, 5)], [0.6, 0.5, 0.6], [(0, 2), (3, 5)]),
        ([(0, 1), (0, 2)], [0.1, None], [(0, 1)]),
        ([], [], []),
    ],
)
def test_ents_are_filtered(places: Any, scores: Any, kept: Any) -> None:
    doc = make_doc(*((s, e, "SIGN") for s, e in places), scores=scores)
    assert [(ent.start, ent.end) for ent in doc.ents] == kept
    assert [(span.start, span.end) for span in get_spans(doc)] == places
    assert doc.has_annotation("ENT_IOB")


def test_first_of_equal_extents_becomes_the_entity() -> None:
    doc = make_doc((0, 1, "B"), (0, 1, "A"), scores=[0.5, 0.5])
    assert [ent.label_ for ent in doc.ents] == ["B"]


def test_ents_can_be_left_alone() -> None:
    doc = make_doc((0, 1, "DRUG"), set_ents=False)
    assert not doc.ents
    assert not doc.has_annotation("ENT_IOB")


@pytest.mark.parametrize(
    ("place", "merge"),
    [
        pytest.param((0, 1), (0, 2), id="mention grew"),
        pytest.param((3, 4), (0, 2), id="mention moved"),
        pytest.param((4, 5), (0, 2), id="mention fell off the end"),
        pytest.param((2, 5), (1, 3), id="border inside a token"),
    ],
)
def test_merged_tokens_are_noticed(place: tuple[int, int], merge: tuple[int, int]) -> None:
    doc = make_doc((*place, "SIGN"))
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[slice(*merge)])
    with pytest.raises(StorageError, match="SC104") as caught:
        get_spans(doc)
    assert not any(word in str(caught.value) for word in WORDS if word != "for")


def test_split_tokens_are_noticed() -> None:
    doc = make_doc((4, 5, "SIGN"))
    with doc.retokenize() as retokenizer:
        retokenizer.split(doc[0], ["asp", "irin"], heads=[doc[1], doc[1]])
    with pytest.raises(StorageError, match="SC104"):
        get_mentions(doc)


def test_tokens_behind_the_mentions_may_change() -> None:
    doc = make_doc((0, 1, "DRUG"))
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[2:5])
    assert [span.text for span in get_spans(doc)] == ["aspirin"]


def test_edited_group_is_noticed() -> None:
    doc = make_doc((0, 1, "DRUG"))
    doc.spans["clinical"].append(doc[1:2])
    with pytest.raises(StorageError, match=r"SC105.* 2 spans.* 1 mentions"):
        get_spans(doc)


@pytest.mark.parametrize(("head", "tail"), [(0, 1), (1, 0), (-1, 0), (0, -1)])
def test_relation_to_nothing(head: int, tail: int) -> None:
    doc = make_doc((0, 1, "DRUG"))
    with pytest.raises(StorageError, match="SC106"):
        set_relations(doc, [(head, tail, "TREATS", None)])


@pytest.mark.parametrize(
    "read", [get_spans, get_mentions, get_relation_rows, get_attributes, get_lost]
)
def test_missing_group(read: Any) -> None:
    doc = make_doc((0, 1, "DRUG"), key="mine")
    with pytest.raises(StorageError, match=r"SC107.*'clinical'.*has: mine"):
        read(doc)
    with pytest.raises(StorageError, match="SC107"):
        set_relations(doc, [])


def test_groups_of_others_are_read() -> None:
    doc = Doc(Vocab(), words=WORDS)
    doc.spans["clinical"] = [Span(doc, 0, 1, label="DRUG")]
    assert [mention.fragments for mention in get_mentions(doc)] == [((0, 7),)]
