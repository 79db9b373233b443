"""Which passages a question is asked of, and what is known of the answer there."""

from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from spacy_clinical.corpus.corpus_files import read_examples
from spacy_clinical.corpus.corpus_reader import make_corpus
from spacy_clinical.corpus.question_corpus import make_question_corpus
from spacy_clinical.docs.question_docs import ANSWERS, question_id, question_length, right_answers
from spacy_clinical.errors import CorpusError

from .squad_files import write_squad

NLP = spacy.blank("en")
Rows = list[tuple[str, str, list[str]]]


def rows(path: Path, **settings: int) -> Rows:
    """Of each example the question's id, the passage's begin, the answers in it."""
    read = make_question_corpus(path, words=10, overlap=0, **settings)
    return [
        (
            question_id(eg.reference),
            eg.predicted.text.split("\n", 1)[1][:22],
            [span.text for span in eg.reference.spans[ANSWERS]],
        )
        for eg in read(NLP)
    ]


def test_to_learn_from(tmp_path: Path) -> None:
    """The passage with the answer, and the best ones without."""
    assert rows(write_squad(tmp_path / "q.json"), negatives=1) == [
        ("q1", "The patient was given ", ["aspirin"]),
        ("q1", "The patient was given ", []),
        ("q2", "The patient was given ", ["metformin"]),
        ("q2", "The patient was given ", []),
        ("q3", "No rash and no fever a", []),
    ]


def test_to_measure(tmp_path: Path) -> None:
    """The best passages, whatever they hold; what is right is known of all."""
    path = write_squad(tmp_path / "q.json")
    found = rows(path, retrieved=1)
    assert [(id, answers) for id, _, answers in found] == [
        ("q1", ["aspirin"]),
        ("q2", ["metformin"]),
        ("q3", []),
    ]
    assert rows(path, retrieved=1, limit=2) == found[:2]


def test_an_answer_over_a_border_is_what_a_passage_has_of_it(tmp_path: Path) -> None:
    """Only the passage that has most of it is learned from."""
    path = write_squad(tmp_path / "q.json", questions=[("q", "the pain", "for pain.\nThe", 30)])
    assert rows(path, negatives=0) == [("q", "The patient was given ", ["for pain."])]


def test_every_reader_of_corpora_takes_them(tmp_path: Path) -> None:
    """JSON as it is, or stored; the predicted document is asked too, and knows no answer."""
    path = write_squad(tmp_path / "q.json")
    read = read_examples(path, NLP)
    DocBin(docs=[eg.reference for eg in read]).to_disk(tmp_path / "q.spacy")
    for examples in (read, list(make_corpus(tmp_path / "q.spacy")(NLP))):
        assert [question_id(eg.reference) for eg in examples] == ["q1", "q2", "q3"]
        assert all(question_length(eg.predicted) for eg in examples)
        assert not any(ANSWERS in eg.predicted.spans for eg in examples)
        assert right_answers(examples[0].reference) == ["aspirin"]


def test_a_question_of_other_words_is_measured_too(tmp_path: Path) -> None:
    path = write_squad(tmp_path / "q.json", questions=[("q", "which drug", "aspirin", 22)])
    assert rows(path, retrieved=2) == [
        ("q", "The patient was given ", ["aspirin"]),
        ("q", "The patient was given ", []),
    ]


def test_what_is_left_out_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    questions = [("q1", "given", "ibuprofen", 3), ("q2", "given", "aspirin", 22)]
    path = write_squad(tmp_path / "q.json", questions=questions)
    for _ in range(2):
        assert {id for id, *_ in rows(path)} == {"q2"}
    (record,) = caplog.records
    assert "SC408" in record.message and ": 1 questions" in record.message
    assert "ibuprofen" not in record.message


def test_settings_that_make_no_sense(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="SC979"):
        make_question_corpus(tmp_path / "q.json", negatives=-1)
    with pytest.raises(CorpusError, match="SC401"):
        make_question_corpus(None)
