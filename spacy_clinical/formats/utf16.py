"""Offsets that Java and JavaScript count: 16-bit units of UTF-16, two for characters beyond."""

from bisect import bisect_left
from collections.abc import Callable

from .file_reading import flat, malformed

Told = tuple[int, int, str]
"""Start, end, and the text that the file repeats for them."""


class Utf16:
    """Translates the offsets of one text.

    text (str): The text.
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self.wide = [index for index, char in enumerate(text) if ord(char) > 0xFFFF]
        self.units = [index + before for before, index in enumerate(self.wide)]
        self.halves = {unit + 1 for unit in self.units}

    def unit(self, character: int) -> int:
        """Translate an offset in characters into one in units."""
        return character + bisect_left(self.wide, character)

    def character(self, unit: int) -> int:
        """Translate an offset in units, that of a whole character, into one in characters."""
        return unit - bisect_left(self.units, unit)

    def fits(self, start: int, end: int) -> bool:
        """RETURNS (bool): Whether an extent in units lies in the text, no character halved."""
        inside = 0 <= start < end <= self.length + len(self.wide)
        return inside and start not in self.halves and end not in self.halves

    def extent(self, start: int, end: int, where: str) -> tuple[int, int]:
        """Translate an extent.

        start (int): In units.
        end (int): In units, exclusive.
        where (str): Its place, for messages.
        RETURNS (tuple[int, int]): In characters. Raises FormatError where it isn't in the text.
        """
        if not self.fits(start, end):
            total = self.length + len(self.wide)
            found = f"an extent of {start}-{end}, the text having {total} units of UTF-16"
            raise malformed(where, found, "one within it that halves no character")
        return self.character(start), self.character(end)


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
