"""Answers about problems: which, since when, over, a relative's, ever said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..graph.concept_history import Statement
from ..graph.graph_lookup import ABSENT, FAMILY
from ..graph.problem_courses import ProblemCourse
from ..graph.time_expressions import AT, SINCE
from .answer import EXCLUDED, NO, PAST, POSSIBLE, THERE, YES, Row
from .asked_chart import Asked
from .concept_names import PROBLEM
from .relatives import told_of
from .time_anchors import is_beside

_VERDICTS = (("present", YES), ("historical", PAST), (ABSENT, NO), ("possible", POSSIBLE))
_NO_MORE = re.compile(
    r"\b(?:no|not|without|denies|never)\b[^.;]{0,20}\b(?:further|new|more|other|recurrent|again)\s*$",
    re.IGNORECASE,
)
_RULED_OUT = {YES: THERE, NO: EXCLUDED}


def problems(asked: Asked) -> list[Row]:
    """What the patient has."""
    return _with_status(asked, "present")


def past_problems(asked: Asked) -> list[Row]:
    """What the patient had."""
    return _with_status(asked, "historical")


def ruled_out(asked: Asked) -> list[Row]:
    """What was denied or excluded."""
    return _with_status(asked, ABSENT)


def suspected(asked: Asked) -> list[Row]:
    """What is only suspected."""
    return _with_status(asked, "possible")


def has_problem(asked: Asked) -> list[Row]:
    """Whether the patient has a problem, or one of its kinds."""
    concepts = asked.of(asked.query.concepts(PROBLEM))
    asked.leave_out(concepts)
    return verdict(asked, [_beside(asked, one) for one in courses_of(asked, concepts)])


def courses_of(asked: Asked, concepts: Iterable[str]) -> list[ProblemCourse]:
    """RETURNS (list[ProblemCourse]): The courses of those problems that are the patient's."""
    return [asked.chart.problems[id] for id in concepts if id in asked.chart.problems]


def _beside(asked: Asked, course: ProblemCourse) -> ProblemCourse:
    """What is said of it on the side of events that is asked for."""
    if not asked.query.anchors:
        return course
    return replace(course, statements=tuple(o for o in course.statements if _is_then(asked, o)))


def _is_then(asked: Asked, one: Statement) -> bool:
    """Whether it is told of a day on that side; what is over, and of no day, is of none."""
    told = one.times.get(AT) or one.times.get(SINCE)
    if told or one.holds("historical"):
        return told is not None and is_beside(asked, told, "")
    return is_beside(asked, one.day, one.mention.document)


def verdict(asked: Asked, courses: Sequence[ProblemCourse]) -> list[Row]:
    """RETURNS (list[Row]): Whether the patient has one of some problems."""
    named = set(asked.query.concepts(PROBLEM))
    for status, verdict in _VERDICTS:
        found = [one for one in courses if one.status(asked.as_of) == status]
        if status == ABSENT:  # that one kind is denied says nothing of the others
            found = [one for one in found if one.concept in named]
        if found:
            said = [one for course in found for one in _sayers(course, status)]
            return [asked.row(verdict, said)]
    return []


def problems_of_class(asked: Asked) -> list[Row]:
    """Which problems of a kind the patient has; those of the past, too, if that is asked."""
    concepts = asked.of(asked.query.concepts(PROBLEM))
    asked.leave_out(concepts)
    kept = {"present": ""} | ({"historical": f" {PAST}"} if asked.ever else {})
    courses = courses_of(asked, concepts)
    return [
        asked.row(f"{asked.name(course.concept)}{kept[status]}", _sayers(course, status))
        for course in courses
        for status in [course.status(asked.as_of)]
        if status in kept
    ]


def is_ruled_out(asked: Asked) -> list[Row]:
    """Whether a problem was denied or excluded."""
    return [replace(row, value=_RULED_OUT.get(row.value, row.value)) for row in has_problem(asked)]


def since(asked: Asked) -> list[Row]:
    """Since when the patient has a problem."""
    concepts = asked.of(asked.query.concepts(PROBLEM))
    asked.leave_out(concepts)
    courses = (asked.chart.problems.get(id) for id in concepts)
    found = [course.since() for course in courses if course]
    earliest = min((one for one in found if one), key=lambda one: one[0].first, default=None)
    if earliest is None or earliest[0].first.year == 1:
        return []
    return [asked.row(earliest[0].iso, [earliest[2]])]


def last_time(asked: Asked) -> list[Row]:
    """When the patient last had a problem: the latest day that a note tells, or its own."""
    concepts = asked.of(asked.query.concepts(PROBLEM))
    asked.leave_out(concepts)
    courses = (asked.chart.problems.get(id) for id in concepts)
    days = (day for course in courses if course for day in course.days())
    found = [(day, one) for day, one in days if not _is_none_new(asked, one)]
    latest = max(found, key=lambda one: one[0].last, default=None)
    if latest is None or latest[0].first.year == 1:
        return []
    return [asked.row(latest[0].iso, [latest[1]])]


def _is_none_new(asked: Asked, one: Statement) -> bool:
    """Whether a note says that it has not come again: "no further gout flare"."""
    quote, told = asked.texts.quote(one), one.times.get(AT) or one.times.get(SINCE)
    before = quote.text[: max(one.mention.fragments[0][0] - quote.start, 0)]
    return not told and _NO_MORE.search(before) is not None


def resolved(asked: Asked) -> list[Row]:
    """Whether and by when a problem is over."""
    concepts = asked.of(asked.query.concepts(PROBLEM))
    courses = courses_of(asked, concepts)
    rows = []
    for course in courses:
        over = course.resolved()
        if over is not None:
            rows.append(asked.row(f"{asked.name(course.concept)} resolved {over.day.iso}", [over]))
    return rows or has_problem(asked)


def family(asked: Asked) -> list[Row]:
    """What runs in the family."""
    return _relatives(asked, None)


def family_has(asked: Asked) -> list[Row]:
    """Which of some problems relatives have."""
    return _relatives(asked, set(asked.of(asked.query.concepts(PROBLEM))))


def _relatives(asked: Asked, wanted: set[str] | None) -> list[Row]:
    conditions = asked.chart.graph.roles.conditions
    rows = []
    for id, said in asked.chart.family.items():
        own = [one for one in said if one.mention.label in conditions]
        own, others = told_of(own, asked.query.question, asked.texts)
        if others and (wanted is None or id in wanted):
            asked.left_out[FAMILY] += len(others)
        if own and (wanted is None or id in wanted):
            rows.append(asked.row(asked.name(id), own))
    return sorted(rows, key=lambda row: row.value)


def _with_status(asked: Asked, status: str) -> list[Row]:
    rows = []
    for id, course in asked.chart.problems.items():
        if course.status(asked.as_of) == status:
            rows.append(asked.row(asked.name(id), _sayers(course, status)))
        else:
            asked.leave_out([id])
    return sorted(rows, key=lambda row: row.value)


def _sayers(course: ProblemCourse, status: str) -> list[Statement]:
    said = [one for one in course.statements if one.holds(status)]
    return said or list(course.statements)
