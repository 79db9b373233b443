"""Where a text means a name that is known: "Will" may be a name, "will" is none."""

import re
from collections.abc import Iterator

from ...docs.lookalike_characters import bounded, plain, spelled
from .locale_tables import Lexicon
from .name_reader import PARTICLES, is_particle
from .text_words import Word, Words, is_loud

_SHORT = 4  # letters below which a name is looked for with a capital only
_TITLES = frozenset(("title", "clinician title", "other title"))
_LEADING = frozenset(("relative", "spoken with", "name context", "joining"))
_BESIDE = frozenset((" ", "  ", ", ", ",", ". ", "\n", " \n"))
_NUMBERED = re.compile(r"\.?[ \t]*[:#]|\.?[ \t]*\d")  # as in "Bed No. 4"
_GOES_ON = re.compile(r"[ \t]+[^\W\d_]")


class KnownName:
    """A name that is known, and where it stands.

    value (str): The name, in any order of its words.
    lexicon (Lexicon): Tells which names are ordinary words too.
    """

    def __init__(self, value: str, lexicon: Lexicon):
        self._value, self._lexicon = plain(value), lexicon
        self._parts = Words(self._value).list
        self._is_long = len(self._parts) > 1
        self._own = {part.lower for part in self._parts}
        self._written = {part.text for part in self._parts}
        self._written |= {part.text.capitalize() for part in self._parts}

    def words(self, words: Words, least: int) -> Iterator[int]:
        """Find the words of the name, each by itself.

        words (Words): The text.
        least (int): Letters of the shortest that is looked for.
        YIELDS (int): The words of the text. Ordinary words need a capital; one that denies, such as
            "No", a title or another word of the name beside it.
        """
        parts = [part for part in self._parts if not is_particle(part.text, len(self._parts))]
        for lower in dict.fromkeys(part.lower for part in parts if len(part.lower) >= least):
            yield from (i for i in words.places.get(lower, ()) if self._is_meant(words, i))

    def whole(self, words: Words) -> Iterator[tuple[int, int]]:
        """Find the name of several words, or in a script without blanks, in any case.

        words (Words): The text.
        YIELDS (tuple[int, int]): Characters of the text.
        """
        if not self._parts or (not self._is_long and self._value[0] < "\u2e80"):
            return
        pieces = ["".join(map(spelled, piece)) for piece in self._value.split()]
        pattern = bounded(r"\s*".join(pieces), self._value)
        for match in re.finditer(pattern, words.text, re.IGNORECASE):
            if self._is_name(words, words.inside(*match.span())):
                yield match.span()

    def _is_name(self, words: Words, inside: range) -> bool:
        """Whether words are the name, not "may no" of May No."""
        if any(self._denies(words[i]) and not self._is_meant(words, i) for i in inside):
            return False
        ordinary = [i for i in inside if self._lexicon.is_ordinary(words[i].lower)]
        return len(ordinary) < len(inside) or all(words[i].is_capital for i in ordinary)

    def _is_meant(self, words: Words, i: int) -> bool:
        word = words[i]
        is_particle = self._is_long and word.lower in PARTICLES
        ordinary = self._lexicon.is_ordinary(word.lower)
        if not (ordinary or is_particle or len(word.lower) < _SHORT):
            return True
        if not word.is_capital:
            return False
        if self._is_titled(words, i):
            return True
        if self._denies(word):
            return self._stands_as_name(words, i)
        if self._is_beside(words, i):
            return True
        if is_particle:
            return not (word.is_shouted or words.begins(i))
        seldom = self._lexicon.is_word(word.lower) or (ordinary and not self._is_long)
        if not seldom and len(word.lower) >= _SHORT - 1:
            return True
        return word.text in self._written and not (word.is_shouted and is_loud(words, i))

    def _denies(self, word: Word) -> bool:
        return "negation" in self._lexicon.roles.get(word.lower, ())

    def _is_titled(self, words: Words, i: int) -> bool:
        """Whether a title stands right before, as in "Mr. No"."""
        told = self._lexicon.roles.get(words[i - 1].lower, frozenset()) if i else frozenset()
        return words.joined(i - 1) and not _TITLES.isdisjoint(told) if told else False

    def _stands_as_name(self, words: Words, i: int) -> bool:
        """Whether a word that denies is a name: behind the given name, or amid a sentence behind a
        word such as "with". In doubt it denies."""
        word, text = words[i], words.text
        if _NUMBERED.match(text, word.end):
            return False
        if self._is_beside(words, i, (" ",)):
            return not (word.is_shouted and _GOES_ON.match(text, word.end))
        if i == 0 or words.gap(i - 1) != " " or word.text != word.text.capitalize():
            return False
        before = words[i - 1]
        leads = not _LEADING.isdisjoint(self._lexicon.roles.get(before.lower, ()))
        return not before.is_capital and (leads or before.lower in self._lexicon.function_words)

    def _is_beside(self, words: Words, i: int, gaps: tuple[str, ...] = tuple(_BESIDE)) -> bool:
        """Whether another word of the name stands beside a word."""
        for k, gap in ((i - 1, i - 1), (i + 1, i)):
            if not 0 <= k < len(words) or words.gap(gap) not in gaps:
                continue
            other = words[k].lower
            if other in self._own and other != words[i].lower and words[k].is_capital:
                return True
        return False
