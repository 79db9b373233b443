"""Events that a time behind them makes past: "MI 2014", "concussion in May", "appendectomy (2003)".
Diseases that go on ("diabetes 2010") began then."""

import re

_EVENT = re.compile(
    r"(?:.*\b)?(?:n?stemi|mi|cva|tia|stroke|dvt|pe|vte|myocardial infarction|heart attack|"
    r"pulmonary embol\w+|(?:deep vein|venous) thrombosis|fractures?|pneumonia|sepsis|meningitis|"
    r"pancreatitis|appendicitis|ha?emorrhage|bleed(?:ing)?|concussion|pneumothorax|endocarditis|"
    r"miscarriage|shingles|covid(?:-19)?|cardiac arrest)",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_BEHIND = (
    r"(?=[^\S\n]*(?:[,;)\n&+]|[-–—]\s|\.(?!\d)|$|(?:and|after|following|post|with|treated)\b))"
)
_YEAR = re.compile(
    r"[^\S\n]{0,3}\(?(?:in |early |late |\d{1,2}/|[A-Z][a-z]{2,8}\.? )?(?P<time>(?:19|20)\d\d)\)?"
    + _BEHIND,
)
# Of what is done, it may be to come: "hysterectomy in June".
_LATELY = re.compile(
    rf"[^\S\n]{{0,3}}\(?(?P<time>in (?:early |late |mid )?{_MONTH}|last (?:{_MONTH}|month|year|"
    rf"spring|summer|autumn|fall|winter))\)?{_BEHIND}",
    re.IGNORECASE,
)


def find_time(text: str, start: int, end: int, *, done: bool) -> tuple[int, int] | None:
    """Find the time behind an event.

    text (str): The note.
    start, end (int): The characters of a mention.
    done (bool): Whether it is a procedure, else a disease.
    RETURNS (tuple[int, int] | None): Those of the time, of a procedure a year only; None where
        none stands there, or the mention is of a disease that goes on.
    """
    if text[end : end + 1] not in (" ", "("):
        return None
    match = _YEAR.match(text, end) or (None if done else _LATELY.match(text, end))
    if match is None or not (done or _EVENT.fullmatch(text, start, end)):
        return None
    return match.span("time")
