"""Words of phrases and of the text in which phrases are looked for."""

import re
from functools import cache
from itertools import accumulate

from .rule_tables import DATA, read_table

START, END = "<start>", "<end>"
# Single characters that stand for a mark, or for a class of words.
NUMBER, YEAR, START_SIGN, END_SIGN, AGE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
CLASSES = frozenset([NUMBER, YEAR, AGE])
_SIGNS = {"<number>": NUMBER, "<year>": YEAR, "<age>": AGE, START: START_SIGN, END: END_SIGN}
# Words of scripts with spaces, single characters of those without, single other signs.
_WORD = r"[^\W_⺀-\U0010ffff]"
_TOKENS = re.compile(rf"({_WORD}+|\S)")
# The same for text of ASCII in lower case, in half the time.
_PLAIN_TOKENS = re.compile(r"([a-z0-9]+|\S)")
_LETTER = re.compile(_WORD)
_IS_YEAR = re.compile(r"(?:19|20)\d\d")
_IS_AGE = re.compile(r"[1-9]\d?|1[01]\d")
Token = tuple[str, int, int]


def tokens(text: str) -> list[Token]:
    """RETURNS (list[Token]): Words and signs as `fold` writes them, with their start and end."""
    return [(m.group(), m.start(), m.end()) for m in _TOKENS.finditer(fold(text))]


def cut(text: str, start: int = 0) -> tuple[list[str], list[int]]:
    """Cut a text into words, as `tokens` does, at the least cost.

    text (str): The text.
    start (int): Where it begins in another.
    RETURNS (tuple[list[str], list[int]]): The words and an empty one behind the last; and places:
        word i begins at number 2 * i + 1 and ends at the next, the end of the text comes last.
    """
    folded = fold(text)
    parts = (_PLAIN_TOKENS if folded.isascii() else _TOKENS).split(folded)
    return [*parts[1::2], ""], [*accumulate(map(len, parts), initial=start)]


def words_of(phrase: str) -> list[str]:
    """RETURNS (list[str]): The words of a phrase without choices; a mark or class of words is a
    sign of one character."""
    return [word for word, _, _ in tokens(with_signs(phrase))]


def with_signs(phrase: str) -> str:
    """RETURNS (str): A phrase with signs of one character for marks and classes of words."""
    for name, sign in _SIGNS.items():
        phrase = phrase.replace(name, sign)
    return phrase


def classes_of(word: str) -> list[str]:
    """RETURNS (list[str]): The classes that a word of digits belongs to."""
    if not word.isdigit():
        return []
    kinds = ((YEAR, _IS_YEAR), (AGE, _IS_AGE))
    return [NUMBER, *(sign for sign, form in kinds if form.fullmatch(word))]


def is_letter(char: str) -> bool:
    """RETURNS (bool): Whether a character makes one word with another such beside it."""
    return _LETTER.match(char) is not None


def lower(text: str) -> str:
    """RETURNS (str): The text in lower case, character by character, so that offsets stay."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def fold(text: str) -> str:
    """RETURNS (str): The text in lower case, full-width signs as half-width ones, traditional
    characters of `data/characters.tsv` as simplified ones; offsets stay."""
    lowered = lower(text)
    if lowered.isascii() or not _to_fold().search(lowered):
        return lowered
    return lowered.translate(_folded())


@cache
def _to_fold() -> re.Pattern[str]:
    """What finds a character to fold: far quicker than to look up all."""
    return re.compile(f"[{re.escape(''.join(map(chr, _folded())))}]")


@cache
def _folded() -> dict[int, str]:
    wide = {0xFEE0 + code: chr(code) for code in range(0x21, 0x7F)}
    rows = (cells for _, cells in read_table(DATA / "characters.tsv"))
    return {**wide, **{ord(old): new for olds, new in rows for old in olds}}
