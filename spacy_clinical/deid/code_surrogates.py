"""Codes and numbers replaced digit by digit: length, signs and classes of characters stay."""

import re

from ..docs.lookalike_characters import plain
from ..pipeline.deid.check_digits import (
    digits_of,
    is_luhn,
    is_nhs,
    is_zh_id,
    luhn_digit,
    nhs_digit,
    zh_id_digit,
)
from .surrogates import Surrogates

_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SMALL = _CAPITALS.lower()
_DIGITS = "0123456789"
_COUNTRY = re.compile(r"\+\d{1,3}(?=[\s.(-])")
# The exchange 555 with lines from 0100 to 0199 is kept for fiction by the numbering plan.
_AMERICAN = re.compile(r"(?:\+?1[-. ])?\(?\d{3}[-.) ]+(\d{3})[-. ](\d{4})(?!\d).*")
_FICTIONAL = re.compile(r"(?:\+?1[-. ])?(?:\(?\d{3}[-.) ]+)?555[-. ]01\d\d(?!\d).*")
_TRIES = 8
_CARD = 13  # digits of the shortest payment card


def normalise(text: str) -> str:
    """RETURNS (str): Letters and digits alone, in lower case: what two spellings have in common."""
    return "".join(sign for sign in plain(text).lower() if sign.isalnum())


def replace_code(surrogates: Surrogates, patient: str, label: str, text: str) -> str:
    """Give a code's surrogate.

    surrogates (Surrogates): Where it comes from.
    patient, label (str): Whose it is, and its kind.
    text (str): The code.
    RETURNS (str): One of the same length and classes of characters, with a check digit where the
        original has one. Spellings that differ in signs and case only give the same,
        and so does a number that is called MRN here and ID there.
    """
    fixed = _COUNTRY.match(text)
    start = fixed.end() if fixed and label in ("PHONE", "FAX") else 0
    value = normalise(text)
    for attempt in range(_TRIES):
        drawn = surrogates.stream(patient, "code", f"{value}/{attempt}", len(text))
        found = text[:start] + _drawn(text[start:], drawn)
        found = _checked(label, text, found)
        if normalise(found) != value:
            return found
    return re.sub(r"\w", "0", text)


def is_fictional(label: str, text: str) -> bool:
    """RETURNS (bool): Whether a number is one that is given to nobody, as surrogates are."""
    return label in ("PHONE", "FAX") and _FICTIONAL.fullmatch(text) is not None


def _drawn(text: str, drawn: bytes) -> str:
    """The characters exchanged, each for one of its class; which byte is used doesn't depend on
    signs between them."""
    found, k = "", 0
    for sign in text:
        if not sign.isalnum():
            found += sign
            continue
        pool = _DIGITS if sign.isdecimal() else _CAPITALS if sign.isupper() else _SMALL
        found += pool[drawn[k] % len(pool)]
        k += 1
    return found


def _checked(label: str, old: str, new: str) -> str:
    """The new code with the check digit that it must have."""
    digits = digits_of(old)
    if label in ("PHONE", "FAX") and (match := _AMERICAN.fullmatch(old)):
        return (
            new[: match.start(1)]
            + "555"
            + new[match.end(1) : match.start(2)]
            + "01"
            + new[match.start(2) + 2 :]
        )
    if label == "SSN":
        return _with_digits(new, [9, *digits_of(new)[1:]])  # 900 on is given to nobody
    if len(digits) == 10 and is_nhs(old):
        body = digits_of(new)[:9]
        last = nhs_digit(body)
        return _with_digits(new, [*body, last % 10])
    if len(digits) >= _CARD and old.replace(" ", "").replace("-", "").isdecimal() and is_luhn(old):
        body = digits_of(new)[:-1]
        return _with_digits(new, [*body, luhn_digit(body)])
    if is_zh_id(old):
        return new[:17] + zh_id_digit(new[:17])
    return new


def _with_digits(text: str, digits: list[int]) -> str:
    left = iter(digits)
    return "".join(str(next(left)) if sign.isdecimal() else sign for sign in text)
