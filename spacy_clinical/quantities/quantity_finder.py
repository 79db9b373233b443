"""Quantities of one mention, and of a whole text."""

from collections.abc import Iterator, Sequence

from .chinese_numerals import NO_QUANTITY, is_numeral
from .number_tokens import NUMBER as DIGITS
from .number_tokens import RAISED, WORD, Token, half_width, tokenize
from .number_words import find_word
from .numbers import POINT, NumberFormat
from .quantity_model import GRADE, NUMBER, PAIR, RANGE, RATIO, FoundQuantity, Quantity
from .quantity_parser import first_words, read_quantity

_ORDINAL = "初"  # "初三" is the third of a lunar month
_BEFORE = ("-", "/", ".", "^", "_", "#", "@", "$", "€", "£", "+", "±", ":")


def parse_quantity(text: str, number_format: NumberFormat = POINT) -> Quantity | None:
    """Read the quantity that a mention is.

    text (str): The mention: a quantity and nothing else.
    number_format (NumberFormat): How numbers are written: POINT, COMMA, or one's own.
    RETURNS (Quantity | None): What it says; None if any of it can't be read, or may mean two
        things.
    """
    tokens = tokenize(text)
    none = NO_QUANTITY.fullmatch(half_width(text))
    found = read_quantity(tokens, 0, number_format) if tokens and not none else None
    return found[0] if found and found[1] == len(tokens) else None


def find_quantities(
    text: str, number_format: NumberFormat = POINT, *, bare: bool = False
) -> list[FoundQuantity]:
    """Find the quantities in a text, in time linear in its length.

    text (str): A note.
    number_format (NumberFormat): How numbers are written.
    bare (bool): Find numbers too of which nothing says that they measure something: no unit,
        comparator, flag or reference range. Dates, ages of things and telephone numbers are among
        them; fit for cells of a table of results.
    RETURNS (list[FoundQuantity]): In order, without overlaps.
    """
    others = [match.span() for match in NO_QUANTITY.finditer(half_width(text))]
    return list(_find(tokenize(text), number_format, bare, others[::-1]))


def _find(
    tokens: Sequence[Token], form: NumberFormat, bare: bool, others: list[tuple[int, int]]
) -> Iterator[FoundQuantity]:
    i = 0
    while i < len(tokens):
        while others and others[-1][1] <= tokens[i].start:
            others.pop()
        idiom = None if tokens[i].text.isascii() else find_word(tokens, i, "idiom")
        if idiom or (others and others[-1][0] <= tokens[i].start):
            i = idiom[1] if idiom else i + 1
            continue
        found = read_quantity(tokens, i, form) if _opens(tokens, i) else None
        if found and (bare or _measures(found[0])):
            quantity, j = found
            yield FoundQuantity(tokens[i].start, tokens[j - 1].end, quantity)
            i = j
        else:
            i = _next(tokens, i)


def _next(tokens: Sequence[Token], i: int) -> int:
    """The token after this one, or after all that touch it where it is digits: what a quantity
    can't be read from isn't read in part."""
    if tokens[i].kind != DIGITS:
        return i + 1
    i += 1
    while i < len(tokens) and not tokens[i].spaced and tokens[i].kind in (DIGITS, RAISED):
        i += 1
    return i


def _opens(tokens: Sequence[Token], i: int) -> bool:
    """Whether a quantity may begin at a token: nothing before touches it that it belongs to."""
    if tokens[i].kind != DIGITS and tokens[i].folded not in first_words():
        return False
    if i == 0 or tokens[i].spaced:
        return i == 0 or not _continues(tokens, i)
    before = tokens[i - 1]
    if before.text == _ORDINAL or (is_numeral(before.text) and is_numeral(tokens[i].text)):
        return False
    joined = before.kind in (DIGITS, RAISED) or before.text in _BEFORE
    return not joined and not (before.kind == WORD and before.text.isascii() and _glues(tokens[i]))


def _glues(token: Token) -> bool:
    """Whether a token is one word with letters before it: "T4", "mg5", but not "CRP>50"."""
    latin = token.text.isascii() and token.text.isalnum()
    return latin or token.kind == DIGITS or is_numeral(token.text)


def _continues(tokens: Sequence[Token], i: int) -> bool:
    """Whether a number is the second of two: "10 / 5"."""
    return tokens[i - 1].text in ("/", "±") and tokens[i].kind == DIGITS


def _measures(quantity: Quantity) -> bool:
    """Whether something beside the number says that it measures something."""
    if quantity.form == PAIR:
        return quantity.unit is not None or quantity.blood_pressure is not None
    if quantity.form == GRADE:
        return quantity.grade.endswith("+")
    if quantity.form == RATIO:
        return quantity.parts[0] == 1 and quantity.parts[1] >= 2
    if quantity.form in (NUMBER, RANGE) and quantity.unit is None:
        return bool(quantity.comparator or quantity.flag or quantity.reference)
    return True
