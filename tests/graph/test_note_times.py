"""What became of drugs, when, and why: sentence by sentence, from marked-up text."""

import re

import pytest

from spacy_clinical.graph.note_times import NoteTimes, read_times
from spacy_clinical.graph.question_roles import ROLES
from spacy_clinical.records import Entity, Record, Relation

from ..growth import growth

LABELS = {"m": "MEDICATION", "c": "CONDITION", "g": "STRENGTH", "v": "LAB_VALUE", "o": "PROCEDURE"}


def told(marked: str, *relations: tuple[str, str, str]) -> tuple[Record, NoteTimes]:
    """Times of a text such as "{m aspirin} stopped"; ids are the words."""
    text, entities = "", []
    at = 0
    for match in re.finditer(r"\{(\w) ([^}]+)\}", marked):
        text += marked[at : match.start()]
        extent = (len(text), len(text) + len(match[2]))
        entities.append(Entity(match[2], LABELS[match[1]], (extent,)))
        text += match[2]
        at = match.end()
    text += marked[at:]
    record = Record("d", text, tuple(entities), tuple(Relation(h, t, x) for x, h, t in relations))
    return record, read_times(record, "2024-07-02", ROLES)


CHANGES = [
    ("Allergie gegen {m A}. Keine Allergie gegen {m B}.", {"A": "allergy", "B": "allergy;denied"}),
    ("Alergia a {m A}. Niega alergia a {m B}.", {"A": "allergy", "B": "allergy;denied"}),
    ("{m A} {g 20 mg} (neu)\n{m B} {g 5 mg}", {"A": "started"}),
    (
        "We switched {m A} to {m B}. Unter {m C} wurde die Diät gestoppt.",
        {"A": "stopped", "B": "started"},
    ),
    ("{m A} was started.", {"A": "started"}),
    ("Started {m A} {g 5 mg} and {m B}.", {"A": "started", "B": "started"}),
    ("Continue {m A} {g 5 mg}, {m B} and {m C}.", dict.fromkeys("ABC", "continued")),
    ("{m A} {g 5 mg} and {m B} unchanged.", dict.fromkeys("AB", "continued")),
    ("{m A} was finished last week and {m B} resumed.", {"A": "stopped", "B": "resumed"}),
    ("{m A} was switched to {m B}.", {"A": "stopped", "B": "started"}),
    ("{m A} was never started. {m B} not stopped.", {"B": "kept"}),
    ("{m A}, {m B} {g 20 mg} after a dose reduction.", {"B": "decreased"}),
    ("{m A} for {c pain}; stopped it.", {"A": "stopped"}),
    ("He is allergic to {m A}. {m B} allergy.", {"A": "allergy", "B": "allergy"}),
    ("{m A} {g 5 mg}. Increased {m B}.", {"B": "increased"}),
    ("{m A} makes him stop and think before {m B}.", {}),
    ("停用{m A}, 继续{m B}。", {"A": "stopped", "B": "continued"}),
]


@pytest.mark.parametrize(("marked", "expected"), CHANGES, ids=[m for m, _ in CHANGES])
def test_changes(marked: str, expected: dict[str, str]) -> None:
    assert told(marked)[1].changes == expected


TIMES = [
    (
        "Labor vom 02.03.2023: {v 1,4 mg/dl}, {v 4,1 mmol/l}.",
        {"1,4 mg/dl": "at=2023-03-02", "4,1 mmol/l": "at=2023-03-02"},
    ),
    (
        "Analítica del 12/03/2023: {v 9 mg}. Hoy {v 8 mg}.",
        {"9 mg": "at=2023-03-12"},
    ),
    (
        "{o Bronchoscopy} on May 3, 2024: {v 60 %}, no {c cancer}. Now {v 40 %}.",
        {"Bronchoscopy": "at=2024-05-03", "60 %": "at=2024-05-03", "cancer": "at=2024-05-03"},
    ),
    (
        "On May 3, 2024: {v 60 %}, on May 4, 2024: {v 50 %}, {v 40 %}.",
        {"60 %": "at=2024-05-03", "50 %": "at=2024-05-04", "40 %": "at=2024-05-04"},
    ),
    (
        "{o Echo} on May 3, 2024: {v 60 %}; {o MRI} on May 4, 2024: {v 5 cm}.",
        {"Echo": "at=2024-05-03", "60 %": "at=2024-05-03"}
        | {"MRI": "at=2024-05-04", "5 cm": "at=2024-05-04"},
    ),
    ("{m A} since March 2024.", {"A": "since=2024-03"}),
    ("{m A} and {m B} since March 2024.", {"A": "since=2024-03", "B": "since=2024-03"}),
    ("{c pain} for three days.", {"pain": "since=2024-06-29"}),
    ("{m A} for 7 days until June 9, 2024.", {"A": "for=7;until=2024-06-09"}),
    ("{m A} for {c pain} until June 9, 2024.", {"A": "until=2024-06-09"}),
    ("Admitted on June 9, 2024 with {c pain} that began two days ago.", {"pain": "at=2024-06-30"}),
    ("{o surgery} in 2019. {c pain}.", {"surgery": "at=2019"}),
    ("prior {v 8.7}", {"8.7": "before=2024-07-02"}),
    ("{c pain}. He moved in 2019.", {}),
]


@pytest.mark.parametrize(("marked", "expected"), TIMES, ids=[m for m, _ in TIMES])
def test_times(marked: str, expected: dict[str, str]) -> None:
    assert told(marked)[1].times == expected


def test_a_date_behind_the_reason_is_the_drugs() -> None:
    _, found = told("{m A} prescribed for {c pain} in April 2024.", ("TREATS", "A", "pain"))
    assert found.times == {"A": "at=2024-04"}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{m A} stopped because of {c cough}.", [("A", "cough")]),
        ("{m A} was stopped in 2017 for {c nausea}.", [("A", "nausea")]),
        ("{m A} was switched to {m B} for {c pain}.", []),
        ("{m A} stopped. Because of {c cough} he came.", []),
        ("{m A} started because of {c cough}.", []),
    ],
)
def test_reasons(marked: str, expected: list[tuple[str, str]]) -> None:
    assert told(marked)[1].reasons == expected


def test_reasons_take_time_linear_in_a_sentence() -> None:
    """Each of many drugs looks for its own reason, not through all that follow."""

    def make(n: int) -> Record:
        drugs = "".join(f"{{m A{i}}} stopped for her, " for i in range(n))
        return told(f"{drugs}{{c cough}}")[0]

    assert growth(make, lambda note: read_times(note, "2024-07-02", ROLES), 200) < 5


@pytest.mark.parametrize(
    ("begin", "more"),
    [("", "on May 3, 2024: {{v {i}}}, "), ("switched {{m A}} to ", "to switched ")],
)
def test_times_and_switches_take_time_linear_in_a_sentence(begin: str, more: str) -> None:
    """No date reaches past the next one, no word for a switch over the whole sentence."""

    def make(n: int) -> Record:
        middle = "".join(more.format(i=i) for i in range(n))
        return told(f"{begin.format()}{middle}, {{m B}}")[0]

    assert growth(make, lambda note: read_times(note, "2024-07-02", ROLES), 200) < 5
