"""Criteria and screenings as tables."""

from collections import Counter
from collections.abc import Sequence

from ..result_tables import Table
from .conditions import NO, UNKNOWN
from .criterion_compiler import Compiled
from .screening import Screening
from .screening_files import Screened


def criterion_table(compiled: Sequence[Compiled]) -> Table:
    """RETURNS (Table): How each criterion is understood, or why it isn't."""
    rows = [
        (
            one.criterion.line,
            "in" if one.criterion.include else "out",
            str(one) if one.conditions else f"none: {one.why}",
        )
        for one in compiled
    ]
    return Table("Criteria", ("line", "part", "condition, or why there is none"), rows)


def screening_table(screenings: Sequence[Screening]) -> Table:
    """RETURNS (Table): Each patient's status with the lines of the criteria that aren't met, or of
    which nobody can tell; below, how many patients have which status."""
    rows = [(one.patient, one.status, _lines(one, NO), _lines(one, UNKNOWN)) for one in screenings]
    counts = Counter(one.status for one in screenings)
    notes = [", ".join(f"{n} {status}" for status, n in sorted(counts.items()))]
    return Table("Patients", ("patient", "status", "not met", "unknown"), rows, notes)


def screening_results(screened: Screened) -> list[Table]:
    """RETURNS (list[Table]): How the criteria are understood, and each patient's status."""
    return [criterion_table(screened.criteria), screening_table(screened.screenings)]


def _lines(one: Screening, value: str) -> str:
    return ", ".join(str(answer.compiled.criterion.line) for answer in one.of(value))
