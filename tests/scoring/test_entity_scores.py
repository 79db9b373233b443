"""Entity scores against counts worked out by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_clinical.docs import Mention, name_doc, set_mentions
from spacy_clinical.scoring.entity_scores import (
    make_ner_scorer,
    read_found_mentions,
    read_gold_mentions,
    read_mentions,
    score_entities,
)
from spacy_clinical.scoring.error_analysis import find_differences
from spacy_clinical.scoring.scoring_tasks import read_entities

from .examples import (
    ASPIRIN,
    FEVER,
    NAPROXEN,
    RELIEVE,
    TEXT,
    TOKENIZERS,
    by_blanks,
    by_letters,
    in_one,
    make_doc,
)

GOLD = [(ASPIRIN, "DRUG"), (NAPROXEN, "DRUG"), (FEVER, "SIGN")]
NOTHING = {"ents_p": None, "ents_r": None, "ents_f": None, "ents_per_type": None}


def check(scores: dict[str, Any], tp: int, fp: int, fn: int) -> None:
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    f = 2 * p * r / (p + r) if p + r else 0.0
    found = (scores["ents_p"], scores["ents_r"], scores["ents_f"])
    assert found == pytest.approx((p, r, f))


CASES = {
    # all three right
    "right": (GOLD, GOLD, (3, 0, 0)),
    # nothing predicted: all three missed
    "nothing": ([], GOLD, (0, 0, 3)),
    # nothing gold: one wrong
    "invented": ([(FEVER, "SIGN")], [], (0, 1, 0)),
    # "aspirin naproxen" is neither of the two drugs: one wrong, two missed, fever right
    "boundary": ([((0, 16), "DRUG"), (FEVER, "SIGN")], GOLD, (1, 1, 2)),
    # aspirin with a wrong label is wrong, and the gold one is missed; the two others are missed
    "label": ([(ASPIRIN, "SIGN")], GOLD, (0, 1, 3)),
    # the same mention twice counts once, on either side
    "duplicates": ([GOLD[0], GOLD[0]], [*GOLD, GOLD[0]], (1, 0, 2)),
    # two labels on one extent are two mentions: one right, one missed
    "two labels": ([(FEVER, "SIGN")], [(FEVER, "SIGN"), (FEVER, "FINDING")], (1, 0, 1)),
    # nested gold mentions are both wanted
    "nested": ([((0, 16), "DRUG")], [((0, 16), "DRUG"), (ASPIRIN, "DRUG")], (1, 0, 1)),
}


@pytest.mark.parametrize("tokenize", TOKENIZERS)
@pytest.mark.parametrize("case", CASES)
def test_counts(case: str, tokenize: Callable[[str], Doc]) -> None:
    predicted, gold, counts = CASES[case]
    example = Example(make_doc(predicted, tokenize=tokenize), make_doc(gold))
    check(score_entities([example]), *counts)


def test_per_type() -> None:
    # DRUG: aspirin right, naproxen missed. SIGN: fever missed. OTHER: "relieve" wrong.
    predicted = make_doc([(ASPIRIN, "DRUG"), (RELIEVE, "OTHER")])
    scores = score_entities([Example(predicted, make_doc(GOLD))])
    assert scores["ents_per_type"] == {
        "DRUG": {"p": 1.0, "r": 0.5, "f": pytest.approx(2 / 3)},
        "OTHER": {"p": 0.0, "r": 0.0, "f": 0.0},
        "SIGN": {"p": 0.0, "r": 0.0, "f": 0.0},
    }
    assert list(scores["ents_per_type"]) == ["DRUG", "OTHER", "SIGN"]
    check(scores, 1, 1, 2)


def test_micro_average_over_documents() -> None:
    # First: 3 right. Second: 1 wrong, 3 missed. Together 3 right, 1 wrong, 3 missed.
    first = Example(make_doc(GOLD), make_doc(GOLD))
    second = Example(make_doc([(RELIEVE, "DRUG")]), make_doc(GOLD))
    check(score_entities([first, second]), 3, 1, 3)


def test_gold_that_no_token_can_hold_is_missed() -> None:
    # In one token the gold keeps all three as lost; nothing is predicted right.
    gold = make_doc(GOLD, tokenize=in_one)
    assert len(gold.spans["clinical"]) == 0
    check(score_entities([Example(make_doc([]), gold)]), 0, 0, 3)
    # A prediction in other tokens may still be right.
    check(score_entities([Example(make_doc(GOLD[:1]), gold)]), 1, 0, 2)


def test_predicted_tokens_that_cannot_hold_the_gold() -> None:
    check(score_entities([Example(make_doc([], tokenize=in_one), make_doc(GOLD))]), 0, 0, 3)


def test_discontinuous_mention_needs_all_fragments() -> None:
    gold, predicted = by_blanks(TEXT), by_blanks(TEXT)
    parts = {0: (ASPIRIN, FEVER)}
    set_mentions(gold, [Span(gold, 0, 4, label="X")], fragments=parts)
    set_mentions(predicted, [Span(predicted, 0, 4, label="X")])
    check(score_entities([Example(predicted, gold)]), 0, 1, 1)
    set_mentions(predicted, [Span(predicted, 0, 4, label="X")], fragments=parts)
    check(score_entities([Example(predicted, gold)]), 1, 0, 0)


def test_documents_without_annotation_are_left_out() -> None:
    unknown = Example(make_doc([(RELIEVE, "DRUG")]), by_blanks(TEXT))
    assert score_entities([unknown]) == NOTHING
    assert score_entities([]) == NOTHING
    check(score_entities([unknown, Example(make_doc(GOLD), make_doc(GOLD))]), 3, 0, 0)


def test_ents_stand_in_for_the_group() -> None:
    gold, predicted = by_letters(TEXT), by_blanks(TEXT)
    gold.ents = [gold.char_span(*ASPIRIN, label="DRUG"), gold.char_span(*FEVER, label="SIGN")]
    predicted.ents = [predicted.char_span(*ASPIRIN, label="DRUG")]
    assert read_gold_mentions(by_blanks(TEXT)) is None
    assert read_mentions(predicted) == read_mentions(make_doc([(ASPIRIN, "DRUG")]))
    # aspirin right, fever missed
    check(score_entities([Example(predicted, gold)]), 1, 0, 1)


def test_group_comes_before_ents() -> None:
    predicted = make_doc(GOLD)
    predicted.ents = []
    check(score_entities([Example(predicted, make_doc(GOLD))]), 3, 0, 0)


def test_scorer_reads_the_components_group() -> None:
    gold, predicted = by_blanks(TEXT), by_blanks(TEXT)
    for doc in (gold, predicted):
        set_mentions(doc, [Span(doc, 0, 1, label="DRUG")], key="mine")
    example = Example(predicted, gold)
    assert make_ner_scorer()([example], spans_key="mine", labels=["DRUG"])["ents_f"] == 1.0
    assert make_ner_scorer("mine")([example])["ents_f"] == 1.0
    gold.ents = predicted.ents = []
    check(make_ner_scorer("other")([example], spans_key="mine"), 0, 0, 0)


def test_labels_that_nobody_looked_for_do_not_count() -> None:
    """Gold: one drug; signs weren't looked for. Predicted: it, another drug, and a sign."""
    gold = make_doc([(ASPIRIN, "DRUG")])
    name_doc(gold, "1", {"annotated": {"entities": ["DRUG"]}})
    predicted = make_doc([(ASPIRIN, "DRUG"), (NAPROXEN, "DRUG"), (FEVER, "SIGN")])
    example = Example(predicted, gold)
    check(score_entities([example]), tp=1, fp=1, fn=0)
    assert set(score_entities([example])["ents_per_type"]) == {"DRUG"}
    assert read_found_mentions(example) == read_mentions(predicted) - {Mention("SIGN", (FEVER,))}
    assert [pair.kind for pair in find_differences(example, frozenset())] == ["spurious"]
    assert read_entities([example]).strict.total.tolist() == [[1, 1, 0]]
