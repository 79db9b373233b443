"""Dates: as numbers where a date is written in full, and which date belongs to which mention."""

import re
from collections.abc import Iterator, Sequence

from ..records import Entity

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:[t ]\d\d:\d\d.*)?")
_DAY_FIRST = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\.? )?([a-z]{3,9})\.? (\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_SENTENCE_END = re.compile(
    r"[.!?][\"')\]]*\s+(?=[A-Z])|\n\s*\n|\n\s*(?:[-*•]|\(?\d+[.)])\s|\n(?=[A-Z])"
)
_NOT_FROM = re.compile(r"\b(?:until|till|through|by|before|for|next)\s+(?:the\s+)?$", re.IGNORECASE)


def iso_date(text: str) -> str:
    """Read a date.

    text (str): Such as "2024-02-12", "12 February 2024", "Feb 12, 2024", "June 2022" or "2011".
        Dates in figures only, such as 3/4/2024, are read differently in different countries.
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
    else:
        return ""
    fits = (month is None or 1 <= int(month or 0) <= 12) and (day is None or 1 <= int(day) <= 31)
    parts = (part.zfill(2) for part in (year, month, day) if part)
    return "-".join(parts) if fits else ""


def pair_dates(
    text: str, dates: Sequence[Entity], others: Sequence[Entity]
) -> Iterator[tuple[Entity, Entity]]:
    """Give each date to the mention it most likely belongs to.

    That is the last one before it in its sentence, else the first one after it there. A date by or
    until or for which something is, belongs to none. It is a rule of thumb, used where no relation
    says it.

    text (str): The document.
    dates (Sequence[Entity]): Date mentions.
    others (Sequence[Entity]): What may be dated.
    YIELDS (tuple[Entity, Entity]): The mention and its date.
    """
    for date in dates:
        if _NOT_FROM.search(text[max(0, date.start - 20) : date.start]):
            continue
        before = [e for e in others if e.end <= date.start]
        after = [e for e in others if e.start >= date.end]
        near = sorted(before, key=lambda e: -e.end)[:1] + sorted(after, key=lambda e: e.start)[:1]
        for entity in near:
            between = text[min(entity.end, date.end) : max(entity.start, date.start)]
            if not _SENTENCE_END.search(between):
                yield entity, date
                break


def _month(name: str) -> str:
    return next((str(i) for i, month in enumerate(MONTHS, 1) if month.startswith(name)), "0")
