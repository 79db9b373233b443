"""Ages as notes write them, in digits, in words and as ranges: those over 89 become "90+"."""

import re
from functools import cache
from typing import NamedTuple

from ..context.rule_tables import read_table
from ..docs.lookalike_characters import plain
from .surrogate_lists import DATA

OLD = 90
_TENS, _MOST, _HUNDRED = 10, 20, 100  # a unit adds to tens from twenty on
_HAN_DIGITS = "零一二三四五六七八九"
_HAN = re.compile(rf"[\u3007十百{_HAN_DIGITS}]+")
_DIGITS = re.compile(r"(\d+)(?:['’]?s\b)?")  # "90s" too
_YOUNG = re.compile(  # units of which more than 89 are no great age
    r"[\s-]*(?:(?:months?|mos?|weeks?|wks?|days?|hours?|hrs?|meses|semanas|días|horas|Monate?n?"
    r"|Wochen?|Tagen?|Tage)\b|个?月|周|天|日|小时)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_JOIN = re.compile(r"[\s-]*(?:(?:and|und|y)[\s-]+)?")
_RANGE = re.compile(
    rf"{OLD}\+(?:-?\s*(?:-|–|—|/|\b(?:to|or|and|bis|oder|und|a|o|y)\b|至|到|或)\s*{OLD}\+)+"
)


class Number(NamedTuple):
    """A number in a text.

    start, end (int): Characters.
    value (int): The number.
    """

    start: int
    end: int
    value: int


def read_numbers(text: str) -> list[Number]:
    """RETURNS (list[Number]): The numbers of an age, in digits or words, in text order; months and
    days are 0 years."""
    found = [Number(*match.span(), int(match.group(1))) for match in _DIGITS.finditer(text)]
    found += [Number(*match.span(), _han(match.group())) for match in _HAN.finditer(text)]
    words = [(match, _value(match.group())) for match in _WORD.finditer(text)]
    words = [(match, value) for match, value in words if value is not None]
    at = 0
    while at < len(words):
        match, value = words[at]
        start, end = match.span()
        while at + 1 < len(words) and _JOIN.fullmatch(text, end, words[at + 1][0].start()):
            unit = words[at + 1][1]
            if not _goes_on(value or 0, unit or 0):
                break
            value = unit if value == 1 else (value or 0) + (unit or 0)
            end, at = words[at + 1][0].end(), at + 1
        found.append(Number(start, end, value or 0))
        at += 1
    return sorted(_in_years(number, text) for number in found)


def _in_years(number: Number, text: str) -> Number:
    return number._replace(value=0) if _YOUNG.match(text, number.end) else number


def _goes_on(value: int, unit: int) -> bool:
    """Whether "four" adds to "ninety"; of "ninety ninety-one" it doesn't."""
    if value == 1:
        return unit == _HUNDRED
    if value and value % _HUNDRED == 0:
        return 0 < unit < _HUNDRED
    return value >= _MOST and value % _TENS == 0 and 0 < unit < _TENS


def is_old(age: str) -> bool:
    """RETURNS (bool): Whether an age is over 89, or one of a range, or says no number."""
    numbers = read_numbers(age)
    return not numbers or any(number.value >= OLD for number in numbers)


def hide_old(age: str) -> str | None:
    """Hide what is over 89.

    age (str): Such as "94", "ninety-four" or "90-95 years".
    RETURNS (str | None): "90+" for each age over 89, one for a range of them, all else as it is;
        None where no number can be read.
    """
    numbers = read_numbers(age)
    if not numbers:
        return None
    for number in reversed(numbers):
        if number.value >= OLD:
            age = f"{age[: number.start]}{OLD}+{age[number.end :]}"
    return _RANGE.sub(f"{OLD}+", age)


@cache
def _words() -> dict[str, int]:
    return {word: int(value) for _, (word, value) in read_table(DATA / "age_words.tsv")}


def _value(word: str) -> int | None:
    """The number that a word stands for; "vierundneunzig" is one word."""
    word = plain(word).lower()
    if word in _words():
        return _words()[word]
    for joint in ("und", "y"):
        head, found, tail = word.partition(joint)
        if found and head in _words() and tail in _words():
            return _words()[head] + _words()[tail]
    for end in ("jährige", "jähriger", "jährigen", "jähriges", "jährig"):
        if word.endswith(end) and word != end:
            return _value(word.removesuffix(end))
    return None


def _han(signs: str) -> int:
    """ "九十四" and "九四" are 94, "一百零二" and "一〇二" are 102."""
    signs = signs.replace("\u3007", "零")
    if set(signs) <= set(_HAN_DIGITS):
        return int("".join(str(_HAN_DIGITS.index(sign)) for sign in signs))
    total, last = 0, 0
    for sign in signs:
        if sign in _HAN_DIGITS:
            last = _HAN_DIGITS.index(sign)
        else:
            total, last = total + (last or 1) * (10 if sign == "十" else 100), 0
    return total + last
