"""Offsets that aren't in characters: units of UTF-16 (Java and JavaScript), or bytes."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate

from .file_reading import flat, malformed

Told = tuple[int, int, str]
"""Start, end, and the text that the file repeats for them."""


class Utf16:
    """Translates the offsets of one text.

    text (str): The text.
    """

    named = "units of UTF-16"

    def __init__(self, text: str) -> None:
        self.wide = [index for index, char in enumerate(text) if ord(char) > 0xFFFF]
        self.units = [index + before for before, index in enumerate(self.wide)]
        self.halves = {unit + 1 for unit in self.units}
        self.total = len(text) + len(self.wide)

    def unit(self, character: int) -> int:
        """Translate an offset in characters into one in units."""
        return character + bisect_left(self.wide, character)

    def character(self, unit: int) -> int:
        """Translate an offset in units, that of a whole character, into one in characters."""
        return unit - bisect_left(self.units, unit)

    def is_border(self, unit: int) -> bool:
        """RETURNS (bool): Whether an offset in units halves no character."""
        return unit not in self.halves

    def fits(self, start: int, end: int) -> bool:
        """RETURNS (bool): Whether an extent in units lies in the text, no character halved."""
        inside = 0 <= start < end <= self.total
        return inside and self.is_border(start) and self.is_border(end)

    def extent(self, start: int, end: int, where: str) -> tuple[int, int]:
        """Translate an extent.

        start (int): In units.
        end (int): In units, exclusive.
        where (str): Its place, for messages.
        RETURNS (tuple[int, int]): In characters. Raises FormatError where it isn't in the text.
        """
        if not self.fits(start, end):
            found = f"an extent of {start}-{end}, the text having {self.total} {self.named}"
            raise malformed(where, found, "one within it that halves no character")
        return self.character(start), self.character(end)


class Utf8(Utf16):
    """Translates offsets that count bytes of UTF-8, as `Utf16` does those of UTF-16.

    text (str): The text.
    """

    named = "bytes"

    def __init__(self, text: str) -> None:
        self.units = [0, *accumulate(len(char.encode()) for char in text)]
        self.total = self.units[-1]

    def unit(self, character: int) -> int:
        """Translate an offset in characters into one in bytes."""
        return self.units[character]

    def character(self, unit: int) -> int:
        """Translate an offset in bytes, that of a whole character, into one in characters."""
        return bisect_left(self.units, unit)

    def is_border(self, unit: int) -> bool:
        """RETURNS (bool): Whether an offset in bytes halves no character."""
        return self.units[self.character(unit)] == unit


def find_unit(text: str, told: list[Told], plain: Callable[[str], str] = flat) -> Utf16 | None:
    """Find out by the texts that a file repeats whether its offsets count in UTF-16.

    text (str): The text that they count in.
    told (list[Told]): Offsets and texts.
    plain (Callable[[str], str]): Makes of a text what the file repeats.
    RETURNS (Utf16 | None): The translation if more texts fit with it than without, else None.
    """
    if text.isascii() or not told:
        return None
    units = Utf16(text)
    as_is = sum(plain(text[start:end]) == plain(given) for start, end, given in told)
    translated = sum(
        units.fits(start, end)
        and plain(text[units.character(start) : units.character(end)]) == plain(given)
        for start, end, given in told
    )
    return units if translated > as_is else None
