"""Questions by words: the tables of `data/`, and what of a question they account for."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..errors import AskError, Errors
from ..tsv import numbered_rows
from .word_patterns import CLASSES, group_pattern

DATA = Path(__file__).parent / "data"
NEEDS = ("drug", "problem", "test", "procedure", "any", "-")
COLUMNS = ["kind", "needs", "words"]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_POLITE = re.compile(r"\b(?:can|could|would|will|may) (?:you|we|i|someone|anyone)\b")
# "Is she ok with A?", "ok to have B with A?": that she takes A is no answer.
_LEAVE = re.compile(r"\b(?:ok|okay|alright|all right|fine) (?:to|with|on|for|if|while)\b")
_TITLE = re.compile(r"\b(?:mr|ms|mrs|miss|dr)\.?\s+[^\W\d_]+(?:'s)?", re.IGNORECASE)


class Pattern(NamedTuple):
    """A row of a table of questions.

    kind (str): What is asked.
    needs (str): Of NEEDS, which concept it must name; of several, one of each.
    groups (tuple[re.Pattern, ...]): All must be found.
    """

    kind: str
    needs: str
    groups: tuple[re.Pattern[str], ...]


class Understood(NamedTuple):
    """A kind that a question fits.

    kind (str): What is asked.
    groups (int): How many groups of words say so.
    covered (frozenset[int]): Characters of the question that they cover.
    """

    kind: str
    groups: int
    covered: frozenset[int]


def language_of(question: str) -> str:
    """RETURNS (str): "zh" for a question with Chinese characters, else "en"."""
    return "zh" if _CHINESE.search(question) else "en"


def without_titles(question: str) -> str:
    """RETURNS (str): A question of the same length whose "Mr. King" is blank: the patient."""
    return _TITLE.sub(lambda match: " " * len(match[0]), question)


def fitting(
    question: str, named: Iterable[str], patterns: Iterable[Pattern], language: str = "en"
) -> list[Understood]:
    """Find what a question may ask.

    question (str): In lower case, with what concepts are called in it blanked.
    named (Iterable[str]): Of which kinds it names concepts.
    patterns (Iterable[Pattern]): A table's rows.
    language (str): "en" or "zh".
    RETURNS (list[Understood]): The best first.
    """
    kinds = frozenset(named)
    found: list[Understood] = []
    for pattern in patterns:
        if not _allowed(pattern.needs, kinds):
            continue
        matches = [list(group.finditer(question)) for group in pattern.groups]
        if _apart(matches):
            extents = (range(*match.span()) for group in matches for match in group)
            covered = frozenset(place for extent in extents for place in extent)
            found.append(Understood(pattern.kind, len(matches), covered))
    if language == "zh":  # whose words aren't told apart
        return sorted(found, key=lambda one: -one.groups)
    return sorted(found, key=lambda one: (len(unexplained(question, one.covered)), -one.groups))


def _apart(matches: list[list[re.Match[str]]], taken: tuple[range, ...] = ()) -> bool:
    """Whether each group has a match of its own, apart from those of the others."""
    if not matches:
        return True
    for match in matches[0]:
        own = range(*match.span())
        free = all(own.stop <= one.start or one.stop <= own.start for one in taken)
        if free and _apart(matches[1:], (*taken, own)):
            return True
    return False


def _allowed(needs: str, named: frozenset[str]) -> bool:
    if needs == "-":
        return not named
    return bool(named) if needs == "any" else named.issuperset(needs.split())


@cache
def read_patterns(path: Path) -> tuple[Pattern, ...]:
    """Read a table of questions.

    path (Path): TSV with the columns kind, needs, words.
    RETURNS (tuple[Pattern, ...]): Its rows. Raises AskError for one of another shape.
    """
    found: list[Pattern] = []
    header: list[str] = []
    for number, cells in numbered_rows(path):
        if not header:
            header = cells
        elif len(cells) != 3 or not _is_known(cells[1]) or not cells[2].strip():
            raise AskError(Errors.SC960.format(path=path, line=number, needs=", ".join(NEEDS)))
        else:
            found.append(Pattern(cells[0], cells[1], _groups(cells[2], path, number)))
    if header != COLUMNS:
        raise AskError(Errors.SC960.format(path=path, line=1, needs=", ".join(NEEDS)))
    return tuple(found)


def _is_known(needs: str) -> bool:
    parts = needs.split(" ")
    return needs in NEEDS or {*NEEDS[:-2]}.issuperset(parts)


def _groups(words: str, path: Path, line: int) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(group_pattern(group) for group in words.split(" + "))
    except KeyError as error:
        found = f"the class '{error.args[0]}'"
        wanted = f"one of {CLASSES.name}"
        shown = Errors.SC965.format(path=path, line=line, found=found, expected=wanted)
        raise AskError(shown) from None


@cache
def word_list(name: str) -> frozenset[str]:
    """RETURNS (frozenset[str]): Words of a list of `data/`, such as "fillers_en"."""
    text = (DATA / f"{name}.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


def unexplained(question: str, covered: frozenset[int], language: str = "en") -> list[str]:
    """RETURNS (list[str]): Words of a question that neither a pattern nor the fillers account for;
    of a Chinese one what is left between fillers."""
    if language == "zh":
        open_ = "".join(" " if i in covered else char for i, char in enumerate(question))
        return re.findall(r"[^\W\d_]+", _filled("fillers_zh").sub(" ", open_))
    fillers = word_list("fillers_en")
    return [
        word[0]
        for word in re.finditer(r"[^\W\d_][\w'-]*", question)
        if word.start() not in covered and word[0].removesuffix("'s") not in fillers
    ]


def limiting(question: str, covered: frozenset[int]) -> list[str]:
    """RETURNS (list[str]): Fillers of an English question that ask for more than what it names,
    such as "only" and "should"."""
    open_ = _POLITE.sub(lambda match: " " * len(match[0]), question)
    words = re.finditer(r"[^\W\d_]+", open_)
    found = [w[0] for w in words if w[0] in word_list("limits_en") and w.start() not in covered]
    leave = _LEAVE.finditer(question)
    return [*found, *(match[0] for match in leave if match.start() not in covered)]


def asks_for_advice(word: str) -> bool:
    """RETURNS (bool): Whether words that nothing accounts for ask what notes don't say: what ought
    to be done, and what goes with what."""
    return word in word_list("advice_en") or _LEAVE.fullmatch(word) is not None


@cache
def _filled(name: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, word_list(name)), key=len, reverse=True)))
