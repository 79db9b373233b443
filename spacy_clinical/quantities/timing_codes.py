"""Timing abbreviations that say exactly what a timing says."""

from decimal import Decimal
from functools import cache

from .quantity_model import Timing
from .quantity_tables import read_rows

Said = tuple[int, Decimal, str, tuple[str, ...]]


def timing_code(timing: Timing) -> str:
    """Find the abbreviation of a timing, by HL7 v3 GTSAbbreviation.

    timing (Timing): A timing.
    RETURNS (str): Such as "BID"; "" if none says the same. FHIR R4 takes a code for a complete
        statement of all but bounds, so that a timing "with meals" has none; "as needed" is no part
        of a Timing there.
    """
    more = (timing.frequency_max, timing.period_max, timing.count, timing.duration)
    if any(more) or timing.days or timing.amounts:
        return ""
    said = (timing.frequency, timing.period, timing.period_unit, timing.when)
    return _codes().get(said, "")  # type: ignore[arg-type]


@cache
def _codes() -> dict[Said, str]:
    return {_said(row): row["code"] for row in read_rows("timing_codes")}


def _said(row: dict[str, str]) -> Said:
    period, _, unit = row["per"].partition(" ")
    when = tuple(filter(None, row["when"].split(",")))
    return int(row["frequency"]), Decimal(period), unit, when
