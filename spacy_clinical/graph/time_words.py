"""The words of time expressions, from their table."""

import re
from functools import cache
from pathlib import Path

from ..tsv import read_rows

TABLE = Path(__file__).parent / "data" / "time_words.tsv"
DAYS = {"d": 1, "wk": 7, "mo": 30, "a": 365}  # of a unit, about


@cache
def meanings(language: str, kind: str) -> dict[str, str]:
    """Look up the words of a kind.

    language (str): "en" or "zh".
    kind (str): As in the table: "number", "unit", ...
    RETURNS (dict[str, str]): What each means, the longest first.
    """
    rows = (row[2:] for row in read_rows(TABLE) if row[:2] == [language, kind])
    return dict(sorted(rows, key=lambda row: len(row[0]), reverse=True))


@cache
def any_of(language: str, kind: str) -> str:
    """RETURNS (str): A pattern of the words of a kind, with any white space between parts."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in meanings(language, kind))
