"""Courses of drugs over small notes by hand."""

from datetime import date

import pytest

from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.drug_courses import DrugCourse
from spacy_clinical.graph.patient_chart import PatientChart, charts
from spacy_clinical.records import Record

from ..marked_notes import note


def chart(*notes: Record) -> PatientChart:
    (found,) = charts(Lookup(build_graph(notes)))
    return found


def course(*notes: Record) -> DrugCourse:
    return chart(*notes).drugs["text:MEDICATION:tinorol"]


@pytest.mark.parametrize(
    ("marked", "status"),
    [
        ("Stop {m:historical tinorol} if the {t:hypothetical pulse} falls.", "taking"),
        ("{m:historical Tinorol} will be stopped.", "taking"),
        ("Do not stop {m:absent tinorol}.", "taking"),
        ("{m Tinorol} will be started.", "planned"),
        ("Was on {m:historical tinorol}.", "stopped"),
        ("Takes {m tinorol}. Refuses {m:absent tinorol'}.", "taking"),
        ("既往口服{m tinorol}。停用{m:absent tinorol'}。", "stopped"),
        ("既往口服{m tinorol}。暂停{m:absent tinorol'}。", "held"),
        ("既往口服{m tinorol}。如血压降低, 停用{m:absent tinorol'}。", "taking"),
    ],
)
def test_status(marked: str, status: str) -> None:
    assert course(note(marked)).status() == status


def test_what_was_held_is_stopped_later() -> None:
    held = note("{m Tinorol} was held.", day="2024-05-01")
    both = course(held, note("{m Tinorol} was stopped."))
    assert both.status(date(2024, 6, 1)) == "held" and both.status() == "stopped"
    stopped = both.stopped()
    assert stopped is not None and stopped.day.iso == "2024-07-02"
    assert course(note("{m Tinorol} stopped."), note("{m Tinorol} held.", day="2024-07-03")).status(
        date(2024, 8, 1)
    ) == "stopped"  # fmt: skip


def test_an_end_that_is_still_to_come() -> None:
    found = course(note("Start {m tinorol} for 7 days."))
    assert found.stopped(date(2024, 7, 4)) is None
    last = found.stopped(date(2024, 7, 20))
    assert last is not None and last.day.iso == "2024-07-09"


@pytest.mark.parametrize(
    ("drug", "said", "reasons"),
    [
        ("", "", ["rash"]),
        ("", ":possible", ["rash"]),
        ("", ":absent", []),
        ("", ":family", []),
        ("", ":hypothetical", []),
        ("", ":frobnicated", []),
        (":hypothetical", "", []),
        (":absent", "", []),
    ],
)
def test_what_it_is_given_for(drug: str, said: str, reasons: list[str]) -> None:
    marked = f"{{m{drug} tinorol}} for {{c{said} rash}}."
    found = chart(note(marked, ("tinorol", "TREATS", "rash")))
    courses = found.drugs.values()
    assert [found.name(one.concept) for each in courses for one in each.reasons] == reasons


@pytest.mark.parametrize(
    ("marked", "why"),
    [
        ("Stopped {m tinorol} because of {c rash}.", ("rash",)),
        ("{m Tinorol} was stopped because of {c:absent rash}.", ()),
        ("{m Tinorol} stopped for {o an operation}; has a {c rash}.", ()),
        ("{m Tinorol} stopped after {o surgery} because of {c rash}, not of {c fever}.", ("rash",)),
        ("{m Tinorol} stopped, not because of {c rash}.", ()),
    ],
)
def test_why_it_was_stopped(marked: str, why: tuple[str, ...]) -> None:
    found = chart(note(marked))
    step = found.drugs["text:MEDICATION:tinorol"].stopped()
    assert step is not None and tuple(map(found.name, step.why)) == why
