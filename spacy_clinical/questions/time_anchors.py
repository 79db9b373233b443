"""What a question counts time from: "after the bleed", "before metformin was started"."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from ..graph.procedure_events import DONE
from .asked_chart import Asked
from .concept_names import Named
from .query import AFTER, BEFORE, Anchor
from .word_patterns import group_pattern

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
    found = [(one, _relation(question, one)) for one in named]
    subjects = [one for one, relation in found if not relation]
    if not subjects:
        return list(named), ()
    return subjects, tuple(
        Anchor(one, relation, _is_end(question[one.end :])) for one, relation in found if relation
    )


def _relation(question: str, one: Named) -> str:
    return next((word for word in _WORDS if _before(word).search(question[: one.start])), "")


@cache
def _before(relation: str) -> re.Pattern[str]:
    words = _WORDS[relation].replace(" ", r"\s+")
    return re.compile(rf"\b(?:{words})\s+(?!when\b|to\b)(?:[\w'-]+\s+){{0,3}}$", re.IGNORECASE)


def _is_end(after: str) -> bool:
    return bool(_ends().match(after))


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:\w+\s+){{0,2}}(?:{group_pattern('<stop>|<hold>').pattern})", re.I)


def event_of(asked: Asked, anchor: Anchor) -> Event | None:
    """RETURNS (Event | None): When what is counted from happened, None where no note tells."""
    found = [
        event
        for concept in asked.of(anchor.named.concepts)
        for event in (_drug(asked, concept, anchor.end), _problem(asked, concept))
        if event
    ]
    wanted = set(asked.of(anchor.named.concepts))
    for event in asked.chart.procedures:
        if event.concept in wanted and event.status == DONE and event.day:
            found.append(Event(event.day.first, event.statements[0].mention.document))
    return min(found, default=None)


def _drug(asked: Asked, concept: str, end: bool) -> Event | None:
    course = asked.chart.drugs.get(concept)
    if course is None:
        return None
    step = course.stopped(asked.as_of) if end else course.started(asked.as_of)
    return Event(step.day.first, step.statements[0].mention.document) if step else None


def _problem(asked: Asked, concept: str) -> Event | None:
    course = asked.chart.problems.get(concept)
    known = course.since() if course else None
    return Event(known[0].first, known[2].mention.document) if known else None
