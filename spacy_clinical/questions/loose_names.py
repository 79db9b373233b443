"""Names that a question gives in other words: "mental illness" for "mental disorder", "pain in her
flank", "the epidural" for an epidural injection, a letter too few."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from ..tsv import read_rows
from .chinese_names import names_in
from .concept_names import DRUG, WORDS, ConceptNames, Named, stems, without
from .question_words import word_list

_DATA = Path(__file__).parent / "data"
_SPAN = 5  # words that a name's own may be spread over
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LONG = 7  # letters of a name that may be written wrong
_VOWELS = frozenset("aeiouy")


@dataclass
class LooseNames(ConceptNames):
    """An index of names that also finds them in other words; what it corrects it says.

    written (list[tuple[str, str]]): Concept and name, as they were added.
    """

    written: list[tuple[str, str]] = field(default_factory=list)

    def find(self, question: str) -> list[Named]:
        """RETURNS (list[Named]): What a question names, in order of the text: by name, then of what
        is left by a name's words in another order, by its main word, by one that is misspelled."""
        found = super().find(question)
        if _CHINESE.search(question):
            return self._chinese(question, found)
        for other in (self._reordered, self._shortened, self._misspelled):
            open_ = without(question, found)
            found += other(open_, found)
        return sorted(found, key=lambda one: one.start)

    def _chinese(self, question: str, found: Sequence[Named]) -> list[Named]:
        latin = [one for one in found if one.words.isascii()]
        own = names_in(question, {name for _, name in self.written})
        more = (
            self._named(question, start, end, {id for name in meant for id in self._called(name)})
            for start, end, meant in own
        )
        return sorted([*latin, *more], key=lambda one: one.start) or list(found)

    def _look_up(self, words: str) -> set[str]:
        forms = [*_loose_forms().get(words.casefold(), ()), *_other_heads(words)]
        forms += [f"{words} disease", f"{words} syndrome"] if words.endswith("'s") else []
        return super()._look_up(words) or {id for form in forms for id in self._called(form)}

    def _reordered(self, question: str, found: Sequence[Named]) -> list[Named]:
        return self._windows(question, found, lambda words: self._by_words.get(_content(words)))

    def _shortened(self, question: str, found: Sequence[Named]) -> list[Named]:
        return self._windows(question, found, lambda words: self._by_main_words.get(stems(words)))

    def _windows(
        self,
        question: str,
        found: Sequence[Named],
        look_up: Callable[[str], set[str] | None],
    ) -> list[Named]:
        """What runs of free words between content words name, the longest first."""
        more: list[Named] = []
        words = list(WORDS.finditer(question))
        for first, last in _runs([not _is_filler(word[0].casefold()) for word in words]):
            start, end = words[first].start(), words[last].end()
            if not any(one.start < end and start < one.end for one in (*found, *more)):
                concepts = look_up(question[start:end])
                more += [self._named(question, start, end, concepts)] if concepts else []
        return more

    def _misspelled(self, question: str, _: Sequence[Named]) -> Iterator[Named]:
        for word in WORDS.finditer(question):
            meant = self._meant(word[0].casefold())
            if meant:
                named = self._named(question, *word.span(), self.index[stems(meant)])
                yield named._replace(meant=meant)

    def _meant(self, word: str) -> str:
        """The one name that a word may be a slip of, "" if there is none or several."""
        if len(word) < _LONG - 1 or word in word_list("fillers_en"):
            return ""
        found = {
            name
            for length in (len(word) - 1, len(word), len(word) + 1)
            for name in self._single.get((word[0], length), ())
            if _is_slip(word, name, drug=DRUG in self._kinds_of(name))
        }
        concepts = {id for name in found for id in self.index[stems(name)]}
        return min(found) if len(concepts) == 1 else ""

    def _kinds_of(self, name: str) -> frozenset[str]:
        return frozenset(kind for id in self.index[stems(name)] for kind in self._kinds(id))

    def add(self, concept: str, names: Iterable[str], kinds: frozenset[str]) -> None:
        """Add a concept's names."""
        names = list(names)
        super().add(concept, names, kinds)
        self.written += ((concept, name) for name in names)

    @cached_property
    def _single(self) -> dict[tuple[str, int], set[str]]:
        """Long names of one word by their first letter and their length."""
        found: dict[tuple[str, int], set[str]] = {}
        for name in (name.casefold() for _, name in self.written):
            if name.isalpha() and len(name) >= _LONG:
                found.setdefault((name[0], len(name)), set()).add(name)
        return found

    @cached_property
    def _by_words(self) -> dict[frozenset[str], set[str]]:
        found: dict[frozenset[str], set[str]] = {}
        for concept, name in self.written:
            for form in (name, *_other_heads(name)):
                words = _content(form)
                if len(words) > 1:
                    found.setdefault(words, set()).add(concept)
        return found

    @cached_property
    def _by_main_words(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for concept, name in self.written:
            main, _, head = name.casefold().rpartition(" ")
            if main and head in word_list("name_ends_en"):
                found.setdefault(stems(main), set()).add(concept)
        return found


def _runs(content: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last of up to _SPAN words, both content words, long runs first."""
    places = [i for i, kept in enumerate(content) if kept]
    pairs = ((i, i + k) for i in places for k, kept in enumerate(content[i : i + _SPAN]) if kept)
    yield from sorted(pairs, key=lambda pair: pair[0] - pair[1])


def _is_filler(word: str) -> bool:
    return word in word_list("fillers_en") and word not in _heads()


def _content(words: str) -> frozenset[str]:
    """The stems of words that aren't mere joints."""
    kept = (word for word in words.casefold().split() if not _is_filler(word))
    return frozenset(stems(" ".join(kept)).split())


def _other_heads(name: str) -> list[str]:
    """A name with its last word in other words: "mental illness" for "mental disorder"."""
    rest, _, head = name.casefold().rpartition(" ")
    return [f"{rest} {other}" for other in _heads().get(head, ())] if rest else []


@cache
def _loose_forms() -> dict[str, list[str]]:
    return {words: names.split("|") for words, names in read_rows(_DATA / "loose_forms_en.tsv")}


@cache
def _heads() -> dict[str, tuple[str, ...]]:
    groups = [row[0].split("|") for row in read_rows(_DATA / "name_heads_en.tsv")]
    return {word: tuple(group) for group in groups for word in group}


def _is_slip(word: str, name: str, *, drug: bool) -> bool:
    """Whether a word is a name with a letter too few or too many, with two that changed places, or
    of a drug with another vowel. Other letters may make another word: arteritis, arthritis."""
    if word == name:
        return False
    if len(word) != len(name):
        long, short = sorted((word, name), key=len, reverse=True)
        return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
    odd = [i for i, letters in enumerate(zip(word, name, strict=True)) if len(set(letters)) > 1]
    if len(odd) == 1:
        return drug and {word[odd[0]], name[odd[0]]} <= _VOWELS
    swapped = len(odd) == 2 and odd[1] == odd[0] + 1
    return swapped and word[odd[0]] == name[odd[1]] and word[odd[1]] == name[odd[0]]
