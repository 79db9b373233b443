"""Chinese numerals ("三", "十二", "一百零五"), and what looks like a quantity and is none: dates,
days of the week, ordinals, parts ("三分之一") and how often in a day ("一日两次")."""

import re
from collections.abc import Sequence
from functools import cache

from .quantity_tables import read_rows

NUMERAL = "[0-9\u3007零一二两三四五六七八九十百千]"
_YEAR = "(?:[0-9]{4}|[\u3007零一二三四五六七八九]{4})"
_FEW = rf"{NUMERAL}{{1,3}}"
FULL_DATE = rf"{_YEAR}\s*年(?:\s*{_FEW}\s*月(?:\s*{_FEW}\s*[日号])?)?"
MONTH_DAY = rf"{_FEW}\s*月\s*{_FEW}\s*[日号]"
NO_QUANTITY = re.compile(
    rf"{FULL_DATE}|{MONTH_DAY}"
    rf"|第\s*{NUMERAL}+"
    rf"|(?<!{NUMERAL})(?<!{NUMERAL}\s)(?:周|星期)[一二三四五六日天]|礼拜[一二三四五六日天]"
    rf"|(?<!{NUMERAL}){NUMERAL}{{1,7}}\s*分之\s*{NUMERAL}+"
    rf"|(?<!{NUMERAL})[一1]\s*[日天周]\s*{NUMERAL}{{1,2}}\s*次"
)


def read_numeral(signs: Sequence[str]) -> tuple[int, int]:
    """Read the numeral that a text begins with.

    signs (Sequence[str]): Characters, or tokens of one.
    RETURNS (tuple[int, int]): The number, and of how many signs it is: 0 where there is none, as in
        "百日", or where another sign goes on with it, as in "三五", which is about so many.
    """
    total, digit, lowest, length = 0, -1, 10_000, 0
    for sign in signs:
        place = numerals("place").get(sign, 0)
        if sign in numerals("numeral") and digit <= 0:
            digit = numerals("numeral")[sign]
        elif 0 < place < lowest and (digit > 0 or (place == 10 and digit < 0)):
            lowest = place
            total, digit = total + place * abs(digit), -1
        elif is_numeral(sign):
            return 0, 0
        else:
            break
        length += 1
    return total + max(0, digit), length


def is_numeral(sign: str) -> bool:
    """RETURNS (bool): Whether a sign is one of a numeral."""
    return sign in numerals("numeral") or sign in numerals("place")


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
