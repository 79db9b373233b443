"""Drift from counts alone: what notes hold now, against what they held when it was packaged."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import AuditError, CommandError, Errors
from ..plurals import counted
from .drift_reference import SHAPES, Reference
from .drift_statistics import adjust, compare_bins, compare_rates
from .hash_chain import row_of
from .note_counts import Counts
from .note_numbers import BINS
from .trail_check import check_trail, refuse_faults
from .trail_head import day_files

BY = ("day", "week", "run")
STEADY, LOOK, CHANGED = "steady", "look", "changed"
DISCOVERY = 0.01  # of what is called "look" or "changed", so much may be chance
RATIOS = ((math.log(1.5), CHANGED), (math.log(1.25), LOOK))
SHIFTS = ((0.25, CHANGED), (0.1, LOOK))  # the usual reading of PSI
MIN_NOTES = 50  # a shorter period joins no judgement


class Measure(NamedTuple):
    """A measure of one period.

    name (str): Such as "mentions: DRUG".
    now, before (float | None): Rate for a thousand tokens, characters or wordpieces; None for a
        distribution.
    ratio, low, high (float | None): Of rates, with the 95 % interval.
    psi (float | None): Of distributions.
    q (float): The p-value, adjusted for the number of measures (Benjamini-Hochberg).
    status (str): "steady", "look" or "changed".
    """

    name: str
    now: float | None
    before: float | None
    ratio: float | None
    low: float | None
    high: float | None
    psi: float | None
    q: float
    status: str


@dataclass
class Period:
    """A day, a week or a run.

    name (str): Such as "2026-W48".
    counts (Counts): What its notes hold.
    measures (list[Measure]): Against the reference; none where either has too few notes.
    precision (dict[str, tuple[float, float]]): By label the mean score, now and before: of
        calibrated scores an estimate of precision, without any gold.
    """

    name: str
    counts: Counts
    measures: list[Measure] = field(default_factory=list)
    precision: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """RETURNS (str): The worst of its measures, "few notes" where there are none."""
        found = {measure.status for measure in self.measures}
        return next((x for x in (CHANGED, LOOK, STEADY) if x in found), "few notes")


@dataclass
class Drift:
    """A trail against a reference.

    system (str): The pipeline.
    periods (list[Period]): In order.
    left_out (Counter[str]): Notes of other pipelines, by name and version.
    known (int): Notes of the reference.
    """

    system: str
    periods: list[Period]
    left_out: Counter[str] = field(default_factory=Counter)
    known: int = MIN_NOTES

    @property
    def warning(self) -> str:
        """RETURNS (str): That the reference is too small to judge by, "" if it isn't."""
        few = f"The reference is of {counted(self.known, 'note')}: {MIN_NOTES} are needed to judge"
        return few if self.known < MIN_NOTES else ""

    @property
    def changed(self) -> bool:
        """RETURNS (bool): Whether any period has."""
        return any(period.status == CHANGED for period in self.periods)


def find_drift(folder: str | Path, reference: Reference, by: str = "week") -> Drift:
    """Compare what a trail counts with a reference.

    folder (str | Path): The trail's.
    reference (Reference): What is usual.
    by (str): "day", "week" (ISO 8601) or "run"; CommandError for another.
    RETURNS (Drift): Each period's measures. Raises AuditError where the trail counts nothing, or
        isn't whole.
    """
    if by not in BY:
        raise CommandError(Errors.SC519.format(what="period", name=by, known=", ".join(BY)))
    refuse_faults(folder, check_trail(folder))
    drift = Drift(reference.system, [], known=reference.counts.notes)
    periods: dict[str, Counts] = {}
    for system, row in _count_rows(Path(folder)):
        counts = Counts.from_dict(row["counts"])
        if system != reference.system:
            drift.left_out[system] += counts.notes
            continue
        name = str(row["run"]) if by == "run" else _period(row["time"], by)
        periods[name] = periods.get(name, Counts())
        periods[name] += counts
    if not periods:
        others = ", ".join(drift.left_out) or "none"
        message = Errors.SC949.format(folder=folder, system=reference.system, others=others)
        raise AuditError(message)
    drift.periods = [compare_counts(name, counts, reference) for name, counts in periods.items()]
    return drift


def _count_rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of counts, each with its pipeline's name and version."""
    systems: dict[str, str] = {}
    for path in day_files(folder):
        with path.open("rb") as lines:
            for line in lines:
                if b'"actor":' in line:
                    row = row_of(line)
                    model = row.get("model", {})
                    name = f"{model.get('name', '')} {model.get('version', '')}".strip()
                    systems[str(row.get("run"))] = name
                elif b'"event":"counts"' in line:
                    row = row_of(line)
                    yield systems.get(str(row.get("run")), ""), row


def _period(time: str, by: str) -> str:
    if by == "day":
        return time[:10]
    year, week, _ = date.fromisoformat(time[:10]).isocalendar()
    return f"{year}-W{week:02}"


def compare_counts(name: str, counts: Counts, reference: Reference) -> Period:
    """Compare a period.

    name (str): Its name.
    counts (Counts): What its notes hold.
    reference (Reference): What is usual.
    RETURNS (Period): With every measure, and what all of them say.
    """
    period = Period(name, counts)
    if min(counts.notes, reference.counts.notes) < MIN_NOTES:
        return period
    found = [*_rates(counts, reference), *_shifts(counts, reference)]
    adjusted = adjust([p for _, p in found])
    for (measure, _), q in zip(found, adjusted, strict=True):
        period.measures.append(measure._replace(q=q, status=_status(measure, q)))
    before = reference.counts.scores
    period.precision = {
        label: (_mean(bins), _mean(before[label]))
        for label, bins in counts.scores.items()
        if label in before and any(bins[:BINS]) and any(before[label][:BINS])
    }
    return period


def _rates(counts: Counts, reference: Reference) -> Iterator[tuple[Measure, float]]:
    known = reference.counts
    for kind, here, there in (
        ("mentions", counts.mentions, known.mentions),
        ("relations", counts.relations, known.relations),
    ):
        for label in sorted({*here, *there}):
            found = (here.get(label, 0), there.get(label, 0))
            yield _rate(f"{kind}: {label}", found, "tokens", counts, reference)
    for name, base in SHAPES.items():
        if counts.sums[base] and known.sums[base]:
            found = (counts.sums[name], known.sums[name])
            yield _rate(name, found, base, counts, reference)


def _rate(
    name: str, found: tuple[int, int], base: str, counts: Counts, reference: Reference
) -> tuple[Measure, float]:
    here, there = counts.sums[base] / 1000, reference.counts.sums[base] / 1000
    effect = reference.effects.get(name, 1.0)
    rate = compare_rates(found[0], here, found[1], there, effect)
    now, before = (n / b if b else 0.0 for n, b in zip(found, (here, there), strict=True))
    values = (now, before, rate.ratio, rate.low, rate.high, None)
    return Measure(name, *values, 1.0, STEADY), rate.p


def _shifts(counts: Counts, reference: Reference) -> Iterator[tuple[Measure, float]]:
    known = reference.counts
    both = [label for label in counts.scores if label in known.scores]
    pairs = {f"scores: {x}": (counts.scores[x], known.scores[x]) for x in both}
    values = sorted({*counts.said, *known.said})
    pairs["said of mentions"] = ([counts.said[x] for x in values], [known.said[x] for x in values])
    pairs["note lengths"] = (counts.lengths, known.lengths)
    for name, (here, there) in pairs.items():
        shift = compare_bins(here, there, reference.effects.get(name, 1.0))
        yield Measure(name, None, None, None, None, None, shift.psi, 1.0, STEADY), shift.p


def _status(measure: Measure, q: float) -> str:
    if q >= DISCOVERY:
        return STEADY
    if measure.psi is not None:
        return next((word for least, word in SHIFTS if measure.psi >= least), STEADY)
    assert measure.ratio is not None
    size = abs(math.log(measure.ratio))
    return next((word for least, word in RATIOS if size >= least), STEADY)


def _mean(bins: list[int]) -> float:
    scored = bins[:BINS]
    return sum(n * (i + 0.5) / BINS for i, n in enumerate(scored)) / sum(scored)
