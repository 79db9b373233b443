"""Units: from the words of notes to UCUM, and from one unit to another of its dimension.

Codes are those of the Unified Code for Units of Measure, version 2.1 (https://ucum.org/ucum):
"/" divides by one component, "10*9" is a power of ten, braces hold an annotation. UCUM takes
annotations, moles and international units for pure numbers; here each is a dimension of its own, so
that nothing is converted but what measures the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache

from ..errors import Errors, QuantityError
from .number_tokens import Phrases
from .quantity_tables import SEVERAL, read_forms, read_rows

OVER, FEVER, PAIR, END, NEVER = "over", "fever", "pair", "end", "never"
LASTING = "lasting"
SURFACE = "{1.73_m2}"
_COMPONENT = re.compile(r"\(?(?P<count>[0-9]+)\.(?P<of>[^)]+)\)?")
_EXACT = Context(prec=28)


@dataclass(frozen=True)
class Unit:
    """A unit.

    code (str): UCUM's, such as "mg/dL".
    dimension (str): What it measures, such as "mass/volume".
    factor (Fraction): How much of the dimension's base it is.
    offset (Fraction): To be added to a value before the factor.
    only (str): Where alone its word stands for it: "over", "fever", "pair", "end", "lasting",
        "never" or "".
    """

    code: str
    dimension: str
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    only: str = ""

    def over(self, other: "Unit", count: str = "") -> "Unit":
        """RETURNS (Unit): This one divided by another, or by so many of it."""
        below = f"({count}.{other.code})" if count else other.code
        factor = self.factor / (other.factor * int(count or 1))
        dimension = f"{self.dimension}/{other.dimension}"
        return Unit(f"{self.code}/{below}", dimension, factor, only=self.only)


NONE = Unit("", "count")


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """Bring a value into another unit.

    value (Decimal): In the unit.
    unit, to (str): UCUM codes of one dimension, of those that the parser gives.
    RETURNS (Decimal): Exact up to 28 digits. Raises QuantityError for a code that isn't known, or
        units that don't measure the same: moles and grams, units and international units.
    """
    source, target = find_unit(unit), find_unit(to)
    if source.dimension != target.dimension:
        dimensions = {"unit": unit, "found": source.dimension, "to": to}
        raise QuantityError(Errors.SC121.format(**dimensions, expected=target.dimension))
    exact = (Fraction(value) + source.offset) * source.factor / target.factor - target.offset
    return _EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))


@cache
def find_unit(code: str) -> Unit:
    """Find a unit by its code.

    code (str): UCUM's, of the table or made of its codes by "/".
    RETURNS (Unit): The unit. Raises QuantityError for one that isn't known.
    """
    known = _by_code()
    if code in known:
        return known[code]
    first, *below = re.split(r"/(?![^{(]*[)}])", code)
    unit = _component(first, code) if first else NONE
    for part in below:
        match = _COMPONENT.fullmatch(part)
        count, of = (match["count"], match["of"]) if match else ("", part)
        unit = unit.over(_component(of, code), count)
    return unit


def _component(code: str, whole: str) -> Unit:
    """A part without "/": of the table, a power of ten, or either with an annotation."""
    known = _by_code()
    if code in known:
        return known[code]
    if code == SURFACE:
        return Unit(code, "surface")
    power = re.match(r"10\*([0-9]{1,2})", code)
    bare, brace, note = code.partition("{")
    if power and (not brace or brace + note in known):
        counted = known[brace + note] if brace else NONE
        return Unit(code, counted.dimension, Fraction(10 ** int(power[1])))
    if bare in known and brace:
        return Unit(code, f"{known[bare].dimension} {brace}{note}", known[bare].factor)
    raise QuantityError(Errors.SC120.format(unit=whole))


@cache
def unit_phrases(language: str = "") -> Phrases[Unit]:
    """RETURNS (Phrases[Unit]): The units by the forms of the table, and of a language's own, which
    take the place of others."""
    own = dict(_local_units(language))
    shared = ((form, _unit(row)) for form, row in read_forms("units") if form not in own)
    return Phrases([*shared, *own.items()])


def _local_units(language: str) -> Iterator[tuple[str, Unit]]:
    for form, row in read_forms("local_units"):
        if language in row["language"].split(SEVERAL):
            yield form, replace(_by_code()[row["code"]], only=row["only"])


@cache
def _by_code() -> dict[str, Unit]:
    units = [_unit(row) for row in read_rows("units")]
    return {unit.code: unit for unit in reversed(units)} | {"": NONE}


def _unit(row: dict[str, str]) -> Unit:
    offset = Fraction(row["offset"] or 0)
    return Unit(row["code"], row["dimension"], Fraction(row["factor"]), offset, row["only"])


def write_unit(code: str) -> str:
    """Write a unit as a note would.

    code (str): UCUM's, of those that the parser gives.
    RETURNS (str): Such as "tablet" or "mL/24 h", which the parser reads as the same code.
    """
    words = _words()
    if code in words:
        return words[code]
    first, *below = re.split(r"/(?![^{(]*[)}])", code)
    return "/".join([_write_component(first), *map(_write_component, below)])


def _write_component(code: str) -> str:
    counted = _COMPONENT.fullmatch(code)
    if counted:
        return f"{counted['count']} {_write_component(counted['of'])}"
    if code == SURFACE:
        return "1.73 m2"
    bare, brace, note = code.partition("{")
    noted = f" {_words().get(brace + note, 'creatinine')}" if bare and brace else ""
    return (_words().get(bare or code, bare or code) + noted).replace("10*", "10^")


@cache
def _words() -> dict[str, str]:
    rows = {
        row["code"]: row["forms"].split("|")[0] for row in read_rows("units") if not row["only"]
    }
    return {**rows, "[in_i]": "inch"}
