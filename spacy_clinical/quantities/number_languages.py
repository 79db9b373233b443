"""Numbers by the language of the note that they stand in."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from .numbers import COMMA, POINT, NumberFormat

ValueT = TypeVar("ValueT")
# Those whose notes write a comma before decimals; some write a point (Mexico, Switzerland), too.
_WITH_COMMA = frozenset(["de", "es", "fr", "it", "nl", "pl", "pt"])


def number_formats(language: str) -> tuple[NumberFormat, ...]:
    """RETURNS (tuple[NumberFormat, ...]): How notes in a language may write numbers, the usual way
    first, with its words for units."""
    usual = (COMMA, POINT) if language in _WITH_COMMA else (POINT,)
    return tuple(replace(form, language=language) for form in usual)


def read_in(
    language: str, read: Callable[[str, NumberFormat], ValueT | None], text: str
) -> ValueT | None:
    """Read a value as a language writes numbers.

    language (str): Its code, such as "de"; numbers of any that isn't known have a point.
    read (Callable): Reads a text by a format, as `parse_quantity` does.
    text (str): The text.
    RETURNS (ValueT | None): The value; None where it can't be read, or where comma and point make
        two values of it: "1.500 mg" in German.
    """
    forms = number_formats(language)
    found = [value for form in forms if (value := read(text, form)) is not None]
    return found[0] if found and all(value == found[0] for value in found) else None
