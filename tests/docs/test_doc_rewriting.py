"""Edits of a text: everything that is stored moves with it."""

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, Span

from spacy_clinical.docs import (
    DocSection,
    get_mentions,
    get_name,
    get_relation_rows,
    get_sections,
    set_mentions,
    set_relations,
    set_sections,
    to_record,
)
from spacy_clinical.docs.assertion_store import Assertion, get_assertions, set_assertions
from spacy_clinical.docs.doc_rewriting import carry
from spacy_clinical.docs.document_findings import Finding, get_findings, set_findings
from spacy_clinical.docs.phi import Identifier, get_identifiers, set_identifiers
from spacy_clinical.docs.text_edits import Edit, Moves

from ..growth import growth

NLP = spacy.blank("en")
NOTE = "HPI: Ruth Okafor denies fever since 14MAR22; takes aspirin  for angina."


def annotated() -> Doc:
    doc = NLP(NOTE)
    place = NOTE.index
    spans = [
        doc.char_span(place(words), place(words) + len(words), label)
        for words, label in (("Ruth Okafor", "PATIENT"), ("fever", "SYMPTOM"), ("aspirin", "DRUG"))
    ]
    set_mentions(doc, [s for s in spans if s is not None], scores=[0.9, 0.8, 0.7])
    set_relations(doc, [(2, 1, "TREATS", 0.6)])
    cue = place("denies"), place("denies") + 6
    set_assertions(doc, [[], [Assertion("assertion", "absent", 0.9, cue)], []])
    set_sections(doc, [DocSection("hpi", 0, len(NOTE), (0, 4), "")])
    set_identifiers(doc, [Identifier(5, 16, "NAME", 0.9, "rule")])
    doc.spans["clinical"].attrs["doc"] = {"id": "okafor-7", "meta": {"mrn": "7"}}
    return doc


def edits(*pairs: tuple[str, str]) -> list[Edit]:
    return [Edit(NOTE.index(old), NOTE.index(old) + len(old), new) for old, new in pairs]


def test_all_that_is_stored_is_at_its_new_place() -> None:
    clean = carry(
        annotated(), edits(("Ruth Okafor", "A"), ("14MAR22", "2 May 2021")), id="n1", meta={}
    )
    assert clean.text == "HPI: A denies fever since 2 May 2021; takes aspirin  for angina."
    told = [
        (m.label, clean.text[m.fragments[0][0] : m.fragments[-1][1]]) for m in get_mentions(clean)
    ]
    assert told == [("PATIENT", "A"), ("SYMPTOM", "fever"), ("DRUG", "aspirin")]
    assert get_relation_rows(clean) == [(2, 1, "TREATS", 0.6)]
    assert clean.spans["clinical"].attrs["scores"] == [0.9, 0.8, 0.7]
    (said,) = get_assertions(clean)[1]
    assert said.cue is not None and clean.text[slice(*said.cue)] == "denies"
    (section,) = get_sections(clean)
    assert (section.end, section.heading) == (len(clean.text), (0, 4))
    assert get_identifiers(clean)[0][:2] == (5, 6)
    assert [ent.text for ent in clean.ents] == ["A", "fever", "aspirin"]
    assert get_name(clean) == ("n1", {})
    assert to_record(Doc(clean.vocab).from_bytes(clean.to_bytes())) == to_record(clean)


def test_no_replaced_word_is_left_in_what_is_stored() -> None:
    doc = annotated()
    doc.spans["clinical"].attrs["attributes"] = [[["who", "Ruth Okafor, 1950"]], [], []]
    clean = carry(doc, edits(("Ruth Okafor", "[NAME]")), id="", meta={})
    assert b"Okafor" not in clean.to_bytes()
    assert "Okafor" not in clean.vocab.strings


def test_only_whole_words_count_as_left() -> None:
    doc = annotated()
    told = ["Therapy of truthfulness", "O\u0301 Ruth\u00ad Okafor!", "okafors"]
    doc.spans["clinical"].attrs["notes"] = [[[word]] for word in told]
    clean = carry(doc, edits(("Ruth", "Ida"), ("Okafor", "Lund")), id="", meta={})
    assert clean.spans["clinical"].attrs["notes"] == [[[told[0]]], [[""]], [["okafors"]]]


def test_codes_count_as_left_beside_letters_too() -> None:
    doc = NLP("file 4471823, KQ-771204x, in 2021 bed 105")
    set_mentions(doc, [Span(doc, 0, 1, label="X")] * 9)
    held = ["MRN4471823", "id_4471823", "4471823x", "aKQ-771204xy", "v2021"]
    others = ["44718230", "C0020211", "MRN 771823", "E105"]
    doc.spans["clinical"].attrs["notes"] = [[[word]] for word in held + others]
    replaced = [Edit(5, 12, "[MRN]"), Edit(14, 24, "[ID]"), Edit(29, 33, "[DATE]")]
    replaced.append(Edit(38, 41, "[ID]"))
    clean = carry(doc, replaced, id="", meta={})
    assert clean.spans["clinical"].attrs["notes"] == [
        [[word]] for word in [*[""] * len(held), *others]
    ]


def test_findings_of_the_document_are_carried_over() -> None:
    doc = annotated()
    _, fever, aspirin = doc.spans["clinical"]
    found = [
        Finding("Fever", "negative", None, (fever,)),
        Finding("Drug", "positive", 0.5, (fever, aspirin)),
        Finding("Mass", "not mentioned", None, ()),
    ]
    set_findings(doc, found, scope=["hpi"])
    clean = carry(doc, edits(("Ruth Okafor", "[NAME]"), ("fever", "")), id="", meta={})
    told = [(f.label, f.status, [span.text for span in f.evidence]) for f in get_findings(clean)]
    assert told == [
        ("Fever", "negative", []),
        ("Drug", "positive", ["aspirin"]),
        ("Mass", "not mentioned", []),
    ]
    assert clean.spans["findings"].attrs["scope"] == ["hpi"]


def test_entities_that_share_a_token_now() -> None:
    doc = NLP("seen Ruth Okafor.")
    doc.set_ents([Span(doc, 1, 2, label="GIVEN"), Span(doc, 2, 3, label="LAST")])
    clean = carry(doc, [Edit(5, 16, "Anne")], id="", meta={})
    assert [(ent.text, ent.label_) for ent in clean.ents] == [("Anne", "GIVEN")]


def test_a_mention_of_which_nothing_is_left_goes_with_its_relations() -> None:
    clean = carry(annotated(), edits(("aspirin", "")), id="", meta={})
    assert [mention.label for mention in get_mentions(clean)] == ["PATIENT", "SYMPTOM"]
    assert get_relation_rows(clean) == []
    assert len(get_assertions(clean)) == 2


@st.composite
def texts_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(st.sampled_from("ab1 .-\n,'É"), max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    new = st.text(st.sampled_from("xy9 .\n"), max_size=6)
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, [Edit(start, end, draw(new)) for start, end in pairs]


@settings(max_examples=60, deadline=None)
@given(texts_and_edits())
def test_text_and_untouched_tokens(case: tuple[str, list[Edit]]) -> None:
    text, made = case
    doc, moves = NLP.make_doc(text), Moves(text, made)
    set_mentions(doc, [Span(doc, i, i + 1, label="X") for i in range(len(doc))], set_ents=False)
    clean = carry(doc, made, id="", meta={})
    expected = text
    for edit in reversed(made):
        expected = expected[: edit.start] + edit.text + expected[edit.end :]
    assert clean.text == moves.text == expected
    starts = {token.idx: token.text for token in clean}
    for token in doc:
        end = token.idx + len(token)
        if not any(edit.start < end and edit.end > token.idx for edit in made):
            assert starts[moves.start(token.idx)] == token.text
            found = moves.extent(token.idx, end)
            assert [*found] in clean.spans["clinical"].attrs["offsets"]


def sentences(size: int) -> tuple[Doc, list[Edit]]:
    """A Doc of sentences of one word, of which each second is replaced."""
    doc = Doc(
        spacy.blank("en").vocab, words=["Okafor", "."] * size, sent_starts=[True, False] * size
    )
    places = [doc[i].idx for i in range(0, len(doc), 4)]
    return doc, [Edit(place, place + 6, "A") for place in places]


def test_sentences_stay_and_take_time_in_proportion() -> None:
    doc, changes = sentences(3)
    clean = carry(doc, changes, id="", meta={})
    assert [sentence.text for sentence in clean.sents] == ["A .", "Okafor .", "A ."]
    assert growth(sentences, lambda made: carry(*made, id="", meta={}), 400) < 9
