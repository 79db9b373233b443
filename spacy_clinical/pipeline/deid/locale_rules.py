"""All rules of some locales over one text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path

from ...errors import ContextError, Errors
from .date_rules import Calendar
from .doubtful_finds import is_doubtful
from .locale_tables import Lexicon, find_locale
from .name_rules import NameFinder
from .number_patterns import NumberFinder
from .overlapping_finds import NAMES, Found, unite
from .place_rules import PlaceFinder
from .repetition import repeat
from .text_words import Words

_GRADE = re.compile(r" ?(?:\d{1,2}(?![\d/-])|\+|[IVX]+\b|[A-E]\b)")  # as in "Gleason 7"
_AGE_BEHIND = re.compile(
    r"(?:,? ?\([^()\n]{0,60}\))?(?:, (?P<age>9\d|1[01]\d)(?=,|\.?\n|\. |;| years?\b)"
    r"| \((?P<bare>9\d|1[01]\d)\))"
)
_FIRM = frozenset(("HOSPITAL", "ORGANIZATION", "STREET", "DATE", "EMAIL", "URL", "LOCATION"))


class LocaleRules:
    """The rules of a locale.

    lexicon (Lexicon): Its tables.
    """

    def __init__(self, lexicon: Lexicon):
        self.lexicon = lexicon
        self.calendar = Calendar(lexicon)
        self._numbers = NumberFinder(lexicon, self.calendar)
        self._places = PlaceFinder(lexicon)
        self._names = NameFinder(lexicon, frozenset(self.calendar.words.get("month", ())))

    def find(
        self, words: Words, known: Sequence[Found], seen: Sequence[Found], again: bool
    ) -> list[Found]:
        """Find identifiers.

        words (Words): The text.
        known (Sequence[Found]): What is found already.
        seen (Sequence[Found]): What a model found: left out where the tables keep the words, and
            where it is doubtful.
        again (bool): Look for names and codes in the whole text once they are found.
        RETURNS (list[Found]): In no order; they may overlap.
        """
        kept = self.kept(words)
        found = self._numbers.find(words.text)
        found += self.calendar.in_words(words)
        found += self._places.find(words)
        firm = [one for one in found if one.label in _FIRM]
        free = _cover(words, firm, [not one for one in kept])
        names = self._names.find(words, free)
        found += [*names, *_ages_behind(words.text, [*names, *known])]
        found += [one for one in seen if not is_doubtful(one, words, self.lexicon)]
        found = [one for one in found if not _is_kept(one, words, kept)]
        if again:
            free = _cover(
                words, [one for one in firm if one.label != "DATE"], [not k for k in kept]
            )
            found += repeat([*found, *known], words, self.lexicon, free)
        return found

    def kept(self, words: Words) -> list[bool]:
        """Tell which words stay whatever they look like: eponyms before a word such as "disease",
        and listed phrases.

        words (Words): The text.
        RETURNS (list[bool]): For each word.
        """
        kept = [False] * len(words)
        lexicon = self.lexicon
        for i, word in enumerate(words.list):
            if not (lexicon.kept.may_begin(word.lower) or word.lower in lexicon.eponym_words):
                continue
            phrase = lexicon.kept.at(words, i)
            end = phrase[1] if phrase else i
            if name := lexicon.eponyms.at(words, i):
                titled = i > 0 and _is_title(lexicon, words, i - 1)
                end = end if titled else max(end, self._eponym_end(words, name[1]))
            kept[i:end] = [True] * (end - i)
        return kept

    def _eponym_end(self, words: Words, end: int) -> int:
        """One past the last word of an eponym; 0 if no word such as "disease" follows."""
        joined = end < len(words) and words.gap(end - 1) in (" ", "-", "' ", "’ ")
        if joined and words[end].lower in self.lexicon.heads:
            return end + 1
        grade = _GRADE.match(words.text, words.stop(end - 1))
        return end if grade and not self._is_middle(words, end) else 0

    def _is_middle(self, words: Words, i: int) -> bool:
        """Whether a letter behind an eponym is an initial, as in "Wilson B. Carter"; of "Child-Pugh
        B. Stable." it is a grade."""
        if i + 1 >= len(words) or len(words[i].text) > 1 or not words.joined(i - 1):
            return False
        last, gap = words[i + 1], words.gap(i)
        if not last.is_capital or last.is_initial or gap not in (" ", ". ", "."):
            return False
        if self.lexicon.is_name(last.lower):
            return True
        told = self.lexicon.is_ordinary(last.lower) or last.lower in self.lexicon.heads
        told = told or last.lower in self.lexicon.roles or "-" in words[i - 1].text
        named = gap == " " or self.lexicon.is_name(words[i - 1].lower)
        return named and not last.is_shouted and not told


def _is_title(lexicon: Lexicon, words: Words, i: int) -> bool:
    """Whether a word is a title such as "Mr", with nothing but a blank behind it."""
    told = lexicon.roles.get(words[i].lower, frozenset())
    return words.joined(i) and bool(told & {"title", "clinician title"})


def _ages_behind(text: str, names: Iterable[Found]) -> Iterator[Found]:
    """Ages over 89 behind a name: "Ruth Fenwright (MRN 77), 94, is seen"."""
    for one in names:
        age = _AGE_BEHIND.match(text, one.end) if one.label in NAMES else None
        if age:
            place = age.span("age" if age["age"] else "bare")
            yield Found(*place, "AGE", 0.8, "rule:age-behind-name")


def _cover(words: Words, found: list[Found], free: list[bool]) -> list[bool]:
    """Which words no find holds."""
    for one in found:
        inside = words.inside(one.start, one.end)
        before = inside.start - 1
        if before >= 0 and words[before].end > one.start:
            free[before] = False
        for i in inside:
            free[i] = False
    return free


def _is_kept(one: Found, words: Words, kept: list[bool]) -> bool:
    """Whether every word of a find is kept: numbers and addresses never are."""
    if one.label in ("NAME", "DOCTOR", "PATIENT", "CITY", "HOSPITAL", "COUNTRY", "STATE"):
        inside = words.inside(one.start, one.end)
        return bool(inside) and all(kept[i] for i in inside)
    return False


class DeidRules:
    """Rules that find what may identify somebody. The tables are read when they are first needed.

    locales (Sequence[str]): Packaged locales, such as "en".
    tables (Path | None): A folder with tables of a user, which add to those of the first locale.
    """

    def __init__(self, locales: Sequence[str], tables: Path | None = None):
        if not locales:
            raise ContextError(Errors.SC901)
        self.names = list(locales)
        self._folders = [find_locale(locale) for locale in locales]
        self._missing = tables if tables is not None and not tables.is_dir() else None
        self._tables = {} if tables is None or self._missing else read_folder(tables)

    @property
    def tables(self) -> dict[str, str]:
        """RETURNS (dict[str, str]): Names and texts of the user's tables."""
        return self._tables

    @tables.setter
    def tables(self, tables: dict[str, str]) -> None:
        self._missing, self._tables = None, tables
        self.__dict__.pop("locales", None)

    @cached_property
    def locales(self) -> list[LocaleRules]:
        """RETURNS (list[LocaleRules]): The rules of each. Raises ContextError where the user's
        tables are missing or can't be read."""
        if self._missing is not None:
            raise ContextError(Errors.SC320.format(path=self._missing))
        own = tuple(sorted(self._tables.items()))
        return [_load(folder, () if i else own) for i, folder in enumerate(self._folders)]

    @property
    def lexicon(self) -> Lexicon:
        """RETURNS (Lexicon): The tables of the first locale."""
        return self.locales[0].lexicon

    def find(
        self,
        words: Words,
        known: Sequence[Found] = (),
        seen: Sequence[Found] = (),
        again: bool = True,
    ) -> list[Found]:
        """Find identifiers.

        words (Words): The text.
        known (Sequence[Found]): What is found for certain; looked for again too.
        seen (Sequence[Found]): What a model found: left out where the tables keep the words.
        again (bool): Look for names and codes in the whole text once they are found.
        RETURNS (list[Found]): In text order, none overlapping another, `known` among them.
        """
        found = [*known]
        for i, locale in enumerate(self.locales):
            found += locale.find(words, found, () if i else seen, again)
        return unite(found)


@cache
def _load(folder: Path, tables: tuple[tuple[str, str], ...]) -> LocaleRules:
    return LocaleRules(Lexicon(folder, dict(tables)))


def read_folder(folder: Path) -> dict[str, str]:
    """RETURNS (dict[str, str]): Names and texts of the tables in a folder."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tsv"))}


def make_deid_rules(locales: list[str], tables: Path | None = None) -> DeidRules:
    """Read the rules of some locales.

    locales (list[str]): Packaged ones: "en", "zh", "de", "es".
    tables (Path | None): A folder of tables named as the packaged ones, which add to those of the
        first locale. A saved pipeline holds them.
    RETURNS (DeidRules): The rules.
    """
    return DeidRules(locales, None if tables is None else Path(tables))
