"""Events that a year behind them makes past: "MI 2014", "appendectomy (2003)". Diseases that go on
("diabetes 2010") began then."""

import re

_EVENT = re.compile(
    r"(?:.*\b)?(?:n?stemi|mi|cva|tia|stroke|dvt|pe|vte|myocardial infarction|heart attack|"
    r"pulmonary embol\w+|(?:deep vein|venous) thrombosis|fractures?|pneumonia|sepsis|meningitis|"
    r"pancreatitis|appendicitis|ha?emorrhage|bleed(?:ing)?|concussion|pneumothorax|endocarditis|"
    r"miscarriage|shingles|covid(?:-19)?|cardiac arrest)",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"[^\S\n]{0,3}\(?(?:in |early |late |\d{1,2}/|[A-Z][a-z]{2,8}\.? )?(?P<year>(?:19|20)\d\d)\)?"
    r"(?=[^\S\n]*(?:[,;)\n&+]|\.(?!\d)|$|and\b))"
)


def find_year(text: str, start: int, end: int, *, done: bool) -> tuple[int, int] | None:
    """Find the year behind an event.

    text (str): The note.
    start, end (int): The characters of a mention.
    done (bool): Whether it is a procedure, else a disease.
    RETURNS (tuple[int, int] | None): Those of the year; None where none stands there, or the
        mention is of a disease that goes on.
    """
    match = _YEAR.match(text, end)
    if match is None or not (done or _EVENT.fullmatch(text, start, end)):
        return None
    return match.span("year")
