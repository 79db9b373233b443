"""Mentions behind others: positions, relations and what is said of the old ones stay."""

import spacy
from spacy.tokens import DocBin, Span

from spacy_clinical.docs import (
    Assertion,
    get_assertions,
    get_links,
    get_relation_rows,
    get_spans,
    set_assertions,
    set_links,
    set_mentions,
    set_relations,
)
from spacy_clinical.docs.mention_additions import add_mentions, fill_ents


def test_old_mentions_keep_what_is_said_of_them() -> None:
    nlp = spacy.blank("en")
    doc = nlp("Aspirin stops pain and fever")
    set_mentions(doc, [Span(doc, 0, 1, "DRUG"), Span(doc, 2, 3, "SIGN")], scores=[0.5, None])
    set_assertions(doc, [[], [Assertion("assertion", "absent", 0.7)]])
    set_links(doc, [[("A", 1.0)], []])
    set_relations(doc, [(0, 1, "TREATS", 0.9)])
    add_mentions(doc, [Span(doc, 4, 5, "SIGN"), Span(doc, 2, 5, "SIGN")], [0.25, 1])
    (doc,) = DocBin(docs=[doc]).get_docs(nlp.vocab)
    assert [span.text for span in get_spans(doc)] == ["Aspirin", "pain", "fever", "pain and fever"]
    assert doc.spans["clinical"].attrs["scores"] == [0.5, None, 0.25, 1.0]
    assert [a.value for row in get_assertions(doc) for a in row] == ["absent"]
    assert get_relation_rows(doc) == [(0, 1, "TREATS", 0.9)]
    assert [get_links(span) for span in get_spans(doc)] == [[("A", 1.0)], [], [], []]
    assert [ent.text for ent in doc.ents] == ["Aspirin", "pain"]


def test_first_mentions() -> None:
    doc = spacy.blank("en")("Aspirin")
    add_mentions(doc, [doc[:1]], [0.5], key="others")
    assert [span.text for span in get_spans(doc, "others")] == ["Aspirin"]
    assert doc.spans["others"].attrs == {"scores": [0.5], "offsets": [[0, 7]]}


def test_mentions_without_scores() -> None:
    """No scores are made up, and what is stored for each mention keeps its length."""
    doc = spacy.blank("en")("Aspirin stops pain")
    add_mentions(doc, [doc[:1]], [None])
    assert "scores" not in doc.spans["clinical"].attrs
    doc.spans["clinical"].attrs.update(sources=["llm"], scores=[0.5])
    add_mentions(doc, [doc[2:]], [None])
    attrs = doc.spans["clinical"].attrs
    assert (attrs["sources"], attrs["scores"]) == (["llm", ""], [0.5, None])


def test_entities_are_filled_in_where_nothing_is_yet() -> None:
    """Those that are there stay, and of new ones that overlap the longest comes in."""
    doc = spacy.blank("en")("Aspirin stops pain and fever")
    doc.ents = [Span(doc, 0, 1, "DRUG")]
    places = [(0, 2), (2, 3), (2, 5), (4, 5)]
    fill_ents(doc, [Span(doc, start, end, "SIGN") for start, end in places])
    assert [(ent.text, ent.label_) for ent in doc.ents] == [
        ("Aspirin", "DRUG"), ("pain and fever", "SIGN")
    ]  # fmt: skip
