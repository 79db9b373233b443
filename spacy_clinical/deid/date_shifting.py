"""Dates moved by a number of days, in the words and with the precision of the original."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta

from ..pipeline.deid.date_rules import AHEAD, Calendar, ReadDate, full_year
from .surrogates import Surrogates

WIDEST = 365
_PLAIN_YEAR = 2001  # of dates without a year: a common one
_DAY_OF_MONTH = 15  # of dates without a day
_ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_SHORT, _LONG, _PAST = 4, 90, 30
_UNMOVED = {"hol", "dw"}  # holidays, and days in words


def offset_of(surrogates: Surrogates, patient: str, *, weeks: bool = False) -> int:
    """Give the days by which a patient's dates move.

    surrogates (Surrogates): Where it comes from.
    patient (str): The patient.
    weeks (bool): Whole weeks, so that weekdays stay.
    RETURNS (int): From -365 to 365 (-364 to 364 by weeks), never 0.
    """
    step = 7 if weeks else 1
    most = WIDEST // step
    number = surrogates.number(patient, "offset", "week" if weeks else "day", 2 * most)
    return step * (number - most if number < most else number - most + 1)


class DateShifter:
    """Moves the dates of a note.

    calendars (list[Calendar]): The forms that dates may have; the first that fits is taken.
    days (int): How far they move.
    texts (Iterable[str]): All dates of the note: the year that most of them are in is that of
        those without one, the newest that of the note.
    births (Collection[str]): Those of them that somebody was born on: they say nothing of when the
        note was written, and can't be later.
    """

    def __init__(
        self,
        calendars: list[Calendar],
        days: int,
        texts: Iterable[str] = (),
        births: Collection[str] = (),
    ):
        self._calendars, self._days, self._births = calendars, days, births
        read = [self._read(text) for text in texts if text not in births]
        years = [found.year for found in read if found and found.year]
        self._usual = Counter(years).most_common(1)[0][0] if years else _PLAIN_YEAR
        today, newest = date.today().year, max(years, default=0)
        # A note is newer than all that it tells, if that is long past.
        self._newest = newest if newest > today - _PAST else today

    def _read(self, text: str) -> ReadDate | None:
        for calendar in self._calendars:
            found = calendar.read(text)
            if found is not None:
                return found
        return None

    def read(self, text: str) -> ReadDate | None:
        """RETURNS (ReadDate | None): A date in numbers, None where it can't be read. Two digits are
        the last such year that the note can mean."""
        found = self._read(text)
        if found is None or "y" not in found.groups:
            return found
        digits = text[slice(*found.groups["y"])]
        ahead = 0 if text in self._births else AHEAD
        return replace(found, year=full_year(digits, self._newest, ahead))

    def shift(self, text: str) -> str | None:
        """Move a date.

        text (str): Such as "14MAR22", "Tues 8/2", "the summer of 2015".
        RETURNS (str | None): The new date, written like it; None where it can't be read, has no day
            that can be moved (a holiday, be it of a year), or shows an age over 89.
        """
        found = self.read(text)
        if found is None or not (found.year or found.month) or _UNMOVED & set(found.groups):
            return None
        if found.year is not None and self.is_too_old(found.year):
            return None
        moved = self._moved(found)
        if moved is None or (last := moved.day + self._length(text, found)) > _days(moved):
            return None
        return self._write(text, found, moved, last)

    def _length(self, text: str, found: ReadDate) -> int:
        """Days to the last one of a range within a month, as in "June 2-5"."""
        return int(text[slice(*found.groups["e"])]) - (found.day or 0) if "e" in found.groups else 0

    def is_too_old(self, year: int) -> bool:
        """RETURNS (bool): Whether who was born in a year is over 89 by the note's newest date, or
        today where it has none."""
        return year <= self._newest - _LONG

    def _moved(self, found: ReadDate) -> date | None:
        year = found.year or self._usual
        month, day = found.month or 7, found.day or _DAY_OF_MONTH
        try:
            return date(year, month, day) + timedelta(days=self._days)
        except (ValueError, OverflowError):
            return None  # 29 February of a common year, or a year that no calendar has

    def _write(self, text: str, found: ReadDate, moved: date, last: int) -> str:
        numbers = [text[s:e] for name, (s, e) in found.groups.items() if name in ("m", "d")]
        padded = any(n[0] == "0" for n in numbers) or all(len(n) == 2 for n in numbers)
        ends = {"e": str(last), "p": _ORDINALS.get(last, "th")}
        parts = {
            name: ends.get(name) or self._part(name, text[start:end], found, moved, padded)
            for name, (start, end) in found.groups.items()
        }
        written = text
        for name in sorted(parts, key=lambda name: -found.groups[name][0]):
            start, end = found.groups[name]
            written = written[:start] + parts[name] + written[end:]
        return written

    def _part(self, name: str, old: str, found: ReadDate, moved: date, padded: bool) -> str:
        if name == "y":
            return f"{moved.year % 100:02}" if len(old) == 2 else f"{moved.year}"
        if name in ("m", "d"):
            number = moved.month if name == "m" else moved.day
            return f"{number:02}" if padded else f"{number}"
        if name == "mon":
            return _like(self._month(old, moved.month), old)
        if name == "wd" and found.weekday is not None:
            return _like(self._word("weekday", old, (found.weekday + self._days) % 7), old)
        if name == "sea":
            return _like(self._season(old, moved.month), old)
        if name == "o":
            return _like(_ORDINALS.get(moved.day, "th"), old)
        return old

    def _month(self, old: str, month: int) -> str:
        words = self._spelled("month", old, month)
        full = max(words, key=len)
        listed = [word for word in words if len(word) <= _SHORT] or [full[:3]]
        short = min(listed, key=lambda word: abs(len(word) - len(old)))
        is_short = len(old) <= _SHORT and old.lower() not in ("may", "june", "july", "mai")
        return short if is_short else full

    def _word(self, kind: str, old: str, number: int) -> str:
        words = self._spelled(kind, old, number)
        return min(words, key=lambda word: abs(len(word) - len(old)))

    def _spelled(self, kind: str, old: str, number: int) -> list[str]:
        """The words for a number, of the calendar that has the old word."""
        for calendar in self._calendars:
            if old.lower() in calendar.words.get(kind, {}):
                table = calendar.words[kind]
                return [w for w in calendar.spelled[kind] if table[w.lower()] == number]
        return [old]

    def _season(self, old: str, month: int) -> str:
        for calendar in self._calendars:
            seasons = calendar.words.get("season", {})
            if old.lower() in seasons:
                apart = {
                    word: _apart(seasons[word.lower()], month)
                    for word in calendar.spelled["season"]
                }
                near = min(apart, key=lambda word: apart[word])
                return old if seasons[near.lower()] == seasons[old.lower()] else near
        return old


def _days(day: date) -> int:
    """Days of a month."""
    return monthrange(day.year, day.month)[1]


def _apart(first: int, second: int) -> int:
    """Months between two months of the year, the shorter way."""
    return min((first - second) % 12, (second - first) % 12)


def _like(word: str, old: str) -> str:
    letters = re.sub(r"[\W\d_]", "", old)
    if letters.isupper() and len(letters) > 1:
        return word.upper()
    return word.lower() if letters.islower() else word
