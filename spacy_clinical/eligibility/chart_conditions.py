"""Conditions held against a chart: yes where a note says so, no where one denies it or tells that
it is over, else unknown. What notes don't mention is unknown, never absent.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from ..decisions.patient_facts import Facts
from ..decisions.rule_language import AGE as AGE_TERM
from ..decisions.rule_language import ALLERGY as ALLERGY_TERM
from ..decisions.rule_language import DRUG as DRUG_TERM
from ..decisions.rule_language import EVER, Term
from ..decisions.rule_language import PROBLEM as PROBLEM_TERM
from ..graph.clinical_graph import PRESENT
from ..graph.drug_courses import DECLINED, ENDS, DrugCourse
from ..graph.graph_lookup import ABSENT
from ..graph.problem_courses import HISTORICAL
from ..graph.procedure_cues import NOT_DONE
from ..graph.procedure_events import DONE, ProcedureEvent
from ..graph.statements import NEVER, SAID, Statement
from ..graph.time_expressions import AT, SINCE
from .conditions import (
    AGE,
    ALLERGY,
    DRUG,
    NO,
    PROBLEM,
    PROCEDURE,
    TEST,
    UNKNOWN,
    YES,
    Condition,
    Verdict,
)

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def verdict_on(condition: Condition, facts: Facts) -> Verdict:
    """Hold a condition against a patient's notes.

    condition (Condition): The condition.
    facts (Facts): The patient on a day, with the condition's set.
    RETURNS (Verdict): The answer, and who gives it.
    """
    verdict = _ASKED[condition.kind](condition, facts)
    silent = condition.kind != AGE and not list(_spoken(condition, facts))
    return (
        replace(verdict, silent=silent, why=f"nothing of {condition.words}") if silent else verdict
    )


def _spoken(condition: Condition, facts: Facts) -> Iterator[str]:
    """What notes speak of that the condition is about, relatives' aside."""
    for id, said in facts.chart.statements.items():
        if condition.set in facts.sets_of.get(id, ()) and not all(one.family for one in said):
            yield id


def _fact(condition: Condition, facts: Facts, kind: str) -> Verdict | None:
    """A yes of the rules' own terms."""
    found = facts.of(Term(kind, condition.set))
    if not found:
        return None
    said = tuple(one for fact in found for one in fact.statements)
    return Verdict(YES, ", ".join(fact.words for fact in found), said)


def _age(condition: Condition, facts: Facts) -> Verdict:
    if facts.born is None:
        return Verdict(UNKNOWN, "no birthday")
    held = [facts.of(term) for term in condition.terms]
    (told,) = facts.of(Term(AGE_TERM, "", ">="))[:1]
    return Verdict(YES if all(held) else NO, told.words)


def _result(condition: Condition, facts: Facts) -> Verdict:
    """By the newest result of the test; "< 5" only where every value below it answers alike."""
    ids = facts.held(condition.terms[0].kind).get(condition.set, [])
    if not ids:
        return Verdict(UNKNOWN, f"no result of {condition.words}")
    id = max(ids, key=lambda one: facts.last_results[one].day)
    last = facts.last_results[id]
    words = f"{facts.chart.name(id)} {last.words} {last.date}".rstrip()
    if condition.window and (not last.date or last.day.first < _since(condition, facts)):
        return Verdict(UNKNOWN, f"{words} is older, or of no day", (last.value,))
    terms = condition.terms
    if all(_holds(term, id, facts) for term in terms):
        return Verdict(YES, words, (last.value,))
    against = (replace(term, sign=_OPPOSITE[term.sign]) for term in terms)
    sure = any(_holds(term, id, facts) for term in against)
    return Verdict(NO if sure else UNKNOWN, words, (last.value,))


def _holds(term: Term, id: str, facts: Facts) -> bool:
    return any(fact.concept == id for fact in facts.of(term))


def _problem(condition: Condition, facts: Facts) -> Verdict:
    if condition.window:
        return _problem_since(condition, facts)
    found = _fact(condition, facts, EVER if condition.ever else PROBLEM_TERM)
    if found:
        return found
    for id in condition.concepts:
        course = facts.chart.problems.get(id)
        over = (ABSENT,) if condition.ever else (ABSENT, HISTORICAL)
        if course and course.status() in over and not (condition.ever and course.ever()):
            said = tuple(one for one in course.statements if one.holds(*over))
            return Verdict(NO, f"no {facts.chart.name(id)}", said[-3:])
    return Verdict(UNKNOWN, f"{condition.words} is neither told nor denied")


def _problem_since(condition: Condition, facts: Facts) -> Verdict:
    """By the days that notes tell; a note that has it as present is of its own day."""
    since = _since(condition, facts)
    days: list[tuple[date | None, Statement]] = []
    for id in _spoken(condition, facts):
        course = facts.chart.problems.get(id)
        for one in course.ever() if course else ():
            told = one.times.get(AT) or one.times.get(SINCE)
            own = one.mention.assertion == PRESENT and one.day != NEVER
            days.append((told.last if told else one.day.last if own else None, one))
    return _by_days(condition, facts, since, days, _denied(condition, facts))


def _denied(condition: Condition, facts: Facts) -> tuple[Statement, ...]:
    """Who denies what the condition names, the newest notes taking no other stand."""
    courses = (facts.chart.problems.get(id) for id in condition.concepts)
    absent = (course for course in courses if course and course.status() == ABSENT)
    return tuple(one for course in absent for one in course.statements if one.denied)


def _by_days(
    condition: Condition,
    facts: Facts,
    since: date,
    days: list[tuple[date | None, Statement]],
    denied: tuple[Statement, ...],
) -> Verdict:
    inside = [(day, one) for day, one in days if day and since <= day <= facts.as_of]
    if inside:
        told = max(day for day, _ in inside)
        said = tuple(one for _, one in inside)[-3:]
        return Verdict(YES, f"{condition.words} {told.isoformat()}", said)
    named = all(id in condition.concepts for id in _spoken(condition, facts))
    if days and named and all(day and day < since for day, _ in days):
        last = max(day for day, _ in days if day)
        return Verdict(NO, f"{condition.words} last {last.isoformat()}", (days[-1][1],))
    if denied and not days:
        return Verdict(NO, f"no {condition.words}", denied[-3:])
    return Verdict(UNKNOWN, f"{condition.words} at a time that isn't told")


def _drug(condition: Condition, facts: Facts) -> Verdict:
    found = _fact(condition, facts, DRUG_TERM)
    if found:
        return found
    spoken = [(id, facts.chart.drugs.get(id)) for id in _spoken(condition, facts)]
    courses = {id: course for id, course in spoken if course is not None}
    if condition.ever or condition.window:
        took = _took(condition, facts, courses)
        if took:
            return took
    for id in condition.concepts:
        status = courses[id].status(facts.as_of) if id in courses else ""
        over = (DECLINED,) if condition.ever or condition.window else (*ENDS, DECLINED)
        if status in over and (status != DECLINED or not courses[id].steps):
            return Verdict(NO, f"{facts.chart.name(id)}: {status}", courses[id].statements[-3:])
    return Verdict(UNKNOWN, f"whether {condition.words} is taken isn't told")


def _took(condition: Condition, facts: Facts, courses: dict[str, DrugCourse]) -> Verdict | None:
    """What was taken before, by the day on which it ended where a time is asked."""
    before: list[Statement] = []
    for id, course in courses.items():
        steps = course.steps_until(facts.as_of)
        if not steps:
            continue
        last = steps[-1]
        words = f"{facts.chart.name(id)}: {course.status(facts.as_of)}"
        if condition.window is None:
            return Verdict(YES, words, last.statements)
        since, sure = _since(condition, facts), last.day != NEVER
        if sure and last.basis == SAID and last.day.first >= since:
            return Verdict(YES, f"{words} {last.day.iso}", last.statements)
        if sure and last.day.last < since and id in condition.concepts:
            before += last.statements
        else:
            return Verdict(UNKNOWN, f"{words}, at a time that isn't told", last.statements)
    return Verdict(NO, f"{condition.words} ended before", tuple(before[-3:])) if before else None


def _allergy(condition: Condition, facts: Facts) -> Verdict:
    found = _fact(condition, facts, ALLERGY_TERM)
    if found:
        return found
    excluded = facts.chart.allergens(there=False)
    for id in condition.concepts:
        if id in excluded:
            return Verdict(NO, f"no allergy to {facts.chart.name(id)}", tuple(excluded[id]))
    return Verdict(UNKNOWN, f"an allergy to {condition.words} is neither told nor denied")


def _procedure(condition: Condition, facts: Facts) -> Verdict:
    ids = set(_spoken(condition, facts))
    events = [event for event in facts.chart.procedures if event.concept in ids]
    done = [event for event in events if event.status == DONE]
    if done and not condition.window:
        said = tuple(one for event in done for one in event.statements)
        return Verdict(YES, f"{condition.words}: done", said[-3:])
    refused = tuple(
        one
        for event in events
        if event.status in (NOT_DONE, DECLINED) and event.concept in condition.concepts
        for one in event.statements
    )
    if condition.window:
        days = [(_day(event), event.statements[-1]) for event in done]
        return _by_days(condition, facts, _since(condition, facts), days, refused)
    if refused and len(events) == len(
        {e.status for e in events if e.status in (NOT_DONE, DECLINED)}
    ):
        return Verdict(NO, f"{condition.words}: not done", refused[-3:])
    return Verdict(UNKNOWN, f"whether {condition.words} was done isn't told")


def _day(event: ProcedureEvent) -> date | None:
    """The day that a note tells, else that of the newest note that has it as its own."""
    if event.day is not None:
        return event.day.last
    own = (one.day for one in event.statements if one.mention.assertion == PRESENT)
    return max((day.last for day in own if day != NEVER), default=None)


def _since(condition: Condition, facts: Facts) -> date:
    assert condition.window is not None
    return condition.window.since(facts.as_of)


_ASKED: dict[str, Callable[[Condition, Facts], Verdict]] = {
    AGE: _age,
    ALLERGY: _allergy,
    DRUG: _drug,
    PROBLEM: _problem,
    PROCEDURE: _procedure,
    TEST: _result,
}
