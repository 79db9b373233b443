"""Numbers and codes that identify, by the patterns of a locale."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...context.rule_tables import malformed
from .check_digits import CHECKS
from .date_rules import LOOK_BACK, Calendar
from .locale_tables import Lexicon
from .overlapping_finds import Found

_WITH_DIGIT = re.compile(r"(?<!\S)[^\s\d]*+\d\S*")
_START = re.compile(r"(?<![^\W_\u2e80-\U0010ffff])(?<!\d[.,/:-])[(+#]*[^\W_\u2e80-\U0010ffff]")
_LISTED = re.compile(r"(?: ?[-–] ?|[,;] |,? (?:and|or|&|und|y) )\Z")
_FRACTION = re.compile(r"(?<!\d)\d{1,2}/\d{1,2}\Z")
_RANGE = re.compile(r" ?[-–] ?(?=\d)")
_MACRO = re.compile(r"\{([a-z]+)\}")
_STARTS = ("digit", "any")
_ASKED = frozenset(("state", "date", "notdate"))  # more than a context's words tell them
_WORD = "word:"


@dataclass(frozen=True)
class Pattern:
    """A line of `patterns.tsv`, compiled."""

    label: str
    first: str
    pattern: re.Pattern[str]
    check: str
    score: float
    context: str


class Before:
    """What stands before a place: asked by the name of a context.

    lexicon (Lexicon): Knows the contexts.
    text (str): The text.
    place (int): The place.
    dated (bool | None): Whether what stands there can be a date, if a list that it is in tells.
    """

    def __init__(self, lexicon: Lexicon, text: str, place: int, dated: bool | None = None):
        self._lexicon, self._dated = lexicon, dated
        self._written = text[max(0, place - LOOK_BACK) : place]

    @cached_property
    def contexts(self) -> frozenset[str]:
        """RETURNS (frozenset[str]): The contexts of which a word stands right before, by a line."""
        line = self._written.rfind("\n", 0, len(self._written.rstrip()))
        return self._lexicon.contexts_at_end(self._written[line + 1 :].lower())

    def __call__(self, name: str) -> bool:
        """RETURNS (bool): Whether a word of a context stands right before."""
        if name == "state":
            return self._lexicon.ends_in_state(self._written)
        if self._dated is not None and name in ("date", "notdate"):
            return self._dated == (name == "date")
        return name in self.contexts


class NumberFinder:
    """Finds numbers and codes, e-mail addresses, links, and dates that begin with a digit.

    lexicon (Lexicon): The tables.
    calendar (Calendar): The forms of dates.
    """

    def __init__(self, lexicon: Lexicon, calendar: Calendar):
        self._lexicon, self._calendar = lexicon, calendar
        rows = list(lexicon.read("patterns", 2, 6))
        macros = {cells[0][1:]: cells[1] for _, cells in rows if cells[0].startswith("=")}
        patterns = [_pattern(w, cells, macros) for w, cells in rows if cells[0][0] != "="]
        self._marked = [p for p in patterns if p.first not in _STARTS]
        self._starting = [p for p in patterns if p.first in _STARTS]
        self._fitting: dict[tuple[bool, frozenset[str]], list[Pattern]] = {}

    def find(self, text: str) -> list[Found]:
        """Find them.

        text (str): The text.
        RETURNS (list[Found]): In no order; they may overlap.
        """
        found = list(self._find_marked(text))
        taken = dated = -1
        for chunk in _WITH_DIGIT.finditer(text):
            for start in _START.finditer(text, chunk.start(), chunk.end()):
                place = start.start()
                if place < taken:
                    continue
                before = Before(self._lexicon, text, place, _is_dated(text, place, dated))
                if one := self._at(text, place, start.group(), before):
                    here = [one, *self._until(text, one)]
                    found += here
                    taken = here[-1].end
                    dated = taken if one.label == "DATE" else dated
        return found

    def _find_marked(self, text: str) -> Iterator[Found]:
        """What begins with no digit, but holds a certain sign or word."""
        lower = text.lower()
        for pattern in self._marked:
            if pattern.first in lower:
                for match in pattern.pattern.finditer(text):
                    source = f"rule:{pattern.label.lower()}"
                    extent = match.span("v" if "v" in pattern.pattern.groupindex else 0)
                    yield Found(*extent, pattern.label, pattern.score, source)

    def _until(self, text: str, one: Found) -> list[Found]:
        """The date that a range ends with, as in "3/4-3/9"."""
        match = _RANGE.match(text, one.end) if one.label == "DATE" else None
        if match is None:
            return []
        place = match.end()
        last = self._calendar.at_digit(text, place, Before(self._lexicon, text, place, True))
        return [last] if last else []

    def _of(self, is_digit: bool, contexts: frozenset[str]) -> list[Pattern]:
        """The patterns that may fit between some contexts; few sets of them are ever met."""
        found = self._fitting.get((is_digit, contexts))
        if found is None:
            told = contexts | _ASKED | {""}
            found = [
                one
                for one in self._starting
                if one.context in told and (is_digit or one.first == "any")
            ]
            self._fitting[is_digit, contexts] = found
        return found

    def _at(self, text: str, place: int, start: str, before: Before) -> Found | None:
        is_digit = start[-1].isdigit()
        if start[0].isdigit():
            date = self._calendar.at_digit(text, place, before)
            if date is not None:
                return date
        for pattern in self._of(is_digit, before.contexts):
            if pattern.context in _ASKED and not before(pattern.context):
                continue
            match = pattern.pattern.match(text, place)
            if match and (not pattern.check or CHECKS[pattern.check](match.group())):
                source = f"rule:{pattern.label.lower()}"
                return Found(*match.span(), pattern.label, pattern.score, source)
        return None


def _is_dated(text: str, place: int, dated: int) -> bool | None:
    """Whether a place stands in a list behind a date, which ends at `dated`; None if it stands in
    no list of dates or fractions."""
    listed = _LISTED.search(text[max(0, place - 6) : place])
    if listed is None:
        return None
    end = place - len(listed.group())
    return (
        True if end == dated else False if _FRACTION.search(text[max(0, end - 6) : end]) else None
    )


def _pattern(where: str, cells: list[str], macros: dict[str, str]) -> Pattern:
    label, first, written, check, score, context = (*cells, "", "", "")[:6]
    if not (first in _STARTS or first.startswith(_WORD)) or (check and check not in CHECKS):
        known = f"digit, any or word:WORD, and a check of {', '.join(CHECKS)} or none"
        raise malformed(where, f"{first} and {check}", known)
    first = first.removeprefix(_WORD)
    try:
        compiled = re.compile(_MACRO.sub(lambda match: macros[match[1]], written))
        return Pattern(label, first.lower(), compiled, check, float(score), context)
    except (re.error, KeyError, ValueError):
        raise malformed(where, "no pattern", "a regular expression and a score") from None
