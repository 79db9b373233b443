"""Lists on one line: "1. Rest the leg 2. Ice the knee", "1) ... 2) ...", "a. ... b. ...", "• ...".

A number counts if the items before it stand on the same line, from the first one on.
"""

import re
from functools import cache

from .rule_tables import DATA, read_table

BULLETS = "•\u2043▪◦"
_MARK = re.compile(
    rf"(?:(?P<bullet>[{BULLETS}])[^\S\n]?)?(?<![\w.])(?<!\d,)"
    r"(?P<number>\d{1,2}|[a-zA-Z])(?P<stop>\.\)|[.)])[^\S\n]+(?=\w)"
    rf"|[{BULLETS}](?=[^\S\n]?\w)|\n"
)
_BEFORE = re.compile(r"(?:\A|[\n.:;!?])[^\S\n]*\Z")
_FIRST = frozenset(["1", "a", "A"])
# A list is looked for only where its first item may stand.
_MAY_BEGIN = re.compile(
    rf"[{''.join(sorted(_FIRST))}](?<![\w.].)(?:\.\)|[.)])[^\S\n]+\w|[{BULLETS}]"
)
_NEAR = 40


def find_items(text: str) -> tuple[list[int], set[int]]:
    """Find the items of lists on one line.

    text (str): The text.
    RETURNS (tuple[list[int], set[int]]): Where items begin, but for the first of a list; and where
        the stops after the numbers of all items stand.
    """
    if not _MAY_BEGIN.search(text):
        return [], set()
    starts: list[int] = []
    stops: set[int] = set()
    expected: dict[str, str] = {}
    for mark in _MARK.finditer(text):
        number, sign, at = mark["number"], mark["stop"], mark.start()
        if mark.group() == "\n":
            expected.clear()
        elif mark["bullet"] or number is None:
            starts.append(at)
            stops |= {mark.start("stop")} if number else set()
        elif number in _FIRST and _begins(text, at):
            expected[sign + number] = _next(number)
            stops.add(mark.start("stop"))
        elif (kind := _kind(expected, sign, number)) and not _counts(text, at):
            expected[kind] = _next(number)
            starts.append(at)
            stops.add(mark.start("stop"))
    return starts, stops


@cache
def full_stops() -> dict[str, str]:
    """RETURNS (dict[str, str]): What `data/full_stops.tsv` says of words, in lower case."""
    return {cells[0]: cells[1] for _, cells in read_table(DATA / "full_stops.tsv")}


def _kind(expected: dict[str, str], sign: str, number: str) -> str | None:
    """The list that goes on with a number."""
    return next((kind for kind in expected if kind[:-1] == sign and expected[kind] == number), None)


def _begins(text: str, at: int) -> bool:
    """Whether a list can begin: with a letter, which may be an initial, not after a full stop."""
    before = _BEFORE.search(text[max(0, at - _NEAR) : at])
    return before is not None and (text[at].isdigit() or before.group()[:1] != ".")


def _counts(text: str, at: int) -> bool:
    """Whether a number or letter belongs to the word before: "type 2.", "vitamin C."."""
    before = text[max(0, at - _NEAR) : at].split()
    return bool(before) and full_stops().get(before[-1].lower()) in ("letter", "figure")


def _next(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else chr(ord(number) + 1)
