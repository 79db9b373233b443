"""How far a name reaches that begins with a word."""

import re

from .locale_tables import Lexicon
from .overlapping_finds import Found
from .text_words import Word, Words

PARTICLES = frozenset(
    [
        "de",
        "del",
        "della",
        "der",
        "den",
        "di",
        "da",
        "dos",
        "das",
        "du",
        "la",
        "le",
        "van",
        "von",
        "vom",
        "zu",
        "ter",
        "ten",
        "bin",
        "bint",
        "ibn",
        "al",
        "el",
        "y",
    ]
)
SHORTEST = 3
MOST = 12  # words of a name behind its first: a note in capitals is no name


def is_particle(word: str, n_words: int) -> bool:
    """RETURNS (bool): Whether a word of a name is one such as "van", which names nobody: in small
    letters, within a longer name. "Le" and "Van" are names too."""
    return n_words > 1 and word.islower() and word in PARTICLES


_NICK = re.compile(r" [\"“(]([^\W\d_]+)[\"”)]")


class NameReader:
    """Reads names.

    lexicon (Lexicon): The tables.
    """

    def __init__(self, lexicon: Lexicon):
        self.lexicon = lexicon
        written = [w for word in lexicon.role("credential") for w in (word.upper(), word.title())]
        written += ["PhD", "Ph.D", "PharmD", "PsyD", "MSc"]
        choice = "|".join(re.escape(word) for word in sorted(set(written), key=len, reverse=True))
        self.credential = re.compile(rf",? (?:{choice})(?![\w-])")

    def follow(self, words: Words, first: int, free: list[bool], lower_too: bool) -> int:
        """One past the last word of a name that begins with a word; `first` if there is none."""
        word = words[first]
        if not free[first]:
            return first
        if word.is_initial or (word.is_capital and self.can_be_name(word)):
            return self.behind(words, first + 1, free)
        if word.lower in PARTICLES and first + 1 < len(words) and words[first + 1].is_capital:
            return self.behind(words, first + 2, free)
        if lower_too and self._is_plain_lower(word):
            return first + 1 + self._is_second(words, first + 1, free)
        return first

    def _is_second(self, words: Words, i: int, free: list[bool]) -> bool:
        """Whether a word in small letters is a listed name that is nothing else."""
        if i >= len(words) or not words.joined(i - 1) or not free[i] or words[i].is_capital:
            return False
        lower = words[i].lower
        return self.lexicon.is_name(lower) and not self.lexicon.is_common(lower)

    def _is_plain_lower(self, word: Word) -> bool:
        ordinary = word.lower in self.lexicon.ordinary or word.lower in self.lexicon.roles
        return not word.is_capital and len(word.text) >= SHORTEST and not ordinary

    def can_be_name(self, word: Word) -> bool:
        if self.lexicon.is_name(word.lower):
            return True
        told = word.lower in self.lexicon.roles or word.lower in self.lexicon.heads
        return word.lower not in self.lexicon.ordinary and not told

    def behind(self, words: Words, end: int, free: list[bool]) -> int:
        """Go on over further names, initials and particles, MOST of them."""
        last = min(len(words), end + MOST)
        while end < last and free[end] and words.joined(end - 1):
            word, gap = words[end], words.gap(end - 1)
            if gap[0] == "." and not (words[end - 1].is_initial or len(words[end - 1].text) < 3):
                break
            if (word.is_initial and self._ends_initial(words, end)) or (
                word.is_capital and self.goes_on(words, end)
            ):
                end += 1
            elif self._leads_on(words, end):
                end += 2
            else:
                break
        return end

    def _ends_initial(self, words: Words, i: int) -> bool:
        """Whether a capital is an initial, not the word "I" or "A"."""
        return words[i].text not in ("I", "A") or words.gap(i)[:1] in (".", ",", "\n", ")", "")

    def goes_on(self, words: Words, i: int) -> bool:
        word = words[i]
        if self.credential.match(words.text, word.start - 1):
            return False
        if not self.can_be_name(word):
            return False
        behind_head = i + 1 < len(words) and words[i + 1].lower in self.lexicon.heads
        return not (behind_head and words.joined(i) and word.lower in self.lexicon.eponym_words)

    def _leads_on(self, words: Words, i: int) -> bool:
        """Whether particles lead to a capitalised word: "de la Cruz"."""
        if words[i].lower not in PARTICLES or i + 1 >= len(words) or not words.joined(i):
            return False
        after = words[i + 1]
        return after.is_capital or after.lower in PARTICLES

    def extent(
        self, words: Words, first: int, end: int, label: str, score: float, source: str
    ) -> Found:
        """A name, with a nickname in it, under DOCTOR if credentials follow."""
        stop = words[end - 1].end
        if words[end - 1].is_initial and words.text[stop : stop + 1] == ".":
            stop += 1
        nick = _NICK.match(words.text, stop)
        if (
            nick
            and end + 1 < len(words)
            and words[end + 1].is_capital
            and words.joined(end + 1 - 1)
        ) or (nick and end + 1 < len(words) and words[end + 1].is_capital and '"' in nick.group()):
            stop = words[end + 1].end
        if self.credential.match(words.text, stop):
            label = "DOCTOR"
        return Found(words[first].start, stop, label, score, source)
