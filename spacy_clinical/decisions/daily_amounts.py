"""How much of a drug is taken in a day, as far as notes tell it: the least and the most."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from ..errors import QuantityError
from ..quantities import is_dose, parse_frequency, parse_quantity, read_in
from ..quantities.quantity_model import Quantity, Timing

_HOURS = {"h": 1, "d": 24, "wk": 7 * 24, "mo": 30 * 24}
Times = tuple[Fraction, Fraction]


class Ends(NamedTuple):
    """The least and the most of an amount."""

    least: Decimal
    most: Decimal


@lru_cache(4096)
def ends_of(details: tuple[str, ...], unit: str, language: str = "") -> Ends | None:
    """Work out how much is taken in a day.

    details (tuple[str, ...]): Strength, dosage, route, frequency and form, as `Step.details`. A
        dosage of counted pieces multiplies the strength, one in a unit of mass is the dose.
    unit (str): UCUM's code of an amount a day, such as "g/d" or "mg/d".
    language (str): Of the note, "" if it isn't known.
    RETURNS (Ends | None): The amount; None if any of it isn't told or may mean two things, or "as
        needed".
    """
    strength, dosage, _, frequency, _ = details
    timing = read_in(language, parse_frequency, frequency)
    each = unit.removesuffix("/d")
    dose, times = _dose(strength, dosage, each, language), _times(timing)
    if dose is None or times is None:
        return None
    least, most = (Fraction(of) * often for of, often in zip(dose, times, strict=True))
    return Ends(_decimal(least), _decimal(most))


def _decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _dose(strength: str, dosage: str, unit: str, language: str) -> Ends | None:
    """What is taken at a time."""
    pieces, given = Ends(Decimal(1), Decimal(1)), strength
    if dosage:
        counted = read_in(language, parse_quantity, dosage)
        if counted is None:
            return None
        if counted.unit and not counted.unit.startswith("{"):
            given = dosage
        else:
            told = _ends(counted)
            if told is None:
                return None
            pieces = told
    each = _in_unit(given, unit, language)
    return each and Ends(each.least * pieces.least, each.most * pieces.most)


def _in_unit(written: str, unit: str, language: str) -> Ends | None:
    quantity = read_in(language, parse_quantity, written)
    if quantity is None or not is_dose(quantity):
        return None
    try:
        return _ends(quantity.to(unit))
    except QuantityError:
        return None


def _ends(quantity: Quantity) -> Ends | None:
    """The ends of a number, a range, or "up to 4"; None for "more than 4"."""
    if quantity.value is None:
        low, high = quantity.low, quantity.high
        return None if low is None or high is None else Ends(low, high)
    if quantity.comparator.startswith(">"):
        return None
    return Ends(Decimal(0) if quantity.comparator else quantity.value, quantity.value)


def _times(timing: Timing | None) -> Times | None:
    """How often in a day, at least and at most, pieces of "2-0-1" counted."""
    if timing is None or timing.as_needed or not timing.frequency or not timing.period:
        return None
    if timing.period_unit not in _HOURS:
        return None
    often = Fraction(sum(timing.amounts) if timing.amounts else timing.frequency)
    most_often = Fraction(timing.frequency_max) if timing.frequency_max else often
    shortest, longest = timing.period, timing.period_max or timing.period
    share = Fraction(24, _HOURS[timing.period_unit])
    if timing.days and timing.period_unit == "d":
        share = Fraction(len(timing.days), 7)
    return often * share / Fraction(longest), most_often * share / Fraction(shortest)
