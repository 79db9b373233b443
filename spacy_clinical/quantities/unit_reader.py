"""Units as they stand in a text."""

import re
from collections.abc import Sequence
from fractions import Fraction

from .number_tokens import NUMBER, RAISED, Token
from .ucum_units import NEVER, NONE, OVER, SURFACE, Unit, find_unit, unit_phrases

MOST_BELOW = 3  # components after "/"
_POWER = re.compile(r"10([3-9]|10|11|12)")  # "109/L": an exponent that was raised once


def read_unit(tokens: Sequence[Token], i: int, language: str) -> tuple[Unit, int] | None:
    """Read a unit at a token: "mg", "x 10^9/L", "mL/min/1.73 m2", "/hpf", "per minute".

    tokens (Sequence[Token]): Of a text.
    i (int): Where it begins.
    language (str): Whose own words for units count, "" for none.
    RETURNS (tuple[Unit, int] | None): The unit and the token after it.
    """
    found = _whole(tokens, i, language) or _above(tokens, i, language)
    if found is None:
        return None
    unit, j = found
    for _ in range(MOST_BELOW):
        below = _below(tokens, j, unit, language)
        if below is None:
            break
        unit, j = below
    unit, j = _of_creatinine(tokens, j, unit)
    lacks = unit.only == NEVER or (unit.only == OVER and "/" not in unit.code)
    return (unit, j) if j > i and not lacks and _ends(tokens, j) else None


def _of_creatinine(tokens: Sequence[Token], i: int, unit: Unit) -> tuple[Unit, int]:
    """ "mg/g creatinine" measures what "mg/g" doesn't."""
    said = i < len(tokens) and tokens[i].folded in ("creatinine", "creat", "cr")
    if said and unit.dimension in ("mass/mass", "mass/amount", "amount/amount"):
        return find_unit(unit.code + "{creat}"), i + 1
    return unit, i


def _whole(tokens: Sequence[Token], i: int, language: str) -> tuple[Unit, int] | None:
    return unit_phrases(language).find(tokens, i) if i < len(tokens) else None


def _above(tokens: Sequence[Token], i: int, language: str) -> tuple[Unit, int] | None:
    """What stands before the first "/": a power of ten, perhaps of something; or nothing."""
    power = _power(tokens, i)
    if power is None:
        return (NONE, i) if _is_over(tokens, i) else None
    exponent, j = power
    unit = Unit(f"10*{exponent}", "count", Fraction(10**exponent), only=OVER)
    counted = _whole(tokens, j, language)
    if counted and counted[0].dimension in ("count", "colonies"):
        of, j = counted
        return Unit(unit.code + of.code, of.dimension, unit.factor), j
    return unit, j


def _power(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """ "x 10^9", "*10*9", "x10⁹", "10E9", and "x 109/L", whose exponent lost its place."""
    times = i < len(tokens) and tokens[i].text in ("x", "X", "*", "\u00b7")
    i += times
    if i >= len(tokens) or tokens[i].kind != NUMBER:
        return None
    if tokens[i].text == "10" and i + 1 < len(tokens) and not tokens[i + 1].spaced:
        j = i + 1
        if tokens[j].kind == RAISED and tokens[j].text.isdecimal():
            return int(tokens[j].text), j + 1
        while j < i + 3 and j < len(tokens) and tokens[j].text in ("^", "*", "e", "E"):
            j += 1
        exponent = tokens[j] if i + 1 < j < len(tokens) else None
        if exponent and exponent.kind == NUMBER and exponent.text.isdecimal():
            return (int(exponent.text), j + 1) if int(exponent.text) < 16 else None
    lost = _POWER.fullmatch(tokens[i].text) if times and _is_over(tokens, i + 1) else None
    return (int(lost[1]), i + 1) if lost else None


def _is_over(tokens: Sequence[Token], i: int) -> bool:
    return i < len(tokens) and tokens[i].folded in ("/", "per", "p")


def _below(tokens: Sequence[Token], i: int, unit: Unit, language: str) -> tuple[Unit, int] | None:
    """What "/" or "per" divides by: a unit, a number of it, or a body surface."""
    if not _is_over(tokens, i) or tokens[i].text == "p":
        return None
    i, count = i + 1, ""
    if i < len(tokens) and tokens[i].kind == NUMBER:
        if tokens[i].text in ("1.73", "1,73"):
            area = _whole(tokens, i + 1, language)
            fits = area and area[0].code == "m2"
            return (unit.over(Unit(SURFACE, "surface")), area[1]) if area and fits else None
        count = tokens[i].text
        i += 1
        if not unit.code:
            return None
    found = _whole(tokens, i, language)
    if found is None or found[0].only or "/" in found[0].code or not (count or "1").isdecimal():
        return None
    return unit.over(found[0], count.removeprefix("1") if count == "1" else count), found[1]


def _ends(tokens: Sequence[Token], i: int) -> bool:
    """Whether a unit may end before a token: no digit, "/" or raised sign goes on with it."""
    if i >= len(tokens) or tokens[i].spaced:
        return True
    goes_on = tokens[i].text in ("/", "^", "%") or tokens[i].kind == RAISED
    return not goes_on and not (tokens[i].kind == NUMBER and tokens[i - 1].text.isascii())
