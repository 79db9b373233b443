"""Names of people: by titles, relatives and other words beside them, and by lists."""

import re
from collections.abc import Iterator

from .listed_names import ListedNames
from .locale_tables import Lexicon
from .name_reader import NameReader
from .overlapping_finds import Found
from .text_words import Words

_TITLES = frozenset(("title", "clinician title", "other title"))
_LOWER_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "sra", "sr", "srta", "herr", "frau"))
_COLON = re.compile(r"\.?\s*[:#(]?\s*\Z")
_RELATION_GAP = re.compile(r"(?:,| is| was|:| \()? \Z|\) ?\Z")
_INITIALS = re.compile(r"(?<![\w.])[A-Z]\.(?:[A-Z]\.){1,2}(?![\w])")
_INITIALS_BEFORE = re.compile(
    r"(?:\A|[.!?\n] *|\b(?:patient|pt|by|with|and|for|from|name|signed|told) ?,? ?)\Z"
)


class NameFinder:
    """Finds names of people.

    lexicon (Lexicon): The tables.
    months (frozenset[str]): Names of months, in lower case.
    """

    def __init__(self, lexicon: Lexicon, months: frozenset[str]):
        self._lexicon = lexicon
        self._reader = NameReader(lexicon)
        self._listed = ListedNames(lexicon, self._reader, months)
        self._not_initials = frozenset(lexicon.role("not initials"))

    def find(self, words: Words, free: list[bool]) -> list[Found]:
        """Find names.

        words (Words): The text.
        free (list[bool]): For each word whether it is part of nothing else.
        RETURNS (list[Found]): In no order; they may overlap.
        """
        found = list(self._initials(words.text))
        roles, names = self._lexicon.roles, self._lexicon.names
        for i, word in enumerate(words.list):
            if word.lower in roles:
                found += self._told(words, i, roles[word.lower], free)
            may_begin = free[i] and (word.is_capital or word.lower in names)
            if may_begin and (one := self._listed.at(words, i, free)):
                found.append(one)
        return found

    def _initials(self, text: str) -> Iterator[Found]:
        for match in _INITIALS.finditer(text):
            plain = match.group().lower().rstrip(".")
            before = text[max(0, match.start() - 12) : match.start()]
            if plain not in self._not_initials and _INITIALS_BEFORE.search(before):
                yield Found(*match.span(), "NAME", 0.5, "rule:initials")

    def _told(
        self, words: Words, i: int, told: frozenset[str], free: list[bool]
    ) -> Iterator[Found]:
        """Names after a title, a relative, or a word such as "named"."""
        first = i + 1
        if first >= len(words) or not free[first]:
            return
        gap = words.gap(i)
        if not told.isdisjoint(_TITLES) and self._opens_title(words, i, gap, told):
            end = self._reader.follow(words, first, free, words[i].lower in _LOWER_TITLES)
            label = "DOCTOR" if "clinician title" in told else "NAME"
            if end > first:
                yield self._reader.extent(words, first, end, label, 0.95, "rule:title")
        elif "relative" in told and _RELATION_GAP.fullmatch(gap):
            yield from self._relatives(words, i, free)
        elif ("joining" in told and i > 0 and self._is_spoken(words, i - 1)) or (
            "name context" in told and _COLON.fullmatch(gap)
        ):
            yield from self._after_context(words, i, free)

    def _relatives(self, words: Words, i: int, free: list[bool]) -> Iterator[Found]:
        """The name behind "son", the two of "sons Ilmar and Oddvar"."""
        for _ in range(2 if words[i].lower.endswith("s") else 1):
            first = i + 1
            end = self._reader.follow(words, first, free, False) if first < len(words) else first
            if end == first:
                return
            yield self._reader.extent(words, first, end, "NAME", 0.8, "rule:relative")
            if end >= len(words) or words[end].lower != "and":
                return
            i = end

    def _is_spoken(self, words: Words, i: int) -> bool:
        """Whether a word is "discussed", "met"... with nothing but a blank behind it."""
        return words.joined(i) and "spoken with" in self._lexicon.roles.get(words[i].lower, ())

    def _opens_title(self, words: Words, i: int, gap: str, told: frozenset[str]) -> bool:
        word = words[i]
        if word.is_shouted and not words[i + 1].is_shouted:
            return False
        if "title" in told or word.lower in _LOWER_TITLES:
            return gap in (" ", ". ", ".", ".  ") and (
                word.is_capital or word.lower in _LOWER_TITLES
            )
        is_colon = "clinician title" in told and bool(_COLON.fullmatch(gap)) and ":" in gap
        return is_colon or (gap in (" ", ". ") and word.is_capital and not word.is_initial)

    def _after_context(self, words: Words, i: int, free: list[bool]) -> Iterator[Found]:
        first = i + 1
        if words[first].lower in ("is", "was") and first + 1 < len(words):
            first += 1
        end = self._reader.follow(words, first, free, False)
        weak = words[i].lower in ("by", "contact", "called", "recipient", "prefers")
        listed = any(self._lexicon.is_name(words[k].lower) for k in range(first, end))
        listed = listed or (":" in words.gap(i) and end > first + 1)
        if end > first and (listed or not weak) and "\n" not in words.gap(i).strip(" "):
            extent = self._reader.extent(words, first, end, "NAME", 0.85, "rule:name-context")
            yield self._with_first_name(words, end, extent)
        elif end > first and not weak:
            yield self._reader.extent(words, first, end, "NAME", 0.7, "rule:name-context")

    def _with_first_name(self, words: Words, end: int, found: Found) -> Found:
        """ "OYELARAN, FOLASADE T" as one."""
        if end < len(words) and words.gap(end - 1) in (", ", ",") and words[end].is_capital:
            lower = words[end].lower
            if lower not in self._lexicon.ordinary and lower not in self._lexicon.roles:
                stop = self._reader.behind(words, end + 1, words.all_free)
                return found._replace(end=words[stop - 1].end)
        return found
