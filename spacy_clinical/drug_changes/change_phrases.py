"""The words that tell what became of a drug, by the table `data/change_cues.tsv`."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby, product
from pathlib import Path
from typing import NamedTuple

from ..tsv import read_rows

TABLE = Path(__file__).parent / "data" / "change_cues.tsv"
_CHOICE = re.compile(r"\{([^}]*)\}")
_PARTS = " ... "
_LAST = " <end>"  # of a form that stands at the end of its clause only
_SPACE, _SPACES = r"\ ", r"\s+"
_HAN = "\u3400"  # letters of scripts without spaces begin there
_BEGIN = r"(?<!\w)"
_BORDER = r"(?!\w)(?<!\bto(?=\s+be\b))"  # "allergy to be tested" isn't one to something
_BETWEEN = r"(?:[^.;:]|(?<=\d)\.){1,120}?"
_NOT_NEVER = r"(?<!never )(?<!not )(?<!not yet )(?<!never been )(?<!not been )"
_CLAUSE_END = (
    r"(?=\s*(?:[,.;:)]|$|(?:und|oder|sowie|da|weil|wegen|bei|on|at|after|before|for|by|and|but|today|"
    r"yesterday|when|once|this|it|them)\b))"
)


class Cue(NamedTuple):
    """What words say of drugs.

    change (str): Such as "stopped".
    place (str): Where its drugs stand.
    """

    change: str
    place: str


def find_cues(text: str, start: int, end: int) -> Iterator[tuple[int, int, Cue]]:
    """Find the words that tell what became of drugs.

    text (str): The document, mentions masked.
    start, end (int): The sentence that is searched.
    YIELDS (tuple[int, int, Cue]): Where they stand, of those in two parts the first, and what they
        say; the longest of several.
    """
    for match in _pattern(plain=text.isascii()).finditer(text, start, end):
        words = match.lastgroup or " ".join(match[0].lower().split())
        yield match.start(), match.end(), _cues()[words]


def forms(cue: str) -> Iterator[str]:
    """YIELDS (str): The cues that a row stands for: "retirad{o|a}" is two."""
    parts = _CHOICE.split(cue)
    for chosen in product(*(part.split("|") if i % 2 else [part] for i, part in enumerate(parts))):
        yield " ".join("".join(chosen).lower().split())


@cache
def _rows() -> list[tuple[str, Cue]]:
    """Each form with what it says, the longest first; those in two parts before all others."""
    found = [(form, Cue(*said)) for cue, *said in read_rows(TABLE) for form in forms(cue)]
    return sorted(found, key=lambda row: (_PARTS not in row[0], -len(row[0])))


@cache
def _cues() -> dict[str, Cue]:
    return {_name(i) if _is_named(form) else form: cue for i, (form, cue) in enumerate(_rows())}


def _is_named(form: str) -> bool:
    """Whether a form tells more than its own words, so that these don't name it."""
    return _PARTS in form or form.endswith(_LAST)


def _name(number: int) -> str:
    return f"cue{number}"


@cache
def _pattern(*, plain: bool) -> re.Pattern[str]:
    """All forms, found by their letters one after the other, so that few are tried at a place; of a
    `plain` text those that ASCII can write."""
    forms = [
        (form.partition(_PARTS)[0].removesuffix(_LAST), _end(form, _name(i)))
        for i, (form, _) in enumerate(_rows())
        if form.isascii() or not plain
    ]
    words = f"{_BEGIN}{_by_letter([row for row in forms if row[0][0] < _HAN])}"
    if plain:
        return re.compile(words)
    return re.compile(
        f"{words}|(?=[{_HAN}-\U0010ffff]){_by_letter([row for row in forms if row[0][0] >= _HAN])}"
    )


def _by_letter(rows: Sequence[tuple[str, str]]) -> str:
    """Alternatives that share their next letter in one branch, in the order that they have. `re`
    passes over a branch that begins with another letter, if both its cases are written out.

    rows (Sequence[tuple[str, str]]): What is left of forms, and the pattern behind them.
    """
    if len(rows) == 1:
        return f"(?i:{re.escape(rows[0][0]).replace(_SPACE, _SPACES)}){rows[0][1]}"
    branches: list[str] = []
    for ends, run in groupby(rows, lambda row: not row[0]):
        if ends:
            branches += [end for _, end in run]
            continue
        shared: dict[str, list[tuple[str, str]]] = {}
        for form, end in run:
            shared.setdefault(form[0], []).append((form[1:], end))
        branches += [f"{_letter(first)}{_by_letter(rest)}" for first, rest in shared.items()]
    return f"(?:{'|'.join(branches)})"


def _letter(letter: str) -> str:
    cases = sorted({letter, letter.upper()})
    if letter == " ":
        return _SPACES
    return f"[{''.join(map(re.escape, cases))}]" if all(len(x) == 1 for x in cases) else letter


def _end(form: str, name: str) -> str:
    """What must follow a form's first words."""
    if form.endswith(_LAST):
        return rf"(?=\s*(?:[.,;:)\n]|$))(?P<{name}>)"
    first, _, second = form.partition(_PARTS)
    border = _BORDER if first[0] < _HAN and first[-1].isalnum() else ""
    ends = rf"(?={_BETWEEN}(?<!\w){_NOT_NEVER}{re.escape(second)}{_CLAUSE_END})(?P<{name}>)"
    return f"(?i:{border}{ends if second else ''})"
