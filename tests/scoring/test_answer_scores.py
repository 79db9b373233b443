"""Exact match and F1 against cases counted by hand."""

import pytest
import spacy
from spacy.training import Example

from spacy_clinical.docs.question_docs import make_asked, passage_start, set_answers
from spacy_clinical.scoring.answer_scores import (
    answer_f1,
    answer_words,
    best_answers,
    exact_match,
    score_answers,
)
from spacy_clinical.scoring.scored_predictions import Scored

NLP = spacy.blank("en")
PASSAGE = "She takes 500 mg of metformin with the evening meal."

CASES = [
    # right, found, exact, F1
    (["500 mg"], "500 mg", True, 1.0),
    (["the evening meal."], "Evening  meal", True, 1.0),
    (["500 mg of metformin"], "metformin 500 mg", False, 6 / 7),  # 3 of 3, 3 of 4
    (["500 mg"], "mg mg mg", False, 0.4),  # 1 of 3, 1 of 2: one mg counts
    (["500 mg", "metformin"], "metformin", True, 1.0),
    (["500 mg"], "", False, 0.0),
    ([], "", True, 1.0),
    ([], "500 mg", False, 0.0),
    (["the"], "", True, 1.0),  # SQuAD drops articles, here all of the answer
    (["高血压病史"], "高血压", False, 0.75),  # 3 of 3, 3 of 5 characters
]


@pytest.mark.parametrize(("right", "found", "exact", "f1"), CASES)
def test_cases_by_hand(right: list[str], found: str, exact: bool, f1: float) -> None:
    assert exact_match(right, found) is exact
    assert answer_f1(right, found) == pytest.approx(f1)


def test_words_as_squad_compares_them() -> None:
    assert answer_words("The patient's A1c: 7.2%, an hour") == ["patients", "a1c", "72", "hour"]


def example(id: str, right: list[str] | None, found: str, score: float) -> Example:
    gold = make_asked(NLP.make_doc, "What does she take?", PASSAGE, id=id, answers=right)
    doc = NLP.make_doc(gold.text)
    if found:
        start = passage_start(gold) + PASSAGE.index(found)
        span = doc.char_span(start, start + len(found))
        assert span is not None
        set_answers(doc, [span], [score])
    return Example(doc, gold)


def test_of_all_passages_the_best_answer_counts() -> None:
    examples = [
        example("q1", ["metformin"], "500 mg", 0.4),
        example("q1", ["metformin"], "metformin", 0.6),
        example("q2", ["500 mg of metformin"], "500 mg", 0.9),  # F1 4/6
        example("q3", [], "", 0.0),
        example("q4", [], "meal", 0.2),
        example("q5", None, "meal", 0.2),  # nobody knows what is right
    ]
    scores = score_answers(examples)
    assert scores == {
        "qa_em": pytest.approx(2 / 4),
        "qa_f1": pytest.approx((1 + 2 / 3 + 1 + 0) / 4),
        "qa_answered": pytest.approx(3 / 4),
        "qa_answered_f1": pytest.approx((1 + 2 / 3) / 3),
    }
    assert score_answers(examples[-1:])["qa_f1"] is None
    found = best_answers(examples[:1])
    assert best_answers(examples[1:2], found)["q1"].found == "metformin"


def test_what_thresholds_and_calibration_see() -> None:
    scored = Scored()
    scored.add_answers([example("q1", ["metformin"], "500 mg", 0.4)])
    scored.add_answers([example("q1", ["metformin"], "metformin", 0.6), example("q2", [], "", 0)])
    scored.add_answers([example("q3", ["500 mg of metformin"], "with", 0.3)])
    assert [(p.label, p.score, p.right, p.doc) for p in scored.predictions] == [
        ("ANSWER", 0.6, True, 0),
        ("ANSWER", 0.3, False, 2),
    ]
    assert scored.n_gold == {"ANSWER": 2} and scored.n_docs == 3
