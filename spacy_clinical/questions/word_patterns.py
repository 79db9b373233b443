"""Words of tables as regular expressions: beginnings, whole words, phrases with a gap, classes."""

import re
from functools import cache
from pathlib import Path

from ..tsv import read_rows

CLASSES = Path(__file__).parent / "data" / "word_classes_en.tsv"
_CLASS = re.compile(r"<([a-z_]+)>")
_GAP = r"(?:\s+[\w'-]+){0,2}\s+"  # up to two words: "put her back on"


def group_pattern(words: str) -> re.Pattern[str]:
    """Read a group of words.

    words (str): Alternatives joined by "|": the beginning of a word, a whole word with "=" behind
        it, several words, two with " .. " for up to two others between, or a class in "<>".
    RETURNS (re.Pattern[str]): What finds any of them. Raises KeyError for a class that isn't there.
    """
    return re.compile("|".join(_word(word) for word in alternatives(words)))


def alternatives(words: str) -> list[str]:
    """RETURNS (list[str]): The words of a group, classes by their members."""
    found: list[str] = []
    for word in map(str.strip, words.split("|")):
        name = _CLASS.fullmatch(word)
        found += alternatives(_classes()[name[1]]) if name else [word]
    return found


@cache
def _classes() -> dict[str, str]:
    return {name: words for name, words in read_rows(CLASSES)}


def _word(word: str) -> str:
    if " .. " in word:
        return _GAP.join(_word(part) + r"\w*" * (part[-1] != "=") for part in word.split(" .. "))
    whole, bare = word.endswith("="), word.removesuffix("=")
    form = re.escape(bare).replace(r"\ ", r"\s+")
    if not bare.isascii():
        return form
    return rf"\b{form}\b" if whole else rf"\b{form}"
