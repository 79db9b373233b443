"""What is read: quantities, timings, dosages."""

from dataclasses import dataclass, replace
from decimal import Decimal

from .ucum_units import convert

NUMBER, RANGE, PAIR, SIZE, RATIO, GRADE = "number", "range", "pair", "size", "ratio", "grade"
ROOM_AIR = "room air"
_PRESSURES = ("mm[Hg]", "kPa")
_SYSTOLIC, _DIASTOLIC = (60, 260), (30, 160)  # mmHg, of a pair without a unit


@dataclass(frozen=True)
class Range:
    """Two ends of a range, or one.

    low, high (Decimal | None): The ends; None where it is open.
    """

    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Quantity:
    """A value as it is written: decimals keep their digits, "1.50" isn't "1.5".

    form (str): `number`, `range` ("5-10 mg"), `pair` ("120/80", "7/10"), `size` ("3 x 4 mm"),
        `ratio` ("1:160") or `grade` ("2+", "trace").
    value (Decimal | None): Of a number.
    low, high (Decimal | None): Of a range.
    parts (tuple[Decimal, ...]): Of a pair, a size or a ratio.
    unit (str | None): UCUM's code, None if none is said.
    comparator (str): As FHIR writes it: "<", "<=", ">", ">=", or "".
    approximate (bool): Whether it is said to be about so much.
    grade (str): Of a grade: "1+" to "4+", "trace", "negative", "positive", or "room air".
    flag (str): HL7 v3 ObservationInterpretation, as said beside it: "H", "LL", "A", "N", ...
    reference (Range | None): What is said beside it to be normal, in its unit.
    oxygen (Quantity | None): What a saturation was measured on: a flow, a share, or room air.
    """

    form: str = NUMBER
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    parts: tuple[Decimal, ...] = ()
    unit: str | None = None
    comparator: str = ""
    approximate: bool = False
    grade: str = ""
    flag: str = ""
    reference: Range | None = None
    oxygen: "Quantity | None" = None

    @property
    def blood_pressure(self) -> tuple[Decimal, Decimal] | None:
        """RETURNS (tuple[Decimal, Decimal] | None): Systolic and diastolic: a pair in mmHg or kPa,
        or one without a unit whose numbers no other pair of notes has (260/160 to 60/30)."""
        if self.form != PAIR or self.parts[0] <= self.parts[1]:
            return None
        pressures = zip(self.parts, (_SYSTOLIC, _DIASTOLIC), strict=True)
        plausible = all(least <= part <= most for part, (least, most) in pressures)
        said = self.unit in _PRESSURES or (self.unit is None and plausible)
        return (self.parts[0], self.parts[1]) if said else None

    def to(self, unit: str) -> "Quantity":
        """Bring it into another unit.

        unit (str): UCUM's code.
        RETURNS (Quantity): With the same statement in that unit. Raises QuantityError if the units
            don't measure the same.
        """
        if self.unit is None or self.unit == unit:
            return self
        own = self.unit

        def change(value: Decimal | None) -> Decimal | None:
            return None if value is None else convert(value, own, unit)

        reference = self.reference and Range(
            *map(change, (self.reference.low, self.reference.high))
        )
        ends = {"value": change(self.value), "low": change(self.low), "high": change(self.high)}
        parts = tuple(convert(part, own, unit) for part in self.parts)
        return replace(self, **ends, parts=parts, unit=unit, reference=reference)  # type: ignore[arg-type]


@dataclass(frozen=True)
class FoundQuantity:
    """A quantity in a text.

    start, end (int): Its characters.
    quantity (Quantity): What they say.
    """

    start: int
    end: int
    quantity: Quantity


@dataclass(frozen=True)
class Timing:
    """When and how often, in the terms of FHIR's Timing.repeat.

    frequency, frequency_max (int | None): How often in a period ("2-3 times a day").
    period, period_max (Decimal | None): How long the period is ("every 4-6 hours").
    period_unit (str): UCUM's code: s, min, h, d, wk, mo or a.
    when (tuple[str, ...]): FHIR's EventTiming: "MORN", "HS", "AC", ...
    amounts (tuple[Decimal, ...]): How much at each of `when`, for "2-0-1".
    days (tuple[str, ...]): "mon" to "sun".
    count (int | None): How often in all: once.
    bounds (Quantity | None): For how long it goes on ("for 10 days").
    duration (Quantity | None): How long it takes each time ("over 30 min").
    as_needed (bool): Whether it is taken only as needed.
    as_needed_for (str): What for, as written; "" if that isn't said.
    """

    frequency: int | None = None
    frequency_max: int | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: str = ""
    when: tuple[str, ...] = ()
    amounts: tuple[Decimal, ...] = ()
    days: tuple[str, ...] = ()
    count: int | None = None
    bounds: Quantity | None = None
    duration: Quantity | None = None
    as_needed: bool = False
    as_needed_for: str = ""


@dataclass(frozen=True)
class Dosage:
    """How a drug is given.

    dose (Quantity | None): How much at a time: a number or a range.
    rate (Quantity | None): How much in a time ("125 mL/h", "100 mg/day").
    route (str): Code of HL7 v2 table 0162, "" if none is said.
    timing (Timing | None): When and how often.
    """

    dose: Quantity | None = None
    rate: Quantity | None = None
    route: str = ""
    timing: Timing | None = None
