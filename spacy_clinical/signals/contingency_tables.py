"""Counts of pairs: how many reports name drug and event, one of them, or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from .safety_reports import Report

Array = numpy.ndarray[Any, Any]


@dataclass(frozen=True)
class Cells:
    """The pairs that are named at least once, and the margins of all.

    drugs, events (list[str]): Names, sorted.
    drug, event (Array): Which of them each pair has, shape (n_pairs,).
    a (Array): Reports that name both, shape (n_pairs,).
    drug_reports, event_reports (Array): Reports that name each drug, each event.
    reports (int): All reports.
    expected (Array): What `a` would be without any tie, summed over the strata, shape (n_pairs,).
    reasons (Array): Reports of `a` in which the event is what the drug is for, shape (n_pairs,).
    strata (dict[tuple[str, ...], int]): Reports in each stratum.
    """

    drugs: list[str]
    events: list[str]
    drug: Array
    event: Array
    a: Array
    drug_reports: Array
    event_reports: Array
    reports: int
    expected: Array
    reasons: Array
    strata: dict[tuple[str, ...], int]

    @property
    def b(self) -> Array:
        """RETURNS (Array): Reports of the drug without the event, shape (n_pairs,)."""
        return self.drug_reports[self.drug] - self.a

    @property
    def c(self) -> Array:
        """RETURNS (Array): Reports of the event without the drug, shape (n_pairs,)."""
        return self.event_reports[self.event] - self.a

    @property
    def d(self) -> Array:
        """RETURNS (Array): Reports of neither, shape (n_pairs,)."""
        return self.reports - self.a - self.b - self.c


def count_cells(reports: Sequence[Report], extra: Iterable[tuple[str, str]] = ()) -> Cells:
    """Count pairs.

    reports (Sequence[Report]): The reports.
    extra (Iterable[tuple[str, str]]): Pairs to have even where no report names them: their count
        is a zero if some report names the drug and some the event; else they are missing, and left
        out.
    RETURNS (Cells): By drug, then by event.
    """
    drug_ids = _number(name for report in reports for name in report.drugs)
    event_ids = _number(name for report in reports for name in report.events)
    places: dict[tuple[str, ...], int] = {}
    stratum = [places.setdefault(report.strata, len(places)) for report in reports]
    width = max(1, len(event_ids))
    named = numpy.fromiter(
        (drug_ids[d] * width + event_ids[e] for r in reports for d, e in r.named()), dtype="int64"
    )
    codes, counts = numpy.unique(named, return_counts=True)
    zeros = [
        drug_ids[d] * width + event_ids[e] for d, e in extra if d in drug_ids and e in event_ids
    ]
    new = numpy.setdiff1d(numpy.array(zeros, dtype="int64"), codes)
    codes = numpy.concatenate([codes, new])
    counts = numpy.concatenate([counts, numpy.zeros(len(new), dtype="int64")])
    order = numpy.argsort(codes, kind="stable")
    codes, counts = codes[order], counts[order]
    drug, event = codes // width, codes % width
    by_drug = _margin(reports, stratum, drug_ids, len(places), "drugs")
    by_event = _margin(reports, stratum, event_ids, len(places), "events")
    sizes = numpy.bincount(stratum, minlength=len(places)) if reports else numpy.zeros(0)
    return Cells(
        sorted(drug_ids),
        sorted(event_ids),
        drug,
        event,
        counts,
        by_drug.sum(axis=1),
        by_event.sum(axis=1),
        len(reports),
        _expected(drug, event, by_drug, by_event, sizes),
        _reasons(reports, drug_ids, event_ids, codes, width),
        {name: int(sizes[i]) for name, i in places.items()},
    )


def _number(names: Iterable[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(sorted(set(names)))}


def _margin(
    reports: Sequence[Report], stratum: Sequence[int], ids: dict[str, int], n: int, field: str
) -> Array:
    """Reports by name and stratum, shape (n_names, n_strata)."""
    codes = numpy.fromiter(
        (ids[x] * n + s for r, s in zip(reports, stratum, strict=True) for x in getattr(r, field)),
        dtype="int64",
    )
    return numpy.bincount(codes, minlength=len(ids) * n).reshape(len(ids), max(n, 0) or 1)


def _expected(drug: Array, event: Array, by_drug: Array, by_event: Array, sizes: Array) -> Array:
    """Stratum by stratum, as DuMouchel 1999 does (The American Statistician 53, section 2)."""
    found = numpy.zeros(len(drug))
    for s, size in enumerate(sizes):
        found += by_drug[drug, s] * (by_event[event, s] / size)
    return found


def _reasons(
    reports: Sequence[Report],
    drug_ids: dict[str, int],
    event_ids: dict[str, int],
    codes: Array,
    width: int,
) -> Array:
    found = [
        drug_ids[d] * width + event_ids[e]
        for r in reports
        if r.reasons
        for d, e in r.reasons & set(r.named())
    ]
    if not found:
        return numpy.zeros(len(codes), dtype="int64")
    places = numpy.searchsorted(codes, numpy.array(found, dtype="int64"))
    return numpy.bincount(places, minlength=len(codes))
