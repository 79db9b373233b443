"""Charges behind symbols of ions, as notes write tests of them: "K+", "Ca++", "Mg2+", "HCO3-"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy
from spacy.strings import StringStore

from ...knowledge.array_files import Array

PLUS, MINUS = ("+", "\u207a"), ("-", "\u2212", "\u2013", "\u207b")
SIGNS = (*PLUS, *MINUS)
MOST = 3  # tokens of a symbol, and signs
_PLUSES, _MINUSES = (f"[{re.escape(''.join(signs))}]" for signs in (PLUS, MINUS))
_SYMBOL = r"[A-Z][a-z]?|HCO3|HCO\u2083|[NPS][HO][34\u2083\u2084]"
_CHARGED = re.compile(rf"({_SYMBOL})(?:[23\u00b2\u00b3]?{_PLUSES}{{1,3}}|{_MINUSES}{{1,3}})")


def symbol_of(text: str) -> str:
    """RETURNS (str): The symbol of an ion without its charge, "Ca" of "Ca2+"; "" if there is no
    charge."""
    found = _CHARGED.fullmatch(text)
    return found[1] if found else ""


def find_ions(tokens: Array, strings: StringStore) -> Iterator[tuple[int, int, str]]:
    """Find the symbols of ions with their charges.

    tokens (Array): A row for each token, as `term_finder.COLUMNS` says.
    strings (StringStore): Has the tokens' texts.
    YIELDS (tuple[int, int, str]): First token, one past the last, and the symbol without charge.
    """
    signs = numpy.zeros(len(tokens), bool)
    for sign in SIGNS:
        signs |= tokens[:, 0] == strings[sign]
    places = numpy.flatnonzero(signs[1:]) + 1
    ends = tokens[places - 1, 1] + tokens[places - 1, 2]
    capital = (tokens[:, 4] != 0) & (tokens[:, 5] == 0) & (tokens[:, 2] <= MOST)
    symbols = capital[places - 1] | ((tokens[places - 1, 2] == 1) & capital[places - 2])
    for place in places[symbols & (tokens[places, 1] == ends)].tolist():
        first = max(place - MOST - 1, 0)
        near = tokens[first : place + MOST + 2, :3].tolist()
        texts = [strings[orth] for orth, _, _ in near]
        glued = [False, *(one[1] + one[2] == other[1] for one, other in pairwise(near)), False]
        start, end = _reach(texts, glued, place - first)
        symbol = symbol_of("".join(texts[start:end]))
        if symbol:
            yield first + start, first + end, symbol


def _reach(texts: Sequence[str], glued: Sequence[bool], sign: int) -> tuple[int, int]:
    """First token, and one past the last, of letters and digits before a sign with it and the signs
    behind it; none where a minus joins two words."""
    start, end = sign, sign + 1
    while glued[start] and texts[start - 1].isalnum():
        start -= 1
    while glued[end] and texts[end] in SIGNS:
        end += 1
    joins = texts[sign] in MINUS and glued[end] and texts[end].isalnum()
    return start, start if joins else end
