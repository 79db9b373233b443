"""What holds of a patient on a day: the facts that rules are made of, with who says them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ..errors import QuantityError
from ..graph.drug_courses import TAKING, DrugCourse
from ..graph.patient_chart import PatientChart
from ..graph.problem_courses import HISTORICAL
from ..graph.result_series import Result
from ..graph.statements import Statement, score_of
from .daily_amounts import Ends, ends_of
from .rule_language import AGE, ALLERGY, DAILY, DRUG, EVER, PROBLEM, RESULT, TESTED, Term


@dataclass(frozen=True)
class Fact:
    """Something that holds.

    term (str): The term that it fulfils.
    concept (str): What it is of, "" for the age.
    words (str): Such as "metformin 1000 mg twice daily" or "eGFR 27 mL/min 2024-11-05".
    statements (tuple[Statement, ...]): Who says so.
    day (date | None): When a result is from.
    """

    term: str
    concept: str
    words: str
    statements: tuple[Statement, ...]
    day: date | None = None

    @property
    def score(self) -> float:
        """RETURNS (float): Confidence of the surest who says so."""
        return score_of(self.statements)


@dataclass
class Facts:
    """A patient on a day.

    chart (PatientChart): The notes up to the day; see `PatientChart.until`.
    as_of (date): The day.
    sets (Mapping[str, frozenset[str]]): Each set's concepts.
    born (date | None): The patient's birthday, from elsewhere.
    """

    chart: PatientChart
    as_of: date
    sets: Mapping[str, frozenset[str]]
    born: date | None = None

    def of(self, term: Term, within_days: int = 0) -> list[Fact]:
        """RETURNS (list[Fact]): What fulfils a term, in the order of names."""
        return list(_FINDERS[term.kind](self, term, within_days))

    def _own(self, term: Term, known: Mapping[str, object]) -> list[str]:
        wanted = self.sets[term.set]
        found = (
            (id for id in known if id in wanted)
            if len(known) < len(wanted)
            else (id for id in wanted if id in known)
        )
        return sorted(found, key=lambda id: (self.chart.name(id), id))

    def drugs(self, term: Term, _: int) -> Iterator[Fact]:
        for id in self._own(term, self.chart.statements):
            course = self.chart.drugs.get(id)
            if course and course.status(self.as_of) == TAKING:
                yield Fact(str(term), id, self._regimen(course), self._sayers(course))

    def problems(self, term: Term, _: int) -> Iterator[Fact]:
        kept = ("present", HISTORICAL) if term.kind == EVER else ("present",)
        for id in self._own(term, self.chart.statements):
            course = self.chart.problems.get(id)
            status = course.status(self.as_of) if course else ""
            if course and status in kept:
                said = tuple(one for one in course.ever() if one.day.first <= self.as_of)
                yield Fact(str(term), id, self.chart.name(id), said[-3:])

    def allergies(self, term: Term, _: int) -> Iterator[Fact]:
        allergens = self.chart.allergens()
        for id in self._own(term, allergens):
            yield Fact(str(term), id, f"allergy to {self.chart.name(id)}", tuple(allergens[id]))

    def results(self, term: Term, _: int) -> Iterator[Fact]:
        """The last result of a test, if it fits."""
        for id in self._own(term, self.chart.statements):
            last = self._last(id)
            value = _in_unit(last, term.unit) if last else None
            if last and value is not None and _is_sure(last, term, value):
                yield self._result(term, id, last)

    def tested(self, term: Term, within_days: int) -> Iterator[Fact]:
        since = self.as_of - timedelta(days=within_days or 365)
        for id in self._own(term, self.chart.statements):
            last = self._last(id)
            if last and last.day.last >= since:
                yield self._result(term, id, last)

    def daily(self, term: Term, _: int) -> Iterator[Fact]:
        for id in self._own(term, self.chart.statements):
            course = self.chart.drugs.get(id)
            if course and course.status(self.as_of) == TAKING:
                ends = daily_ends(course, self.as_of, term.unit)
                if ends is not None and all(map(term.holds, ends)):
                    told = " to ".join(dict.fromkeys(f"{end.normalize():f}" for end in ends))
                    shown = f"{self._regimen(course)} ({told} {term.unit} in all)"
                    yield Fact(str(term), id, shown, self._sayers(course))

    def age(self, term: Term, _: int) -> Iterator[Fact]:
        if self.born is not None:
            had = (self.as_of.month, self.as_of.day) >= (self.born.month, self.born.day)
            years = self.as_of.year - self.born.year - (not had)
            if term.holds(Decimal(years)):
                yield Fact(str(term), "", f"age {years}", ())

    def last_result(self, term: Term) -> Fact | None:
        """RETURNS (Fact | None): The newest result of a term's tests, however old."""
        found = [(id, self._last(id)) for id in self._own(term, self.chart.statements)]
        known = [(id, last) for id, last in found if last]
        if not known:
            return None
        id, last = max(known, key=lambda row: row[1].day)
        return self._result(term, id, last)

    def _last(self, test: str) -> Result | None:
        series = self.chart.results.get(test, ())
        results = [r for one in series for r in one.results if r.value.day.first <= self.as_of]
        return max(results, key=lambda r: r.when, default=None)

    def _result(self, term: Term, id: str, last: Result) -> Fact:
        words = f"{self.chart.name(id)} {last.words} {last.day.iso}"
        return Fact(str(term), id, words, (last.value,), last.day.first)

    def _sayers(self, course: DrugCourse) -> tuple[Statement, ...]:
        steps = course.steps_until(self.as_of)
        return steps[-1].statements[-3:] if steps else course.statements[-3:]

    def _regimen(self, course: DrugCourse) -> str:
        return f"{self.chart.name(course.concept)} {course.regimen(self.as_of)}".rstrip()


_FINDERS: dict[str, Callable[[Facts, Term, int], Iterator[Fact]]] = {
    DRUG: Facts.drugs,
    PROBLEM: Facts.problems,
    EVER: Facts.problems,
    ALLERGY: Facts.allergies,
    RESULT: Facts.results,
    TESTED: Facts.tested,
    DAILY: Facts.daily,
    AGE: Facts.age,
}


def daily_amount(course: DrugCourse, as_of: date | None, unit: str) -> Decimal | None:
    """Work out how much of a drug is taken in a day.

    course (DrugCourse): With a strength and a frequency; a dosage of counted pieces multiplies.
    as_of (date | None): On which day.
    unit (str): UCUM's code of an amount a day, such as "g/d" or "mg/d".
    RETURNS (Decimal | None): The amount; None if any of it isn't told exactly, or "as needed".
    """
    ends = daily_ends(course, as_of, unit)
    return ends.least if ends is not None and ends.least == ends.most else None


def daily_ends(course: DrugCourse, as_of: date | None, unit: str) -> Ends | None:
    """RETURNS (Ends | None): The least and the most that is taken in a day, see `daily_amount`."""
    steps = reversed(course.steps_until(as_of))
    details = next((step.details for step in steps if any(step.details)), None)
    return ends_of(details, unit) if details else None


def _is_sure(result: Result, term: Term, value: Decimal) -> bool:
    """Whether a result fits, of "< 6" whatever it is below that."""
    bound = result.quantity.comparator if result.quantity else ""
    if not bound:
        return term.holds(value)
    without_end = "=" not in bound and value == term.number
    return bound[0] == term.sign[0] and (term.holds(value) or without_end)


def _in_unit(result: Result, unit: str) -> Decimal | None:
    """A result's number, in a unit; a blood pressure's systolic part."""
    quantity = result.quantity
    if quantity is None:
        return None
    pressure = quantity.blood_pressure
    try:
        changed = quantity.to(unit) if unit else quantity
    except QuantityError:
        return None
    if pressure is not None:
        return changed.parts[0]
    return changed.value
