"""Numbers as people write them, as decimals that keep their digits."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from .chinese_numerals import read_numeral
from .number_tokens import NUMBER, WORD, Token
from .number_words import find_word

MOST_DIGITS = 30  # more is an identifier, not a measurement
_PARTS = ("2", "4", "8")  # what "1/2" of something may be divided by: thirds are no decimals
_LONGEST = 8  # signs of a Chinese numeral, and the one behind it
_SIGNS = "½¼¾⅛⅜⅝⅞"


@dataclass(frozen=True)
class NumberFormat:
    """How a language writes numbers.

    decimal (str): The sign before decimals, "." or ",".
    groups (str): The signs that may part groups of three digits; within one number it is one.
    language (str): Whose own words for units count, such as "de", in which "G/L" is giga; "" for
        those of all languages alone.
    """

    decimal: str = "."
    groups: str = ",'\u2019\u00a0\u2009\u202f"
    language: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """RETURNS (re.Pattern): A whole number without a sign."""
        point, group = re.escape(self.decimal), f"[{re.escape(self.groups)}]"
        grouped = rf"[1-9][0-9]{{0,2}}(?P<group>{group})[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
        return re.compile(
            rf"(?:{grouped}|0|[1-9][0-9]*)?(?:(?<=[0-9]){point}[0-9]+|^{point}[0-9]+)?"
        )

    def read(self, text: str) -> Decimal | None:
        """Read digits.

        text (str): Such as "1,450" or "0.50".
        RETURNS (Decimal | None): The number with the decimals that it has; None if the format
            doesn't write numbers so, or for leading zeros and more than 30 digits.
        """
        if len(text) > MOST_DIGITS or not self.pattern.fullmatch(text):
            return None
        plain = "".join(sign for sign in text if sign not in self.groups)
        return Decimal(plain.replace(self.decimal, "."))


POINT = NumberFormat()
COMMA = NumberFormat(",", ".'\u2019\u00a0\u2009\u202f")
Found = tuple[Decimal, int]


def read_number(tokens: Sequence[Token], i: int, form: NumberFormat) -> Found | None:
    """Read a number at a token: digits, perhaps with a sign, or words.

    tokens (Sequence[Token]): Of a text.
    i (int): Where it begins.
    form (NumberFormat): How digits are written.
    RETURNS (Found | None): The number and the token after it.
    """
    if i >= len(tokens):
        return None
    if tokens[i].text in ("-", "+") and _is_sign(tokens, i):
        found = _digits(tokens, i + 1, form)
        return found and (found[0].copy_negate() if tokens[i].text == "-" else found[0], found[1])
    return _digits(tokens, i, form) or _in_words(tokens, i)


def read_part(tokens: Sequence[Token], i: int, form: NumberFormat) -> Found | None:
    """Read a part of something, such as "½", "1 1/2", "half a", "one and a half".

    tokens, i, form: See `read_number`.
    RETURNS (Found | None): The number and the token of what it is a part of.
    """
    if i >= len(tokens):
        return None
    word = tokens[i].folded
    if word == "半":
        return Decimal("0.5"), i + 1
    if word in ("half", "quarter"):
        part = Decimal("0.5") if word == "half" else Decimal("0.25")
        return part, _skip(tokens, i + 1, ("of",), ("a", "an", "one", "the"))
    if word in ("a", "one") and _said(tokens, i + 1, "half"):
        return Decimal("0.5"), i + 2
    simple = _fraction(tokens, i)
    return simple or _mixed(tokens, i, form)


def _mixed(tokens: Sequence[Token], i: int, form: NumberFormat) -> Found | None:
    whole = _digits(tokens, i, form) or _in_words(tokens, i)
    if whole is None or whole[0] != whole[0].to_integral_value():
        return None
    value, j = whole
    part = _fraction(tokens, j)
    if part is None and _said(tokens, j, "and"):
        start = _skip(tokens, j + 1, ("a", "one"))
        half = _said(tokens, start, "half")
        part = (Decimal("0.5"), start + 1) if half else _fraction(tokens, start)
    return part and (value + part[0], part[1])


def _fraction(tokens: Sequence[Token], i: int) -> Found | None:
    """ "½" or "1/2": of a half, a third, a quarter, an eighth."""
    if i < len(tokens) and tokens[i].text in _SIGNS:
        return Decimal(str(unicodedata.numeric(tokens[i].text))), i + 1
    if i + 2 >= len(tokens) or tokens[i + 1].text != "/" or tokens[i + 2].text not in _PARTS:
        return None
    above, below = tokens[i].text, tokens[i + 2].text
    if tokens[i].kind != NUMBER or not above.isdecimal() or not 0 < int(above) < int(below):
        return None
    return Decimal(above) / Decimal(below), i + 3


def _digits(tokens: Sequence[Token], i: int, form: NumberFormat) -> Found | None:
    if i >= len(tokens) or tokens[i].kind != NUMBER:
        return None
    value = form.read(tokens[i].text)
    return None if value is None else _scaled(tokens, value, i + 1)


def _in_words(tokens: Sequence[Token], i: int) -> Found | None:
    """ "six", "twenty-four", "five hundred"."""
    first = find_word(tokens, i, "number")
    if first is None:
        return _in_numerals(tokens, i)
    value, j = Decimal(first[0]), first[1]
    if value >= 20:
        second = find_word(tokens, _skip(tokens, j, ("-",)), "number")
        if second and 0 < int(second[0]) < 10:
            value, j = value + int(second[0]), second[1]
    return _scaled(tokens, value, j)


def _in_numerals(tokens: Sequence[Token], i: int) -> Found | None:
    """ "三", "二十五"."""
    if i >= len(tokens) or tokens[i].text.isascii():
        return None
    number, length = read_numeral([token.text for token in tokens[i : i + _LONGEST]])
    return _scaled(tokens, Decimal(number), i + length) if length else None


def _scaled(tokens: Sequence[Token], value: Decimal, i: int) -> Found:
    """ "3 million units", "80万单位": but not "3 million/uL", which is a unit."""
    scale = find_word(tokens, i, "scale")
    apart = scale and (tokens[i].spaced or not tokens[i].text.isascii())
    if scale and apart and scale[1] < len(tokens) and tokens[scale[1]].kind == WORD:
        product = value * int(scale[0])
        whole = product.to_integral_value()
        return whole if whole == product else product, scale[1]
    return value, i


def _is_sign(tokens: Sequence[Token], i: int) -> bool:
    """Whether "-" or "+" is the sign of the number after it, not a stroke between two things."""
    follows = i + 1 < len(tokens) and not tokens[i + 1].spaced
    return follows and (tokens[i].spaced or tokens[i - 1].text in ("(", "["))


def _said(tokens: Sequence[Token], i: int, word: str) -> bool:
    return i < len(tokens) and tokens[i].folded == word


def _skip(tokens: Sequence[Token], i: int, *steps: tuple[str, ...]) -> int:
    for words in steps:
        i += any(_said(tokens, i, word) for word in words)
    return i
