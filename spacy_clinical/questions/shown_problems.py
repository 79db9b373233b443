"""Whether a test or procedure showed a problem: by sentences that tell it of both."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..graph.concept_history import Statement
from .answer import Quote, Row
from .asked_chart import Asked
from .concept_names import PROBLEM, PROCEDURE, TEST
from .problem_answers import courses_of, verdict
from .word_patterns import group_pattern

_BETWEEN = "<show>|consistent|compatible|visible|evident|clear of|negative for|positive for"
_BY = re.compile(r"\b(?:on|by|in|at|via)\s+(?:(?:the|a|an|today's)\s+)?$|:\s*$", re.IGNORECASE)
_BEHIND = re.compile(r"[^.;]{0,60}:")  # "MRI of the lumbar spine: disc herniation"
_NOT_YET = re.compile(r"\b(?:order|pending|plan|await|schedul|request|repeat|will|if)\w*\b", re.I)


def shown(asked: Asked) -> list[Row]:
    """Whether a test or procedure showed a problem."""
    tests = _by_quote(asked)
    concepts = asked.of(asked.query.concepts(PROBLEM))
    asked.leave_out(concepts)
    return verdict(
        asked,
        [
            replace(course, statements=tuple(o for o in course.statements if _is(asked, o, tests)))
            for course in courses_of(asked, concepts)
        ],
    )


def _by_quote(asked: Asked) -> Mapping[Quote, Sequence[Statement]]:
    """The tests and procedures that are asked for, by their sentence."""
    found = defaultdict(list)
    for id in asked.of(asked.query.concepts(TEST, PROCEDURE)):
        for one in asked.chart.statements[id]:
            if not one.family:
                found[asked.texts.quote(one)].append(one)
    return found


def _is(asked: Asked, problem: Statement, tests: Mapping[Quote, Sequence[Statement]]) -> bool:
    """Whether a sentence of a time that is asked for tells a problem by one of some tests."""
    times, quote = asked.query.times, asked.texts.quote(problem)
    if times and not any(problem.day.overlaps(time) for time in times):
        return False
    if not quote.text or _NOT_YET.search(quote.text):
        return False
    return any(_tells(quote, test, problem) for test in tests.get(quote, ()))


def _tells(quote: Quote, test: Statement, problem: Statement) -> bool:
    """Whether the words between both say so."""
    (start, end), (first, last) = _place(quote, test), _place(quote, problem)
    if end <= first:
        between = quote.text[end:first]
        return bool(_BEHIND.match(between)) or _shows(between)
    between = quote.text[last:start]
    return bool(_BY.search(between)) or _shows(between)


def _shows(words: str) -> bool:
    return bool(group_pattern(_BETWEEN).search(words.casefold()))


def _place(quote: Quote, one: Statement) -> tuple[int, int]:
    fragments = one.mention.fragments
    return fragments[0][0] - quote.start, fragments[-1][1] - quote.start
