"""Chinese numerals ("三", "十二", "一百零五"), and dates, which look like quantities."""

import re
from collections.abc import Sequence
from functools import cache

from .quantity_tables import read_rows

_MARK = "[0-9\u3007零一二三四五六七八九十]"
DATE = re.compile(
    rf"(?:[0-9]{{4}}|[\u3007零一二三四五六七八九]{{4}})年(?:{_MARK}{{1,3}}月(?:{_MARK}{{1,3}}[日号])?)?"
    rf"|{_MARK}{{1,3}}月{_MARK}{{1,3}}[日号]"
    rf"|[一1]日{_MARK}{{1,2}}次"
)


def read_numeral(signs: Sequence[str]) -> tuple[int, int]:
    """Read the numeral that a text begins with.

    signs (Sequence[str]): Characters, or tokens of one.
    RETURNS (tuple[int, int]): The number, and of how many signs it is: 0 where there is none, as in
        "三五", which is about so many.
    """
    total, digit, lowest, length = 0, -1, 10_000, 0
    for sign in signs:
        if sign in numerals("numeral") and digit <= 0:
            digit = numerals("numeral")[sign]
        elif numerals("place").get(sign, lowest) < lowest:
            lowest = numerals("place")[sign]
            total, digit = total + lowest * (1 if digit < 0 else digit), -1
        else:
            break
        length += 1
    return total + max(0, digit), length


@cache
def numerals(kind: str) -> dict[str, int]:
    """RETURNS (dict[str, int]): Signs of a kind, "numeral" or "place" (tens, hundreds)."""
    return {row["form"]: int(row["value"]) for row in read_rows("words") if row["kind"] == kind}


def read_digits(text: str) -> int | None:
    """RETURNS (int | None): A number in digits or numerals, or a year sign by sign ("二零零九");
    None for anything else."""
    if text.isascii() and text.isdecimal():
        return int(text)
    known = numerals("numeral")
    if len(text) == 4 and all(sign in known for sign in text):
        return int("".join(str(known[sign]) for sign in text))
    number, length = read_numeral(text)
    return number if 0 < length == len(text) else None
