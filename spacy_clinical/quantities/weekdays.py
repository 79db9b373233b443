"""Days of the week: "every Monday and Thursday", "Mon, Wed & Fri", "on Sundays"."""

from collections.abc import Sequence

from .number_tokens import Token
from .numbers import NumberFormat
from .quantity_model import Timing
from .timings import Part

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MORE = {"tues": "tue", "weds": "wed", "thur": "thu", "thurs": "thu"}
_FIRST = ("every", "each", "on", "q")
_SAID = ("weekly", "week")  # before "on": not a day to come
_BETWEEN = (",", "/", "&", "and", "-")


def read_weekdays(tokens: Sequence[Token], i: int, form: NumberFormat) -> tuple[Part, int] | None:
    """Read days of the week.

    tokens (Sequence[Token]): Of a text.
    i (int): Where they begin.
    form (NumberFormat): How numbers are written.
    RETURNS (tuple[Part, int] | None): The days, and the token after them. A single short name
        ("sat") is none unless a word before says so; nor is "Mon-Fri", which is a range, nor "on
        Monday", which is a day to come.
    """
    first = tokens[i].folded
    said = first in _FIRST
    days: list[str] = []
    start = j = i + said
    while j < len(tokens) and (day := _day(tokens[j].folded)):
        days.append(day)
        start, j = j + 1, _next(tokens, j + 1)
    if not days or len(set(days)) < len(days) or "-" in [t.text for t in tokens[i:j]]:
        return None
    plural = tokens[start - 1].folded.endswith("days")
    every = said and (first != "on" or (i > 0 and tokens[i - 1].folded in _SAID))
    return (Part(Timing(days=tuple(days))), start) if every or plural or len(days) > 1 else None


def _next(tokens: Sequence[Token], i: int) -> int:
    """The token after the signs and words between two days."""
    while i < len(tokens) and tokens[i].folded in _BETWEEN:
        i += 1
    return i


def _day(word: str) -> str:
    for day, name in zip(_DAYS, _NAMES, strict=True):
        if word in (day, name, f"{name}s"):
            return day
    return _MORE.get(word, "")
