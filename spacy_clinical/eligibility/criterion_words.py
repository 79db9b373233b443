"""The words of criteria: what of a line is understood, and what is left of it."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..tsv import read_rows
from .conditions import Window

TABLE = Path(__file__).parent / "data" / "criteria_words.tsv"
NOT, EVER, ALLERGIC, NOW = "not", "ever", "allergy", "now"
OF_DRUGS, OF_TESTS, ADULT, DIAGNOSED = "drug", "test", "adult", "diagnosis"
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve")  # fmt: skip
_WINDOW = re.compile(
    r"\b(?:within(?: the)?(?: (?:past|last|previous|prior|preceding))?"
    r"|in(?: the)? (?:past|last|previous|prior|preceding)) "
    rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>day|week|month|year)s?\b"
    r"(?: (?:of|before|prior to|preceding)(?: the)?"
    r" (?:screening|enrol?lment|randomi[sz]ation|baseline|study entry|inclusion))?"
    r"(?! of\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[-/'][^\W_]+)*")
_STOPS = re.compile(r"[;:?!()]|\.\s")


class Span(NamedTuple):
    """Characters of a line, and what they mean."""

    start: int
    end: int
    role: str


def find_window(text: str) -> tuple[Window, Span] | None:
    """RETURNS (tuple | None): How far back a line looks, and where it says so."""
    match = _WINDOW.search(text)
    if match is None:
        return None
    word = match["number"].lower()
    number = int(word) if word.isdecimal() else _NUMBERS.index(word) + 1
    return Window(number, match["unit"].lower()), Span(*match.span(), "window")


def find_words(text: str, taken: Iterable[tuple[int, int]]) -> tuple[list[Span], list[str]]:
    """Find the words of the table outside of what is taken.

    text (str): The line.
    taken (Iterable[tuple[int, int]]): Extents of concepts, numbers and times.
    RETURNS (tuple[list[Span], list[str]]): What is known, in order; and what else is there.
    """
    bare = list(text)
    for start, end in taken:
        bare[start:end] = "\n" * (end - start)
    left = "".join(bare)
    known = [Span(*match.span(), _roles()[_plain(match[0])]) for match in _pattern().finditer(left)]
    for span in known:
        bare[span.start : span.end] = "\n" * (span.end - span.start)
    rest = "".join(bare)
    return known, [*_WORD.findall(rest), *(match[0].strip() for match in _STOPS.finditer(rest))]


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


@cache
def _roles() -> dict[str, str]:
    return {words: role for words, role in read_rows(TABLE)}


@cache
def _pattern() -> re.Pattern[str]:
    longest = sorted(_roles(), key=len, reverse=True)
    words = "|".join(r"[ \t]+".join(map(re.escape, words.split())) for words in longest)
    return re.compile(rf"(?<![\w/-])(?:{words})(?![\w/-])", re.IGNORECASE)
