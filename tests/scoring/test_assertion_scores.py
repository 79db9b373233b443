"""Assertion scores against counts worked out by hand."""

from collections.abc import Sequence
from typing import Any

import pytest
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_clinical.attributes import AttributeType, Scheme
from spacy_clinical.docs import name_doc, set_mentions, to_doc
from spacy_clinical.records import Attribute, Entity, Record
from spacy_clinical.scoring.assertion_scores import make_assertion_scorer, score_assertions

from .examples import ASPIRIN, FEVER, NAPROXEN, TEXT, TOKENIZERS, by_blanks, in_one

SIGN = AttributeType("assertion", ("absent", "possible", "present"), ("SIGN",))
DRUG = AttributeType("assertion", ("absent", "possible", "present"), ("DRUG", "SIGN"), "present")
SILENT = AttributeType("assertion", ("", "absent", "possible"), ("DRUG", "SIGN"), "")

Said = tuple[tuple[int, int], str, str | None]


def make_doc(mentions: Sequence[Said], tokenize: Any = by_blanks, name: str = "assertion") -> Doc:
    entities = tuple(Entity(f"T{i}", label, (at,)) for i, (at, label, _) in enumerate(mentions))
    attributes = tuple(
        Attribute(f"T{i}", name, value) for i, (_, _, value) in enumerate(mentions) if value
    )
    return to_doc(Record("1", TEXT, entities, (), attributes), tokenize)


def score(
    gold: Sequence[Said],
    found: Sequence[Said],
    type: AttributeType | None,
    tokenize: Any = by_blanks,
) -> dict[str, Any]:
    example = Example(make_doc(found), make_doc(gold, tokenize))
    return score_assertions([example], Scheme((type,)) if type else None)


GOLD: list[Said] = [
    (ASPIRIN, "SIGN", "absent"),
    (NAPROXEN, "SIGN", "absent"),
    (FEVER, "SIGN", "present"),
]
# Found; then true, false and missed of each value.
CASES: dict[str, tuple[list[Said], dict[str, tuple[int, int, int]]]] = {
    "right": (GOLD, {"absent": (2, 0, 0), "present": (1, 0, 0)}),
    # one value for another: false under its own, missed under the gold one
    "one for another": (
        [GOLD[0], (NAPROXEN, "SIGN", "present"), GOLD[2]],
        {"absent": (1, 0, 1), "present": (1, 1, 0)},
    ),
    "a value that gold doesn't have": (
        [*GOLD[:2], (FEVER, "SIGN", "possible")],
        {"absent": (2, 0, 0), "possible": (0, 1, 0), "present": (0, 0, 1)},
    ),
    # a mention that isn't found takes its value with it
    "a mention missed": (GOLD[:2], {"absent": (2, 0, 0), "present": (0, 0, 1)}),
    # other borders: the mention is wrong, so its right value doesn't help
    "other borders": (
        [*GOLD[:2], ((17, 30), "SIGN", "present")],
        {"absent": (2, 0, 0), "present": (0, 1, 1)},
    ),
    # another label: the same, if the label takes the attribute
    "another label": (
        [*GOLD[:2], (FEVER, "OTHER", "present")],
        {"absent": (2, 0, 0), "present": (0, 0, 1)},
    ),
    "nothing said": (
        [(ASPIRIN, "SIGN", None), (NAPROXEN, "SIGN", None), (FEVER, "SIGN", None)],
        {"absent": (0, 0, 2), "present": (0, 0, 1)},
    ),
    "nothing found": ([], {"absent": (0, 0, 2), "present": (0, 0, 1)}),
}


def f_score(tp: int, fp: int, fn: int) -> float:
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


def check(scores: dict[str, Any], counts: dict[str, tuple[int, int, int]]) -> None:
    assert {k: row["f"] for k, row in scores["assertion_per_type"].items()} == pytest.approx(
        {k: f_score(*row) for k, row in counts.items()}
    )
    assert scores["assertion_macro_f"] == pytest.approx(
        sum(f_score(*row) for row in counts.values()) / len(counts)
    )
    tp, fp, fn = (sum(column) for column in zip(*counts.values(), strict=True))
    assert scores["assertion_micro_p"] == pytest.approx(tp / (tp + fp) if tp else 0.0)
    assert scores["assertion_micro_r"] == pytest.approx(tp / (tp + fn) if tp else 0.0)
    assert scores["assertion_micro_f"] == pytest.approx(f_score(tp, fp, fn))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("tokenize", TOKENIZERS)
def test_by_hand(case: str, tokenize: Any) -> None:
    found, counts = CASES[case]
    check(score(GOLD, found, SIGN, tokenize), counts)
    if case != "another label":
        check(score(GOLD, found, None, tokenize), counts)


def make_said(*rows: Sequence[tuple[str, str]]) -> Doc:
    """Signs of which several things are said."""
    entities = tuple(
        Entity(f"T{i}", "SIGN", (at,)) for i, at in enumerate((ASPIRIN, NAPROXEN, FEVER))
    )
    said = tuple(Attribute(f"T{i}", *pair) for i, row in enumerate(rows) for pair in row)
    return to_doc(Record("1", TEXT, entities, (), said), by_blanks)


def test_several_values_hold_at_once() -> None:
    gold = make_said(
        [("assertion", "absent"), ("assertion", "historical")], [], [("assertion", "present")]
    )
    found = make_said(
        [("assertion", "absent")],
        [("assertion", "absent")],
        [("assertion", "present"), ("assertion", "historical")],
    )
    scores = score_assertions([Example(found, gold)])
    # nothing is known of the second: gold says "present" elsewhere
    check(scores, {"absent": (1, 0, 0), "historical": (0, 1, 1), "present": (1, 0, 0)})


def test_other_words_for_the_same() -> None:
    i2b2 = AttributeType(
        "assertion",
        ("associated_with_someone_else", "conditional", "hypothetical", "present"),
        ("SIGN",),
    )
    gold = make_said(
        [("assertion", "associated_with_someone_else")],
        [("assertion", "conditional")],
        [("assertion", "present")],
    )
    found = make_said(
        [("assertion", "family")], [("assertion", "hypothetical")], [("assertion", "historical")]
    )
    scores = score_assertions([Example(found, gold)], Scheme((i2b2,)))
    check(
        scores,
        {
            "associated_with_someone_else": (1, 0, 0),
            "conditional": (0, 0, 1),
            "hypothetical": (0, 1, 0),
            "present": (0, 0, 1),
            "historical": (0, 1, 0),
        },
    )


def test_flags_count_by_what_they_mean() -> None:
    """A corpus that only flags what is negated or doubted means the rest to be present."""
    gold = make_said([("Negated", "")], [("Negated", ""), ("Speculated", "")], [])
    found = make_said(
        [("assertion", "absent")], [("assertion", "possible")], [("assertion", "present")]
    )
    scores = score_assertions([Example(found, gold)])
    check(scores, {"absent": (1, 0, 1), "possible": (1, 0, 0), "present": (1, 0, 0)})


def test_lost_mentions_are_missed() -> None:
    check(score(GOLD, GOLD[:1], SIGN, in_one), {"absent": (1, 0, 1), "present": (0, 0, 1)})


def test_a_default_is_gold() -> None:
    gold: list[Said] = [(ASPIRIN, "DRUG", None), (NAPROXEN, "DRUG", "absent")]
    found: list[Said] = [(ASPIRIN, "DRUG", "present"), (NAPROXEN, "DRUG", "present")]
    check(score(gold, found, DRUG), {"absent": (0, 0, 1), "present": (1, 1, 0)})
    check(score(gold, gold, DRUG), {"absent": (1, 0, 0), "present": (1, 0, 0)})


def test_without_default_silence_is_no_gold() -> None:
    gold: list[Said] = [(ASPIRIN, "SIGN", None), (NAPROXEN, "SIGN", "absent")]
    found: list[Said] = [(ASPIRIN, "SIGN", "absent"), (NAPROXEN, "SIGN", "absent")]
    check(score(gold, found, SIGN), {"absent": (1, 0, 0)})
    check(score(gold, [*found, (FEVER, "SIGN", "absent")], SIGN), {"absent": (1, 1, 0)})


def test_a_silent_default_is_not_counted() -> None:
    gold: list[Said] = [
        (ASPIRIN, "SIGN", None),
        (NAPROXEN, "SIGN", "absent"),
        (FEVER, "SIGN", None),
    ]
    found: list[Said] = [
        (ASPIRIN, "SIGN", None),
        (NAPROXEN, "SIGN", None),
        (FEVER, "SIGN", "absent"),
    ]
    check(score(gold, found, SILENT), {"absent": (0, 1, 1)})
    check(score(gold, gold, SILENT), {"absent": (1, 0, 0)})


def test_several_attributes() -> None:
    scheme = Scheme((SIGN, AttributeType("trend", ("down", "up"), ("SIGN",))))
    entities = (Entity("T0", "SIGN", (FEVER,)),)
    said = (
        [("assertion", "present"), ("trend", "up")],
        [("assertion", "present"), ("trend", "down")],
    )
    docs = [
        to_doc(
            Record("1", TEXT, entities, (), tuple(Attribute("T0", *pair) for pair in pairs)),
            by_blanks,
        )
        for pairs in said
    ]
    scores = score_assertions([Example(*docs)], scheme)
    check(
        scores,
        {"assertion=present": (1, 0, 0), "trend=down": (0, 0, 1), "trend=up": (0, 1, 0)},
    )


@pytest.mark.parametrize("gold", [None, [], [(ASPIRIN, "SIGN", None)], [(ASPIRIN, "OTHER", "x")]])
def test_nothing_known(gold: list[Said] | None) -> None:
    reference = by_blanks(TEXT) if gold is None else make_doc(gold)
    scores = score_assertions([Example(by_blanks(TEXT), reference)], Scheme((SIGN,)))
    assert set(scores) == {
        "assertion_micro_p",
        "assertion_micro_r",
        "assertion_micro_f",
        "assertion_macro_f",
        "assertion_per_type",
    }
    assert set(scores.values()) == {None}


def test_scorer_takes_the_component_s_scheme_and_group() -> None:
    docs = [by_blanks(TEXT), by_blanks(TEXT)]
    for doc, value in zip(docs, ("present", "absent"), strict=True):
        span = Span(doc, 0, 1, label="DRUG")
        set_mentions(doc, [span], attributes=[[("assertion", value)]], key="mine")
    cfg = {"scheme": Scheme((DRUG,)).to_dict(), "spans_key": "mine"}
    scores = make_assertion_scorer()([Example(*docs)], **cfg)
    check(scores, {"absent": (0, 0, 1), "present": (0, 1, 0)})
    assert make_assertion_scorer("other")([Example(*docs)], **cfg)["assertion_macro_f"] is None


def test_what_nobody_looked_for_does_not_count() -> None:
    """A sign where only drugs were looked for; then a document without assertions."""
    gold = make_doc([(ASPIRIN, "DRUG", None)])
    name_doc(gold, "1", {"annotated": {"entities": ["DRUG"]}})
    predicted = make_doc([(ASPIRIN, "DRUG", "present"), (FEVER, "SIGN", "absent")])
    scores = score_assertions([Example(predicted, gold)], Scheme((DRUG,)))
    assert set(scores["assertion_per_type"]) == {"present"}
    assert scores["assertion_micro_f"] == 1.0
    name_doc(gold, "1", {"annotated": {"assertions": False}})
    assert (
        score_assertions([Example(predicted, gold)], Scheme((DRUG,)))["assertion_macro_f"] is None
    )
