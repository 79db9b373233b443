"""Days, months, years and what lies between: dates as exact as a note tells them."""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from ..docs.iso_dates import iso_date

_TO = "/"


class TimeSpan(NamedTuple):
    """A stretch of days, both ends in it: "March 2024" is 31 of them.

    first, last (date): Its ends.
    """

    first: date
    last: date

    @property
    def iso(self) -> str:
        """RETURNS (str): YYYY, YYYY-MM or YYYY-MM-DD where it is a year, month or day, else its
        ends as ISO 8601 writes an interval: "2024-03-18/2024-03-24"."""
        if self.first == self.last:
            return self.first.isoformat()
        if self == month_of(self.first):
            return self.first.isoformat()[:7]
        if self == year_of(self.first.year):
            return f"{self.first.year:04}"
        return f"{self.first.isoformat()}{_TO}{self.last.isoformat()}"

    def overlaps(self, other: "TimeSpan") -> bool:
        """RETURNS (bool): Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


@lru_cache(4096)
def parse_span(text: str) -> TimeSpan | None:
    """Read a date as `TimeSpan.iso` writes it, or as it is written in full.

    text (str): Such as "2024-03", "2024-03-18/2024-03-24" or "March 18, 2024".
    RETURNS (TimeSpan | None): The days; None for anything else.
    """
    first, joint, last = text.partition(_TO)
    if joint:
        ends = parse_span(first), parse_span(last)
        return TimeSpan(ends[0].first, ends[1].last) if ends[0] and ends[1] else None
    parts = iso_date(text).split("-")
    if parts == [""]:
        return None
    year, *rest = map(int, parts)
    if not rest:
        return year_of(year)
    if len(rest) == 1:
        return month_of(date(year, rest[0], 1))
    return day_of(date(year, *rest))


def day_of(day: date) -> TimeSpan:
    """RETURNS (TimeSpan): One day."""
    return TimeSpan(day, day)


def month_of(day: date) -> TimeSpan:
    """RETURNS (TimeSpan): The month that a day is in."""
    last = monthrange(day.year, day.month)[1]
    return TimeSpan(day.replace(day=1), day.replace(day=last))


def latest_month(number: int, day: date) -> TimeSpan:
    """RETURNS (TimeSpan): The last month of a number, 1 for January, that began by a day."""
    this_year = month_of(date(day.year, number, 1))
    return this_year if this_year.first <= day else month_of(date(day.year - 1, number, 1))


def year_of(year: int) -> TimeSpan:
    """RETURNS (TimeSpan): A year."""
    return TimeSpan(date(year, 1, 1), date(year, 12, 31))


def week_of(day: date) -> TimeSpan:
    """RETURNS (TimeSpan): The week that a day is in, from Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return TimeSpan(monday, monday + timedelta(days=6))


def shift(day: date, number: int, unit: str) -> TimeSpan:
    """Go so many units on from a day, or back.

    day (date): From where.
    number (int): How many, below 0 for back.
    unit (str): "d", "wk", "mo" or "a", as UCUM writes them.
    RETURNS (TimeSpan): The day; the month for months, the year for years, as nobody counts exactly.
        Raises OverflowError or ValueError outside of the years 1 to 9999.
    """
    if unit == "mo":
        months = day.year * 12 + day.month - 1 + number
        return month_of(date(months // 12, months % 12 + 1, 1))
    if unit == "a":
        return year_of(day.year + number)
    return day_of(day + timedelta(days=number * (7 if unit == "wk" else 1)))
