"""Files in the form of SQuAD, and their mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.corpus.squad import SquadReader
from spacy_clinical.errors import CorpusError, FormatError, SpacyClinicalError
from spacy_clinical.formats import Reject

from .squad_files import TEXT, row, write_squad


def read(path: Path) -> tuple[SquadReader, list[str]]:
    reader = SquadReader(path)
    return reader, [
        text.text[start:end]
        for text in reader
        for question in text.questions
        for start, end in question.answers
    ]


def test_answers_are_the_texts_characters(tmp_path: Path) -> None:
    reader, found = read(write_squad(tmp_path / "q.json"))
    assert found == ["aspirin", "metformin"]
    assert reader.moved == reader.lost == 0
    (text,) = reader
    assert [one.answers for one in text.questions][2] == ()


@pytest.mark.parametrize(
    ("answer", "start", "place", "moved"),
    [
        (" aspirin ", 21, 22, 0),  # white space isn't part of an answer
        ("aspirin", 20, 22, 1),
        ("aspirin", 24, 22, 1),  # the place begins before, and ends after, where it is said to be
        ("aspirin", 118, TEXT.rindex("aspirin"), 1),
        ("aspirin", -5, 22, 1),
        ("daily", -6, TEXT.rindex("daily"), 1),  # no place, though it is one counted from the end
        ("aspirin", 9999, TEXT.rindex("aspirin"), 1),
    ],
)
def test_wrong_places(tmp_path: Path, answer: str, start: int, place: int, moved: int) -> None:
    reader = SquadReader(write_squad(tmp_path / "q.json", questions=[("q", "x", answer, start)]))
    (text,) = reader
    assert text.questions[0].answers == ((place, place + len(answer.strip())),)
    assert reader.moved == moved


def test_words_that_the_text_has_not_are_counted(tmp_path: Path) -> None:
    path = write_squad(tmp_path / "q.json", questions=[("q", "x", "ibuprofen", 3)])
    reader, found = read(path)
    assert found == [] and reader.lost == 1


@pytest.mark.parametrize(
    "content", [[], {"data": [{"title": "x"}]}, {"data": 3}, {"version": "2"}, None]
)
def test_other_files_are_named(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "q.json"
    path.write_text("{" if content is None else json.dumps(content), encoding="utf-8")
    with pytest.raises(SpacyClinicalError, match="SC976"):
        list(SquadReader(path))
    with pytest.raises(CorpusError, match="SC976"):
        path.write_text("[" * 5000)
        list(SquadReader(path))


def test_a_bad_text_stops_no_other(tmp_path: Path) -> None:
    good = {"context": TEXT, "qas": [row("q1", "given for pain", "aspirin", 22)]}
    bad = [{**good, "context": 5}, {**good, "qas": [{"id": "q2"}]}, {"qas": []}, None]
    path = tmp_path / "q.json"
    articles = [{"paragraphs": [good, *bad, good]}, {"title": "none"}, {"paragraphs": [good]}]
    path.write_text(json.dumps({"data": articles}), encoding="utf-8")
    rejects: list[Reject] = []
    assert [text.id for text in SquadReader(path, rejects)] == ["0.0", "0.5", "2.0"]
    assert {reject.code for reject in rejects} == {"SC976"} and len(rejects) == 5
    assert rejects[0].where.endswith("article 1, text 2")
    with pytest.raises(FormatError, match=r"5 documents can't be used \(5 SC976\)") as caught:
        list(SquadReader(path))
    assert "aspirin" not in str(caught.value)
