"""Plain verdicts: of one thing each, on every word of the question, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from .answer import PLAIN, Row
from .asked_chart import Asked
from .concept_names import DRUG, PROBLEM, PROCEDURE, TEST, Named
from .query import Query
from .question_words import word_list

LOOKED_AT = {  # kinds that are answered by a verdict, and what of a question they look at
    "allergic": DRUG,
    "taking": DRUG,
    "has_problem": PROBLEM,
    "is_ruled_out": PROBLEM,
    "had_procedure": PROCEDURE,
    "had_test": TEST,
}
TIMED = ("had_procedure", "had_test")  # those that look at times


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
    if not any(row.value in PLAIN for row in rows):
        return [word for word in query.unread if word in word_list("advice_en")] if rows else []
    wanted = LOOKED_AT.get(query.kind)
    others = [one.words for one in query.named if wanted and wanted not in one.kinds]
    times = () if query.kind in TIMED else query.time_words
    return [*query.unread, *times, *others]


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
