"""Tests whose cell in a table holds no result: "Troponin    pending", "Lactate   ---"."""

import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from ..docs.assertion_vocabulary import HYPOTHETICAL
from ..tsv import read_rows
from .answer_words import CELL_END, LEADER

TABLE = Path(__file__).parent / "data" / "unresulted.tsv"
_COLON = r"[^\S\n]?[:：=][^\S\n]{0,8}"
_SIGNS = r"(?:[-–—*_?]{1,20}|\.{2,20})"
_FAR = 120  # characters behind a test
Extent = tuple[int, int]


def find_unresulted(
    text: str, mentions: Sequence[Extent], tests: Collection[int]
) -> dict[int, tuple[str, Extent]]:
    """Find tests without a result in their cell.

    text (str): The document.
    mentions (Sequence[Extent]): The characters of the mentions.
    tests (Collection[int]): Positions of those that are tests or procedures.
    RETURNS (dict[int, tuple[str, Extent]]): The position of each to what the cell says, "absent"
        where it wasn't done, else HYPOTHETICAL; and the characters that say so.
    """
    pattern, found = _pattern(), {}
    for i in tests:
        end = mentions[i][1]
        match = pattern.match(text, end, end + _FAR)
        if match:
            words = " ".join((match["words"] or "").lower().split())
            found[i] = (_values().get(words, HYPOTHETICAL), match.span("cell"))
    return found


@cache
def _values() -> dict[str, str]:
    return {word: value for value, words in read_rows(TABLE) for word in words.split("|")}


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(map(re.escape, _values()), key=len, reverse=True)
    either = "|".join(word.replace(r"\ ", r"\s") for word in words)
    return re.compile(
        rf"(?:{LEADER}|{_COLON})(?P<cell>(?P<words>(?i:{either}))|{_SIGNS})\.?{CELL_END}"
    )
