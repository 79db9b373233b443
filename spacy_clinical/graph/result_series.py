"""Results over time: values as quantities, in one unit, with a trend.

Moles and mass are brought together by the molar masses of `data/analytes.tsv`, HbA1c's two scales
by the NGSP's equation (NGSP % = 0.0915 IFCC mmol/mol + 2.15, Hoelzel et al. 2004). What can't be
converted is a series of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import QuantityError
from ..quantities import Quantity, convert, parse_quantity, read_in
from ..quantities.ucum_units import write_unit
from ..tsv import read_rows
from .concept_history import DOCUMENT, NEVER, SAID, Statement
from .graph_lookup import Lookup
from .time_expressions import AT, BEFORE
from .time_spans import TimeSpan

RISING, FALLING, STABLE = "rising", "falling", "stable"
CHANGE = 0.1  # share of the first value that makes a rise or a fall
TABLE = Path(__file__).parent / "data" / "analytes.tsv"
_A1C = ("hemoglobin a1c", "a1c", "hba1c")


class Analyte(NamedTuple):
    """What is measured: its molar mass in g/mol, and the unit that its series is told in."""

    molar_mass: Decimal
    unit: str


@dataclass(frozen=True)
class Result:
    """A value of a test.

    day (TimeSpan): When, NEVER where nobody knows: what a note only has from before isn't of its
        day.
    basis (str): SAID where a note tells the day, DOCUMENT where it is the note's own.
    words (str): The value as it is written.
    quantity (Quantity | None): What it says, None for words such as "normal", and where a number
        may be two in the note's language: "12.500" in German.
    earlier (bool): Whether the note has it from before, without telling from when.
    test, value (Statement): The test's and the value's mention.
    """

    day: TimeSpan
    basis: str
    words: str
    quantity: Quantity | None
    earlier: bool
    test: Statement
    value: Statement

    @property
    def date(self) -> str:
        """RETURNS (str): Its day, "" where nobody knows."""
        return "" if self.day == NEVER else self.day.iso

    @property
    def when(self) -> tuple[Any, ...]:
        """RETURNS (tuple): What results are sorted by: on one day, what a note has from before
        comes before its own."""
        return self.day, not self.earlier, self.value.where

    @property
    def number(self) -> float | None:
        """RETURNS (float | None): Its value, None if it isn't a plain number."""
        found = self.quantity.value if self.quantity else None
        return None if found is None else float(found)


@dataclass(frozen=True)
class ResultSeries:
    """The results of one test in one unit.

    concept (str): The test.
    unit (str): UCUM's code, "" for none, or for words.
    results (tuple[Result, ...]): In order of time; the same one told in two notes stands once.
    """

    concept: str
    unit: str
    results: tuple[Result, ...]

    @property
    def trend(self) -> str:
        """Say where it goes.

        RETURNS (str): RISING or FALLING if the last number is more than a tenth above or below the
            first one, STABLE if neither, "" for fewer than two numbers.
        """
        numbers = [one.number for one in self.results if one.number is not None]
        return trend_of(numbers)

    @property
    def unit_words(self) -> str:
        """RETURNS (str): The unit as a note writes it: "mL/min/1.73 m2"."""
        return write_unit(self.unit) if self.unit else ""


def trend_of(numbers: Sequence[float]) -> str:
    """RETURNS (str): RISING, FALLING, STABLE, or "" for fewer than two numbers; see
    `ResultSeries.trend`."""
    if len(numbers) < 2:
        return ""
    step = numbers[-1] - numbers[0]
    if abs(step) <= CHANGE * abs(numbers[0]) * (1 + 1e-9):
        return STABLE
    return RISING if step > 0 else FALLING


def result_series(
    graph: Lookup, concept: str, tests: Iterable[tuple[Statement, Sequence[Statement]]]
) -> list[ResultSeries]:
    """Put the results of one test together.

    graph (Lookup): The graph.
    concept (str): The test.
    tests (Iterable): Each mention of the test with its values.
    RETURNS (list[ResultSeries]): A series for each unit, the one with most results first.
    """
    name = graph.graph.concepts[concept].name.casefold()
    told = (_result(graph, name, test, value) for test, values in tests for value in values)
    results = [one for one in told if not _is_to_come(one)]
    units: dict[str, list[Result]] = {}
    for one in results:
        units.setdefault(_unit(one), []).append(one)
    most_first = sorted(units.items(), key=lambda item: -len(item[1]))
    return [ResultSeries(concept, unit, tuple(_once(found))) for unit, found in most_first]


def _is_to_come(result: Result) -> bool:
    """Whether a note dates a value after itself: an aim."""
    written = result.value.day
    return result.basis == SAID and written != NEVER and result.day.first > written.last


def _unit(result: Result) -> str:
    return (result.quantity.unit or "") if result.quantity else ""


def _once(results: Iterable[Result]) -> list[Result]:
    """Results in order of time, without those that a later note only repeats."""
    kept: list[Result] = []
    in_order = sorted(results, key=lambda r: r.when)
    first = {r.words.casefold(): r.value.day for r in reversed(in_order) if not r.earlier}
    known: set[tuple[TimeSpan, str]] = set()
    for one in in_order:
        words = one.words.casefold()
        repeated = one.earlier and words in first and first[words] < one.value.day
        if not repeated and (one.day, words) not in known:
            kept.append(one)
        known.add((one.day, words))
    return kept


def _result(graph: Lookup, name: str, test: Statement, value: Statement) -> Result:
    words = graph.graph.concepts[value.mention.concept].name
    told = value.times.get(AT) or test.times.get(AT)
    earlier = BEFORE in value.times and not told
    return Result(
        told or (NEVER if earlier else value.day),
        SAID if told else DOCUMENT,
        words,
        _quantity(name, words, value.language),
        earlier,
        test,
        value,
    )


@lru_cache(4096)
def _quantity(name: str, words: str, language: str) -> Quantity | None:
    """What a result of a test says, in its usual unit; None for words."""
    quantity = read_in(language, parse_quantity, words)
    return usual_unit(name, quantity) if quantity and _measures(quantity) else None


def _measures(quantity: Quantity) -> bool:
    return quantity.value is not None or bool(quantity.parts) or quantity.low is not None


def usual_unit(name: str, quantity: Quantity) -> Quantity:
    """Bring a result into the unit that its series is told in.

    name (str): The test's name without case.
    quantity (Quantity): Its value.
    RETURNS (Quantity): In the usual unit, or as it is if there is none for it.
    """
    if name in _A1C and quantity.unit == "mmol/mol" and quantity.value is not None:
        percent = (quantity.value * Decimal("0.0915") + Decimal("2.15")).quantize(Decimal("0.1"))
        return replace(quantity, value=percent, unit="%", reference=None)
    analyte = _analytes().get(name)
    if analyte is None or quantity.unit is None or quantity.value is None:
        return quantity
    try:
        return quantity.to(analyte.unit)
    except QuantityError:
        return _by_mass(quantity, analyte)


def _by_mass(quantity: Quantity, analyte: Analyte) -> Quantity:
    """Moles to mass or back, by way of mmol/L and mg/L."""
    assert quantity.value is not None and quantity.unit is not None
    for own, other, factor in (
        ("mmol/L", "mg/L", analyte.molar_mass),
        ("mg/L", "mmol/L", 1 / analyte.molar_mass),
    ):
        try:
            value = convert(
                convert(quantity.value, quantity.unit, own) * factor, other, analyte.unit
            )
        except QuantityError:
            continue
        rounded = value.quantize(Decimal("0.01")) if value >= Decimal("0.1") else value
        return replace(quantity, value=rounded, unit=analyte.unit, reference=None)
    return quantity


@cache
def _analytes() -> dict[str, Analyte]:
    return {
        name: Analyte(Decimal(mass), unit)
        for _, names, mass, unit in read_rows(TABLE)
        for name in names.split("|")
    }
