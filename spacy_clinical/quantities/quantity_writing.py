"""Quantities as text that the parser reads as the same quantity."""

from decimal import Decimal

from .numbers import POINT, NumberFormat
from .quantity_model import GRADE, PAIR, RANGE, RATIO, ROOM_AIR, SIZE, Quantity, Range
from .ucum_units import write_unit

_SIGNS = {PAIR: "/", SIZE: " x ", RATIO: ":"}
_NAMED = {"[pH]": "pH", "{INR}": "INR"}


def format_quantity(quantity: Quantity, number_format: NumberFormat = POINT) -> str:
    """Write a quantity.

    quantity (Quantity): As the parser gives it.
    number_format (NumberFormat): How numbers are written.
    RETURNS (str): Such as "< 0.010 ng/mL (ref 0.0-0.5) (H)".
    """

    def number(value: Decimal) -> str:
        return format(value, "f").replace(".", number_format.decimal)

    name = _NAMED.get(quantity.unit or "", "")
    unit = write_unit(quantity.unit) if quantity.unit and not name else ""
    words = [
        name,
        "~" if quantity.approximate else "",
        quantity.comparator,
        _core(quantity, number),
        unit,
        _reference(quantity.reference, number),
        f"({quantity.flag})" if quantity.flag else "",
        _oxygen(quantity.oxygen, number_format),
    ]
    return " ".join(filter(None, words))


def _core(quantity: Quantity, number) -> str:  # type: ignore[no-untyped-def]
    if quantity.form == GRADE:
        return quantity.grade
    if quantity.form == RANGE:
        assert quantity.low is not None and quantity.high is not None
        return f"{number(quantity.low)} to {number(quantity.high)}"
    if quantity.value is not None:
        return number(quantity.value)
    return _SIGNS[quantity.form].join(map(number, quantity.parts))


def _reference(reference: Range | None, number) -> str:  # type: ignore[no-untyped-def]
    if reference is None:
        return ""
    if reference.low is None:
        return f"(ref < {number(reference.high)})"
    if reference.high is None:
        return f"(ref > {number(reference.low)})"
    return f"(ref {number(reference.low)} to {number(reference.high)})"


def _oxygen(oxygen: Quantity | None, form: NumberFormat) -> str:
    if oxygen is None:
        return ""
    if oxygen.grade == ROOM_AIR:
        return f"on {ROOM_AIR}"
    return f"on {format_quantity(oxygen, form)} oxygen"
