"""Stops and starts that are only planned or conditional, from marked-up text."""

import pytest

from spacy_clinical.graph.note_times import NoteTimes, read_times
from spacy_clinical.graph.question_roles import ROLES

from ..marked_notes import note

ENDS = [
    "Stop {m A} if the {c rash} spreads.",
    "Stop {m A} 2.5 mg and {m A'} if it bleeds.",
    "If {c fever} comes back, hold {m A}.",
    "Unless {c fever} falls, discontinue {m A}.",
    "Should {c fever} come back, stop {m A}.",
    "{m A} will be stopped.",
    "{m A} to be held before the test.",
    "{m A} should be discontinued soon.",
    "{m A} may have been stopped.",
    "He might stop {m A}.",
    "She wants to stop {m A}.",
    "{m A} is held if the pulse is below 50.",
    "{m A} should be switched to {m B}.",
    "如{c 出血}，停用{m A}。",
    "She knows that if it bleeds, stop {m A}.",
    "Call if it bleeds, stop {m A}.",
    "All is well. If it bleeds, stop {m A}.",
]
ENDED = [
    "Told to stop {m A}.",
    "{m A} had to be stopped.",
    "Stop {m A} and call if it bleeds.",
    "Stopped {m A}; call if it bleeds.",
    "Stopped {m A} to see if the {c rash} fades.",
    "{m A} was stopped in May. If {c fever} comes back, call.",
    "| {m A} | 10 mg | daily | stopped |",
    "{m A}\t10 mg\tdiscontinued\nWeight\t70 kg",
    "{m A} 10 mg daily - patient not taking",
    "Dialyse if potassium exceeds 6, stop {m A}, recheck.",
]


def told(marked: str) -> NoteTimes:
    return read_times(note(marked), "2024-07-02", ROLES)


@pytest.mark.parametrize("marked", ENDS)
def test_what_may_end(marked: str) -> None:
    found = told(marked)
    assert found.changes.pop("A") == "to end"
    assert set(found.changes.values()) <= {"to end", "to start"}


@pytest.mark.parametrize("marked", ENDED)
def test_what_has_ended(marked: str) -> None:
    found = told(marked)
    assert found.changes == {"A": "stopped"}


@pytest.mark.parametrize(
    ("marked", "changes"),
    [
        ("{m A} will be started.", {"A": "to start"}),
        ("If {c pain} comes, start {m A}.", {"A": "to start"}),
        ("{m A} {g 5 mg} only if there is {c pain}.", {"A": "to start"}),
        ("{m A} {g 5 mg} if needed.", {}),
        ("{m A} 5 mg twice a day for 3 days only if there is {c pain}.", {"A": "to start"}),
        ("One dose of {m A} {g 5 mg} was given.", {"A": "used"}),
        ("One dose of {m A} each day is given.", {}),
        ("Start {m A} as needed if there is {c pain}.", {"A": "started"}),
        ("Should continue {m A}.", {"A": "continued"}),
        ("Do not stop {m A}.", {"A": "kept"}),
        ("Not allergic to {m A}.", {"A": "allergy;denied"}),
        ("{m A} was not given because of an allergy.", {}),
        ("{o A} to be booked.", {"A": "to start"}),
    ],
)
def test_what_else_is_planned_or_denied(marked: str, changes: dict[str, str]) -> None:
    assert told(marked).changes == changes


@pytest.mark.parametrize("border", ["\n", "\n\n", ". "])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Done: {o A}", "If fever, call us."),
        ("Takes {m A}", "Only if fever, call."),
        ("One dose of {m A} tomorrow", "Fluids were given."),
    ],
)
def test_another_sentence_says_nothing(before: str, after: str, border: str) -> None:
    assert told(before + border + after).changes == {}


def test_a_dose_of_another_sentence() -> None:
    assert told("{m A} came.\n\nOne dose was given.").changes == {}
    assert told("One dose of\n{m A} was given.").changes == {"A": "used"}


def test_a_long_sentence_is_read_once() -> None:
    found = told("{m A} " + "stop " * 4_000 + "if " * 4_000)
    assert found.changes == {}
