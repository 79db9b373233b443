"""The words that tell what became of a drug, by the table `data/change_cues.tsv`."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from ..tsv import read_rows

TABLE = Path(__file__).parent / "data" / "change_cues.tsv"
_CHOICE = re.compile(r"\{([^}]*)\}")
_PARTS = " ... "
_HAN = "\u3400"  # letters of scripts without spaces begin there
_BEGIN = r"(?<!\w)"
_BORDER = r"(?!\w)(?<!\bto(?=\s+be\b))"  # "allergy to be tested" isn't one to something
_BETWEEN = r"(?:[^.;:]|(?<=\d)\.){1,120}?"
_CLAUSE_END = r"(?=\s*(?:[,.;:)]|$|(?:und|oder|sowie|da|weil|wegen|bei)\b))"


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
    for match in _pattern().finditer(text, start, end):
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
    return {_name(i) if _PARTS in form else form: cue for i, (form, cue) in enumerate(_rows())}


def _name(number: int) -> str:
    return f"cue{number}"


@cache
def _pattern() -> re.Pattern[str]:
    """All forms by their first letter, so that few are tried at a place; what must stand before
    words comes once, as `re` looks at letters first only where a branch begins with them."""
    by_letter: dict[str, list[str]] = {}
    for i, (form, _) in enumerate(_rows()):
        by_letter.setdefault(form[0], []).append(_rest(form, _name(i)))
    words, signs = list[str](), list[str]()
    for letter, rest in by_letter.items():
        branch = rf"[{re.escape(letter)}{re.escape(letter.upper())}](?i:{'|'.join(rest)})"
        (signs if letter >= _HAN else words).append(branch)
    return re.compile("|".join([f"{_BEGIN}(?:{'|'.join(words)})", *signs]))


def _rest(form: str, name: str) -> str:
    """A form from its second letter on."""
    first, _, second = form.partition(_PARTS)
    rest = re.escape(first[1:]).replace(r"\ ", r"\s+")
    if first[0] < _HAN and first[-1].isalnum():
        rest += _BORDER
    ends = rf"(?={_BETWEEN}(?<!\w){re.escape(second)}{_CLAUSE_END})(?P<{name}>)"
    return rest + ends if second else rest
