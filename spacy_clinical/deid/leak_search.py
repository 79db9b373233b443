"""A second search over a text that is to leave: for what is known, and for what looks like an
identifier, whatever the first search thought. It knows nothing of the first but where it replaced.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..docs.lookalike_characters import bounded, plain, spelled
from ..pipeline.deid.date_rules import Calendar
from ..pipeline.deid.known_names import KnownName
from ..pipeline.deid.known_person import code_pattern, has_digit, is_name
from ..pipeline.deid.locale_rules import DeidRules, LocaleRules
from ..pipeline.deid.number_patterns import NumberFinder
from ..pipeline.deid.overlapping_finds import NAMES
from ..pipeline.deid.repetition import CODES
from ..pipeline.deid.text_words import Words
from .code_surrogates import is_fictional
from .replacements import PLACES

# Kinds whose patterns are sure: by their form or check digits, or by a word before them.
NUMBERS = ("SSN", "PHONE", "FAX", "ACCOUNT", "HEALTH_PLAN", "MRN", "LICENSE", "VEHICLE", "DEVICE")
STRONG = frozenset(("EMAIL", "URL", "IP", "BIOMETRIC", *NUMBERS))
_SURE = 0.85
_NAME, _PLACE, _CODE = 3, 4, 5  # letters and digits of the shortest value that is looked for
Extent = tuple[int, int]


class Leak(NamedTuple):
    """Where something is left, without its text.

    start, end (int): Characters of the text.
    rule (str): What found it, such as "known:PATIENT" or "pattern:SSN".
    """

    start: int
    end: int
    rule: str


class SecondSearch:
    """Searches texts for what is left.

    locales (Sequence[LocaleRules]): Whose numbers and codes are looked for.
    kept (Iterable[str]): Labels that a policy keeps: they may be left.
    surrogates (Iterable[str]): Labels that have surrogates, which look like originals: they are
        found where they are known, not by their looks.
    """

    def __init__(
        self,
        locales: Sequence[LocaleRules],
        kept: Iterable[str] = (),
        surrogates: Iterable[str] = (),
    ):
        self._locales = locales
        self._finders = [NumberFinder(x.lexicon, Calendar(x.lexicon)) for x in locales]
        self._kept = frozenset(kept)
        self._labels = STRONG - self._kept - frozenset(surrogates)

    @classmethod
    def of(
        cls, locales: Sequence[str], kept: Iterable[str] = (), surrogates: Iterable[str] = ()
    ) -> "SecondSearch":
        """RETURNS (SecondSearch): By the names of packaged locales."""
        return cls(DeidRules(locales).locales, kept, surrogates)

    def find(
        self, text: str, known: Iterable[tuple[str, str]], replaced: Sequence[Extent] = ()
    ) -> list[Leak]:
        """Search a text.

        text (str): The text that is to leave.
        known (Iterable[tuple[str, str]]): Label and text of what must not be left.
        replaced (Sequence[Extent]): Where something was put in, in text order: what looks like an
            original there is one by chance.
        RETURNS (list[Leak]): What is left, in text order.
        """
        inside = _Inside(replaced)
        found = set(self._patterns(text))
        words = Words(text)
        for label, value in set(known):
            if label not in self._kept:
                found |= set(self._value(text, words, label, value))
        return sorted(leak for leak in found if not inside(leak.start, leak.end))

    def _patterns(self, text: str) -> Iterable[Leak]:
        for finder in self._finders:
            for one in finder.find(text):
                sure = one.label in self._labels and one.score >= _SURE
                if sure and not is_fictional(one.label, text[one.start : one.end]):
                    yield Leak(one.start, one.end, f"pattern:{one.label}")

    def _value(self, text: str, words: Words, label: str, value: str) -> Iterable[Leak]:
        if label == "AGE":
            return
        if is_name(label, value, self._locales[0].lexicon):
            yield from self._name(words, label, value)
            if not has_digit(value):
                return
        n = sum(sign.isalnum() for sign in value)
        number = has_digit(value) and label not in PLACES
        if n < (_CODE if number else _PLACE):
            return
        is_code = number or (label in CODES and n >= _CODE)
        for match in re.finditer(_pattern(label, plain(value), is_code), text, re.IGNORECASE):
            yield Leak(*match.span(), f"known:{label}")

    def _name(self, words: Words, label: str, value: str) -> Iterable[Leak]:
        """A name, and each of its words: ordinary ones, and names that are, with a capital only
        and not where a sentence begins; eponyms before a word such as "disease" are none."""
        lexicon, name = self._locales[0].lexicon, KnownName(value, self._locales[0].lexicon)
        kept: list[bool] | None = None
        for i in name.words(words, _NAME if label in NAMES else _PLACE):
            kept = kept or self._locales[0].kept(words)
            ordinary = lexicon.is_common(words[i].lower) or words[i].lower in lexicon.ordinary
            if not (kept[i] or (ordinary and words.begins(i))):
                yield Leak(words[i].start, words[i].end, f"known:{label}")
        for start, end in name.whole(words):
            yield Leak(start, end, f"known:{label}")


class _Inside:
    """Tells whether characters lie in one of some extents."""

    def __init__(self, extents: Sequence[Extent]):
        self._extents = sorted(extents)
        self._starts = [start for start, _ in self._extents]

    def __call__(self, start: int, end: int) -> bool:
        k = bisect_right(self._starts, start) - 1
        return k >= 0 and end <= self._extents[k][1]


def _pattern(label: str, value: str, is_code: bool) -> str:
    if is_code:
        return code_pattern(label, value)
    return bounded(r"\s+".join("".join(map(spelled, word)) for word in value.split()), value)
