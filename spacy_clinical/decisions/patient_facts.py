"""What holds of a patient on a day: the facts that rules are made of, with who says them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from ..errors import QuantityError
from ..graph.clinical_graph import PRESENT
from ..graph.concept_history import Statement, score_of
from ..graph.drug_courses import TAKING, DrugCourse
from ..graph.patient_chart import PatientChart
from ..graph.problem_courses import HISTORICAL
from ..graph.result_series import Result
from .daily_amounts import Ends, ends_of
from .rule_language import AGE, ALLERGY, DAILY, DRUG, EVER, PROBLEM, RESULT, TESTED, Term

SPOKEN = "spoken"


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
    """A patient on a day. What terms ask for is found once, however many rules have them.

    chart (PatientChart): The notes up to the day; see `PatientChart.until`.
    as_of (date): The day.
    sets_of (Mapping[str, Sequence[str]]): The sets that each concept is in.
    born (date | None): The patient's birthday, from elsewhere.
    """

    chart: PatientChart
    as_of: date
    sets_of: Mapping[str, Sequence[str]]
    born: date | None = None
    _held: dict[str, dict[str, list[str]]] = field(default_factory=dict, repr=False)
    _found: dict[tuple[Term, int], list[Fact]] = field(default_factory=dict, repr=False)

    def of(self, term: Term, within_days: int = 0) -> list[Fact]:
        """RETURNS (list[Fact]): What fulfils a term, in the order of names."""
        key = term, within_days if term.kind == TESTED else 0
        if key not in self._found:
            self._found[key] = list(_FINDERS[term.kind](self, term, within_days))
        return self._found[key]

    def held(self, kind: str) -> dict[str, list[str]]:
        """Find what terms of a kind can be fulfilled by.

        kind (str): A term's, or SPOKEN for problems of which anything is said.
        RETURNS (dict[str, list[str]]): Each set's concepts, in the order of names; only sets that
            have any.
        """
        kind = _SAME.get(kind, kind)
        if kind not in self._held:
            found: dict[str, list[str]] = {}
            for id in sorted(_POOLS[kind](self), key=lambda id: (self.chart.name(id), id)):
                for name in self.sets_of.get(id, ()):
                    found.setdefault(name, []).append(id)
            self._held[kind] = found
        return self._held[kind]

    @cached_property
    def taken(self) -> dict[str, tuple[str, tuple[Statement, ...]]]:
        """RETURNS (dict): The drugs that are taken: concept to words, and who says so."""
        courses = self.chart.drugs.items()
        taken = ((id, course) for id, course in courses if course.status(self.as_of) == TAKING)
        return {id: (self._regimen(course), self._sayers(course)) for id, course in taken}

    @cached_property
    def statuses(self) -> dict[str, str]:
        """RETURNS (dict[str, str]): How each problem stands."""
        return {id: course.status() for id, course in self.chart.problems.items()}

    def with_status(self, *kept: str) -> list[str]:
        """RETURNS (list[str]): The problems that stand in one of some ways."""
        return [id for id, status in self.statuses.items() if status in kept]

    @cached_property
    def allergens(self) -> dict[str, list[Statement]]:
        """RETURNS (dict[str, list[Statement]]): What the patient is allergic to."""
        return self.chart.allergens()

    @cached_property
    def last_results(self) -> dict[str, Result]:
        """RETURNS (dict[str, Result]): The newest result of each test."""
        return {
            id: max((result for one in series for result in one.results), key=lambda r: r.when)
            for id, series in self.chart.results.items()
        }

    def _own(self, term: Term) -> list[str]:
        return self.held(term.kind).get(term.set, [])

    def drugs(self, term: Term, _: int) -> Iterator[Fact]:
        for id in self._own(term):
            yield Fact(str(term), id, *self.taken[id])

    def problems(self, term: Term, _: int) -> Iterator[Fact]:
        for id in self._own(term):
            said = self.chart.problems[id].ever()
            yield Fact(str(term), id, self.chart.name(id), said[-3:])

    def allergies(self, term: Term, _: int) -> Iterator[Fact]:
        for id in self._own(term):
            words = f"allergy to {self.chart.name(id)}"
            yield Fact(str(term), id, words, tuple(self.allergens[id]))

    def results(self, term: Term, _: int) -> Iterator[Fact]:
        """The last result of a test, if it fits."""
        for id in self._own(term):
            last = self.last_results[id]
            value = _in_unit(last, term.unit)
            if value is not None and _is_sure(last, term, value):
                yield self._result(term, id, last)

    def tested(self, term: Term, within_days: int) -> Iterator[Fact]:
        since = self.as_of - timedelta(days=within_days or 365)
        for id in self._own(term):
            last = self.last_results[id]
            if last.day.last >= since:
                yield self._result(term, id, last)

    def daily(self, term: Term, _: int) -> Iterator[Fact]:
        for id in self._own(term):
            ends = daily_ends(self.chart.drugs[id], self.as_of, term.unit)
            if ends is not None and all(map(term.holds, ends)):
                told = " to ".join(dict.fromkeys(f"{end.normalize():f}" for end in ends))
                words, sayers = self.taken[id]
                yield Fact(str(term), id, f"{words} ({told} {term.unit} in all)", sayers)

    def age(self, term: Term, _: int) -> Iterator[Fact]:
        if self.born is not None:
            had = (self.as_of.month, self.as_of.day) >= (self.born.month, self.born.day)
            years = self.as_of.year - self.born.year - (not had)
            if term.holds(Decimal(years)):
                yield Fact(str(term), "", f"age {years}", ())

    def last_result(self, term: Term) -> Fact | None:
        """RETURNS (Fact | None): The newest result of a term's tests, however old."""
        known = self._own(term)
        if not known:
            return None
        id = max(known, key=lambda one: self.last_results[one].day)
        return self._result(term, id, self.last_results[id])

    def _result(self, term: Term, id: str, last: Result) -> Fact:
        words = f"{self.chart.name(id)} {last.words} {last.date}".rstrip()
        day = last.day.first if last.date else None
        return Fact(str(term), id, words, (last.value,), day)

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
_SAME = {DAILY: DRUG, RESULT: TESTED}  # kinds of terms that look among the same
_POOLS: dict[str, Callable[[Facts], Iterable[str]]] = {
    DRUG: lambda facts: facts.taken,
    PROBLEM: lambda facts: facts.with_status(PRESENT),
    EVER: lambda facts: facts.with_status(PRESENT, HISTORICAL),
    ALLERGY: lambda facts: facts.allergens,
    TESTED: lambda facts: facts.last_results,
    SPOKEN: lambda facts: facts.chart.problems,
}


def daily_ends(course: DrugCourse, as_of: date | None, unit: str) -> Ends | None:
    """Work out how much of a drug is taken in a day.

    course (DrugCourse): With a strength and a frequency.
    as_of (date | None): On which day.
    unit (str): UCUM's code of an amount a day, such as "g/d" or "mg/d".
    RETURNS (Ends | None): The least and the most, see `daily_amounts.ends_of`; None where notes in
        two languages say it, and it would be two amounts.
    """
    steps = reversed(course.steps_until(as_of))
    step = next((step for step in steps if any(step.details)), None)
    languages = sorted({one.language for one in step.statements}) if step else []
    told = {ends_of(step.details, unit, language) for language in languages} if step else set()
    return told.pop() if len(told) == 1 else None


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
