"""Procedures that were only spoken of aren't done."""

import pytest

from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import charts

from ..marked_notes import note


def status(marked: str) -> str:
    (chart,) = charts(Lookup(build_graph([note(marked)])))
    (event,) = chart.procedures
    return event.status


@pytest.mark.parametrize(
    "marked",
    [
        "{o Grommet} recommended.",
        "A {o grommet} was strongly advised.",
        "{o Grommet}: scheduled.",
        "The {o grommet} has been postponed.",
        "{o Grommet} is due.",
        "We recommended a repeat {o grommet}.",
        "Awaiting {o grommet}.",
        "She is waiting for an elective {o grommet}.",
        "Candidate for {o grommet}.",
        "He will need a {o grommet}.",
        "Referred for screening {o grommet}.",
        "{o Grommet} was considered.",
        "建议行{o grommet}。",
        "{o grommet}推迟。",
    ],
)
def test_planned(marked: str) -> None:
    assert status(marked) == "planned"


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("{o Grommet} was cancelled.", "not done"),
        ("The {o grommet} had been called off.", "not done"),
        ("{o Grommet} not yet performed.", "not done"),
        ("They cancelled the {o grommet}.", "not done"),
        ("She never underwent {o grommet}.", "not done"),
        ("Not a candidate for {o grommet}.", "not done"),
        ("已取消{o grommet}。", "not done"),
        ("{o Grommet} was declined.", "declined"),
        ("He refused a {o grommet}.", "declined"),
    ],
)
def test_not_done(marked: str, found: str) -> None:
    assert status(marked) == found


@pytest.mark.parametrize(
    "marked",
    [
        "{o Grommet}.",
        "Underwent {o grommet} as recommended.",
        "She underwent a planned {o grommet}.",
        "{o Grommet} was ordered and showed nothing new.",
        "Referred for {o grommet}, which revealed an effusion.",
        "{o Grommet} was scheduled and performed without problems.",
        "{o Grommet} in 2019. A second opinion was recommended.",
        "We discussed the diet. {o Grommet} done.",
        "行{o grommet}。",
    ],
)
def test_done(marked: str) -> None:
    assert status(marked) == "done"
