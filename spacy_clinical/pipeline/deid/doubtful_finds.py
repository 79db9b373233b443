"""Finds of a model that can't be what they are called."""

from .locale_tables import Lexicon
from .overlapping_finds import Found
from .repetition import CODES
from .text_words import Words

_NUMBERS = CODES - {"USERNAME"} | {"PHONE", "FAX", "ZIP", "IP"}
_NAMES = frozenset(("NAME", "PATIENT", "DOCTOR", "CITY", "COUNTRY", "USERNAME"))
_SURE = 0.5


def is_doubtful(one: Found, words: Words, lexicon: Lexicon) -> bool:
    """Tell whether a model's find is left out: signs alone; a number without a digit; a name or
    place all of whose words have another meaning, in small letters or with less than an even
    chance. Rules, which go by the words beside it, may find it all the same.

    one (Found): The find.
    words (Words): The text.
    lexicon (Lexicon): Tells which words seldom name anybody.
    RETURNS (bool): Whether it is.
    """
    text = words.text[one.start : one.end]
    if not any(sign.isalnum() for sign in text):
        return True
    if any(sign.isdigit() for sign in text):
        return False
    if one.label in _NUMBERS:
        return True
    inside = [words[i] for i in words.inside(one.start, one.end)]
    if one.label not in _NAMES or not inside:
        return False
    unsure = one.score < _SURE
    return all(lexicon.is_word(w.lower) and (unsure or not w.is_capital) for w in inside)
