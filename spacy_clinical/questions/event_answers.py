"""Answers about procedures, mentions, and what changed between two days."""

from datetime import date

from ..drug_changes.change_cues import HELD, STOPPED
from ..graph.concept_history import Statement
from ..graph.graph_lookup import ABSENT
from ..graph.procedure_events import DONE, PLANNED, ProcedureEvent
from ..graph.time_spans import TimeSpan
from ..procedure_cues import DECLINED, NOT_DONE
from .answer import NO, YES, Row
from .asked_chart import Asked
from .concept_names import PROCEDURE

SAID = {ABSENT: "no", "historical": "past", "present": "yes"}


def procedures(asked: Asked) -> list[Row]:
    """What was done."""
    return _events(asked, DONE)


def planned_procedures(asked: Asked) -> list[Row]:
    """What is planned."""
    return _events(asked, PLANNED)


def procedure_date(asked: Asked) -> list[Row]:
    """When something was done."""
    wanted = set(asked.of(asked.query.concepts(PROCEDURE)))
    events = (e for e in asked.chart.procedures if e.concept in wanted and e.status == DONE)
    return [asked.row(event.day.iso, event.statements) for event in events if event.day]


def had_procedure(asked: Asked) -> list[Row]:
    """Whether something was done."""
    wanted = set(asked.of(asked.query.concepts(PROCEDURE)))
    asked.leave_out(wanted)
    events = [e for e in asked.chart.procedures if e.concept in wanted and _in_time(asked, e)]
    for status, verdict in ((DONE, YES), (DECLINED, NO), (NOT_DONE, NO)):
        found = [event for event in events if event.status == status]
        if found:
            return [asked.row(verdict, [one for event in found for one in event.statements])]
    return []


def _in_time(asked: Asked, event: ProcedureEvent) -> bool:
    """Whether a procedure's day may lie in the times that are asked."""
    times = sorted(asked.query.times)
    if not times or event.day is None:
        return not times
    return event.day.overlaps(TimeSpan(times[0].first, times[-1].last))


def said_ever(asked: Asked) -> list[Row]:
    """Every note's own word on something, whoever's it is."""
    rows: dict[str, list[Statement]] = {}
    source = asked.chart.allergies if "allerg" in asked.query.question else asked.chart.statements
    for concept in asked.of(asked.query.concepts()):
        for one in source.get(concept, ()):
            assertion = one.mention.assertion
            said = "family" if one.family else SAID.get(assertion, assertion)
            rows.setdefault(f"{one.day.iso} {said}", []).append(one)
    return [asked.row(value, said) for value, said in sorted(rows.items())]


def first_mention(asked: Asked) -> list[Row]:
    """The first note that speaks of something."""
    return _mention(asked, 0)


def last_mention(asked: Asked) -> list[Row]:
    """The last note that speaks of something."""
    return _mention(asked, -1)


def changes(asked: Asked) -> list[Row]:
    """What changed between two days, by what notes of that time tell of drugs."""
    times = sorted(asked.query.times)
    if not times:
        return []
    last = times[1].last if len(times) > 1 else date.max
    first = times[0].last
    rows = []
    for id, course in sorted(asked.chart.drugs.items(), key=lambda item: asked.name(item[0])):
        regimen = ""
        for number, step in enumerate(course.steps_until(asked.as_of)):
            told = first < step.statements[0].day.first <= last
            if told and number == 0 and step.what not in (STOPPED, HELD):
                rows.append(asked.row(f"started {asked.name(id)}", step.statements))
            elif told and step.what in (STOPPED, HELD):
                rows.append(asked.row(f"{step.what} {asked.name(id)}", step.statements))
            elif told and step.regimen and regimen and step.regimen != regimen:
                words = f"changed {asked.name(id)} {regimen} -> {step.regimen}"
                rows.append(asked.row(words, step.statements))
            elif told and step.what == "resumed":
                rows.append(asked.row(f"resumed {asked.name(id)}", step.statements))
            regimen = step.regimen or regimen
    return rows


def _events(asked: Asked, status: str) -> list[Row]:
    rows = []
    for event in asked.chart.procedures:
        if event.status == status:
            day = f" {event.day.iso}" if event.day else ""
            rows.append(asked.row(f"{asked.name(event.concept)}{day}", event.statements))
    return rows


def _mention(asked: Asked, place: int) -> list[Row]:
    said = [
        one
        for concept in asked.of(asked.query.concepts())
        for one in asked.chart.statements[concept]
        if not one.family
    ]
    if not said:
        return []
    one = sorted(said, key=lambda s: s.where)[place]
    return [asked.row(one.day.iso, [one])]
