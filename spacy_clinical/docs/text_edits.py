"""Edits of a text, and where its characters are after them."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """Characters to be replaced.

    start, end (int): Characters, end exclusive.
    text (str): What takes their place, be it nothing.
    """

    start: int
    end: int
    text: str


class Moves:
    """Where characters are after edits.

    text (str): The text before them.
    edits (Sequence[Edit]): In text order, none overlapping another.
    """

    def __init__(self, text: str, edits: Sequence[Edit]):
        self.edits = edits
        self._starts = [edit.start for edit in edits]
        self._shifts = [0]
        parts, at = [], 0
        for edit in edits:
            parts += [text[at : edit.start], edit.text]
            at = edit.end
            grown = len(edit.text) - (edit.end - edit.start)
            self._shifts.append(self._shifts[-1] + grown)
        self.text = "".join([*parts, text[at:]])

    def start(self, place: int) -> int:
        """RETURNS (int): Where what begins at a character begins now."""
        edit, k = self._edit_at(place)
        return edit.start + self._shifts[k] if edit else place + self._shifts[k]

    def end(self, place: int) -> int:
        """RETURNS (int): Where what ends before a character ends now."""
        edit, k = self._edit_at(place - 1)
        if edit:
            return edit.start + self._shifts[k] + len(edit.text)
        return place + self._shifts[k]

    def extent(self, start: int, end: int) -> list[int]:
        """RETURNS (list[int]): Where characters are now; all of an edit that they touch."""
        return [self.start(start), self.end(end)] if start < end else [self.start(start)] * 2

    def _edit_at(self, place: int) -> tuple[Edit | None, int]:
        """The edit that holds a character, and the number of those that end before it."""
        k = bisect_right(self._starts, place) - 1
        if k >= 0 and place < self.edits[k].end:
            return self.edits[k], k
        return None, k + 1
