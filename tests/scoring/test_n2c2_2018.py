"""The rules of n2c2 2018, track 2, against counts worked out by hand."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.training import Example

from spacy_clinical.docs import to_doc
from spacy_clinical.records import Entity, Record
from spacy_clinical.scoring.n2c2_2018 import (
    Tag,
    count,
    make_n2c2_2018_scorer,
    score_n2c2_2018,
)

from .examples import ASPIRIN, FEVER, NAPROXEN, RELIEVE, TEXT, VOCAB, by_letters, make_doc

#   "aspirin naproxen relieve fever"
BOTH = (0, 16)
GOLD = [(ASPIRIN, "Drug"), (NAPROXEN, "Drug"), (FEVER, "Reason")]
ROWS = [(0, 2, "Reason-Drug"), (1, 2, "Reason-Drug")]

# Predicted mentions; then true positives, false positives, false negatives: strict, lenient.
TAGS: dict[str, tuple[Any, tuple[int, int, int], tuple[int, int, int]]] = {
    "right": (GOLD, (3, 0, 0), (3, 0, 0)),
    "nothing": ([], (0, 0, 3), (0, 0, 3)),
    "another type": ([(ASPIRIN, "Reason")], (0, 1, 3), (0, 1, 3)),
    "a border off": ([((0, 5), "Drug")], (0, 1, 3), (1, 0, 2)),
    "a neighbour": ([(RELIEVE, "Drug")], (0, 1, 3), (0, 1, 3)),
    # touching is not sharing a character: the blank between is no part of either
    "touching": ([((16, 24), "Drug")], (0, 1, 3), (0, 1, 3)),
    # two predictions on one gold mention: one counts, the other is taken out
    "two on one": ([((0, 3), "Drug"), ((4, 7), "Drug")], (0, 2, 3), (1, 0, 2)),
    # the exact one and a second on the same mention: strictly the second is wrong
    "exact and part": ([(ASPIRIN, "Drug"), ((0, 3), "Drug")], (1, 1, 2), (1, 0, 2)),
    # one prediction over two gold mentions: one true positive, the other gold mention missed
    "one on two": ([(BOTH, "Drug")], (0, 1, 3), (1, 0, 2)),
    # three predictions: the long one is taken out beside the first, the third finds the second
    "long and both": (
        [(BOTH, "Drug"), (ASPIRIN, "Drug"), (NAPROXEN, "Drug")],
        (2, 1, 1),
        (2, 0, 1),
    ),
}


def prf(tp: int, fp: int, fn: int) -> dict[str, float]:
    p, r = tp / (tp + fp + 1e-100), tp / (tp + fn + 1e-100)
    return {"p": p, "r": r, "f": 2 * p * r / (p + r + 1e-100)}


def score(predicted: Any, rows: Any = (), gold: Any = GOLD, gold_rows: Any = ROWS) -> Any:
    example = Example(make_doc(predicted, rows, by_letters), make_doc(gold, gold_rows, by_letters))
    return score_n2c2_2018([example])


@pytest.mark.parametrize(("predicted", "strict", "lenient"), TAGS.values(), ids=TAGS)
def test_mentions(predicted: Any, strict: Any, lenient: Any) -> None:
    scores = score(predicted)["ents"]
    assert scores["strict"]["micro"] == pytest.approx(prf(*strict))
    assert scores["lenient"]["micro"] == pytest.approx(prf(*lenient))


# Predicted mentions and relations; counts: strict, lenient.
LINKS: dict[str, tuple[Any, Any, tuple[int, int, int], tuple[int, int, int]]] = {
    "right": (GOLD, ROWS, (2, 0, 0), (2, 0, 0)),
    "one of two": (GOLD, ROWS[:1], (1, 0, 1), (1, 0, 1)),
    "no mentions": ([], [], (0, 0, 2), (0, 0, 2)),
    "another label": (GOLD, [(0, 2, "ADE-Drug")], (0, 1, 2), (0, 1, 2)),
    "turned round": (GOLD, [(2, 0, "Reason-Drug")], (0, 1, 2), (0, 1, 2)),
    "a border off": ([((0, 5), "Drug"), GOLD[2]], [(0, 1, "Reason-Drug")], (0, 1, 2), (1, 0, 1)),
    "a type off": ([(ASPIRIN, "Dose"), GOLD[2]], [(0, 1, "Reason-Drug")], (0, 1, 2), (0, 1, 2)),
    "two on one": (
        [((0, 3), "Drug"), ((4, 7), "Drug"), GOLD[2]],
        [(0, 2, "Reason-Drug"), (1, 2, "Reason-Drug")],
        (0, 2, 2),
        (1, 0, 1),
    ),
}


@pytest.mark.parametrize(("predicted", "rows", "strict", "lenient"), LINKS.values(), ids=LINKS)
def test_relations(predicted: Any, rows: Any, strict: Any, lenient: Any) -> None:
    scores = score(predicted, rows)["rels"]
    assert scores["strict"]["micro"] == pytest.approx(prf(*strict))
    assert scores["lenient"]["micro"] == pytest.approx(prf(*lenient))


def test_discontinuous_is_first_to_last() -> None:
    parts = Entity("T1", "Drug", (ASPIRIN, FEVER))
    gold = to_doc(Record("1", TEXT, (parts,)), by_letters)
    whole = make_doc([((0, 30), "Drug")], (), by_letters)
    inner = make_doc([(RELIEVE, "Drug")], (), by_letters)
    assert score_n2c2_2018([Example(whole, gold)])["ents"]["strict"]["micro"]["f"] == 1.0
    scores = score_n2c2_2018([Example(inner, gold)])["ents"]
    assert scores["strict"]["micro"]["f"] == 0.0
    assert scores["lenient"]["micro"]["f"] == 1.0


def test_macro_is_over_documents() -> None:
    """3 of 3 in one document, 1 of 2 gold and 1 of 2 predictions in the other."""
    second = [(ASPIRIN, "Drug"), (FEVER, "Reason")]
    pairs = [(GOLD, GOLD), (second, [(ASPIRIN, "Drug"), (RELIEVE, "Drug")])]
    examples = [
        Example(make_doc(predicted, (), by_letters), make_doc(gold, (), by_letters))
        for gold, predicted in pairs
    ]
    scores = score_n2c2_2018(examples)["ents"]["strict"]
    assert scores["macro"] == pytest.approx({"p": 0.75, "r": 0.75, "f": 0.75})
    assert scores["micro"] == pytest.approx(prf(4, 1, 1))
    assert scores["per_type"]["Drug"] == pytest.approx(prf(3, 1, 0))
    assert scores["per_type"]["Reason"] == pytest.approx(prf(1, 0, 1))


def test_documents_without_annotation_are_left_out() -> None:
    bare = by_letters(TEXT)
    example = Example(make_doc(GOLD, ROWS, by_letters), bare)
    assert score_n2c2_2018([example])["ents"]["strict"]["per_type"] == {}
    assert bare.vocab is VOCAB


def test_scorer_names() -> None:
    example = Example(make_doc(GOLD, ROWS, by_letters), make_doc(GOLD, ROWS, by_letters))
    names = {f"n2c2_{kind}_{mode}_f" for kind in ("ents", "rels") for mode in ("strict", "lenient")}
    assert make_n2c2_2018_scorer()([example]) == dict.fromkeys(names, 1.0)


places = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda t: (t[0], t[0] + t[1]))
tags = st.lists(
    st.builds(lambda label, place: Tag(label, *place), st.sampled_from("AB"), places),
    unique=True,
    max_size=6,
)


@given(tags, tags)
def test_counts_hold_together(gold: Sequence[Tag], predicted: Sequence[Tag]) -> None:
    strict, lenient = (count(gold, predicted, mode) for mode in ("strict", "lenient"))
    assert strict.tp == len(set(gold) & set(predicted))
    assert (strict.tp + strict.fp, strict.tp + strict.fn) == (len(predicted), len(gold))
    assert min(lenient.tp, lenient.fp, lenient.fn) >= 0
    assert lenient.tp + lenient.fn == len(gold)
    assert lenient.tp + lenient.fp <= len(predicted)


@given(tags)
def test_gold_scores_full_marks_strictly(gold: Sequence[Tag]) -> None:
    assert (count(gold, gold, "strict").fp, count(gold, gold, "strict").fn) == (0, 0)
