"""What words say of a mention, whoever wrote them: the one vocabulary that every part shares.

It stands in `data/assertion_words.tsv`, and in the file that the environment variable
SPACY_CLINICAL_ASSERTION_WORDS names, whose rows go first.
"""

import os
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import Errors, StorageError

VARIABLE = "SPACY_CLINICAL_ASSERTION_WORDS"
TABLE = Path(__file__).parent / "data" / "assertion_words.tsv"
HEADER = ("attribute", "value", "meaning")
PRESENT, HISTORICAL = "present", "historical"
HYPOTHETICAL, POSSIBLE = "hypothetical", "possible"
# The first of those that hold is `span._.assertion`: what keeps a mention furthest from a fact of
# today's patient weighs most.
WEIGHTS = (HYPOTHETICAL, "absent", "family", POSSIBLE, HISTORICAL, PRESENT)
NOT_ASSERTED = frozenset(WEIGHTS) - {PRESENT, HISTORICAL}
ANY, NOTHING = "*", "-"
YES = frozenset({"", "yes", "true", "1", "y", "t"})
NO = frozenset({"no", "false", "0", "n", "f", "none"})
SET = frozenset({"", "yes", "true"})  # makes a flag of an attribute that nobody knows
LONGEST = 60
Words = dict[str, dict[str, tuple[str, ...]]]


class Meanings(NamedTuple):
    """What holds of a mention.

    values (tuple[str, ...]): Of WEIGHTS, the weightiest first; "present" stands alone. None where
        nothing is said.
    unknown (tuple[str, ...]): The words that nobody knows, as "name=value".
    """

    values: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        """RETURNS (str): The weightiest value, "" where nothing is said."""
        return self.values[0] if self.values else ""

    @property
    def is_asserted(self) -> bool:
        """RETURNS (bool): Whether the mention may be taken as said of the patient, now or earlier:
        it isn't absent, doubted, supposed or somebody else's, and every word is known."""
        return not self.unknown and NOT_ASSERTED.isdisjoint(self.values)


class Vocabulary:
    """Words and what they mean.

    rows (Iterable[Sequence[str]]): Attribute, value and meanings; the first row of a word holds.
    """

    def __init__(self, rows: Iterable[Sequence[str]]):
        self._words: Words = {}
        for name, value, meaning in rows:
            values = tuple(x for x in meaning.split() if x != NOTHING)
            self._words.setdefault(fold(name), {}).setdefault(fold(value), values)
        self._common = self._words.pop(ANY, {})
        self._remembered = lru_cache(maxsize=4096)(self._meanings_of)

    def meanings_of(self, attributes: Iterable[Sequence[Any]]) -> Meanings:
        """Say what holds of a mention.

        attributes (Iterable[Sequence]): Name, value, and perhaps more, of each.
        RETURNS (Meanings): What they mean together.
        """
        return self._remembered(tuple((name, value) for name, value, *_ in attributes))

    def _meanings_of(self, pairs: tuple[tuple[str, str], ...]) -> Meanings:
        found: set[str] = set()
        unknown: dict[str, None] = {}
        for name, value in pairs:
            meant = self.means(name, value)
            if meant is None:
                unknown[(f"{name}={value}" if value else name)[:LONGEST]] = None
            found.update(meant or ())
        if len(found) > 1:
            found.discard(PRESENT)
        return Meanings(tuple(value for value in WEIGHTS if value in found), tuple(unknown))

    def means(self, name: str, value: str) -> tuple[str, ...] | None:
        """Look up one attribute.

        name, value (str): The attribute.
        RETURNS (tuple[str, ...] | None): What it means; nothing if it isn't of this kind; None if
            it is, or may be, but nobody knows the word.
        """
        attribute, word = fold(name), fold(value)
        own = self._words.get(attribute, {})
        switch = "yes" if word in YES else "no" if word in NO else ANY
        for known in (word, switch, ANY):
            if known in own:
                return own[known]
        if word in self._common:
            return self._common[word]
        if switch != ANY and (attribute in self._common or "yes" in own):
            return self._common.get(attribute, ()) if switch == "yes" else ()
        return None if own or attribute in self._common or word in SET else ()


def meanings_of(attributes: Iterable[Sequence[Any]]) -> Meanings:
    """Say what holds of a mention, by the shared vocabulary.

    attributes (Iterable[Sequence]): Name, value, and perhaps more, of each, such as a list of
        Assertions.
    RETURNS (Meanings): What they mean together. Raises StorageError where the user's table can't
        be read.
    """
    return get_vocabulary().meanings_of(attributes)


def weigh(name: str, value: str) -> int:
    """Rank an attribute among those of its name: the lowest holds where only one can.

    name, value (str): The attribute.
    RETURNS (int): By WEIGHTS; a word that nobody knows comes before "historical".
    """
    meant = meanings_of([(name, value)])
    ranks = (*(w for w in WEIGHTS if w in NOT_ASSERTED), "", HISTORICAL, PRESENT)
    return ranks.index("" if meant.unknown else meant.main or PRESENT)


def in_words_of(known: Collection[str], name: str, value: str) -> str:
    """Say a value in the words that a corpus or a scheme has.

    known (Collection[str]): Its values.
    name, value (str): The attribute, perhaps in other words.
    RETURNS (str): The value if it is one of them, else the first of them that means the same, else
        the value.
    """
    if value in known:
        return value
    means = get_vocabulary().means
    meant = means(name, value)
    return next((word for word in known if meant and means(name, word) == meant), value)


def get_vocabulary() -> Vocabulary:
    """RETURNS (Vocabulary): The shared one, with the rows of the file that VARIABLE names."""
    return _load(os.environ.get(VARIABLE, ""))


@lru_cache(maxsize=4)
def _load(path: str) -> Vocabulary:
    own = read_words(Path(path)) if path else []
    return Vocabulary([*own, *read_words(TABLE)])


def read_words(path: Path) -> list[tuple[str, str, str]]:
    """Read a table of words.

    path (Path): Tab-separated, in UTF-8: attribute, value, meaning; `#` begins a comment line.
    RETURNS (list[tuple[str, str, str]]): The rows. Raises StorageError, with file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise StorageError(Errors.SC109.format(path=path, line=0, found="no UTF-8 file")) from None
    counted = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    rows = [(number, [cell.strip() for cell in line.split("\t")]) for number, line in counted]
    return [_check(path, number, cells) for number, cells in rows if tuple(cells) != HEADER]


def _check(path: Path, number: int, cells: list[str]) -> tuple[str, str, str]:
    if len(cells) != len(HEADER):
        message = Errors.SC109.format(path=path, line=number, found=f"{len(cells)} cells")
        raise StorageError(message)
    name, value, meaning = cells
    if not meaning or not set(meaning.split()) <= {*WEIGHTS, NOTHING}:
        found = f"the meaning '{meaning[:LONGEST]}'"
        raise StorageError(Errors.SC109.format(path=path, line=number, found=found))
    return name, value, meaning


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """RETURNS (str): A word as the table compares it: without case, and without what separates its
    parts; a number as a whole one where it is one."""
    plain = str(word).strip().casefold()
    if re.fullmatch(r"[+-]?\d+(\.0*)?", plain):
        return plain.lstrip("+").partition(".")[0]
    return re.sub(r"[\W_]+", "", plain) or plain
