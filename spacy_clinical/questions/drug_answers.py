"""Answers about drugs: which, how much, since when, why, why no longer."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ..drug_changes.change_cues import HELD as ON_HOLD
from ..drug_changes.change_cues import STARTED
from ..drug_changes.change_cues import STOPPED as GIVEN_UP
from ..graph.clinical_graph import Mention
from ..graph.concept_history import SAID, Statement
from ..graph.drug_courses import (
    DECLINED,
    PLANNED,
    TAKING,
    DrugCourse,
    Step,
    detail_mentions,
    given_for,
    is_planned,
)
from ..graph.graph_lookup import PASSING
from .answer import HELD, NO, PAST, STILL, STOPPED, YES, Row
from .asked_chart import Asked
from .concept_names import DRUG, PROBLEM
from .time_anchors import times_apart

_EVEN_OVER = {TAKING: "", ON_HOLD: f" {HELD}", GIVEN_UP: f" {STOPPED}"}
_EARLIER = re.compile(r"\b(?:before|until|prior)\b|之前|以前")
_GIVEN = re.compile(r"\b(?:given|gave|got|used|treated)\b|过|曾|当时")
_NOW = re.compile(
    r"\b(?:is|are|does|do|takes?|taking|uses?|using|on|now|currently?|present|today|nowadays|still)\b"
    r"|现在|目前|如今|还|正在|在吃|在用|在服"
)


def medications(asked: Asked) -> list[Row]:
    """What the patient takes."""
    asked.leave_out(id for id, one in asked.chart.drugs.items() if _status(asked, one) != TAKING)
    return [
        asked.row(asked.name(id), _sayers(asked, course))
        for id, course in _sorted(asked)
        if _status(asked, course) == TAKING
    ]


def stopped_drugs(asked: Asked) -> list[Row]:
    """What the patient took and doesn't take any more."""
    return [
        asked.row(asked.name(id), _stop(asked, course).statements)
        for id, course in _sorted(asked)
        if _status(asked, course) in (GIVEN_UP, ON_HOLD)
    ]


def planned_drugs(asked: Asked) -> list[Row]:
    """What is only thought of."""
    return [
        asked.row(asked.name(id), filter(is_planned, course.statements))
        for id, course in _sorted(asked)
        if _status(asked, course) == PLANNED
    ]


def started_drugs(asked: Asked) -> list[Row]:
    """What the newest note says to have been started since the one before."""
    return [
        asked.row(asked.name(id), step.statements)
        for id, course in _sorted(asked)
        for step in course.steps_until(asked.as_of)
        if step.what == STARTED and _is_new(asked, step)
    ]


def _is_new(asked: Asked, step: Step) -> bool:
    """Whether the newest note is the first that tells a start, and no older one than that."""
    last, before = asked.chart.last_day, asked.chart.day_before
    if last is None or step.statements[0].day != last:
        return False
    if step.basis != SAID or step.day.overlaps(last):
        return True
    return before is not None and step.day.first > before.last


def taking(asked: Asked) -> list[Row]:
    """Whether the patient takes a drug, or one of a class."""
    courses = _courses(asked)
    asked.leave_out(asked.of(asked.query.concepts(DRUG)))
    for status, verdict in ((TAKING, YES), (ON_HOLD, HELD), (GIVEN_UP, STOPPED), (DECLINED, NO)):
        found = [course for course in courses if _status(asked, course) == status]
        if found:
            said = [one for course in found for one in _sayers(asked, course)]
            ended = verdict != STOPPED or any(_stop(asked, course).ended for course in found)
            return [asked.row(verdict if ended else PAST, said)]
    return []


def is_stopped(asked: Asked) -> list[Row]:
    """Whether a drug isn't taken any more."""
    return [replace(r, value=STILL if r.value == YES else r.value) for r in taking(asked)]


def drugs_of_class(asked: Asked) -> list[Row]:
    """Which drugs of a class the patient takes; those of before, too, if that is asked."""
    courses = _courses(asked)
    asked.leave_out(asked.of(asked.query.concepts(DRUG)))
    kept = {s: word for s, word in _EVEN_OVER.items() if s != GIVEN_UP or asked.ever}
    return [
        asked.row(f"{asked.name(course.concept)}{kept[status]}", _sayers(asked, course))
        for course in courses
        for status in [_status(asked, course)]
        if status in kept
    ]


def dose(asked: Asked) -> list[Row]:
    """How a drug is taken; at a time or before it, if the question names one."""
    asked.leave_out(asked.of(asked.query.concepts(DRUG)))
    rows = {}
    for course, day in ((one, day) for one in _courses(asked) for day in _days(asked)):
        regimen = course.regimen(day)
        if course.status(day) == TAKING and regimen:
            steps = course.steps_until(day)
            said = [s for step in steps if step.regimen == regimen for s in step.statements]
            value = f"{asked.name(course.concept)} {regimen}"
            rows[value] = asked.row(value, said, lambda s: _details(asked, s))
    return list(rows.values())


def _details(asked: Asked, one: Statement) -> list[Mention]:
    return detail_mentions(asked.chart.graph, one.mention)


def _days(asked: Asked) -> list[date | None]:
    """The days that a question asks of."""
    if not asked.query.time_words:
        return [asked.as_of]
    days: list[date | None] = []
    for times in times_apart(asked):
        if not times:
            days.append(asked.as_of)
        elif _EARLIER.search(asked.query.question):
            days.append(times[0].first - timedelta(days=1))
        else:
            days.append(times[0].last)
    return days


def dose_history(asked: Asked) -> list[Row]:
    """What became of a drug."""
    return [
        asked.row(step_words(asked.name(course.concept), step), step.statements)
        for course in _courses(asked)
        for step in course.steps_until(asked.as_of)
    ]


def step_words(name: str, step: Step) -> str:
    """RETURNS (str): A step in words: "2024-03-25 decreased warfarin 4 mg daily"."""
    return " ".join(filter(None, (step.day.iso, step.what, name, step.regimen)))


def when_started(asked: Asked) -> list[Row]:
    """Since when a drug is taken."""
    found = (course.started(asked.as_of) for course in _courses(asked))
    steps = [step for step in found if step]
    return [asked.row(step.day.iso, step.statements) for step in steps]


def when_stopped(asked: Asked) -> list[Row]:
    """When a drug was given up."""
    return [asked.row(step.day.iso, step.statements) for step in _stops(asked)]


def why_stopped(asked: Asked) -> list[Row]:
    """What a drug was given up for."""
    return [
        asked.row(asked.name(why), step.statements) for step in _stops(asked) for why in step.why
    ]


def why_not(asked: Asked) -> list[Row]:
    """Why a drug may not be taken: what it did, and what it was given up for."""
    rows = [*effects(asked), *why_stopped(asked)]
    return list({row.value: row for row in rows}.values())


def why_taking(asked: Asked) -> list[Row]:
    """What a drug is given for."""
    return _reasons(asked, _courses(asked))


def effects(asked: Asked) -> list[Row]:
    """What a drug did that it shouldn't."""
    return effects_of(asked, asked.of(asked.query.concepts(DRUG)))


def effects_of(asked: Asked, drugs: Iterable[str]) -> list[Row]:
    """RETURNS (list[Row]): What some drugs did that they shouldn't."""
    graph = asked.chart.graph
    rows: list[tuple[Statement, Mention]] = []
    for concept in drugs:
        for one in asked.chart.statements[concept]:
            for other in graph.others(one.mention, graph.roles.causes):
                told = other.holds <= {"present", "historical"} and not one.holds(*PASSING)
                if told and not one.family:
                    rows.append((one, other))
    return _by_name(asked, rows)


def _by_name(asked: Asked, pairs: Iterable[tuple[Statement, Mention]]) -> list[Row]:
    """A row for each of what statements are related to."""
    told: dict[str, dict[Statement, list[Mention]]] = {}
    for one, other in pairs:
        told.setdefault(asked.name(other.concept), {}).setdefault(one, []).append(other)
    return [asked.row(name, said, said.__getitem__) for name, said in sorted(told.items())]


def treated_with(asked: Asked) -> list[Row]:
    """Which drugs are given for a problem; those of before, too, unless now is asked for."""
    wanted = set(asked.of(asked.query.concepts(PROBLEM)))
    kept = {TAKING: ""} if _NOW.search(asked.query.question) and not asked.ever else _EVEN_OVER
    rows = []
    for id, course in _sorted(asked):
        status = _status(asked, course)
        if status in kept and any(one.concept in wanted for one in course.reasons):
            over = "" if asked.ever or _GIVEN.search(asked.query.question) else kept[status]
            row = asked.row(f"{asked.name(id)}{over}", _sayers(asked, course))
            rows.append(replace(row, score=min(row.score, _for(asked, course, wanted))))
    return rows


def _for(asked: Asked, course: DrugCourse, wanted: Collection[str]) -> float:
    """How sure it is that a drug is given for one of some problems."""
    graph = asked.chart.graph
    pairs = ((one, other) for one in course.statements for other in given_for(graph, one))
    return max((asked.sure(s, [o]) for s, o in pairs if o.concept in wanted), default=1.0)


def _reasons(asked: Asked, courses: Sequence[DrugCourse]) -> list[Row]:
    graph = asked.chart.graph
    said = (one for course in courses for one in course.statements)
    return _by_name(asked, ((one, other) for one in said for other in given_for(graph, one)))


def _courses(asked: Asked) -> list[DrugCourse]:
    wanted = asked.of(asked.query.concepts(DRUG))
    return [asked.chart.drugs[id] for id in wanted if id in asked.chart.drugs]


def _stops(asked: Asked) -> list[Step]:
    found = (course.stopped(asked.as_of) for course in _courses(asked))
    return [step for step in found if step and step.ended]


def _stop(asked: Asked, course: DrugCourse) -> Step:
    step = course.stopped(asked.as_of)
    return step if step is not None else course.steps[-1]


def _status(asked: Asked, course: DrugCourse) -> str:
    return course.status(asked.as_of)


def _sayers(asked: Asked, course: DrugCourse) -> list[Statement]:
    last = course.steps_until(asked.as_of)[-1:]
    said = [one for step in last for one in step.statements]
    return said or list(course.statements)


def _sorted(asked: Asked) -> list[tuple[str, DrugCourse]]:
    return sorted(asked.chart.drugs.items(), key=lambda item: (asked.name(item[0]), item[0]))
