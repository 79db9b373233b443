"""Which pieces of a multilingual vocabulary texts of a few languages need."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy

from ..errors import EncoderError, Errors
from ..tsv import read_rows

Array = numpy.ndarray[Any, Any]
TABLE = Path(__file__).parent / "data" / "languages.tsv"
SPACE = "▁"  # SentencePiece's sign for the space before a word
OF_ALL = {"COMBINING", "MODIFIER"}  # marks of any script
ALONE = {"LATIN", "GREEK"}  # whose single letters stay: units, Greek letters, initials


class Letters(NamedTuple):
    """What the pieces of some languages are made of.

    scripts (frozenset[str]): First words of Unicode's names.
    latin (frozenset[str]): Latin letters besides a to z, small ones.
    """

    scripts: frozenset[str]
    latin: frozenset[str]


def keep_pieces(pieces: Sequence[str], languages: Sequence[str], special: Sequence[int]) -> Array:
    """Choose the pieces that languages need.

    pieces (Sequence[str]): The vocabulary.
    languages (Sequence[str]): Codes of the table languages.tsv; none for all pieces.
    special (Sequence[int]): Numbers of pieces that stay in any case.
    RETURNS (Array): Their numbers, increasing. Raises EncoderError for a language that isn't in the
        table.
    """
    if not languages:
        return numpy.arange(len(pieces))
    letters = letters_of(languages)
    keep = numpy.fromiter((_is_needed(piece, letters) for piece in pieces), bool, len(pieces))
    keep[list(special)] = True
    return numpy.flatnonzero(keep)


def letters_of(languages: Sequence[str]) -> Letters:
    """RETURNS (Letters): Of all the languages together. Raises EncoderError for an unknown one."""
    table = known_languages()
    for language in languages:
        if language not in table:
            raise EncoderError(Errors.SC252.format(language=language, known=", ".join(table)))
    rows = [table[language] for language in languages]
    scripts = frozenset(script for row in rows for script in row[1].split())
    return Letters(scripts, frozenset("".join(letter for row in rows for letter in row[2:])))


@cache
def known_languages() -> dict[str, list[str]]:
    """RETURNS (dict[str, list[str]]): The rows of languages.tsv by their codes."""
    return {row[0]: row for row in read_rows(TABLE)}


def _is_needed(piece: str, letters: Letters) -> bool:
    text = piece.removeprefix(SPACE)
    if len(text) == 1:
        return (script_of(text) or "") in {"", *letters.scripts, *OF_ALL, *ALONE}
    return all(_fits(character, letters) for character in text)


def _fits(character: str, letters: Letters) -> bool:
    script = script_of(character)
    if script == "LATIN" and not character.isascii():
        return character.lower() in letters.latin
    return script is None or script in letters.scripts or script in OF_ALL


@cache
def script_of(character: str) -> str | None:
    """RETURNS (str | None): The script of a letter or mark, None for signs and digits."""
    if unicodedata.category(character)[0] not in "LM":
        return None
    return unicodedata.name(character, "NAMELESS").split()[0]
