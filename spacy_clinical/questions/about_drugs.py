"""Answers about drugs: which, how much, since when, why, why no longer."""

from collections.abc import Sequence

from ..graph.change_cues import HELD as ON_HOLD
from ..graph.change_cues import STOPPED as GIVEN_UP
from ..graph.drug_courses import DECLINED, PLANNED, TAKING, DrugCourse, Step
from ..graph.graph_lookup import ABSENT
from ..graph.statements import Statement
from .answer import HELD, NO, STOPPED, YES, Row
from .asked import Asked
from .concept_names import DRUG, PROBLEM


def medications(asked: Asked) -> list[Row]:
    """What the patient takes."""
    asked.leave_out(id for id, one in asked.chart.drugs.items() if _status(asked, one) != TAKING)
    return [
        asked.row(asked.name(id), _sayers(course))
        for id, course in _sorted(asked)
        if _status(asked, course) == TAKING
    ]


def stopped_drugs(asked: Asked) -> list[Row]:
    """What the patient took and doesn't take any more."""
    return [
        asked.row(asked.name(id), _stop(course).statements)
        for id, course in _sorted(asked)
        if _status(asked, course) in (GIVEN_UP, ON_HOLD)
    ]


def planned_drugs(asked: Asked) -> list[Row]:
    """What is only thought of."""
    return [
        asked.row(asked.name(id), (s for s in course.statements if s.holds("hypothetical")))
        for id, course in _sorted(asked)
        if _status(asked, course) == PLANNED
    ]


def started_drugs(asked: Asked) -> list[Row]:
    """What the newest note began."""
    last = asked.chart.last_day
    return [
        asked.row(asked.name(id), course.steps[0].statements)
        for id, course in _sorted(asked)
        if course.steps and last and course.steps[0].statements[0].day == last
    ]


def taking(asked: Asked) -> list[Row]:
    """Whether the patient takes a drug, or one of a class."""
    courses = _courses(asked)
    asked.leave_out(asked.of(asked.query.concepts(DRUG)))
    for status, verdict in ((TAKING, YES), (ON_HOLD, HELD), (GIVEN_UP, STOPPED), (DECLINED, NO)):
        found = [course for course in courses if _status(asked, course) == status]
        if found:
            said = [one for course in found for one in _sayers(course)]
            return [asked.row(verdict, said)]
    return []


def dose(asked: Asked) -> list[Row]:
    """How a drug is taken."""
    asked.leave_out(asked.of(asked.query.concepts(DRUG)))
    rows = []
    for course in _courses(asked):
        regimen = course.regimen(asked.as_of)
        if _status(asked, course) == TAKING and regimen:
            said = [s for step in course.steps if step.regimen == regimen for s in step.statements]
            rows.append(asked.row(f"{asked.name(course.concept)} {regimen}", said))
    return rows


def dose_history(asked: Asked) -> list[Row]:
    """What became of a drug."""
    return [
        asked.row(step_words(asked.name(course.concept), step), step.statements)
        for course in _courses(asked)
        for step in course.steps
    ]


def step_words(name: str, step: Step) -> str:
    """RETURNS (str): A step in words: "2024-03-25 decreased warfarin 4 mg daily"."""
    return " ".join(filter(None, (step.day.iso, step.what, name, step.regimen)))


def when_started(asked: Asked) -> list[Row]:
    """Since when a drug is taken."""
    steps = [step for course in _courses(asked) for step in (course.started(),) if step]
    return [asked.row(step.day.iso, step.statements) for step in steps]


def when_stopped(asked: Asked) -> list[Row]:
    """When a drug was given up."""
    return [asked.row(step.day.iso, step.statements) for step in _stops(asked)]


def why_stopped(asked: Asked) -> list[Row]:
    """What a drug was given up for."""
    return [
        asked.row(asked.name(why), step.statements) for step in _stops(asked) for why in step.why
    ]


def why_taking(asked: Asked) -> list[Row]:
    """What a drug is given for."""
    return _reasons(asked, _courses(asked))


def effects(asked: Asked) -> list[Row]:
    """What a drug did that it shouldn't."""
    graph = asked.chart.graph
    rows: dict[str, list[Statement]] = {}
    for concept in asked.of(asked.query.concepts(DRUG)):
        for one in asked.chart.statements[concept]:
            for other in graph.others(one.mention, graph.roles.causes):
                if other.holds <= {"present", "historical"} and not one.family:
                    rows.setdefault(asked.name(other.concept), []).append(one)
    return [asked.row(name, said) for name, said in sorted(rows.items())]


def treated_with(asked: Asked) -> list[Row]:
    """Which drugs are or were given for a problem."""
    wanted = set(asked.of(asked.query.concepts(PROBLEM)))
    current = any(word in asked.query.question for word in ("take", "taking", "current", "now"))
    rows = []
    for id, course in _sorted(asked):
        given = any(one.concept in wanted for one in course.reasons)
        kept = (TAKING,) if current else (TAKING, GIVEN_UP, ON_HOLD)
        if given and _status(asked, course) in kept:
            rows.append(asked.row(asked.name(id), _sayers(course)))
    return rows


def allergies(asked: Asked) -> list[Row]:
    """What the patient is allergic to."""
    asked.leave_out(id for id, _ in _allergens(asked, False))
    return [asked.row(asked.name(id), said) for id, said in _allergens(asked, True)]


def allergic(asked: Asked) -> list[Row]:
    """Whether the patient is allergic to a drug."""
    wanted = set(asked.of(asked.query.concepts(DRUG)))
    asked.leave_out(wanted)
    for verdict, there in ((YES, True), (NO, False)):
        found = [one for id, said in _allergens(asked, there) if id in wanted for one in said]
        if found:
            return [asked.row(verdict, found)]
    denied = [
        one
        for id in sorted(wanted)
        for one in asked.chart.statements[id]
        if one.holds(ABSENT) and "allerg" in asked.texts.quote(one).text.casefold()
    ]
    return [asked.row(NO, denied)] if denied else []


def _allergens(asked: Asked, there: bool) -> list[tuple[str, list[Statement]]]:
    """Allergens by how they stand in the newest note that tells: there, or excluded."""
    found = []
    for id, said in sorted(asked.chart.allergies.items(), key=lambda item: asked.name(item[0])):
        newest = [one for one in said if one.day == said[-1].day]
        if any(not one.holds(ABSENT) for one in newest) == there:
            found.append((id, newest))
    return found


def _reasons(asked: Asked, courses: Sequence[DrugCourse]) -> list[Row]:
    found: dict[str, list[Statement]] = {}
    for course in courses:
        for one in course.statements:
            related = asked.chart.graph.others(one.mention, asked.chart.graph.roles.treats)
            for other in related:
                if other.holds.isdisjoint({"family", ABSENT, "unknown"}) and not one.holds(ABSENT):
                    found.setdefault(asked.name(other.concept), []).append(one)
    return [asked.row(name, said) for name, said in sorted(found.items())]


def _courses(asked: Asked) -> list[DrugCourse]:
    wanted = asked.of(asked.query.concepts(DRUG))
    return [asked.chart.drugs[id] for id in wanted if id in asked.chart.drugs]


def _stops(asked: Asked) -> list[Step]:
    return [step for course in _courses(asked) for step in (course.stopped(),) if step]


def _stop(course: DrugCourse) -> Step:
    step = course.stopped()
    return step if step is not None else course.steps[-1]


def _status(asked: Asked, course: DrugCourse) -> str:
    return course.status(asked.as_of)


def _sayers(course: DrugCourse) -> list[Statement]:
    last = course.steps[-1:] if course.steps else ()
    said = [one for step in last for one in step.statements]
    return said or list(course.statements)


def _sorted(asked: Asked) -> list[tuple[str, DrugCourse]]:
    return sorted(asked.chart.drugs.items(), key=lambda item: (asked.name(item[0]), item[0]))
