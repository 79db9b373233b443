"""Drift as tables: the periods, and what has changed in each."""

from ..plurals import counted
from ..result_tables import Message, Result, Table
from .drift import STEADY, Drift, Measure, Period
from .drift_page import cell


def drift_results(drift: Drift, *, all_measures: bool = False) -> list[Result]:
    """Lay drift out.

    drift (Drift): As `find_drift` gives it.
    all_measures (bool): Also what is steady, and mean scores.
    RETURNS (list[Result]): The periods, then one or two tables for each; warnings of notes that
        another pipeline annotated.
    """
    rows = [(period.name, period.counts.notes, period.status) for period in drift.periods]
    results: list[Result] = [Table(f"Drift of {drift.system}", ("period", "notes", "status"), rows)]
    for period in drift.periods:
        results.append(_measures(period, all_measures))
        if all_measures:
            results.append(_precision(period))
    if drift.warning:
        results.append(Message(drift.warning, "warn"))
    for system, n in drift.left_out.items():
        other = f"left out, {counted(n, 'note')} of another pipeline or version: {system}"
        results.append(Message(other, "warn"))
    return results


def _measures(period: Period, all_measures: bool) -> Table:
    shown = [m for m in period.measures if all_measures or m.status != STEADY]
    header = ("measure", "now", "before", "ratio", "95 %", "PSI", "q", "status")
    return Table(period.name, header, [_row(m) for m in shown])


def _precision(period: Period) -> Table:
    title = f"{period.name}: mean score, of calibrated scores an estimate of precision"
    rows = [(x, f"{now:.2f}", f"{was:.2f}") for x, (now, was) in period.precision.items()]
    return Table(title, ("label", "now", "before"), rows)


def _row(measure: Measure) -> tuple[str, ...]:
    interval = f"{cell(measure.low)} to {cell(measure.high)}" if measure.low is not None else ""
    numbers = (measure.now, measure.before, measure.ratio)
    ends = (cell(measure.psi), cell(measure.q), measure.status)
    return (measure.name, *map(cell, numbers), interval, *ends)
