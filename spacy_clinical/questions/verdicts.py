"""Plain verdicts: of one thing each, on every word of the question, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .answer import PLAIN, Row
from .asked_chart import Asked
from .concept_names import DRUG, PROBLEM, PROCEDURE, TEST, Named
from .query import Query
from .question_words import asks_for_advice

LOOKED_AT = {  # kinds that are answered by a verdict, and what of a question they look at
    "allergic": DRUG,
    "is_stopped": DRUG,
    "taking": DRUG,
    "has_problem": PROBLEM,
    "is_ruled_out": PROBLEM,
    "had_procedure": PROCEDURE,
    "had_test": TEST,
    "shown": PROBLEM,
}
SHOWN_BY = {"shown": {TEST, PROCEDURE}}  # what else a kind looks at
ONLY = {  # kinds that are answered by other than a verdict, on drugs alone
    "dose": DRUG,
    "dose_history": DRUG,
    "effects": DRUG,
    "replaced_by": DRUG,
    "when_held": DRUG,
    "when_lowered": DRUG,
    "when_raised": DRUG,
    "when_resumed": DRUG,
    "when_started": DRUG,
    "when_stopped": DRUG,
    "why_stopped": DRUG,
    "why_taking": DRUG,
    "since": PROBLEM,
    "procedure_date": PROCEDURE,
}
OF_RESULTS = frozenset(  # kinds that values answer; they count time from something
    ("all_results", "had_test", "highest", "lowest", "result", "trend", "when_measured")
)
DENIED_SINCE = "has_problem"  # a kind that does so where it says anything but a plain yes
MOST_OPEN = 2  # words that nothing accounts for in a question that is answered by values
OF_NOW = ("alcohol", "smoking")  # kinds that tell how it stands on the day of the question
TIMED = ("had_procedure", "had_test", "shown")  # those that look at times


def rows_of(asked: Asked, answer: Callable[[Asked], list[Row]]) -> list[Row]:
    """Answer a question; one for a verdict on several things gets one for each, with its name,
    where they aren't all the same.

    asked (Asked): The question in front of the chart.
    answer (Callable): What answers its kind.
    RETURNS (list[Row]): The rows.
    """
    named = _looked_at(asked.query)
    if len(named) < 2:
        return answer(asked)
    found = [(one, answer(_about(asked, one))) for one in named]
    verdicts = {tuple(row.value for row in rows) for _, rows in found}
    if len(verdicts) == 1:
        return _merged([rows for _, rows in found])
    return [
        replace(row, value=f"{one.words.casefold()} {row.value}")
        for one, rows in found
        for row in rows
    ]


def beyond(query: Query, rows: Sequence[Row]) -> list[str]:
    """Find words of a question that its answer doesn't account for.

    query (Query): The question.
    rows (Sequence[Row]): Its answer.
    RETURNS (list[str]): What a plain yes wouldn't answer: words that aren't understood, times and
        concepts that its kind doesn't look at; of other answers what asks for advice.
    """
    odd = [] if query.kind in OF_RESULTS else [one.named.words for one in query.anchors]
    if not any(row.value in PLAIN for row in rows):
        odd = [] if query.kind == DENIED_SINCE else odd
        times = query.time_words if query.kind in OF_NOW else ()
        return [*_too_much(query), *odd, *times, *_others(query, ONLY)] if rows else []
    others = _others(query, LOOKED_AT) + odd
    times = () if query.kind in TIMED else query.time_words
    return [*query.unread, *times, *others]


def _too_much(query: Query) -> list[str]:
    """Words that ask for advice; all that nothing accounts for where there are many."""
    advice = [word for word in query.unread if asks_for_advice(word)]
    return [*advice, *(query.content if len(query.content) > MOST_OPEN else ())]


def _others(query: Query, looked_at: Mapping[str, str]) -> list[str]:
    """What a question names that its kind doesn't look at."""
    wanted = looked_at.get(query.kind)
    known = {wanted, *SHOWN_BY.get(query.kind, ())}
    return [one.words for one in query.named if wanted and known.isdisjoint(one.kinds)]


def _looked_at(query: Query) -> list[Named]:
    wanted = LOOKED_AT.get(query.kind)
    named = {one.concepts: one for one in query.named if wanted in one.kinds}
    return list(named.values())


def _about(asked: Asked, one: Named) -> Asked:
    return replace(asked, query=replace(asked.query, named=(one,)))


def _merged(found: Sequence[list[Row]]) -> list[Row]:
    """The same verdicts of several things as one."""
    return [
        replace(
            rows[0],
            quotes=tuple(dict.fromkeys(quote for row in rows for quote in row.quotes)),
            score=min(row.score for row in rows),
        )
        for rows in zip(*found, strict=True)
    ]
