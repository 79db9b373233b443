"""How much of a drug is taken in a day, as far as notes tell it: the least and the most."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ..errors import QuantityError
from ..quantities import parse_frequency, parse_quantity
from ..quantities.quantity_model import Quantity, Timing

_PER_DAY = {"d": Decimal(1), "wk": Decimal(7), "h": 1 / Decimal(24), "mo": Decimal(30)}


class Ends(NamedTuple):
    """The least and the most of an amount."""

    least: Decimal
    most: Decimal


@lru_cache(4096)
def ends_of(details: tuple[str, ...], unit: str) -> Ends | None:
    """Work out how much is taken in a day.

    details (tuple[str, ...]): Strength, dosage, route, frequency and form, as `Step.details`. A
        dosage of counted pieces multiplies the strength, one in a unit of mass is the dose.
    unit (str): UCUM's code of an amount a day, such as "g/d" or "mg/d".
    RETURNS (Ends | None): The amount; None if any of it isn't told, or "as needed".
    """
    strength, dosage, _, frequency, _ = details
    timing = parse_frequency(frequency)
    dose, times = _dose(strength, dosage, unit.removesuffix("/d")), _times(timing)
    return dose and times and Ends(dose.least * times.least, dose.most * times.most)


def _dose(strength: str, dosage: str, unit: str) -> Ends | None:
    """What is taken at a time."""
    pieces, given = Ends(Decimal(1), Decimal(1)), strength
    if dosage:
        counted = parse_quantity(dosage)
        if counted is None:
            return None
        if counted.unit and not counted.unit.startswith("{"):
            given = dosage
        else:
            told = _ends(counted)
            if told is None:
                return None
            pieces = told
    each = _in_unit(given, unit)
    return each and Ends(each.least * pieces.least, each.most * pieces.most)


def _in_unit(written: str, unit: str) -> Ends | None:
    quantity = parse_quantity(written)
    if quantity is None or quantity.unit is None:
        return None
    try:
        return _ends(quantity.to(unit))
    except QuantityError:
        return None


def _ends(quantity: Quantity) -> Ends | None:
    """The ends of a number, a range, or "up to 4"; None for "more than 4"."""
    if quantity.value is None:
        ranged = quantity.low is not None and quantity.high is not None
        return Ends(quantity.low, quantity.high) if ranged else None  # type: ignore[arg-type]
    if quantity.comparator.startswith(">"):
        return None
    return Ends(Decimal(0) if quantity.comparator else quantity.value, quantity.value)


def _times(timing: Timing | None) -> Ends | None:
    """How often in a day, pieces of "2-0-1" counted."""
    if timing is None or timing.as_needed or not timing.frequency or not timing.period:
        return None
    if timing.period_unit not in _PER_DAY:
        return None
    often = Decimal(sum(timing.amounts)) if timing.amounts else Decimal(timing.frequency)
    most_often = Decimal(timing.frequency_max) if timing.frequency_max else often
    days = _PER_DAY[timing.period_unit]
    share = Decimal(len(timing.days)) / 7 if timing.days and days == 1 else Decimal(1)
    longest = timing.period_max or timing.period
    return Ends(often * share / (longest * days), most_often * share / (timing.period * days))
