"""The words of lists of drugs: of links, of doses, and what else may stand in them or beside."""

import re
from functools import cache
from pathlib import Path

from ..tsv import read_rows

TABLE = Path(__file__).parent / "data" / "drug_list_words.tsv"
MARKS = frozenset([",", "/", "&", "+", "(", ")", "[", "]", "、", "和", "及", "与", "或"])


@cache
def words_of(kind: str) -> frozenset[str]:
    """RETURNS (frozenset[str]): The words of a kind, with the marks that may part drugs."""
    return MARKS.union(*_words(kind))


def joints() -> frozenset[str]:
    """RETURNS (frozenset[str]): What may stand between two drugs of a list."""
    return words_of("link") | words_of("dose") | words_of("joint")


def any_of(kind: str) -> str:
    """RETURNS (str): A regular expression of the words of a kind, the longest first."""
    found = {word for words in _words(kind) for word in words}
    return "|".join(re.escape(word) for word in sorted(found, key=lambda w: (-len(w), w)))


@cache
def dose() -> str:
    """RETURNS (str): A regular expression of a dose that may stand behind a drug."""
    either = any_of("dose")
    amount = rf"(?:\s*\d[\d.,/]*\s*(?:{either})(?!\w))?"
    return rf"{amount}(?:\s*(?:{either}|(?:once|twice|three times) (?:a day|daily))(?!\w))*"


def _words(kind: str) -> list[list[str]]:
    return [words.split() for one, words in read_rows(TABLE) if one == kind]
