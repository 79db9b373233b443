"""How much a patient smokes or drinks: the words of the newest note that tells, with its day."""

import re
from functools import cache

from ..tsv import read_rows
from .answer import Row
from .asked_chart import Asked
from .question_words import DATA
from .smoking_and_alcohol import CURRENT, FORMER, told_of_habit

_ONCE = re.compile(r"\b(?:did|used to|was|had|before|formerly|back then)\b|以前|过去|曾|之前|当时")


def smoking_amount(asked: Asked) -> list[Row]:
    """How much the patient smokes; how much it was, if that is asked."""
    return _amount(asked, "smoking")


def alcohol_amount(asked: Asked) -> list[Row]:
    """How much the patient drinks; how much it was, if that is asked."""
    return _amount(asked, "alcohol")


def _amount(asked: Asked, habit: str) -> list[Row]:
    """An amount of somebody who smokes or drinks; of who doesn't any more, that it is so."""
    told = list(told_of_habit(asked, habit))
    if not told:
        return []
    status, quote = told[0]
    over = status != CURRENT
    if over and not (status == FORMER and _ONCE.search(asked.query.question)):
        return [Row(status, (quote,))]
    for status, quote in told:
        amount = _words(habit).search(quote.text) if status in (CURRENT, FORMER) else None
        if amount:
            return [Row(f"{amount[0]} {quote.date}".strip(), (quote,))]
    return []


@cache
def _words(habit: str) -> re.Pattern[str]:
    rows = read_rows(DATA / "habit_amounts.tsv")
    return re.compile("|".join(words for of, words in rows if of == habit), re.IGNORECASE)
