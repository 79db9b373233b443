"""Quantities at a place of a text."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import takewhile

from .number_tokens import NUMBER, RAISED, WORD, Token
from .number_words import find_word, words_that_begin
from .numbers import NumberFormat, read_number, read_part
from .quantity_model import GRADE, PAIR, RANGE, RATIO, SIZE, Quantity
from .quantity_model import NUMBER as ONE
from .ranges_and_flags import read_tails
from .ucum_units import END, Unit, find_unit
from .ucum_units import PAIR as IN_PAIR
from .unit_context import is_unit_here
from .unit_reader import read_unit

Read = tuple[Quantity, int]
Measure = tuple[Decimal, Unit | None, int]
_BREAKABLE = ("mass", "volume", "time", "length")
_AGES = ("a", "mo", "wk", "d")
_OF_PAIRS = ("pressure", "mass", "volume", "international units", "units")
_GOES_ON = ("-", "/", ":", ".", "x", "*", "^", "±")
_OTHERS = (*"+-½¼¾⅛⅜⅝⅞", "half", "quarter", "半", "a", "between", "from")


def read_quantity(tokens: Sequence[Token], i: int, form: NumberFormat) -> Read | None:
    """Read the quantity that begins at a token; the time doesn't depend on the text's length.

    tokens (Sequence[Token]): Of a text.
    i (int): Where it begins.
    form (NumberFormat): How numbers are written.
    RETURNS (Read | None): The quantity and the token after it.
    """
    named = find_word(tokens, i, "name")
    if named:
        j = named[1]
        j += j < len(tokens) and tokens[j].folded in ("of", "is", "was", "=", ":")
        found = _compared(tokens, j, form)
        fits = found and found[0].unit is None and found[0].form in ("number", RANGE)
        return (replace(found[0], unit=named[0]), found[1]) if found and fits else None
    return _compared(tokens, i, form)


@cache
def first_words() -> frozenset[str]:
    """RETURNS (frozenset[str]): What but digits a quantity may begin with, without capitals."""
    kinds = ("name", "approximate", "comparator", "grade", "number", "numeral", "place")
    return frozenset(_OTHERS).union(*map(words_that_begin, kinds))


def _compared(tokens: Sequence[Token], i: int, form: NumberFormat) -> Read | None:
    about = find_word(tokens, i, "approximate")
    i = about[1] if about else i
    comparator = find_word(tokens, i, "comparator")
    found = _core(tokens, comparator[1] if comparator else i, form)
    if found is None or not _closed(tokens, found[1]):
        return None
    quantity, j = found
    if comparator:
        lasting = tokens[i].folded == "over" and _dimension(quantity) == "time"
        if lasting or quantity.form not in ("number", RATIO):
            return None
        quantity = replace(quantity, comparator=comparator[0])
    elif quantity.form == ONE and (bound := _glued(tokens, j, "bound")):
        quantity, j = replace(quantity, comparator=bound[0]), bound[1]
    rough = bool(about) or any(find_word(tokens, k, "more") for k in range(i, j))
    return read_tails(tokens, j, replace(quantity, approximate=rough), form)


def _glued(tokens: Sequence[Token], i: int, kind: str) -> tuple[str, int] | None:
    """A word that touches what stands before it, as words of Chinese do."""
    return find_word(tokens, i, kind) if i < len(tokens) and not tokens[i].spaced else None


def _core(tokens: Sequence[Token], i: int, form: NumberFormat) -> Read | None:
    if i >= len(tokens):
        return None
    for read in (_grade, _ratio, _part, _between):
        found = read(tokens, i, form)
        if found:
            return found
    first = _measure(tokens, i, form, paired=True)
    if first is None:
        return None
    for go_on in (_size, _range, _pair, _compound):
        found = go_on(tokens, first, form)
        if found:
            return found
    return _simple(tokens, i, first, form)


def _grade(tokens: Sequence[Token], i: int, form: NumberFormat) -> Read | None:
    """ "2+", "+++", "trace", "(++)", "(-)"."""
    if tokens[i].text == "(":
        return _in_brackets(tokens, i + 1)
    word = find_word(tokens, i, "grade")
    if word:
        return Quantity(GRADE, grade=word[0]), word[1]
    j = i
    while j < min(i + 4, len(tokens)) and tokens[j].text == "+":
        j += 1
    if j > i + 1:
        return Quantity(GRADE, grade=f"{j - i}+"), j
    if i + 1 < len(tokens) and tokens[i].text in "1234" and _touches(tokens, i + 1, "+"):
        return Quantity(GRADE, grade=tokens[i].text + "+"), i + 2
    return None


def _in_brackets(tokens: Sequence[Token], i: int) -> Read | None:
    """Signs alone between brackets; one of them says no more than negative or positive."""
    signs = [token.text for token in takewhile(lambda token: token.text != ")", tokens[i : i + 5])]
    j = i + len(signs) + 1
    if j > len(tokens) or not signs or len(signs) > 4:
        return None
    if signs in (["-"], ["+"]):
        return Quantity(GRADE, grade="negative" if signs == ["-"] else "positive"), j
    return (Quantity(GRADE, grade=f"{len(signs)}+"), j) if set(signs) == {"+"} else None


def _ratio(tokens: Sequence[Token], i: int, form: NumberFormat) -> Read | None:
    """ "1:160", "30:1": one to something, so that "10:30" is none."""
    first = read_number(tokens, i, form)
    if first is None or not _touches(tokens, first[1], ":"):
        return None
    second = read_number(tokens, first[1] + 1, form)
    if second is None or 1 not in (first[0], second[0]):
        return None
    return Quantity(RATIO, parts=(first[0], second[0])), second[1]


def _part(tokens: Sequence[Token], i: int, form: NumberFormat) -> Read | None:
    """ "half a tablet", "1 1/2 weeks"."""
    part = read_part(tokens, i, form)
    unit = read_unit(tokens, part[1], form.language) if part else None
    if part is None or unit is None:
        return None
    divisible = unit[0].dimension in _BREAKABLE or unit[0].code.startswith("{")
    return (Quantity(value=part[0], unit=unit[0].code), unit[1]) if divisible else None


def _between(tokens: Sequence[Token], i: int, form: NumberFormat) -> Read | None:
    """ "between 5 and 10 mg", "from 5 to 10 mg"."""
    if tokens[i].folded not in ("between", "from"):
        return None
    first = _measure(tokens, i + 1, form)
    if first is None or first[2] >= len(tokens) or tokens[first[2]].folded not in ("and", "to"):
        return None
    return _ends(first, _measure(tokens, first[2] + 1, form))


def _size(tokens: Sequence[Token], first: Measure, form: NumberFormat) -> Read | None:
    """ "3x4 mm", "2 cm by 3 cm by 1 cm": all in the last unit, which isn't left out."""
    measures = [first]
    while len(measures) < 3:
        j = measures[-1][2]
        crossed = j < len(tokens) and tokens[j].folded in ("x", "by", "*")
        following = _measure(tokens, j + 1, form) if crossed else None
        if following is None:
            break
        measures.append(following)
    units = {unit.code for _, unit, _ in measures if unit}
    last = measures[-1][1] if len(measures) > 1 else None
    if last is None or len(units) > 1 or last.dimension != "length":
        return None
    return Quantity(SIZE, parts=tuple(m[0] for m in measures), unit=last.code), measures[-1][2]


def _range(tokens: Sequence[Token], first: Measure, form: NumberFormat) -> Read | None:
    """ "5-10 mg", "5 mg to 10 mg", "2- to 3-cm", "3~5天", "36至37℃"."""
    dash = first[2] + (first[2] < len(tokens) and tokens[first[2]].text in ("-", "~"))
    j = dash + (dash < len(tokens) and tokens[dash].folded in ("to", "至", "到"))
    return _ends(first, _measure(tokens, j, form)) if j > first[2] else None


def _ends(first: Measure, second: Measure | None) -> Read | None:
    """The range between two measures, the smaller one first, in one unit."""
    if second is None or second[0] <= first[0] or first[1] not in (None, second[1]):
        return None
    unit = second[1].code if second[1] else None
    return Quantity(RANGE, low=first[0], high=second[0], unit=unit), second[2]


def _pair(tokens: Sequence[Token], first: Measure, form: NumberFormat) -> Read | None:
    """ "120/80 mmHg", "7/10", "800/160 mg", "90 over 60"."""
    value, own, j = first
    if own is not None or j >= len(tokens) or tokens[j].folded not in ("/", "over"):
        return None
    second = read_number(tokens, j + 1, form)
    if second is None or min(value, second[0]) < 0:
        return None
    unit = read_unit(tokens, second[1], form.language)
    if unit and unit[0].dimension not in _OF_PAIRS:
        return None
    pair = Quantity(PAIR, parts=(value, second[0]), unit=unit[0].code if unit else None)
    said = tokens[j].text == "/" or pair.blood_pressure
    return (pair, unit[1] if unit else second[1]) if said else None


def _compound(tokens: Sequence[Token], first: Measure, form: NumberFormat) -> Read | None:
    """ "5 ft 9 in", "1 h 20 min", "36w4d": in the smaller unit, of which the larger has a whole
    number."""
    value, unit, j = first
    if unit is None or unit.dimension not in _BREAKABLE:
        return None
    j += j < len(tokens) and tokens[j].folded in ("and", ",")
    second = _measure(tokens, j, form, paired=True)
    if second is None or second[1] is None or second[1].dimension != unit.dimension:
        return None
    times = unit.factor / second[1].factor
    if times.denominator > 1 or not 0 <= second[0] < times.numerator:
        return None
    return Quantity(value=value * times.numerator + second[0], unit=second[1].code), second[2]


def _simple(tokens: Sequence[Token], i: int, first: Measure, form: NumberFormat) -> Read | None:
    lone = first[1] is None or first[1].only not in (IN_PAIR, END)
    found = first if lone else _measure(tokens, i, form)
    if found is None:
        return None
    value, unit, j = found
    if unit is None:
        return Quantity(value=value), j
    if _and_half(tokens, j, unit):
        value, j = value + Decimal("0.5"), j + 1
    more = _glued(tokens, j, "more")
    j = more[1] if more else j
    return Quantity(value=value, unit=unit.code), _old(tokens, j) if unit.code in _AGES else j


def _and_half(tokens: Sequence[Token], i: int, unit: Unit) -> bool:
    """Whether "半" goes on with a unit ("一年半", "两片半"), not with "半小时"."""
    divisible = unit.dimension in _BREAKABLE or unit.code.startswith("{")
    return divisible and _touches(tokens, i, "半") and not read_unit(tokens, i + 1, "")


def _old(tokens: Sequence[Token], i: int) -> int:
    """Step over "-old", "old", "of age"."""
    texts = [token.folded for token in tokens[i : i + 2]]
    if texts[:1] == ["old"]:
        return i + 1
    return i + 2 if texts in (["-", "old"], ["of", "age"]) else i


def _measure(
    tokens: Sequence[Token], i: int, form: NumberFormat, *, paired: bool = False
) -> Measure | None:
    """A number and perhaps its unit, also "10-mm"."""
    number = read_number(tokens, i, form)
    if number is None:
        return None
    value, j = number
    more = _glued(tokens, j, "more")
    j = more[1] if more else j
    joined = _touches(tokens, j, "-") and j + 1 < len(tokens) and not tokens[j + 1].spaced
    unit = read_unit(tokens, j + 1 if joined and tokens[j + 1].kind == WORD else j, form.language)
    if unit is None or not is_unit_here(tokens, i, value, unit, paired=paired):
        return value, None, j
    return value, unit[0], unit[1]


def _touches(tokens: Sequence[Token], i: int, text: str) -> bool:
    return i < len(tokens) and tokens[i].text == text and not tokens[i].spaced


def _closed(tokens: Sequence[Token], i: int) -> bool:
    """Whether a quantity may end before a token: nothing that touches it goes on with it."""
    if i >= len(tokens) or tokens[i].spaced:
        return True
    after = i + 1 < len(tokens) and tokens[i + 1].kind in (NUMBER, WORD)
    if tokens[i].kind in (NUMBER, RAISED, WORD):
        return tokens[i - 1].kind == WORD and not tokens[i].text.isascii()
    return not (tokens[i].text in _GOES_ON and after and not tokens[i + 1].spaced)


def _dimension(quantity: Quantity) -> str:
    return find_unit(quantity.unit).dimension if quantity.unit else ""
