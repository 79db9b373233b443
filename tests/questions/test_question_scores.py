"""Counts over answers, worked out by hand."""

from pathlib import Path

import pytest

from spacy_clinical.errors import AskError
from spacy_clinical.questions.answer import ANSWERED, NOT_IN_NOTES, Answer, Quote, Row
from spacy_clinical.questions.question_scores import (
    GoldQuestion,
    QuestionScores,
    expected_calibration_error,
    is_unsafe,
    read_gold,
    score_questions,
)

TRAP = frozenset({"trap"})


def answer(*values: str, confidence: float = 1.0) -> Answer:
    rows = [Row(value, (Quote("d", 0, 2, "", "ab"),)) for value in values]
    status = ANSWERED if rows else NOT_IN_NOTES
    return Answer("?", "p", "kind", status, rows=rows, confidence=confidence)


def test_counts() -> None:
    gold = [
        GoldQuestion("a", "p", "1", frozenset(), frozenset({"x", "y"})),
        GoldQuestion("b", "p", "2", frozenset(), frozenset({"x"})),
        GoldQuestion("c", "p", "3", TRAP, frozenset()),
        GoldQuestion("d", "p", "4", TRAP, frozenset({"stopped"})),
    ]
    given = {
        "1": answer("Y", "X"),
        "2": answer("x", "z", confidence=0.5),
        "3": answer(),
        "4": answer("yes"),
    }
    scores = score_questions(gold, lambda question, _: given[question], {"d": "abc"})
    assert (scores.questions, scores.right) == (4, 2)
    assert (scores.answerable, scores.answered_right) == (3, 1)
    assert (scores.silent, scores.noticed) == (1, 1)
    assert scores.unsafe == ["d"] and scores.wrong == ["b", "d"]
    assert (scores.quotes, scores.quotes_equal) == (5, 5)
    assert score_questions(gold[:1], lambda *_: given["1"], {"d": "xbc"}).quotes_equal == 0


@pytest.mark.parametrize(
    ("rows", "given", "unsafe"),
    [
        ({"no"}, ["yes"], True), ({"no"}, ["no"], False), ({"stopped"}, ["aspirin 5 mg"], True),
        (set(), ["metformin"], True), (set(), [], False), (set(), ["no"], False),
        ({"past"}, ["possible"], False),
    ],
)  # fmt: skip
def test_unsafe(rows: set[str], given: list[str], unsafe: bool) -> None:
    gold = GoldQuestion("a", "p", "?", TRAP, frozenset(rows))
    assert is_unsafe(gold, answer(*given)) is unsafe


def test_calibration_by_chance() -> None:
    """Ten wrong answers of 0.9 are no chance, nine right of ten are."""
    sure, fair = QuestionScores(), QuestionScores()
    sure.calibration = [(0.9, False)] * 10
    fair.calibration = [(0.9, True)] * 9 + [(0.9, False)]
    assert sure.calibration_interval == pytest.approx((0.9, 0.9))
    assert fair.calibration_interval[0] == pytest.approx(0)
    assert sure.calibration_by_chance == fair.calibration_by_chance
    assert 0.05 < sure.calibration_by_chance[1] < 0.5
    assert QuestionScores().calibration_interval == (0, 0) == QuestionScores().calibration_by_chance


def test_calibration_error() -> None:
    assert expected_calibration_error([(0.95, True)] * 19 + [(0.95, False)]) == pytest.approx(0)
    # two bins of two: |0.85 - 1| and |0.25 - 0.5|, half each
    pairs = [(0.85, True), (0.85, True), (0.25, True), (0.25, False)]
    assert expected_calibration_error(pairs) == pytest.approx(0.2)


def test_another_table(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(AskError, match="SC969"):
        read_gold(tmp_path / "x.tsv")
