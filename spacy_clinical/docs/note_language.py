"""A note's language: what its meta says, else that of the pipeline which read it."""

import re
from collections.abc import Mapping
from typing import Any

from ..errors import Errors, FormatError

LANGUAGE = "language"
_CODE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]+)*")
_UNTOLD = ("", "xx")  # what spaCy calls a pipeline of any language
_USUAL = "en"  # isn't written down


def language_of(meta: Mapping[str, Any], *others: str) -> str:
    """Say what language a note is in.

    meta (Mapping[str, Any]): What is known of the note; its `language` is a code such as "de" or
        "de-AT", and nothing else counts.
    others (str): Codes from elsewhere, such as the pipeline's: the first one that says anything.
    RETURNS (str): ISO 639-1's code, "" where nobody knows.
    """
    told = (str(meta.get(LANGUAGE) or ""), *others)
    codes = (match[1].lower() for match in map(_CODE.fullmatch, told) if match)
    return next((code for code in codes if code not in _UNTOLD), "")


def check_language(code: str) -> str:
    """Check a language that a person names.

    code (str): Such as "de" or "de-AT", "" where it isn't told.
    RETURNS (str): ISO 639-1's code, "" for "". Raises FormatError for what is none.
    """
    if code and not _CODE.fullmatch(code):
        raise FormatError(Errors.SC123.format(found=code))
    return language_of({LANGUAGE: code})


def with_language(meta: Mapping[str, Any], language: str) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): What is known of a note, with its language where that isn't told
    and isn't English: what is read back later has no pipeline."""
    known = language_of(meta, language)
    told = {} if LANGUAGE in meta or known in ("", _USUAL) else {LANGUAGE: known}
    return {**meta, **told}
