"""When, in German and Spanish: "vor drei Tagen", "am 12.03.2021", "im Mai", "seit zwei Wochen";
"hace 3 días", "el 12/03/2021", "5 de mayo de 2024", "desde hace un mes".

Words are those of `data/time_words.tsv`. A date in figures is read, day first, where a word of the
language stands before it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, partial

from .time_spans import TimeSpan, latest_month, parse_span, shift, week_of
from .time_words import DAYS, any_of, meanings

LANGUAGES = ("de", "es")
Span = Callable[[str, date, str, Mapping[str, date]], TimeSpan | None]
_JOINTS = {"de": (r"\d{1,2}\.\s*", r"\s+"), "es": (r"\d{1,2}\s+de\s+", r"\s+(?:del?\s+)?")}
_SURNAMES = ("Hoy", "Ayer")


def patterns() -> dict[str, str]:
    """RETURNS (dict[str, str]): A pattern for each kind of expression, language and kind."""
    return {kind: form for language in LANGUAGES for kind, form in _patterns(language).items()}


def _patterns(language: str) -> dict[str, str]:
    month, unit = any_of(language, "month"), any_of(language, "unit")
    length = rf"(?:\d{{1,3}}|{any_of(language, 'number')})\s+(?:{unit})\b"
    figures = "|".join(
        rf"(?:3[01]|[12]\d|0?[1-9]){s}(?:1[0-2]|0?[1-9]){s}(?:19|20)?\d\d(?!\d|[./-]\d)"
        for s in (r"\.", "/", "-")
    )
    day, of = _JOINTS[language]
    return {
        f"{language}date": rf"{_behind(language, 'dated')}(?:{figures})"
        rf"|{_behind(language, 'within')}(?:1[0-2]|0?[1-9])/(?:19|20)\d\d(?![\d./-])"
        rf"|\b(?:{day})?(?:{month}){of}(?:19|20)\d\d\b",
        f"{language}month": rf"{_behind(language, 'within')}(?:{month})\b",
        f"{language}long": rf"{_behind(language, 'lasting')}{length}",
        f"{language}ago": rf"(?<!desde )\b(?:{any_of(language, 'ago')})\s+{length}",
        f"{language}last": rf"\b(?:{any_of(language, 'span')})\b",
        f"{language}named": rf"\b(?:{any_of(language, 'day')})\b",
    }


def _behind(language: str, kind: str) -> str:
    """A pattern of a place behind one of the words of a kind; "8 am" is a time of day."""
    words = "|".join(rf"(?<=\b{re.escape(word)} )" for word in meanings(language, kind))
    return rf"(?<!\d am )(?:{words})"


def role_of(before: str) -> str:
    """Tell what the words before an expression make of it.

    before (str): What stands before it, without capitals.
    RETURNS (str): A role of `time_expressions`, "" where they say nothing.
    """
    for language in LANGUAGES:
        found = _roles(language).search(before)
        if found:
            return meanings(language, "role")[" ".join(found[1].split())]
    return ""


@cache
def _roles(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({any_of(language, 'role')})\s+$")


def days_of(language: str, words: str) -> int:
    """RETURNS (int): About how many days "3 Wochen" is."""
    number, unit = _count(language, words)
    return number * DAYS[unit]


def _count(language: str, words: str) -> tuple[int, str]:
    """The number and the unit at the end of an expression."""
    *_, number, unit = words.casefold().split()
    counted = int(number) if number.isdigit() else int(meanings(language, "number")[number])
    return counted, meanings(language, "unit")[unit]


def _dated(
    language: str, words: str, day: date, role: str, marks: Mapping[str, date]
) -> TimeSpan | None:
    """ "12.03.2021", "03/2021", "5. Mai 2024", "marzo de 2021": it needs no other day."""
    *first, year = re.findall(r"\d+", words)
    if len(year) == 2:  # of this century, or the last
        year = f"{20 if year < '50' else 19}{year}"
    name = re.search(any_of(language, "month"), words.casefold())
    if name is None:
        return parse_span("-".join([year, *(f"{number:0>2}" for number in reversed(first))]))
    month = meanings(language, "month")[name[0]]
    return parse_span("-".join([year, f"{month:0>2}", *(f"{number:0>2}" for number in first)]))


def _month(
    language: str, words: str, day: date, role: str, marks: Mapping[str, date]
) -> TimeSpan | None:
    """ "im Mai": the last one before the note."""
    return latest_month(int(meanings(language, "month")[words.casefold()]), day)


def _ago(
    language: str, words: str, day: date, role: str, marks: Mapping[str, date]
) -> TimeSpan | None:
    number, unit = _count(language, words)
    return shift(day, -number, unit)


def _last(
    language: str, words: str, day: date, role: str, marks: Mapping[str, date]
) -> TimeSpan | None:
    """ "letzte Woche", "el mes pasado"."""
    number, unit = meanings(language, "span")[" ".join(words.casefold().split())].split()
    span = shift(day, int(number), unit)
    return week_of(span.first) if unit == "wk" else span


def _named(
    language: str, words: str, day: date, role: str, marks: Mapping[str, date]
) -> TimeSpan | None:
    """ "gestern", "ayer"; not what may be a surname."""
    if words in _SURNAMES:
        return None
    return shift(day, int(meanings(language, "day")[words.casefold()]), "d")


_READERS = {
    "date": _dated,
    "month": _month,
    "long": _ago,
    "ago": _ago,
    "last": _last,
    "named": _named,
}
SPANS: dict[str, Span] = {
    f"{language}{kind}": partial(read, language)
    for language in LANGUAGES
    for kind, read in _READERS.items()
}
ALONE = tuple(f"{language}date" for language in LANGUAGES)
LONG = {f"{language}long": partial(days_of, language) for language in LANGUAGES}
