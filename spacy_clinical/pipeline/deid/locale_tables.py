"""The tables of a locale: names, places, words that tell, words that are kept."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from spacy.util import get_lang_class

from ...context.rule_tables import malformed, parse_table, read_table
from ...errors import ContextError, Errors
from .text_words import Words

DATA = Path(__file__).parent / "data"
_SIGNS = " \t\n:#.,=-–(：（，"
_HAN = "\u2e80-\U0010ffff"
_LAST = re.compile(rf"[^\W\d_{_HAN}]+\Z")
_LITTLE = frozenset(("is", "was", "no", "number", "id", "of", "the", "code"))
Rows = list[tuple[str, list[str]]]


class Phrases:
    """Phrases by their first words, the longest first.

    phrases (Iterable[tuple[str, str]]): Phrases and what they stand for.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]]):
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, value in phrases:
            words = tuple(word.lower for word in Words(phrase).list)
            self._by_first.setdefault(words[0], []).append((words[1:], value))
        for tails in self._by_first.values():
            tails.sort(key=lambda tail: -len(tail[0]))

    def may_begin(self, word: str) -> bool:
        """RETURNS (bool): Whether a phrase begins with a word in lower case."""
        return word in self._by_first

    def at(self, words: Words, i: int) -> tuple[str, int] | None:
        """Find the longest phrase that begins with a word.

        words (Words): The text.
        i (int): The word.
        RETURNS (tuple[str, int] | None): What the phrase stands for, and one past its last word.
        """
        for tail, value in self._by_first.get(words.list[i].lower, ()):
            end = i + 1 + len(tail)
            if not tail or (end <= len(words) and _follows(tail, words, i)):
                return value, end
        return None


def _follows(tail: tuple[str, ...], words: Words, i: int) -> bool:
    """Whether a phrase's further words stand behind its first one, and nothing else between."""
    return all(
        words.list[i + 1 + k].lower == word and _is_one(words.gap(i + k))
        for k, word in enumerate(tail)
    )


def _is_one(gap: str) -> bool:
    return len(gap) <= 4 and "\n" not in gap and not any(sign in gap for sign in ",;:()")


class Place(NamedTuple):
    """How a place is told.

    label (str): CITY, STATE, COUNTRY or HOSPITAL.
    certainty (str): "", "ambiguous" or "after a city".
    """

    label: str
    certainty: str


class Lexicon:
    """The tables of a locale.

    folder (Path): The packaged tables.
    own (dict[str, str]): Names and texts of a user's tables, which add to them.
    """

    def __init__(self, folder: Path, own: dict[str, str]):
        self._folder, self._own = folder, own
        self.names = {name.lower(): kind for _, (name, kind) in self._rows("names", 2)}
        self.ordinary = frozenset(cells[0] for _, cells in self._rows("ordinary", 1))
        self.roles: dict[str, frozenset[str]] = {}
        self._spelled: dict[str, list[str]] = {}
        for _, (word, role) in self._rows("words", 2):
            self.roles[word] = self.roles.get(word, frozenset()) | {role}
            self._spelled.setdefault(role, []).append(word)
        self._read_places()
        self._read_kept()
        self._contexts = self._read_contexts()

    def _read_places(self) -> None:
        rows = [cells for _, cells in self._rows("places", 2, 3)]
        places = [(cells[0], cells[1], "".join(cells[2:])) for cells in rows]
        self.abbreviations = {name for name, _, how in places if how == "after a city"}
        states = [*self.abbreviations, *(n for n, label, _ in places if label == "STATE")]
        choice = "|".join(re.escape(name) for name in states) or "\0"
        self._state = re.compile(rf"(?<!\w)(?:{choice}),?\.? +\Z")
        self.places = Phrases(
            (name, f"{label}/{how}") for name, label, how in places if how != "after a city"
        )

    def _read_kept(self) -> None:
        kinds: dict[str, list[str]] = {"eponym": [], "head": [], "phrase": []}
        for where, (phrase, kind) in self._rows("keep", 2):
            if kind not in kinds:
                raise malformed(where, kind, "eponym, head or phrase")
            kinds[kind].append(phrase)
        self.heads = frozenset(word.lower() for word in kinds["head"])
        self.eponyms = Phrases((name, "eponym") for name in kinds["eponym"])
        self.eponym_words = frozenset(
            word.lower for name in kinds["eponym"] for word in Words(name).list
        )
        self.kept = Phrases((phrase, "phrase") for phrase in kinds["phrase"])

    def _read_contexts(self) -> dict[str, list[tuple[str, str]]]:
        """Contexts by the last word of their phrases."""
        found: dict[str, list[tuple[str, str]]] = {}
        for _, (name, phrase) in self._rows("contexts", 2):
            plain = phrase.rstrip(_SIGNS)
            last = _last_word(plain)
            found.setdefault(last, []).append((plain, name))
        return found

    def contexts_at_end(self, text: str) -> frozenset[str]:
        """Tell what a number is by the words before it.

        text (str): What stands before it, in lower case.
        RETURNS (frozenset[str]): Names of contexts, of which a phrase stands right before, or with
            no more than signs and a few little words between.
        """
        found: set[str] = set()
        for _ in range(4):
            text = text.rstrip(_SIGNS)
            word = _last_word(text)
            for phrase, name in self._contexts.get(word, ()):
                if text.endswith(phrase) and not _LAST.search(text[: -len(phrase)]):
                    found.add(name)
            if word not in _LITTLE:
                break
            text = text[: -len(word)]
        return frozenset(found)

    def _rows(self, name: str, least: int, most: int = 0) -> Rows:
        return list(self.read(name, least, most))

    def read(self, name: str, least: int, most: int = 0) -> Iterator[tuple[str, list[str]]]:
        """Read a table of the locale, the packaged one and the user's.

        name (str): The table, without its suffix.
        least, most (int): How many cells a line has; `most` 0 for exactly `least`.
        YIELDS (tuple[str, list[str]]): Where the line stands, and its cells.
        """
        path = self._folder / f"{name}.tsv"
        rows = read_table(path) if path.is_file() else []
        for where, cells in rows + parse_table(self._own.get(name, ""), f"{name}.tsv"):
            if not least <= len(cells) <= (most or least):
                raise malformed(where, f"{len(cells)} cells", f"{least}")
            yield where, cells

    def ends_in_state(self, text: str) -> bool:
        """RETURNS (bool): Whether a text ends with a state and a blank."""
        return bool(self._state.search(text))

    def role(self, name: str) -> list[str]:
        """RETURNS (list[str]): The words of a role, as in `words.tsv`."""
        return self._spelled.get(name, [])

    def is_name(self, word: str, kinds: str = "fmns") -> bool:
        """RETURNS (bool): Whether a word in lower case, or a part of a double name, is listed."""
        if word in self.names:
            return any(kind in self.names[word] for kind in kinds)
        return "-" in word and any(self.is_name(part, kinds) for part in word.split("-"))

    def is_ordinary(self, word: str) -> bool:
        """RETURNS (bool): Whether a word in lower case has a meaning that is no name."""
        return self.is_common(word) or self.is_word(word)

    def is_word(self, word: str) -> bool:
        """RETURNS (bool): Whether it is seldom a name, as "will" and "long" are."""
        return word in self.ordinary or word in self.function_words

    @cached_property
    def function_words(self) -> frozenset[str]:
        """RETURNS (frozenset[str]): Words such as "with", as spaCy lists them for the language."""
        return frozenset(get_lang_class(self._folder.name).Defaults.stop_words)

    def is_common(self, word: str) -> bool:
        """RETURNS (bool): Whether a name is also an ordinary word or a place."""
        return "c" in self.names.get(word, "")


def _last_word(text: str) -> str:
    """The letters at the end of a text; of a language without blanks the last two."""
    match = _LAST.search(text)
    return match.group() if match else text[-2:]


def find_locale(locale: str) -> Path:
    """RETURNS (Path): The packaged tables of a locale. Raises ContextError if there are none."""
    folder = DATA / locale
    if not (folder / "patterns.tsv").is_file():
        known = ", ".join(sorted(p.parent.name for p in DATA.glob("*/patterns.tsv")))
        raise ContextError(Errors.SC900.format(locale=locale, known=known))
    return folder
