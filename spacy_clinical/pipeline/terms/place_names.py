"""Terms that are places: a state behind a town ("Ann Arbor, MI"), a room's number ("Room CT 4")."""

import re

from spacy.tokens import Doc

from ...doc_text import text_of
from .term_rules import Persons

LONG = 20  # characters behind a term that are looked at
TOWN = 3  # words of a town's name, at most
HOME = 6  # tokens before a town that are looked at
_BEFORE_TOWNS = frozenset(("in", "from", "near", "to", "at", "of"))
_ZIP = re.compile(r",? \d{5}(?:-\d{4})?\b")
_NUMBER = re.compile(r"[ -]?\d{1,3}(?![\d/%A-Za-z]|\.\d)")
_NOTHING = re.compile(r"\s*(?:[.,;)\n]|\Z)")


def is_state(doc: Doc, place: int, words: Persons) -> bool:
    """Say whether an abbreviation is a state behind a town here.

    doc (Doc): The document.
    place (int): Its token.
    words (Persons): States, last words of towns, and words that say that a town follows.
    RETURNS (bool): Whether a word with a capital and a comma stand before it, and a postal code
        behind it, or the word is known as a town, or one lives, was born or travelled there, or a
        street is before it.
    """
    token = doc[place]
    if not token.is_upper or token.lower_ not in words.states or place < 2:
        return False
    first = place - 1
    if doc[first].text != ",":
        return False
    while first and place - 1 - first < TOWN and _is_name(doc[first - 1].text):
        first -= 1
    if first == place - 1:
        return False
    if doc[place - 2].lower_ in words.places or _ZIP.match(text_behind(doc, place)):
        return True
    return _is_home(doc, first, words) or _is_address(doc, first, words)


def _is_name(text: str) -> bool:
    return text.isalpha() and text.istitle()


def _is_address(doc: Doc, place: int, words: Persons) -> bool:
    """Whether a street with its number stands before a name: "12 Elm Street, Utopia, MI"."""
    near = doc[max(place - HOME, 0) : place]
    part = [token for token in near if any(letter.isalnum() for letter in token.text)]
    ends = bool(part) and part[-1].lower_.rstrip(".") in words.streets
    return ends and any(token.like_num for token in part)


def _is_home(doc: Doc, place: int, words: Persons) -> bool:
    """Whether one lives, was born or travelled where a name is."""
    if not place or doc[place - 1].lower_ not in _BEFORE_TOWNS:
        return False
    for token in reversed(doc[max(place - HOME, 0) : place - 1]):
        if token.text in (".", ";") or token.is_space:
            return False
        if token.lower_ in words.homes:
            return True
    return False


def is_ward(doc: Doc, place: int, words: Persons, *, alone: bool) -> bool:
    """Say whether an abbreviation is a part of the number of a place in a hospital here.

    doc (Doc): The document.
    place (int): Its token.
    words (Persons): Words before such numbers.
    alone (bool): Whether it may be all of it, without digits: "Unit PE".
    RETURNS (bool): Whether such a word with a capital is right before it, and a short number behind
        it that is no value.
    """
    before = doc[place - 1] if place else None
    if before is None or before.is_lower or before.lower_ not in words.wards:
        return False
    if place > 1 and doc[place - 2].like_num:
        return False  # "1 Unit"
    behind = text_behind(doc, place)
    return bool(_NUMBER.match(behind) or (alone and _NOTHING.match(behind)))


def text_behind(doc: Doc, place: int) -> str:
    """RETURNS (str): The next characters behind a token."""
    end = doc[place].idx + len(doc[place])
    return text_of(doc)[end : end + LONG]
