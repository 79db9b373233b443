"""Values that are aims, or from before: no results, or not of the note's day."""

import pytest

from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import PatientChart, charts

from ..marked_notes import note

VALUES = ("4.1", "5.9", "4.5", "under 130/80")


def chart(marked: str) -> PatientChart:
    pairs = [(v, "RESULT_OF", "zinkate") for v in VALUES if f" {v}}}" in marked]
    (found,) = charts(Lookup(build_graph([note(marked, *pairs)])))
    return found


def results(marked: str) -> list[str]:
    series = chart(marked).results.values()
    return [f"{r.words} {r.date}".rstrip() for of in series for one in of for r in one.results]


OWN = "5.9 2024-07-02"


@pytest.mark.parametrize(
    "marked",
    [
        "Goal {t zinkate} {v 5.9}.",
        "Target {t zinkate} is {v under 130/80}.",
        "{t zinkate} goal: {v 5.9}.",
        "The target for {t zinkate} of {v 5.9} was explained.",
        "Aiming for a {t zinkate} of {v 5.9}.",
        "We aim for {t zinkate} {v 5.9}.",
        "Keep {t zinkate} below {v 5.9}.",
        "Keep {t zinkate} {v under 130/80}.",
        "Keep her dietary {t zinkate} below {v 5.9}.",
        "Maintain a {t zinkate} level between 4.5 and {v 5.9}.",
        "{t zinkate} is high; keep it under {v 5.9}.",
        "{t zinkate} should be kept at less than or equal to {v 5.9}.",
        "Titrate {m abacin} to a {t zinkate} of {v 5.9}.",
        "Bring the {t zinkate} down to {v 5.9} over the year.",
        "{t zinkate} should be below {v 5.9}.",
        "Her {t zinkate} needs to stay at {v 5.9}.",
        "{t zinkate} {v 5.9} is the goal.",
        "{t zinkate} {v 5.9} (target).",
        "Targets: {t glim} {v 7.0}, {t zinkate} {v 5.9}.",
        "目标{t zinkate} {v 5.9}。",
        "{t zinkate}控制在{v 5.9}以下。",
    ],
)
def test_an_aim_is_no_result(marked: str) -> None:
    assert results(marked) == []


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("{t zinkate} {v 5.9}.", [OWN]),
        ("{t zinkate} at goal, {v 5.9}.", [OWN]),
        ("{t zinkate} is above her target at {v 5.9}.", [OWN]),
        ("{t zinkate} goal not met: {v 5.9}.", [OWN]),
        ("{t zinkate} {v 5.9}, goal {v 4.1}.", [OWN]),
        ("{t zinkate} {v 5.9} (target of {v 4.1}).", [OWN]),
        ("{t zinkate} {v 5.9}, above the goal of {v 4.1}.", [OWN]),
        ("Goal {t zinkate} {v 4.1}, currently {v 5.9}.", [OWN]),
        ("Goal {t zinkate} {v 4.1}; {v 5.9} today.", [OWN]),
        ("{t zinkate} {v 5.9}. Keep the diet.", [OWN]),
        ("{t zinkate} {v 5.9}\nGoal: discharge home tomorrow.", [OWN]),
        ("{t zinkate} {v 5.9}\n\nGoal: discharge home tomorrow.", [OWN]),
        ("{t zinkate} {v 5.9}. Target: a diet.", [OWN]),
        ("Will keep monitoring; {t zinkate} {v 5.9}.", [OWN]),
        ("Keep {m abacin}, {t zinkate} {v 5.9}.", [OWN]),
        ("Keep {m abacin} and {t zinkate} {v 5.9}.", [OWN]),
        ("She needs to be seen weekly, {t zinkate} {v 5.9}.", [OWN]),
        ("Patient should be admitted: {t zinkate} {v 5.9}.", [OWN]),
        ("Getting better over the weekend {t zinkate} {v 5.9}.", [OWN]),
        ("Titrate to effect, {t zinkate} {v 5.9}.", [OWN]),
    ],
)
def test_a_result_beside_an_aim_is_one(marked: str, found: list[str]) -> None:
    assert results(marked) == found


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("{t zinkate} {v 4.5} last month.", ["4.5 2024-06"]),
        ("Last month {t zinkate} was {v 4.5}.", ["4.5 2024-06"]),
        ("{t zinkate} was {v 4.5} three weeks ago, now {v 5.9}.", ["4.5 2024-06-11", OWN]),
        ("{t zinkate} was {v 4.5}, today {v 5.9}.", ["4.5", OWN]),
        ("{t zinkate} was {v 4.5} and is now {v 5.9}.", ["4.5", OWN]),
        ("{t zinkate} {v 5.9} (was {v 4.5}).", ["4.5", OWN]),
        ("{t zinkate} {v 5.9}, baseline {v 4.5}.", ["4.5", OWN]),
        ("Previous {t zinkate} {v 4.5}.", ["4.5"]),
        ("Her prior {t zinkate} level was {v 4.5}.", ["4.5"]),
        ("Baseline {t zinkate} of {v 4.5}.", ["4.5"]),
        ("{t zinkate} {v 4.5} at her last visit.", ["4.5"]),
        ("{t zinkate} {v 4.5} some years ago.", ["4.5"]),
        ("{t zinkate} {v 4.5} before admission.", ["4.5"]),
        ("{t zinkate} rose from {v 4.5} to {v 5.9}.", ["4.5", OWN]),
        ("{t zinkate} was {v 5.9}.", [OWN]),
        ("{t zinkate} {v 5.9} today.", [OWN]),
        ("The last dose was given. {t zinkate} {v 5.9}.", [OWN]),
    ],
)
def test_an_earlier_value_has_its_day_or_none(marked: str, found: list[str]) -> None:
    assert results(marked) == found
