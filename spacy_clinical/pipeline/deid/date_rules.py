"""Dates as notes write them: found, and read into numbers."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from .locale_tables import Lexicon
from .overlapping_finds import Found
from .text_words import Word, Words

_ALONE = re.compile(
    r"(?<![^\W\d_])(?:in|of|since|until|till|by|last|this|next|late|early|mid|from|for|every|after"
    r"|before|through|during|to|end|beginning)[ -]\Z"
)
BEFORE, BEHIND = 28, 40
AHEAD = 2
LOOK_BACK = 44  # characters before a number that tell what it is
_VERBS = ("may", "march", "mar", "sun", "sat")  # in lower case, with no year, these are words


@dataclass(frozen=True)
class ReadDate:
    """A date in numbers.

    form (str): The line of `dates.tsv` that fits.
    groups (dict[str, tuple[int, int]]): Where in the text each of its parts stands.
    year, month, day (int | None): As the text has them; a year of two digits in full, which may
        be of another century where the note is an old one.
    weekday (int | None): Monday is 0.
    """

    form: str
    groups: dict[str, tuple[int, int]]
    year: int | None
    month: int | None
    day: int | None
    weekday: int | None

    @property
    def is_possible(self) -> bool:
        """RETURNS (bool): Whether the calendar has such a day."""
        month, day = self.month or 1, self.day or 1
        return 1 <= month <= 12 and 1 <= day <= monthrange(self.year or 2000, month)[1]

    @property
    def is_date(self) -> bool:
        """RETURNS (bool): Whether it is meant for a date: there is such a day, or a slip made one
        that isn't in the calendar ("2/30/2021"), which its year shows."""
        start, end = self.groups.get("y", (0, 0))
        month, day = self.month or 1, self.day or 1
        near = end > start and 1 <= month <= 12 and 1 <= day <= 31
        return self.is_possible or near or end - start == 4


@dataclass(frozen=True)
class Form:
    """A line of `dates.tsv`, its pattern compiled."""

    name: str
    first: str
    pattern: re.Pattern[str]
    whole: re.Pattern[str]
    context: str


class Calendar:
    """The forms of dates in a locale.

    lexicon (Lexicon): Its tables.
    """

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon
        self.words: dict[str, dict[str, int]] = {}
        self.spelled: dict[str, list[str]] = {}
        for _, cells in lexicon.read("calendar", 2, 3):
            kind, word, number = (*cells, "0")[:3]
            self.words.setdefault(kind, {})[word.lower()] = int(number)
            self.spelled.setdefault(kind, []).append(word)
        weekday = rf"(?:(?P<wd>{self._choice('weekday')})[,.]?,? )"
        self._weekday = re.compile(rf"(?<![^\W\d_]){weekday}\Z", re.IGNORECASE)
        rows = [(*cells, "") for _, cells in lexicon.read("dates", 3, 4)]
        self.forms = [self._form(row[0], row[1], row[2], row[3], weekday) for row in rows]
        self._by_first = {
            first: [form for form in self.forms if form.first == first]
            for first in ("digit", "month", "season", "holiday")
        }

    def _choice(self, kind: str) -> str:
        words = sorted(self.spelled.get(kind, ["\0"]), key=len, reverse=True)
        return "|".join(re.escape(word).replace("'", "['’]?") for word in words)

    def _form(self, name: str, first: str, pattern: str, context: str, weekday: str) -> Form:
        for kind in ("month", "weekday", "season", "holiday"):
            pattern = pattern.replace(f"{{{kind}}}", f"(?:{self._choice(kind)})")
        before = f"{weekday}?" if first == "digit" and "wd" not in pattern else ""
        flags = re.IGNORECASE
        whole = re.compile(before + pattern, flags)
        return Form(name, first, re.compile(pattern, flags), whole, context)

    @cached_property
    def _holidays(self) -> frozenset[str]:
        return frozenset(
            Words(word).list[0].lower
            for word in self.spelled.get("holiday", ())
            if Words(word).list
        )

    def read(self, text: str) -> ReadDate | None:
        """Read a date.

        text (str): Such as "14MAR22" or "Tues 8/2".
        RETURNS (ReadDate | None): None where no form fits, or there is no such day.
        """
        for form in self.forms:
            match = form.whole.fullmatch(text)
            found = self._numbers(form, match) if match else None
            if found is not None and found.is_possible:
                return found
        return None

    def _numbers(self, form: Form, match: re.Match[str]) -> ReadDate:
        parts = {name: value for name, value in match.groupdict().items() if value}
        spans = {name: match.span(name) for name in parts}
        month = int(parts["m"]) if "m" in parts else self._number("month", parts.get("mon"))
        if "sea" in parts:
            month = self._number("season", parts["sea"])
        day = int(parts["d"]) if "d" in parts else None
        year = full_year(parts["y"]) if "y" in parts else None
        return ReadDate(
            form.name, spans, year, month, day, self._number("weekday", parts.get("wd"))
        )

    def is_birth(self, before: str) -> bool:
        """RETURNS (bool): Whether what stands before a date ends with words such as "born on"."""
        return "birth" in self._lexicon.contexts_at_end(before.lower())

    def _number(self, kind: str, word: str | None) -> int | None:
        return None if word is None else self.words[kind].get(word.lower().rstrip("."))

    def at_digit(self, text: str, place: int, before: Callable[[str], bool]) -> Found | None:
        """Find a date that begins with a digit.

        text (str): The text.
        place (int): The digit.
        before (Callable[[str], bool]): Tells whether a context's words stand before the place.
        RETURNS (Found | None): With the weekday before it.
        """
        for form in self._by_first["digit"]:
            match = form.pattern.match(text, place)
            if match is None or not self._numbers(form, match).is_date:
                continue
            weekday = self._weekday.search(text[max(0, place - 14) : place])
            start = place - (len(weekday.group()) if weekday else 0)
            if self._fits(form, match, bool(weekday), before):
                return Found(start, match.end(), "DATE", 0.9, f"rule:date-{form.name}")
        return None

    def _fits(
        self, form: Form, match: re.Match[str], weekday: bool, before: Callable[[str], bool]
    ) -> bool:
        if form.name in ("mdy", "mdy-dots", "dmy") and len(match["y"]) == 2 and match["s"] == ".":
            return len(match.group()) == 8
        if form.context == "date":
            return weekday or (before("date") and not before("notdate"))
        return not form.context or before(form.context)

    def in_words(self, words: Words) -> Iterator[Found]:
        """Find dates with names of months, seasons with a year, and holidays.

        words (Words): The text.
        YIELDS (Found): The dates.
        """
        months, seasons = self.words.get("month", {}), self.words.get("season", {})
        holidays = self._holidays
        for word in words.list:
            if word.lower in months or word.lower.rpartition("-")[2] in months:
                found = self._around(words.text, word, "month")
            elif word.lower in seasons:
                found = self._around(words.text, word, "season")
            elif word.lower in holidays and word.is_capital:
                found = self._around(words.text, word, "holiday")
            else:
                continue
            if found is not None:
                yield found

    def _around(self, text: str, word: Word, first: str) -> Found | None:
        begin, end = max(0, word.start - BEFORE), min(len(text), word.end + BEHIND)
        for form in self._by_first[first]:
            for match in form.pattern.finditer(text, begin, end):
                if self._is_whole(text, match, word) and self._stands(form, match, text, word):
                    return Found(*match.span(), "DATE", 0.9, f"rule:date-{form.name}")
        return None

    def _is_whole(self, text: str, match: re.Match[str], word: Word) -> bool:
        """Whether a match holds the word, and begins where a word or a number does."""
        start = match.start()
        inside = start <= word.start and word.end <= match.end()
        return inside and not (start and text[start - 1].isalnum())

    def _stands(self, form: Form, match: re.Match[str], text: str, word: Word) -> bool:
        if not self._numbers(form, match).is_date:
            return False
        parts = match.groupdict()
        if word.text.islower() and word.lower in _VERBS and not (parts.get("y") or parts.get("o")):
            return False
        if form.context != "alone":
            return True
        before = _ALONE.search(text[max(0, word.start - 12) : word.start].lower())
        certain = len(word.text) > 3 and not self._lexicon.is_name(word.lower)
        return word.is_capital and (bool(before) or (certain and word.lower not in _VERBS))


def full_year(digits: str, newest: int = 0, ahead: int = AHEAD) -> int:
    """Give a year in full.

    digits (str): Two of them, or the whole year.
    newest (int): The year that a note is of; 0 for today.
    ahead (int): Years after it that two digits may mean, as of an appointment; 0 for a birth.
    RETURNS (int): Of two digits the last such year that isn't later: "45" is 1945.
    """
    year = int(digits)
    if len(digits) > 2:
        return year
    last = (newest or date.today().year) + ahead
    return last - (last - year) % 100
