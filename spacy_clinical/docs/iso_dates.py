"""Dates that are written in full, as numbers."""

import re
from datetime import date

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:[t ]\d\d:\d\d.*)?")
_DAY_FIRST = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\.? )?([a-z]{3,9})\.? (\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_FIGURES = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")


def iso_date(text: str) -> str:
    """Read a date.

    text (str): Such as "2024-02-12", "12 February 2024", "Feb 12, 2024", "June 2022" or "2011".
        Dates in figures only, such as 3/4/2024, are read differently in different countries; but
        3/14/2024 in one way only.
    RETURNS (str): YYYY-MM-DD, YYYY-MM or YYYY; "" for anything else.
    """
    flat = " ".join(text.lower().split())
    if match := _ISO.fullmatch(flat):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(flat):
        day, name, year = match.groups()
        month = _month(name)
    elif match := _MONTH_FIRST.fullmatch(flat):
        name, day, year = match.groups()
        month = _month(name)
    elif match := _FIGURES.fullmatch(flat):
        month, _, day, year = match.groups()
        if int(month) > 12:
            month, day = day, month
        if int(day) <= 12 and day.zfill(2) != month.zfill(2):
            return ""
    else:
        return ""
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


def _month(name: str) -> str:
    return next((str(i) for i, month in enumerate(MONTHS, 1) if month.startswith(name)), "0")
