"""How far cues reach that reach over a few words only."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from .cues import FEW_WORDS, WORD, Cue


class WordReach:
    """The words of a sentence around its cues.

    text (str): The document.
    extent (tuple[int, int]): The sentence's characters.
    commas (Sequence[int]): Where its commas stand.
    """

    def __init__(self, text: str, extent: tuple[int, int], commas: Sequence[int]):
        self.text, self.extent, self.commas = text, extent, commas

    def on(self, cue: Cue) -> int:
        """RETURNS (int): Where a cue's words behind it end, of one without a limit the sentence."""
        limit = cue.rule.words
        if limit is None or cue.inner is not None:
            return self.extent[1]
        high = self._word_end(cue.end, limit)
        k = bisect_left(self.commas, cue.end)
        comma = self.commas[k] if k < len(self.commas) else high
        return min(high, comma) if limit < FEW_WORDS else high

    def back(self, cue: Cue) -> int:
        """RETURNS (int): Where a cue's words before it begin."""
        limit = cue.rule.words
        if limit is None or cue.inner is not None:
            return self.extent[0]
        starts, ends = self._words
        k = bisect_right(ends, cue.start) - 1 - limit
        low = starts[k] if k >= 0 else self.extent[0]
        comma = bisect_left(self.commas, cue.start) - 1
        few = limit < FEW_WORDS and comma >= 0
        return max(low, self.commas[comma]) if few else low

    @cached_property
    def _words(self) -> tuple[list[int], list[int]]:
        words = list(WORD.finditer(self.text, *self.extent))
        return [word.start() for word in words], [word.end() for word in words]

    def _word_end(self, place: int, words: int) -> int:
        """Where the word behind some others ends that begin at a character or later."""
        begun = WORD.match(self.text, place - 1, self.extent[1])
        first = begun.end() if begun and begun.end() > place else place
        found = islice(WORD.finditer(self.text, first, self.extent[1]), words, None)
        word = next(found, None)
        return word.end() if word else self.extent[1]
