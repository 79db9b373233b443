"""The whole road on tiny notes: found, read, cited, asserted, or nothing said."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import spacy
from spacy.language import Language

import spacy_clinical
from spacy_clinical.docs import name_doc, set_mentions
from spacy_clinical.errors import AskError
from spacy_clinical.graph import build_graph
from spacy_clinical.questions import (
    ANSWERED,
    NOT_UNDERSTOOD,
    Answer,
    Asker,
    NoteReader,
    read_answers,
)
from spacy_clinical.questions.note_reading import LEAST
from spacy_clinical.records import Attribute, Entity, Record
from spacy_clinical.retrieval import PassageSettings

GIVEN = "The patient was given aspirin for pain."
DENIED = "The patient was never given aspirin for pain."
FAMILY = "Family history:\nThe patient was given aspirin for pain."
ASKED = "given for pain"
SHORT = PassageSettings(10, 0)


@contextmanager
def threshold(nlp: Language, value: float) -> Iterator[None]:
    cfg = nlp.get_pipe("clinical_qa").cfg  # type: ignore[attr-defined]
    cfg["threshold"] = value
    try:
        yield
    finally:
        cfg["threshold"] = 0.0


def test_quotes_are_the_notes_characters(reader: Language) -> None:
    texts = {"a": f"No fever.\n\n  {GIVEN}\nNo rash after 500 mg daily.", "b": "", "c": "No rash."}
    found = NoteReader(reader, passages=SHORT, least=0.0).read(ASKED, texts)
    assert found and found[0].text == "aspirin" and found[0].document == "a"
    for one in found:
        assert texts[one.document][one.start : one.end] == one.text
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert found[0].to_dict()["text"] == "aspirin"


def test_nothing_overlaps_and_order_of_notes_is_none(reader: Language) -> None:
    texts = {"a": GIVEN, "b": GIVEN}
    wide = NoteReader(reader, passages=PassageSettings(8, 7), least=0.0)
    found = wide.read(ASKED, texts)
    extents = [(one.document, one.start) for one in found]
    assert found
    assert len(extents) == len(set(extents))
    again = wide.read(ASKED, dict(reversed(texts.items())))
    assert {(o.document, o.text) for o in again} == {(o.document, o.text) for o in found}


def test_it_abstains(reader: Language) -> None:
    with threshold(reader, 1.0):
        assert NoteReader(reader).read(ASKED, {"a": GIVEN}) == []
    assert NoteReader(reader).read("zzz", {"a": GIVEN}) == []  # no passage has a word of it
    assert NoteReader(reader).read(ASKED, {}) == []


def test_what_is_more_likely_wrong_is_not_said(reader: Language) -> None:
    """Even with the config's threshold of 0."""
    cfg = reader.get_pipe("clinical_qa").cfg  # type: ignore[attr-defined]
    cfg["calibration"] = {"ANSWER": [0.01, -1.0]}  # all scores are about 0.27
    try:
        assert NoteReader(reader).read(ASKED, {"a": GIVEN}) == []
        assert NoteReader(reader, least=0.0).read(ASKED, {"a": GIVEN})[0].score < 0.5
    finally:
        cfg["calibration"] = {}


def test_documents_get_their_answers(reader: Language) -> None:
    docs = [reader.make_doc("No fever."), reader.make_doc(GIVEN)]
    set_mentions(docs[1], [])
    name_doc(docs[1], "n1")
    found = read_answers(reader, ASKED, docs)
    assert spacy_clinical.read_answers is read_answers
    for doc, name in zip(docs, ("note:1", "n1"), strict=True):
        own = [one for one in found if one.document == name]
        group = doc.spans["answers"]
        assert [span.text for span in group] == [one.text for one in own]
        assert group.attrs["scores"] == [one.score for one in own]
    assert any(one.document == "n1" for one in found)


def test_documents_of_one_name_are_two(reader: Language) -> None:
    docs = [reader.make_doc(text) for text in (GIVEN, "No fever.", GIVEN)]
    for doc, id in zip(docs, ("n1", "note:1", "n1"), strict=True):
        set_mentions(doc, [])
        name_doc(doc, id)
    found = read_answers(reader, ASKED, docs)
    assert {"note:1", "note:3"} == {one.document for one in found if one.text == "aspirin"}
    assert [span.text for span in docs[0].spans["answers"]] == ["aspirin"]
    assert not any(span.text == "aspirin" for span in docs[1].spans["answers"])


def test_a_pipeline_that_reads_nothing() -> None:
    with pytest.raises(AskError, match="SC978"):
        NoteReader(spacy.blank("en"))


def ask(
    reader: Language, text: str, question: str, value: str = "", *, least: float = LEAST
) -> Answer:
    """Ask a patient's only note; its aspirin is a mention if there is a value for it."""
    start = text.find("aspirin")
    entities = (Entity("T1", "MEDICATION", ((start, start + 7),)),) if value else ()
    attributes = (Attribute("T1", "assertion", value),) if value else ()
    record = Record("n1", text, entities, (), attributes)
    reads = NoteReader(reader, passages=SHORT, least=least)
    return Asker(build_graph([record]), {"n1": text}, reader=reads)(question)


def test_what_no_table_understands_is_read(reader: Language) -> None:
    answer = ask(reader, GIVEN, ASKED)
    assert (answer.status, answer.kind) == (ANSWERED, "reading")
    (row,) = answer.rows
    assert row.value == "aspirin" and answer.confidence == row.score
    assert row.quotes[0].text == GIVEN == GIVEN[row.quotes[0].start : row.quotes[0].end]
    assert answer.text == "The notes say: aspirin"


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        (DENIED, "", "denied"),
        (FAMILY, "", "family"),
        (GIVEN, "absent", "denied"),
        (GIVEN, "family", "family"),
        (GIVEN, "hypothetical", "hypothetical"),
    ],
)
def test_nobody_elses_and_no_denied_fact(
    reader: Language, text: str, value: str, reason: str
) -> None:
    """By the words around it, or by the graph's mention: left out, and counted, however unsure the
    reader is, which learned this note without the words around it."""
    answer = ask(reader, text, ASKED, value, least=0.0)
    assert not any("aspirin" in row.value for row in answer.rows)
    assert answer.left_out[reason] >= 1
    assert "1 " in answer.text


def test_what_is_only_possible_or_past_says_so(reader: Language) -> None:
    assert ask(reader, GIVEN, ASKED, "possible").rows[0].value == "aspirin (unsure)"
    assert ask(reader, GIVEN, ASKED, "historical").rows[0].value == "aspirin (past)"


def test_the_graphs_answer_comes_first(reader: Language) -> None:
    answer = ask(reader, "She takes aspirin daily.", "Which drugs is she on?", "present")
    assert (answer.status, answer.kind) == (ANSWERED, "medications")
    assert [row.value for row in answer.rows] == ["aspirin"]


def test_silence_stays_silence(reader: Language) -> None:
    with threshold(reader, 1.0):
        answer = ask(reader, GIVEN, ASKED)
    assert answer.status == NOT_UNDERSTOOD and answer.abstained and not answer.rows
