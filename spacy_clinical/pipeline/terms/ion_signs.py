"""Charges behind symbols of ions, as notes write tests of them: "K+", "Ca++", "Mg2+", "HCO3-"."""

import re
from collections.abc import Iterator

import numpy
from spacy.strings import StringStore

from ...knowledge.array_files import Array

PLUS, MINUS = ("+", "\u207a"), ("-", "\u2212", "\u2013", "\u207b")
MOST = 3  # tokens of a symbol, and signs
_PLUSES, _MINUSES = (f"[{re.escape(''.join(signs))}]" for signs in (PLUS, MINUS))
_SYMBOL = r"[A-Z][a-z]?|HCO3|HCO\u2083|[NPS][HO][34\u2083\u2084]"
_CHARGED = re.compile(rf"({_SYMBOL})(?:[23\u00b2\u00b3]?{_PLUSES}{{1,3}}|{_MINUSES}{{1,3}})")


def symbol_of(text: str) -> str:
    """RETURNS (str): The symbol of an ion without its charge, "Ca" of "Ca2+"; "" if there is no
    charge."""
    found = _CHARGED.fullmatch(text)
    return found[1] if found else ""


def find_ions(tokens: Array, breaks: Array, strings: StringStore) -> Iterator[tuple[int, int, str]]:
    """Find the symbols of ions with their charges.

    tokens (Array): Text, offset and length of each token first in its row.
    breaks (Array): The first tokens of documents.
    strings (StringStore): Has the tokens' texts.
    YIELDS (tuple[int, int, str]): First token, one past the last, and the symbol without charge.
    """
    orths, glued = tokens[:, 0], find_runs_on(tokens, breaks)
    plus, minus = (numpy.isin(orths, [strings[s] for s in some]) for some in (PLUS, MINUS))
    signs = plus | minus
    # A symbol is one or two letters with a digit at most; "Na-dependent" has no charge.
    letters = numpy.concatenate([[False, False], tokens[:, 4] != 0, [False]])
    near = (letters[1:-2] | letters[:-3]) & (numpy.append(0, tokens[:-1, 2]) <= MOST)
    charges = near & glued[:-1] & (plus | (minus & ~(glued[1:] & letters[3:])))
    charges[1:] &= ~plus[:-1]
    for sign in numpy.flatnonzero(charges).tolist():
        start, end = sign, sign + 1
        while start > sign - MOST and _is_word(start - 1, start, orths, glued, strings):
            start -= 1
        while end < len(orths) and glued[end] and end - sign < MOST and signs[end]:
            end += 1
        symbol = symbol_of("".join(strings[int(orth)] for orth in orths[start:end]))
        parted = not _is_word(start - 1, start, orths, glued, strings)
        if symbol and parted and not (minus[sign] and _is_word(end, end, orths, glued, strings)):
            yield start, end, symbol


def _is_word(place: int, border: int, orths: Array, glued: Array, strings: StringStore) -> bool:
    """Whether a token of letters or digits is there, with nothing at a border of it."""
    return bool(glued[border]) and strings[int(orths[place])].isalnum()


def find_runs_on(tokens: Array, breaks: Array) -> Array:
    """RETURNS (Array): Which tokens go on with the one before, and False behind the last, shape
    (tokens + 1,), bool."""
    found = numpy.zeros(len(tokens) + 1, bool)
    found[1:-1] = tokens[1:, 1] == tokens[:-1, 1] + tokens[:-1, 2]
    found[breaks] = False
    return found
