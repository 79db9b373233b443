"""Relation scores against counts worked out by hand."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_clinical.docs import name_doc, set_mentions, set_relations
from spacy_clinical.scoring.relation_scores import make_rel_scorer, score_relations

from .examples import (
    ASPIRIN,
    FEVER,
    NAPROXEN,
    RELIEVE,
    TEXT,
    TOKENIZERS,
    Mention,
    Row,
    by_blanks,
    in_one,
    make_doc,
)

GOLD = [(ASPIRIN, "DRUG"), (NAPROXEN, "DRUG"), (FEVER, "SIGN")]
ROWS = [(0, 2, "TREATS"), (1, 2, "TREATS")]
NOTHING = {
    "rel_micro_p": None,
    "rel_micro_r": None,
    "rel_micro_f": None,
    "rel_per_type": None,
    "rel_boundary_f": None,
    "rel_macro_f": None,
}


def f_score(tp: int, fp: int, fn: int) -> float:
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0


def check(scores: dict[str, Any], tp: int, fp: int, fn: int) -> None:
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    found = (scores["rel_micro_p"], scores["rel_micro_r"], scores["rel_micro_f"])
    assert found == pytest.approx((p, r, f_score(tp, fp, fn)))


# Predicted mentions and relations; counts: strict, and by boundaries.
CASES: dict[str, tuple[Sequence[Mention], Sequence[Row], Any, Any]] = {
    # both right
    "right": (GOLD, ROWS, (2, 0, 0), (2, 0, 0)),
    # the tutorial's trap: one of two found gives a recall of 0.5, not of 1
    "one of two": (GOLD, ROWS[:1], (1, 0, 1), (1, 0, 1)),
    # the pair of the second could never be proposed, as its drug was not found: still missed
    "never proposed": ([GOLD[0], GOLD[2]], [(0, 1, "TREATS")], (1, 0, 1), (1, 0, 1)),
    # no mentions at all: both missed
    "no mentions": ([], [], (0, 0, 2), (0, 0, 2)),
    # mentions, but no relation: both missed
    "no relations": (GOLD, [], (0, 0, 2), (0, 0, 2)),
    # the wrong way round: one wrong, and both gold ones missed
    "direction": (GOLD, [(2, 0, "TREATS")], (0, 1, 2), (0, 1, 2)),
    # another label between the right mentions
    "label": (GOLD, [(0, 2, "CAUSES")], (0, 1, 2), (0, 1, 2)),
    # fever has another type: strictly wrong, but the boundaries of aspirin - fever are right
    "type": ([GOLD[0], (FEVER, "DRUG")], [(0, 1, "TREATS")], (0, 1, 2), (1, 0, 1)),
    # "relieve fever" instead of "fever": wrong in both
    "boundary": ([GOLD[0], ((17, 30), "SIGN")], [(0, 1, "TREATS")], (0, 1, 2), (0, 1, 2)),
    # aspirin stored twice, its relation twice: counts once
    "duplicates": (
        [GOLD[0], GOLD[0], GOLD[2]],
        [(0, 2, "TREATS"), (1, 2, "TREATS")],
        (1, 0, 1),
        (1, 0, 1),
    ),
}


@pytest.mark.parametrize("tokenize", TOKENIZERS)
@pytest.mark.parametrize("case", CASES)
def test_counts(case: str, tokenize: Callable[[str], Doc]) -> None:
    mentions, rows, strict, boundary = CASES[case]
    example = Example(make_doc(mentions, rows, tokenize), make_doc(GOLD, ROWS))
    scores = score_relations([example])
    check(scores, *strict)
    assert scores["rel_boundary_f"] == pytest.approx(f_score(*boundary))


@pytest.mark.parametrize("stored", [(0, 1), (1, 0)])
@pytest.mark.parametrize("predicted", [(0, 1), (1, 0)])
def test_symmetric_pairs_count_once(stored: tuple[int, int], predicted: tuple[int, int]) -> None:
    gold = make_doc(GOLD, [(*stored, "WITH")])
    example = Example(make_doc(GOLD, [(*predicted, "WITH")]), gold)
    check(score_relations([example], symmetric=["WITH"]), 1, 0, 0)
    right = stored == predicted
    check(score_relations([example]), int(right), int(not right), int(not right))
    both = make_doc(GOLD, [(0, 1, "WITH"), (1, 0, "WITH")])
    check(score_relations([Example(both, gold)], symmetric=["WITH"]), 1, 0, 0)
    check(score_relations([Example(make_doc(GOLD, []), both)], symmetric=["WITH"]), 0, 0, 1)


def test_per_type() -> None:
    # TREATS: aspirin right, naproxen missed. CAUSES: one wrong. WITH: one missed.
    gold = make_doc(GOLD, [*ROWS, (0, 1, "WITH")])
    predicted = make_doc(GOLD, [ROWS[0], (1, 2, "CAUSES")])
    scores = score_relations([Example(predicted, gold)])
    assert scores["rel_per_type"] == {
        "CAUSES": {"p": 0.0, "r": 0.0, "f": 0.0},
        "TREATS": {"p": 1.0, "r": 0.5, "f": pytest.approx(2 / 3)},
        "WITH": {"p": 0.0, "r": 0.0, "f": 0.0},
    }
    check(scores, 1, 1, 2)
    assert scores["rel_macro_f"] == pytest.approx(2 / 9)  # the mean of 0, 2/3 and 0


@pytest.mark.parametrize(
    ("gold", "tokenize", "counts"),
    [
        # Both arguments lost in one token: found by nobody who has the same tokens.
        ([], in_one, (0, 0, 2)),
        # Predicted in better tokens, a lost relation is right all the same.
        (ROWS[:1], by_blanks, (1, 0, 1)),
    ],
)
def test_lost_arguments_count(gold: Any, tokenize: Any, counts: tuple[int, int, int]) -> None:
    reference = make_doc(GOLD, ROWS, in_one)
    example = Example(make_doc(GOLD, gold, tokenize), reference)
    check(score_relations([example]), *counts)


def test_one_lost_argument() -> None:
    # "asp" is no token: the first relation has a lost head, the second is held.
    mentions = [((0, 3), "DRUG"), (NAPROXEN, "DRUG"), (FEVER, "SIGN")]
    reference = make_doc(mentions, ROWS)
    assert len(reference.spans["clinical"]) == 2
    # Of two gold relations one is found.
    predicted = make_doc([(NAPROXEN, "DRUG"), (FEVER, "SIGN")], [(0, 1, "TREATS")])
    check(score_relations([Example(predicted, reference)]), 1, 0, 1)


def test_documents_without_annotation_are_left_out() -> None:
    unknown = make_doc(GOLD)
    del unknown.spans["clinical"].attrs["relations"]
    left_out = [
        Example(make_doc(GOLD, ROWS), unknown),
        Example(make_doc(GOLD, ROWS), by_blanks(TEXT)),
    ]
    assert score_relations(left_out) == NOTHING
    right = Example(make_doc(GOLD, ROWS), make_doc(GOLD, ROWS))
    check(score_relations([*left_out, right]), 2, 0, 0)


def test_labels_that_nobody_looked_for_do_not_count() -> None:
    # Of TREATS one is right and one missed; a false CAUSES counts only where CAUSES was looked for.
    predicted = make_doc(GOLD, [ROWS[0], (1, 2, "CAUSES")])
    gold = make_doc(GOLD, ROWS)
    check(score_relations([Example(predicted, gold)]), 1, 1, 1)
    name_doc(gold, "a", {"annotated": {"relations": ["TREATS"]}})
    check(score_relations([Example(predicted, gold)]), 1, 0, 1)


def test_annotated_with_no_relation() -> None:
    # One wrong, none missed: everything is 0, not None.
    example = Example(make_doc(GOLD, ROWS[:1]), make_doc(GOLD))
    check(score_relations([example]), 0, 1, 0)


def test_micro_average_over_documents() -> None:
    # First: 2 right. Second: 1 wrong, 2 missed.
    gold = make_doc(GOLD, ROWS)
    wrong = make_doc([GOLD[0], (RELIEVE, "SIGN")], [(0, 1, "TREATS")])
    examples = [Example(make_doc(GOLD, ROWS), gold), Example(wrong, gold)]
    check(score_relations(examples), 2, 1, 2)


def test_scorer_knows_symmetry_and_group_of_the_component() -> None:
    gold, predicted = by_blanks(TEXT), by_blanks(TEXT)
    for doc, row in ((gold, (0, 1, "WITH", None)), (predicted, (1, 0, "WITH", 0.5))):
        set_mentions(doc, [Span(doc, i, i + 1, label="DRUG") for i in (0, 1)], key="mine")
        set_relations(doc, [row], key="mine")
    relations = {"WITH": {"head": ["DRUG"], "tail": ["DRUG"], "symmetric": True}}
    settings = {"schema": {"relations": relations}, "spans_key": "mine", "threshold": 0.5}
    example = Example(predicted, gold)
    assert make_rel_scorer()([example], **settings)["rel_micro_f"] == 1.0
    assert make_rel_scorer()([example], **{**settings, "schema": None})["rel_micro_f"] == 0.0
    assert make_rel_scorer()([example]) == NOTHING


def test_arguments_of_labels_that_nobody_looked_for_do_not_count() -> None:
    """Drugs alone were looked for: of two predictions, the one with a sign says nothing."""
    gold = make_doc(GOLD[:2])
    name_doc(gold, "1", {"annotated": {"entities": ["DRUG"]}})
    predicted = make_doc(GOLD, [(0, 1, "WITH"), (0, 2, "TREATS")])
    scores = score_relations([Example(predicted, gold)])
    check(scores, tp=0, fp=1, fn=0)
    assert set(scores["rel_per_type"]) == {"WITH"}
