"""Names that begin with a listed one, or stand beside one."""

import re

from .locale_tables import Lexicon
from .name_reader import SHORTEST, NameReader
from .overlapping_finds import Found
from .text_words import Words

_MONTH_PREPOSITION = frozenset(
    [
        "in",
        "on",
        "since",
        "of",
        "last",
        "this",
        "next",
        "until",
        "by",
        "from",
        "early",
        "late",
        "mid",
    ]
)

_DEGREES = re.compile(  # "36.8 C. JVP raised" names nobody
    r"(?:\d[.,]\d|°|\b(?:t|temp|temperature)(?: (?:of|is|was))?[ :=]{0,2}\d{2,3}) ?°?$",
    re.IGNORECASE,
)


class ListedNames:
    """Finds names by lists.

    lexicon (Lexicon): The tables.
    reader (NameReader): Tells how far a name reaches.
    months (frozenset[str]): Names of months, in lower case.
    """

    def __init__(self, lexicon: Lexicon, reader: NameReader, months: frozenset[str]):
        self._lexicon, self._reader, self._months = lexicon, reader, months

    def at(self, words: Words, i: int, free: list[bool]) -> Found | None:
        """Find a name that begins with a word: a listed one, an initial, or one beside those.

        words (Words): The text.
        i (int): The word.
        free (list[bool]): For each word whether it is part of nothing else.
        RETURNS (Found | None): The name.
        """
        word = words[i]
        if not word.is_capital:
            return self._lower(words, i)
        if word.is_initial:
            return self._initial_first(words, i, free)
        lexicon = self._lexicon
        if not lexicon.is_name(word.lower):
            return self._unlisted_first(words, i, free)
        if not self._reader.goes_on(words, i):
            return None
        end = self._reader.behind(words, i + 1, free)
        turned = self._last_first(words, i, end)
        if turned:
            return self._reader.extent(words, i, turned, "NAME", 0.85, "rule:last-first")
        if end > i + 1:
            sure = 0.85 if lexicon.is_name(word.lower, "fmn") else 0.6
            common = lexicon.is_common(word.lower) and words.begins(i)
            strong = not common or (sure > 0.8 and len(words[i + 1].text) > SHORTEST)
            strong = strong or (words[i + 1].is_initial and end > i + 2)
            if strong or lexicon.is_name(words[end - 1].lower) or words[end - 1].is_initial:
                return self._reader.extent(words, i, end, "NAME", sure, "rule:name-list")
        return self._alone(words, i)

    def _alone(self, words: Words, i: int) -> Found | None:
        """A single listed name."""
        word = words[i]
        if self._lexicon.is_common(word.lower) and not self._is_free_common(words, i):
            return None
        if word.is_shouted and word.lower in self._lexicon.ordinary:
            return None
        if word.lower in self._lexicon.ordinary or word.lower in self._lexicon.roles:
            return None
        score = 0.7 if self._lexicon.is_name(word.lower, "fmn") else 0.55
        return self._reader.extent(words, i, i + 1, "NAME", score, "rule:name-list")

    def _is_free_common(self, words: Words, i: int) -> bool:
        """Whether a name that is also a word is written with a capital for no other reason: within
        a sentence of small letters."""
        word, before = words[i], words[i - 1] if i else None
        if before is None or words.begins(i) or word.is_shouted or words.gap(i - 1) != " ":
            return False
        if word.lower in self._months and before.lower in _MONTH_PREPOSITION:
            return False
        behind = words[i + 1] if i + 1 < len(words) else None
        beside_capital = before.is_capital or (
            behind is not None and behind.is_capital and words.joined(i)
        )
        placed = "place context" in self._lexicon.roles.get(before.lower, ())
        return not beside_capital and not placed

    def _last_first(self, words: Words, i: int, end: int) -> int:
        """One past the last word of "Vandermeer, Ilse M."; 0 if it isn't that."""
        if end >= len(words) or words.gap(end - 1) not in (", ", ",") or end > i + 2:
            return 0
        first = words[end]
        listed = self._lexicon.is_name(first.lower, "fmn") and first.is_capital
        if not listed or first.is_shouted != words[i].is_shouted:
            return 0
        return self._reader.behind(words, end + 1, words.all_free)

    def _unlisted_first(self, words: Words, i: int, free: list[bool]) -> Found | None:
        """A word that no list has, before a listed name or before credentials."""
        word = words[i]
        if not self._reader.can_be_name(word) or len(word.text) < 2 or i + 1 >= len(words):
            return None
        turned = self._last_first(words, i, i + 1)
        if turned:
            return self._reader.extent(words, i, turned, "NAME", 0.75, "rule:last-first")
        end = self._reader.behind(words, i + 1, free)
        named = any(
            self._lexicon.is_name(words[k].lower) and not self._lexicon.is_common(words[k].lower)
            for k in range(i + 1, end)
        )
        doctor = self._reader.credential.match(words.text, words[end - 1].end)
        lettered = end == i + 2 and words[i + 1].is_initial and not word.is_shouted
        lettered = lettered and words.gap(i) == " " and words.gap(i + 1)[:1] in ".,"
        if named or lettered or (doctor and not word.is_shouted):
            return self._reader.extent(words, i, end, "NAME", 0.65, "rule:beside-name")
        return None

    def _initial_first(self, words: Words, i: int, free: list[bool]) -> Found | None:
        """ "P. Marchetti": an initial with a stop, and a word that isn't ordinary."""
        if words.gap(i) not in (". ", ".") or i + 1 >= len(words) or not free[i + 1]:
            return None
        last = words[i + 1]
        if not last.is_capital or len(last.text) < SHORTEST or not self._reader.can_be_name(last):
            return None
        if words.gap(i) == ". " and words[i].text == "I":
            return None
        if words[i].text in ("C", "F") and _DEGREES.search(
            words.text, max(words[i].start - 24, 0), words[i].start
        ):
            return None
        end = self._reader.behind(words, i + 2, free)
        return self._reader.extent(words, i, end, "NAME", 0.7, "rule:initial-name")

    def _lower(self, words: Words, i: int) -> Found | None:
        """A given name in small letters that is nothing else."""
        lower, lexicon = words[i].lower, self._lexicon
        given = len(lower) >= 4 and lexicon.is_name(lower, "fm")
        if not given or lexicon.is_common(lower) or lower in lexicon.ordinary:
            return None
        if lower in lexicon.roles or "-" in lower:
            return None
        end = i + 1
        if end < len(words) and words.gap(i) == " " and not words[end].is_capital:
            second = words[end].lower
            if lexicon.is_name(second, "s") and not lexicon.is_common(second):
                end += 1
        return self._reader.extent(words, i, end, "NAME", 0.5, "rule:small-letters")
