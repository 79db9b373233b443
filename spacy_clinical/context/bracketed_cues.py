"""Cues in brackets say nothing behind them: "asthma (no admissions), gout"."""

import re
from bisect import bisect_left

from .cues import WORD, Cue

_BRACKET = re.compile(r"[()\[\]（）]")
_OPENING = "([（"


class Brackets:
    """The brackets of a sentence.

    text (str): The document.
    extent (tuple[int, int]): The sentence's characters.
    """

    def __init__(self, text: str, extent: tuple[int, int]):
        self._text = text
        self._places: list[int] = []
        self._closings: list[int] = []  # where the brackets close that are open from a place on
        opened: list[int] = []
        for match in _BRACKET.finditer(text, *extent):
            self._places.append(match.end())
            self._closings.append(extent[1])
            if match[0] in _OPENING:
                opened.append(len(self._places) - 1)
            elif opened:
                self._closings[opened.pop()] = match.start()
        self._fill_inner()

    def _fill_inner(self) -> None:
        """Let what follows an inner bracket belong to the one around it."""
        around: list[int] = []
        for k, place in enumerate(self._places):
            if self._text[place - 1] in _OPENING:
                around.append(self._closings[k])
            elif around:
                around.pop()
                self._closings[k] = around[-1] if around else self._closings[k]

    def until(self, cue: Cue, high: int) -> int:
        """Tell how far a cue reaches at most.

        cue (Cue): A cue of the sentence.
        high (int): Where it ends.
        RETURNS (int): Where the bracket closes that the cue stands in, if there are words in it
            behind the cue, else where the sentence ends: "(no) fever".
        """
        k = bisect_left(self._places, cue.start + 1) - 1
        if k < 0 or self._closings[k] < cue.end:
            return high
        closing = min(high, self._closings[k])
        return closing if WORD.search(self._text, cue.end, closing) else high
