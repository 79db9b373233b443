"""What is said beside a value: reference ranges, flags, what a saturation was measured on."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from .number_tokens import NUMBER, WORD, Token
from .number_words import find_word
from .numbers import NumberFormat, read_number
from .quantity_model import GRADE, ROOM_AIR, Quantity, Range
from .unit_reader import read_unit

Read = tuple[Quantity, int]
_CLOSE = {"(": ")", "[": "]"}
_MOST = 3
_SIGNS = ("*", "↑", "↓")  # flags that can't be read as something else


def read_tails(tokens: Sequence[Token], i: int, quantity: Quantity, form: NumberFormat) -> Read:
    """Read what follows a value.

    tokens (Sequence[Token]): Of a text.
    i (int): The token after the value.
    quantity (Quantity): The value.
    form (NumberFormat): How numbers are written.
    RETURNS (Read): The quantity with what is said, and the token after that.
    """
    for _ in range(_MOST):
        for read in (_reference, _flag, _oxygen):
            found = read(tokens, i, quantity, form)
            if found:
                quantity, i = found
    return quantity, i


def _reference(
    tokens: Sequence[Token], i: int, quantity: Quantity, form: NumberFormat
) -> Read | None:
    """ "(4.0-11.0)", "[ref: < 5 mg/L]"."""
    if quantity.reference or i >= len(tokens) or tokens[i].text not in _CLOSE:
        return None
    word = find_word(tokens, i + 1, "reference")
    j = word[1] if word else i + 1
    j += j < len(tokens) and tokens[j].text in (":", "=")
    ends = _ends(tokens, j, form)
    if ends is None:
        return None
    low, high, j = ends
    unit = read_unit(tokens, j, form.language)
    if unit and unit[0].code != quantity.unit:
        return None
    j = unit[1] if unit else j
    if j >= len(tokens) or tokens[j].text != _CLOSE[tokens[i].text]:
        return None
    return replace(quantity, reference=Range(low, high)), j + 1


def _ends(
    tokens: Sequence[Token], i: int, form: NumberFormat
) -> tuple[Decimal | None, Decimal | None, int] | None:
    comparator = find_word(tokens, i, "comparator")
    first = read_number(tokens, comparator[1] if comparator else i, form)
    if first is None:
        return None
    if comparator:
        below = comparator[0].startswith("<")
        return (None, first[0], first[1]) if below else (first[0], None, first[1])
    if first[1] >= len(tokens) or tokens[first[1]].text not in ("-", "to"):
        return None
    second = read_number(tokens, first[1] + 1, form)
    fits = second is not None and first[0] < second[0]
    return (first[0], second[0], second[1]) if second and fits else None


def _flag(tokens: Sequence[Token], i: int, quantity: Quantity, form: NumberFormat) -> Read | None:
    """ "(H)", "; high", "L" after a unit or point, "↑"; not before a word that it may be of."""
    if quantity.flag or i >= len(tokens):
        return None
    close = _CLOSE.get(tokens[i].text)
    start = i + (close is not None or tokens[i].text in (",", ";"))
    word = find_word(tokens, start, "flag")
    if word is None:
        return None
    value, j = word
    if close:
        fits = j < len(tokens) and tokens[j].text == close
        return (replace(quantity, flag=value), j + 1) if fits else None
    exact = quantity.value is not None and quantity.value.as_tuple().exponent != 0
    apart = start == i and tokens[i].text not in _SIGNS
    if (apart and not (quantity.unit or exact)) or _goes_on(tokens, j):
        return None
    if start > i and j < len(tokens) and tokens[j].kind == NUMBER:
        return None  # "13.6, N 86%" is of neutrophils
    return replace(quantity, flag=value), j


def _goes_on(tokens: Sequence[Token], i: int) -> bool:
    """Whether a letter is part of a word or code: "A positive", "L-spine", "A1c"."""
    if i >= len(tokens):
        return False
    glued = tokens[i].kind == NUMBER and not tokens[i].spaced
    return glued or tokens[i].kind == WORD or tokens[i].text in ("-", "/")


def _oxygen(tokens: Sequence[Token], i: int, quantity: Quantity, form: NumberFormat) -> Read | None:
    """ "on 2 L", "on room air", "2L NC", "on 40% FiO2": after a share of hundred."""
    if quantity.oxygen or quantity.unit != "%" or i >= len(tokens):
        return None
    said = tokens[i].folded in ("on", "at", "with")
    air = find_word(tokens, i + said, "oxygen")
    if air and air[0] == ROOM_AIR:
        return replace(quantity, oxygen=Quantity(GRADE, grade=ROOM_AIR)), air[1]
    number = read_number(tokens, i + said, form)
    unit = read_unit(tokens, number[1], form.language) if number else None
    if number is None or unit is None or unit[0].code not in ("L", "L/min", "%"):
        return None
    j = unit[1] + (unit[1] < len(tokens) and tokens[unit[1]].folded in ("of", "via", "by"))
    device = find_word(tokens, j, "oxygen")
    if not device and (not said or unit[0].code == "%"):
        return None
    oxygen = Quantity(value=number[0], unit=unit[0].code)
    return replace(quantity, oxygen=oxygen), device[1] if device else unit[1]
