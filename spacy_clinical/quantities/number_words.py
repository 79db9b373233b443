"""The words around numbers, from their table."""

from collections.abc import Sequence
from functools import cache

from .number_tokens import Phrases, Token
from .quantity_tables import read_rows


def find_word(tokens: Sequence[Token], i: int, kind: str) -> tuple[str, int] | None:
    """Look up a word of a kind.

    tokens (Sequence[Token]): Of a text.
    i (int): Where it begins.
    kind (str): As in the table: "comparator", "flag", ...
    RETURNS (tuple[str, int] | None): Its value, and the token after it.
    """
    return _phrases(kind).find(tokens, i)


def words_that_begin(kind: str) -> frozenset[str]:
    """RETURNS (frozenset[str]): What the words of a kind begin with, without capitals."""
    return frozenset(_phrases(kind).longest)


@cache
def _phrases(kind: str) -> Phrases[str]:
    return Phrases((row["form"], row["value"]) for row in read_rows("words") if row["kind"] == kind)
