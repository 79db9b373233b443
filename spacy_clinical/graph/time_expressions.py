"""When: dates in a text, also those told from the note's own day ("three days ago", "POD 2").

An expression is found where all of it is understood; "since childhood" is none. Weekdays and months
without a year are the last ones before the note, the next ones after "until", "by" and "next".
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from ..docs.iso_dates import MONTHS
from ..quantities.number_tokens import half_width
from . import chinese_times as zh
from . import day_first_times
from .time_spans import TimeSpan, day_of, month_of, parse_span, shift, week_of, year_of
from .time_words import DAYS, any_of, meanings

AT, SINCE, UNTIL, FOR, BEFORE, BY = "at", "since", "until", "for", "before", "by"
ADMISSION, DISCHARGE, OPERATION = "admission", "discharge", "operation"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COMING = (UNTIL, BY)
# Kinds that need no day to count from.
_ALONE = ("full", "zh", "year", "counted", "zhcounted", *day_first_times.ALONE)
_IN_YEAR = re.compile(r"\b(?:in|of|en|año|im\s+Jahre?|wurden?|ist|war)\s+$", re.IGNORECASE)
_BEFORE = 16  # characters before an expression in which its role stands


class FoundTime(NamedTuple):
    """A time expression.

    start, end (int): Its characters, without the word that tells its role.
    role (str): at, since, until, for (so long), before or by.
    span (TimeSpan): What it names; of a duration its beginning, if it goes on to the note's day.
    days (int): Of a duration, about how many; 0 for others.
    """

    start: int
    end: int
    role: str
    span: TimeSpan
    days: int = 0


def find_times(
    text: str, day: date | None, lasting: Collection[int] = frozenset()
) -> list[FoundTime]:
    """Find when, in time linear in the text's length.

    text (str): A note.
    day (date | None): The note's day; without it only dates in full are found, and what is told
        from those of the admission and of an operation in the text ("on admission", "POD 2").
    lasting (Collection[int]): Where problems end: what stands right behind one in Chinese is for
        how long it has lasted ("糖尿病10年").
    RETURNS (list[FoundTime]): In order, without overlaps.
    """
    marks: dict[str, date] = {}
    found: list[FoundTime] = []
    text = half_width(text)
    for match in _pattern().finditer(text):
        alone = match.lastgroup in _ALONE
        if match.lastgroup == "zhsince" and not zh.goes_on(text, *match.span(), lasting):
            continue
        one = _read(text, match, day or date.min, marks) if day or alone else None
        if one is None:
            continue
        found.append(one)
        before = text[max(0, one.start - 40) : one.start]
        for mark, words in _MARKS.items():
            told = words.search(before) or _ZH_MARKS[mark].match(text, one.end)
            if mark not in marks and one.role == AT and told:
                marks[mark] = one.span.first
    return found


_MARKS = {
    ADMISSION: re.compile(r"\badmi(?:tted|ssion)\b[^.;\n]{0,25}$", re.I),
    OPERATION: re.compile(
        r"(?:\b(?:surgery|operation|angiography|gastroscopy|\w+(?:ectomy|plasty|otomy|scopy|graft|"
        r"replacement))\b[^.;\n]{0,25})$",
        re.I,
    ),
}
_ZH_MARKS = {ADMISSION: zh.ADMITTED, OPERATION: zh.OPERATED}
_COUNTED = {"pod": (OPERATION, 0), "hd": (ADMISSION, -1), "hospital day": (ADMISSION, -1)}


def _read(text: str, match: re.Match[str], day: date, marks: dict[str, date]) -> FoundTime | None:
    kind = match.lastgroup or ""
    role = _role(text, match.start(), match.end())
    try:
        span = _SPANS[kind](match[0], day, role, marks)
    except (OverflowError, ValueError):
        return None
    if span is None:
        return None
    if kind == "long":
        if role not in (FOR, SINCE):
            return None
        number, unit, _ = _count(match[0])
        return FoundTime(match.start(), match.end(), role, span, number * DAYS[unit])
    if kind in ("zhlong", "zhsince"):
        goes_on = FOR if kind == "zhlong" else SINCE
        return FoundTime(match.start(), match.end(), goes_on, span, zh.days_of(match[0]))
    if kind in day_first_times.LONG:
        days = day_first_times.LONG[kind](match[0])
        return FoundTime(match.start(), match.end(), FOR, span, days)
    if (
        kind == "year"
        and role == AT
        and not _IN_YEAR.search(text[max(0, match.start() - _BEFORE) : match.start()])
    ):
        return None
    return FoundTime(match.start(), match.end(), AT if role == FOR else role, span)


def _role(text: str, start: int, end: int) -> str:
    before = text[max(0, start - _BEFORE) : start].casefold()
    found = _roles().search(before)
    if not found:
        return zh.role_of(text, start, end) or day_first_times.role_of(before) or AT
    return meanings("en", "role")[" ".join(found[1].split())]


def _full(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    return parse_span(words)


def _month_day(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """ "March 5", "5 March", "in March", "last March": without a year."""
    folded = words.casefold().replace(",", " ").replace(".", " ")
    number = re.search(r"\d{1,2}", folded)
    name = next(part for part in folded.split() if part[:3] in _MONTH_NUMBERS and part[0].isalpha())
    month = _MONTH_NUMBERS[name[:3]]
    coming = role in _COMING or folded.startswith(("next", "coming"))
    for year in (day.year, day.year + (1 if coming else -1)):
        first = date(year, month, int(number[0]) if number else 1)
        span = day_of(first) if number else month_of(first)
        if (span.last >= day) if coming else (span.first <= day):
            return span
    return None


def _weekday(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    *_, name = words.casefold().split()
    wanted = WEEKDAYS.index(name)
    if role in _COMING or words.casefold().startswith(("next", "coming")):
        return day_of(day + timedelta(days=(wanted - day.weekday() - 1) % 7 + 1))
    return day_of(day - timedelta(days=(day.weekday() - wanted - 1) % 7 + 1))


def _named(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    return shift(day, int(meanings("en", "day")[" ".join(words.casefold().split())]), "d")


def _ago(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    number, unit, rest = _count(words)
    return shift(day, int(meanings("en", "ago")[rest]) * number, unit)


def _long(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    number, unit, _ = _count(words)
    return shift(day, -number, unit)


def _last(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """ "last week", "next month", "this year"."""
    which, unit = words.casefold().split()
    step = int(meanings("en", "last")[which])
    code = meanings("en", "unit")[unit]
    if code == "wk":
        return week_of(day + timedelta(days=7 * step))
    if code == "d":
        return None
    return shift(day, step, code)


def _counted(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    """ "POD 2", "HD#3": the day of the operation is POD 0, that of the admission HD 1."""
    name, number = re.findall(r"[a-z ]+|\d+", words.casefold().replace("#", " "))[:2]
    mark, offset = _COUNTED[" ".join(name.split())]
    return shift(marks[mark], int(number) + offset, "d") if mark in marks else None


def _marked(words: str, day: date, role: str, marks: Mapping[str, date]) -> TimeSpan | None:
    if "discharge" in words.casefold():
        return day_of(day)
    return day_of(marks[ADMISSION]) if ADMISSION in marks else None


def _count(words: str) -> tuple[int, str, str]:
    """Number, unit, and the words after them."""
    match = _counting().fullmatch(" ".join(words.casefold().replace("-", " ").split()))
    if match is None:
        raise ValueError
    number = match[1]
    counted = int(number) if number.isdigit() else int(meanings("en", "number")[number])
    return counted, meanings("en", "unit")[match[2]], match[3].strip()


_SPANS = {
    "full": _full,
    "zh": zh.full_date,
    "zhday": zh.month_day,
    "zhmonth": zh.month,
    "zhyear": zh.month_of_year,
    "zhcounted": zh.counted,
    "zhago": zh.ago,
    "zhlong": zh.ago,
    "zhsince": zh.ago,
    "zhlast": zh.recent,
    "zhnamed": zh.named,
    **day_first_times.SPANS,
    "ago": _ago,
    "long": _long,
    "last": _last,
    "monthday": _month_day,
    "weekday": _weekday,
    "named": _named,
    "counted": _counted,
    "marked": _marked,
    "year": lambda words, *_: year_of(int(words)),
}
_MONTH_NUMBERS = {name[:3]: number for number, name in enumerate(MONTHS, 1)}


@cache
def _roles() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({any_of('en', 'role')})\s+(?:the\s+)?$")


@cache
def _counting() -> re.Pattern[str]:
    return re.compile(rf"(\d{{1,3}}|{any_of('en', 'number')}) ({any_of('en', 'unit')})\b(.*)")


@cache
def _pattern() -> re.Pattern[str]:
    month = (
        "(?:" + "|".join(rf"{n[:3]}(?:{n[3:]}|t)?" if len(n) > 3 else n for n in MONTHS) + r")\b\.?"
    )
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    number = rf"(?:\d{{1,3}}|{any_of('en', 'number')})"
    length = rf"{number}[\s-]+(?:{any_of('en', 'unit')})\b"
    kinds = {
        "full": rf"\d{{4}}-\d\d-\d\d\b|\b{day}\s+{month}\s+\d{{4}}\b"
        rf"|\b{month}\s+{day},?\s+\d{{4}}\b|\b{month}\s+\d{{4}}\b|\b\d{{4}}-(?:0\d|1[0-2])\b(?!-)",
        **zh.patterns(),
        **day_first_times.patterns(),
        "ago": rf"\b{length}\s+(?:{any_of('en', 'ago')})\b",
        "counted": r"\b(?:POD|HD|hospital day)\s*#?\s*\d{1,3}\b",
        "marked": r"\b(?:on|at)\s+(?:admission|discharge)\b",
        "last": rf"\b(?:{any_of('en', 'last')})\s+(?:week|month|year)\b",
        "monthday": rf"\b(?:(?:last|next|this|coming)\s+)?(?:{month}\s+{day}\b|{day}\s+{month}"
        rf"|(?:(?<=in )|(?<=since )|(?<=until )|(?<=by )){month}|(?:last|next|this)\s+{month})",
        "weekday": rf"\b(?:(?:last|next|this|coming)\s+)?(?:{'|'.join(WEEKDAYS)})\b",
        "named": rf"\b(?:{any_of('en', 'day')})\b",
        "long": rf"\b{length}",
        "year": r"\b(?:19|20)\d\d\b(?![-/]\d)",
    }
    return re.compile("|".join(f"(?P<{k}>{p})" for k, p in kinds.items()), re.IGNORECASE)
