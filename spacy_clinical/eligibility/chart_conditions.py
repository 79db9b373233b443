"""Conditions held against a chart: yes where a note says so, no where one denies it or tells that
it is over, else unknown. What notes don't mention is unknown, never absent; so is what a history
leaves open, and what a note that isn't older than the denial thinks possible.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from ..decisions.patient_facts import Facts
from ..decisions.rule_language import AGE as AGE_TERM
from ..decisions.rule_language import ALLERGY as ALLERGY_TERM
from ..decisions.rule_language import DRUG as DRUG_TERM
from ..decisions.rule_language import EVER, Term
from ..decisions.rule_language import PROBLEM as PROBLEM_TERM
from ..graph.clinical_graph import PRESENT
from ..graph.concept_history import NEVER, SAID, Statement
from ..graph.drug_courses import DECLINED, ENDS, DrugCourse
from ..graph.graph_lookup import ABSENT, PASSING
from ..graph.procedure_events import DONE, ProcedureEvent
from ..graph.time_expressions import AT
from ..graph.time_spans import TimeSpan
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

_DOUBTS = PASSING - {"hypothetical"}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def verdict_on(condition: Condition, facts: Facts) -> Verdict:
    """Hold a condition against a patient's notes.

    condition (Condition): The condition.
    facts (Facts): The patient on a day, with the condition's set.
    RETURNS (Verdict): The answer, and who gives it.
    """
    verdict = _ASKED[condition.kind](condition, facts)
    if condition.kind == AGE:
        return verdict
    if not any(_spoken(condition, facts)):
        return replace(verdict, silent=True, why=f"nothing of {condition.words}")
    doubts = _doubts(verdict, condition, facts)
    return Verdict(UNKNOWN, f"{condition.words} is possible", doubts) if doubts else verdict


def _doubts(verdict: Verdict, condition: Condition, facts: Facts) -> tuple[Statement, ...]:
    """Who thinks possible what a verdict has as absent, in a note that isn't older."""
    if verdict.value != NO or condition.kind == TEST:
        return ()
    last = max(verdict.statements, key=lambda one: one.where)
    said = (one for id in _spoken(condition, facts) for one in facts.chart.statements[id])
    unsure = (one for one in said if not one.family and one.holds(*_DOUBTS))
    return tuple(one for one in unsure if _is_not_older(one, last))[-3:]


def _is_not_older(one: Statement, other: Statement) -> bool:
    """Whether a statement is of a later day, of the day's other notes, or later in the note."""
    if one.mention.document == other.mention.document:
        return one.where > other.where
    return one.day >= other.day


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
    if facts.born is None or facts.born > facts.as_of:
        return Verdict(UNKNOWN, "no birthday before the day")
    held = [facts.of(term) for term in condition.terms]
    (told,) = facts.of(Term(AGE_TERM, "", ">="))[:1]
    return Verdict(YES if all(held) else NO, told.words)


def _result(condition: Condition, facts: Facts) -> Verdict:
    """By the newest result of the test; "< 5" only where every value below it answers alike."""
    ids = facts.held(condition.terms[0].kind).get(condition.set, [])
    if not ids:
        return Verdict(UNKNOWN, f"no result of {condition.words}")
    day = max(facts.last_results[one].day for one in ids)
    verdicts = [
        _of_result(condition, one, facts) for one in ids if facts.last_results[one].day == day
    ]
    return verdicts[0] if len({one.value for one in verdicts}) == 1 else _differing(verdicts)


def _differing(verdicts: list[Verdict]) -> Verdict:
    said = tuple(one for verdict in verdicts for one in verdict.statements)
    return Verdict(UNKNOWN, "; ".join(one.why for one in verdicts), said)


def _of_result(condition: Condition, id: str, facts: Facts) -> Verdict:
    last = facts.last_results[id]
    words = f"{facts.chart.name(id)} {last.words} {last.date}".rstrip()
    if condition.window and (not last.date or last.day.first < _since(condition, facts)):
        return Verdict(UNKNOWN, f"{words} is older, or of no day", (last.value,))
    if last.day.first > facts.as_of:
        return Verdict(UNKNOWN, f"{words} is newer", (last.value,))
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
        if course and course.status() == ABSENT and not (condition.ever and course.ever()):
            said = tuple(one for one in course.statements if one.denied)
            return Verdict(NO, f"no {facts.chart.name(id)}", said[-3:])
    return Verdict(UNKNOWN, f"{condition.words} is neither told nor denied")


def _problem_since(condition: Condition, facts: Facts) -> Verdict:
    """By the days that notes tell; a note that has it as present is of its own day."""
    courses = (facts.chart.problems.get(id) for id in _spoken(condition, facts))
    had = [_had(one) for course in courses if course for one in course.ever()]
    return _by_days(condition, facts, had, _denied(condition, facts))


def _had(one: Statement) -> "_Had":
    """When a statement has a problem. One that is present may have begun on a day, and go on."""
    told = one.times.get(AT)
    if one.mention.assertion != PRESENT:
        return _Had(told, True, one)
    return _Had(told or (one.day if one.day != NEVER else None), False, one)


def _denied(condition: Condition, facts: Facts) -> tuple[Statement, ...]:
    """Who denies what the condition names, the newest notes taking no other stand."""
    courses = (facts.chart.problems.get(id) for id in condition.concepts)
    absent = (course for course in courses if course and course.status() == ABSENT)
    return tuple(one for course in absent for one in course.statements if one.denied)


class _Had(NamedTuple):
    """When something was there, None where nobody knows; and whether that is over."""

    days: TimeSpan | None
    over: bool
    said: Statement


def _by_days(
    condition: Condition, facts: Facts, had: list[_Had], denied: tuple[Statement, ...]
) -> Verdict:
    """Yes where all of a time is inside, no where all that is told was over before. A denial
    from before tells nothing of what came after it."""
    since = _since(condition, facts)
    told = [(one.days, one.said) for one in had if one.days]
    inside = [(days, one) for days, one in told if since <= days.first <= facts.as_of]
    if inside:
        newest = max(days for days, _ in inside)
        return Verdict(YES, f"{condition.words} {newest.iso}", tuple(s for _, s in inside)[-3:])
    named = all(id in condition.concepts for id in _spoken(condition, facts))
    if had and named and all(x.over and x.days and x.days.last < since for x in had):
        last, said = max(told, key=lambda row: row[0])
        return Verdict(NO, f"{condition.words} last {last.iso}", (said,))
    denied = tuple(one for one in denied if one.day.first >= since)
    if denied and not had:
        return Verdict(NO, f"no {condition.words}", denied[-3:])
    return Verdict(UNKNOWN, f"{condition.words} at a time that isn't told")


def _drug(condition: Condition, facts: Facts) -> Verdict:
    found = _fact(condition, facts, DRUG_TERM)
    if found:
        return found
    spoken = [(id, facts.chart.drugs.get(id)) for id in _spoken(condition, facts)]
    courses = {id: course for id, course in spoken if course is not None}
    untold = Verdict(UNKNOWN, f"whether {condition.words} is taken isn't told")
    if condition.ever or condition.window:  # "not on A" denies no earlier use
        return _took(condition, facts, courses) or untold
    for id in condition.concepts:
        status = courses[id].status(facts.as_of) if id in courses else ""
        if status in (*ENDS, DECLINED) and (status != DECLINED or not courses[id].steps):
            said = courses[id].statements
            firm = tuple(one for one in said if not one.holds(*PASSING))
            return Verdict(NO, f"{facts.chart.name(id)}: {status}", (firm or said)[-3:])
    return untold


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
    """One that was cancelled or declined once may have been done before; a denial tells."""
    ids = set(_spoken(condition, facts))
    events = [event for event in facts.chart.procedures if event.concept in ids]
    done = [event for event in events if event.status == DONE and not _is_later(event, facts)]
    if done and not condition.window:
        said = tuple(one for event in done for one in event.statements)
        return Verdict(YES, f"{condition.words}: done", said[-3:])
    denied = tuple(
        one
        for event in events
        if event.concept in condition.concepts
        for one in event.statements
        if one.denied
    )
    if condition.window:
        had = [_Had(_day(event), True, event.statements[-1]) for event in done]
        return _by_days(condition, facts, had, denied)
    if denied and all(one.denied for event in events for one in event.statements):
        return Verdict(NO, f"{condition.words}: not done", denied[-3:])
    return Verdict(UNKNOWN, f"whether {condition.words} was done isn't told")


def _day(event: ProcedureEvent) -> TimeSpan | None:
    """The day that a note tells, else that of the newest note that has it as its own."""
    own = (one.day for one in event.statements if one.mention.assertion == PRESENT)
    return event.day or max((day for day in own if day != NEVER), default=None)


def _is_later(event: ProcedureEvent, facts: Facts) -> bool:
    return event.day is not None and event.day.first > facts.as_of


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
