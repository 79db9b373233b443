"""What a question counts time from: "after the bleed", "before metformin was started"."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from ..drug_changes.change_cues import DECREASED, INCREASED, STOPPED
from ..graph.procedure_events import DONE
from ..graph.time_spans import TimeSpan, day_of
from .asked_chart import Asked
from .concept_names import DRUG, PROBLEM, TEST, Named, without
from .query import AFTER, BEFORE, Anchor
from .word_patterns import group_pattern

_CHANGES = {STOPPED: "<stop>|<hold>", INCREASED: "<raise>", DECREASED: "<lower>"}
_ON = re.compile(  # "hypoglycemia on the metformin", "while she is on it"
    r"(?:_|\bup|\bdown|\bwhil(?:e|st)(?:\s+[\w']+){0,2})\s+on\s+(?:(?:the|her|his|their)\s+)?$",
    re.I,
)
_AND_NOW = re.compile(
    r"\b(?:and|vs\.?|versus|compared (?:to|with)|against)\s+(?:as of\s+)?"
    r"(?:now|today|currently|at present|presently)\b"
    r"|\b(?:now|today|currently)\s+(?:and|vs\.?|versus|compared)\b|[和与跟及、](?:现在|目前|如今)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\b(?:between|from|since|to|until|till|through)\b|[-–至到]|之间")
_WORDS = {AFTER: "after|since|following", BEFORE: "before|until|prior to"}


class Event(NamedTuple):
    """When something happened, and the note that says so."""

    day: date
    document: str


def split_anchors(question: str, named: Sequence[Named]) -> tuple[list[Named], tuple[Anchor, ...]]:
    """Tell what a question is about from what it counts time from.

    question (str): The question.
    named (Sequence[Named]): What it names.
    RETURNS (tuple): The first, and the second; nothing is counted from where nothing else is named.
    """
    found = [(one, _relation(question, one) or _while_on(question, one, named)) for one in named]
    subjects = [one for one, relation in found if not relation]
    if not subjects:
        return list(named), ()
    return subjects, tuple(
        Anchor(one, relation, _change(question[one.end :])) for one, relation in found if relation
    )


def _relation(question: str, one: Named) -> str:
    return next((word for word in _WORDS if _before(word).search(question[: one.start])), "")


def _while_on(question: str, one: Named, named: Sequence[Named]) -> str:
    """AFTER for a drug that a problem or result before it was there on."""
    before = [other for other in named if other.end <= one.start]
    told = DRUG in one.kinds and any({PROBLEM, TEST} & other.kinds for other in before)
    masked = without(question, before, "_")[: one.start]
    return AFTER if told and _ON.search(masked) else ""


@cache
def _before(relation: str) -> re.Pattern[str]:
    words = _WORDS[relation].replace(" ", r"\s+")
    return re.compile(rf"\b(?:{words})\s+(?!when\b|to\b)(?:[\w'-]+\s+){{0,3}}$", re.IGNORECASE)


def _change(after: str) -> str:
    return next((change for change in _CHANGES if _behind(change).match(after)), "")


@cache
def _behind(change: str) -> re.Pattern[str]:
    words = group_pattern(_CHANGES[change]).pattern
    return re.compile(rf"\s+(?:\w+\s+){{0,2}}(?:{words})", re.I)


def is_beside(asked: Asked, day: TimeSpan, document: str) -> bool:
    """Tell whether what a note says is of the side of all events that a question asks for.

    asked (Asked): The question in front of the chart.
    day (TimeSpan): When it was.
    document (str): The note; what the note says that tells an event is of both sides.
    RETURNS (bool): Whether it is; not where no note tells when an event was.
    """
    return all(_is_beside(day, document, one, event_of(asked, one)) for one in asked.query.anchors)


def _is_beside(day: TimeSpan, document: str, anchor: Anchor, event: Event | None) -> bool:
    if event is None or document == event.document:
        return event is not None
    return day.last >= event.day if anchor.relation == AFTER else day.first < event.day


def times_apart(asked: Asked) -> list[tuple[TimeSpan, ...]]:
    """RETURNS (list[tuple[TimeSpan, ...]]): The stretches of time that a question asks of: one for
    each time of "in January and in April"; none of "now" in "in January and now"."""
    question, times = asked.query.question, tuple(sorted(asked.query.times))
    now = _AND_NOW.search(question) is not None
    if now and asked.as_of:
        times = tuple(one for one in times if not one.overlaps(day_of(asked.as_of)))
    if not times or _RANGE.search(question):
        return [times]
    return [*((one,) for one in times), *([()] if now else [])]


def event_of(asked: Asked, anchor: Anchor) -> Event | None:
    """RETURNS (Event | None): When what is counted from happened, None where no note tells."""
    found = [
        event
        for concept in asked.of(anchor.named.concepts)
        for event in (_drug(asked, concept, anchor.change), _problem(asked, concept))
        if event
    ]
    wanted = set(asked.of(anchor.named.concepts))
    for event in asked.chart.procedures:
        if event.concept in wanted and event.status == DONE and event.day:
            found.append(Event(event.day.first, event.statements[0].mention.document))
    return min(found, default=None)


def _drug(asked: Asked, concept: str, change: str) -> Event | None:
    course = asked.chart.drugs.get(concept)
    if course is None:
        return None
    steps = [one for one in course.steps_until(asked.as_of) if one.what == change]
    step = steps[-1] if steps else None
    if not change or change == STOPPED:
        step = course.stopped(asked.as_of) if change else course.started(asked.as_of)
    if step and change == STOPPED and not step.ended:
        return None
    return Event(step.day.first, step.statements[0].mention.document) if step else None


def _problem(asked: Asked, concept: str) -> Event | None:
    course = asked.chart.problems.get(concept)
    known = course.since() if course else None
    return Event(known[0].first, known[2].mention.document) if known else None
