"""A question and a passage in one Doc, and what is kept with them."""

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from spacy_clinical.docs.question_docs import (
    ANSWERS,
    QUESTION,
    copy_question,
    get_answers,
    make_asked,
    passage_start,
    question_id,
    question_length,
    right_answers,
    set_answers,
)

NLP = spacy.blank("en")
PASSAGE = "Aspirin was given.\nNo rash."


@pytest.mark.parametrize(
    ("question", "first"),
    [("What  was\ngiven", "What was given?"), ("Given?", "Given?"), ("给了什么？", "给了什么？")],
)
def test_the_passage_is_kept_to_the_letter(question: str, first: str) -> None:
    doc = make_asked(NLP.make_doc, question, PASSAGE)
    assert doc.text == f"{first}\n{PASSAGE}"
    assert doc.text[passage_start(doc) :] == PASSAGE
    assert doc[: question_length(doc)].text == first


def test_everything_survives_bytes_and_other_tokens() -> None:
    doc = make_asked(NLP.make_doc, "What was given", PASSAGE, id="q1", answers=["Aspirin"])
    span = doc.char_span(passage_start(doc), passage_start(doc) + 7)
    assert span is not None
    set_answers(doc, [span], [0.25])
    (stored,) = DocBin(docs=[doc]).get_docs(NLP.vocab)
    for copy in (Doc(NLP.vocab).from_bytes(doc.to_bytes()), stored):
        assert [(one.text, score) for one, score in get_answers(copy)] == [("Aspirin", 0.25)]
        assert (question_id(copy), right_answers(copy)) == ("q1", ["Aspirin"])
    letters = Doc(NLP.vocab, words=list(doc.text.replace(" ", "")), spaces=None)
    assert question_length(letters) == 0
    other = copy_question(stored, spacy.blank("zh").make_doc(doc.text))
    assert other[: question_length(other)].text == "What was given?"


def test_nothing_asked() -> None:
    doc = NLP.make_doc(PASSAGE)
    assert question_length(doc) == 0 and question_id(doc) == ""
    assert right_answers(doc) is None and get_answers(doc) == []
    assert QUESTION not in copy_question(doc, NLP.make_doc(PASSAGE)).spans


def test_what_is_right_without_a_list_is_what_the_passage_has() -> None:
    doc = make_asked(NLP.make_doc, "What was given?", PASSAGE)
    assert right_answers(doc) is None
    set_answers(doc, [], [])
    assert right_answers(doc) == [] and ANSWERS in doc.spans
