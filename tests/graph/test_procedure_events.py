"""Procedures told in several notes, in linear time."""

from datetime import date, timedelta

from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import PatientChart, charts
from spacy_clinical.records import Record

from ..marked_notes import note


def chart(*notes: Record) -> PatientChart:
    (found,) = charts(Lookup(build_graph(notes)))
    return found


def events(*notes: Record) -> list[tuple[str, str, int]]:
    found = chart(*notes).procedures
    return [(e.status, e.day.iso if e.day else "", len(e.statements)) for e in found]


def test_what_is_dated_after_its_note_is_planned() -> None:
    assert events(note("{o grommet} on July 9, 2024.")) == [("planned", "2024-07-09", 1)]
    assert events(note("{o grommet} on June 9, 2024.")) == [("done", "2024-06-09", 1)]
    assert events(note("{o grommet} on July 9, 2024.", day="")) == [("done", "2024-07-09", 1)]


def test_what_has_a_condition_is_planned() -> None:
    for marked in ("Plan: {o grommet} if it recurs.", "{o grommet} to be booked."):
        assert events(note(marked)) == [("planned", "", 1)]
    assert events(note("{o grommet}. If it recurs, call.")) == [("done", "", 1)]


def test_the_same_event_is_one() -> None:
    year = note("{o grommet} in 2019.", day="2024-01-01")
    day = note("{o grommet} on May 3, 2019.", day="2024-02-01")
    other = note("{o grommet} in 2021.", day="2024-03-01")
    undated = note("Had a {o grommet}.", day="2024-04-01")
    assert events(year, day, other, undated) == [("done", "2019-05-03", 3), ("done", "2021", 1)]
    first = note("Had a {o grommet}.", day="2023-01-01")
    assert events(first, day, other) == [("done", "2019-05-03", 2), ("done", "2021", 1)]


def test_many_events() -> None:
    days = [date(2001, 1, 1) + timedelta(days=2 * n) for n in range(400)]
    notes = [note(f"{{o grommet}} on {d:%B} {d.day}, {d.year}.", day=d.isoformat()) for d in days]
    assert len(events(*notes)) == 400
