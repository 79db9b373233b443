"""The words of a text, with what rules ask of them."""

import re
from bisect import bisect_left
from functools import cached_property
from typing import NamedTuple

from ...docs.lookalike_characters import LETTERS, plain

_WORD = re.compile(rf"{LETTERS}(?:['’\-\u2010\u2011]{LETTERS})*")
_SPACE = re.compile(r"\.?[^\S\n]*\Z")
_SENTENCE = re.compile(r"[.!?:;\n•]")


class Word(NamedTuple):
    """A word without its possessive.

    text, lower (str): As written, and in lower case in one spelling: composed, without unseen
        characters, with a straight apostrophe.
    start, end (int): Characters, end exclusive.
    is_capital (bool): Whether it begins with a capital.
    """

    text: str
    lower: str
    start: int
    end: int
    is_capital: bool

    @property
    def is_initial(self) -> bool:
        """RETURNS (bool): Whether it is one capital."""
        return len(self.text) == 1 and self.text.isupper()

    @property
    def is_shouted(self) -> bool:
        """RETURNS (bool): Whether it is more capitals than one and nothing else."""
        return len(self.text) > 1 and self.text.isupper()


def is_loud(words: "Words", i: int) -> bool:
    """RETURNS (bool): Whether a word beside one is in capitals."""
    return any(words[k].is_shouted for k in (i - 1, i + 1) if 0 <= k < len(words))


def _without_possessive(text: str) -> str:
    return text[:-2] if len(text) > 3 and text[-2:] in ("'s", "’s", "'S", "’S") else text


class Words:
    """The words of a text.

    text (str): The text.
    """

    def __init__(self, text: str):
        self.text = text
        self.list: list[Word] = []
        self._stops: list[int] = []
        self._starts: list[int] = []
        for match in _WORD.finditer(text):
            word = match.group()
            start, stop = match.span()
            if word[-1] in "sS":
                word = _without_possessive(word)
            lower = plain(word).lower()
            self.list.append(Word(word, lower, start, start + len(word), word[0].isupper()))
            self._stops.append(stop)
            self._starts.append(start)

    def __len__(self) -> int:
        return len(self.list)

    def __getitem__(self, i: int) -> Word:
        return self.list[i]

    def gap(self, i: int) -> str:
        """RETURNS (str): What stands between a word and the next; a line end after the last."""
        if i + 1 >= len(self.list):
            return "\n"
        return self.text[self._stops[i] : self.list[i + 1].start]

    def stop(self, i: int) -> int:
        """RETURNS (int): The end of a word with its possessive."""
        return self._stops[i]

    def inside(self, start: int, end: int) -> range:
        """RETURNS (range): The words that begin within some characters."""
        return range(bisect_left(self._starts, start), bisect_left(self._starts, end))

    def joined(self, i: int) -> bool:
        """RETURNS (bool): Whether only a blank, or a stop and a blank, parts a word from the
        next."""
        gap = self.gap(i)
        return gap == " " or (gap in (". ", ".", "  ") or bool(_SPACE.match(gap)))

    def begins(self, i: int) -> bool:
        """RETURNS (bool): Whether a sentence or a line may begin with a word."""
        return i == 0 or bool(_SENTENCE.search(self.gap(i - 1)))

    @cached_property
    def all_free(self) -> list[bool]:
        """RETURNS (list[bool]): For each word that it isn't kept."""
        return [True] * len(self.list)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """RETURNS (dict[str, list[int]]): Where each word stands, by its lower case."""
        found: dict[str, list[int]] = {}
        for i, word in enumerate(self.list):
            found.setdefault(word.lower, []).append(i)
        return found
