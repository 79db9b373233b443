"""The words for yes and no of forms, by the table `data/answers.tsv`, as patterns."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ..docs.assertion_vocabulary import PRESENT
from ..tsv import read_rows

TABLE = Path(__file__).parent / "data" / "answers.tsv"
MARK = re.compile(  # a tick in a cell of its own
    r"(?<![^\s|])(?:[\[({][^\S\n]?)?[xX✓✔√☑☒✗✘●](?:[^\S\n]?[\])}])?(?=[^\S\n]{2}|[^\S\n]?(?:[\t|\n]|$))"
)
_GAP = r"(?:[^\S\n]{1,60}|[^\S\n]{0,60}\|[^\S\n]{0,60})"
LEADER = (
    r"(?:[^\S\n]?(?:[.…_·]{2,80}|[-–]{3,80})[^\S\n]{0,8}|[^\S\n]{2,80}|[^\S\n]?[\t|][^\S\n]{0,8})"
)
_MORE = r"(?:[^\S\n](?:[^\W\d_]{2,20}|\([^()\n]{1,40}\))){0,4}"  # "stroke (CVA) in the past"
CELL_END = r"(?=[^\S\n]{2}|[^\S\n]?(?:[\t|\n]|$))"


@cache
def values() -> dict[str, str]:
    """RETURNS (dict[str, str]): Each word, in lower case, with what it means."""
    return {word: value for value, _, words in _rows() for word in words.split()}


@cache
def header() -> re.Pattern[str]:
    """RETURNS (re.Pattern): A yes beside a no, each in a column, with the groups `one` and
    `other`."""
    yes = _either(word for word, value in values().items() if value == PRESENT)
    no = _either(word for word, value in values().items() if value != PRESENT)
    return re.compile(
        rf"(?<![^\s|])(?:(?P<one>{yes}){_GAP}(?P<other>{no})"
        rf"|(?P<first>{no}){_GAP}(?P<second>{yes})){CELL_END}",
        re.IGNORECASE,
    )


@cache
def answer() -> re.Pattern[str]:
    """RETURNS (re.Pattern): What stands between a name and its answer in a column or behind dots,
    and that, as the group `word`."""
    words = _either(w for _, where, words in _rows() if where == "line" for w in words.split())
    return re.compile(
        rf"(?:{_MORE}{LEADER}(?P<word>(?i:{words}))|[^\S\n](?P<letter>[YN])){CELL_END}"
    )


@cache
def any_answer() -> re.Pattern[str]:
    """RETURNS (re.Pattern): A word for yes or no, wherever it stands."""
    words = _either(word for word in values() if word[0].isalpha())
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


@cache
def _rows() -> list[list[str]]:
    return read_rows(TABLE)


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
