"""Reports that say the same: the same drugs, events and strata, or the same text."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .safety_reports import Report


def find_duplicates(reports: Iterable[Report], least: int = 3) -> list[list[str]]:
    """Find reports that are alike: of the same strata, with the same drugs and the same events.

    Two reports of one common drug and event are no duplicates; so alike ones are only those that
    name at least some things. They are told, and left out only if a user asks for it: alike isn't
    the same (Noren, Orre, Bate 2005, KDD, section 2).

    reports (Iterable[Report]): The reports.
    least (int): Drugs and events together that reports must name to be compared.
    RETURNS (list[list[str]]): The ids of each group, in order.
    """
    groups: dict[tuple[object, ...], list[str]] = {}
    for report in reports:
        if len(report.drugs) + len(report.events) >= least:
            key = (report.strata, report.drugs, report.events, report.pairs)
            groups.setdefault(key, []).append(report.id)
    return [ids for ids in groups.values() if len(ids) > 1]


def drop_duplicates(reports: Sequence[Report], groups: Sequence[Sequence[str]]) -> list[Report]:
    """RETURNS (list[Report]): The reports without all but the first of each group."""
    dropped = {id for ids in groups for id in ids[1:]}
    return [report for report in reports if report.id not in dropped]


def merge(reports: Sequence[Report], id: str) -> Report:
    """Make one report of several, such as the notes of a patient.

    reports (Sequence[Report]): The reports, at least one.
    id (str): The name of the new one.
    RETURNS (Report): What any of them names; strata of the first that knows each.
    """
    first = reports[0]
    known = zip(*(r.strata for r in reports), strict=True)
    strata = tuple(next((value for value in values if value), "") for values in known)
    paired = [r.pairs for r in reports]
    pairs = None if None in paired else frozenset(p for some in paired for p in some or ())
    return replace(
        first,
        id=id,
        drugs=frozenset(x for r in reports for x in r.drugs),
        events=frozenset(x for r in reports for x in r.events),
        reasons=frozenset(x for r in reports for x in r.reasons),
        strata=strata,
        pairs=pairs,
    )
