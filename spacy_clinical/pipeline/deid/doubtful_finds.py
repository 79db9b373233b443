"""Finds of a model that can't be what they are called."""

from .locale_tables import Lexicon
from .overlapping_finds import Found
from .repetition import CODES
from .text_words import Words

_NUMBERS = CODES - {"USERNAME"} | {"PHONE", "FAX", "ZIP", "IP"}
_NAMES = frozenset(("NAME", "PATIENT", "DOCTOR", "CITY", "COUNTRY", "USERNAME"))
_SURE = 0.5
_SHORTEST_DRUG = 7


def is_doubtful(one: Found, words: Words, lexicon: Lexicon) -> bool:
    """Tell whether a model's find is left out: signs alone; a number without a digit; a name or
    place all of whose words are credentials or drugs, or have another meaning and are in small
    letters or have less than an even chance. Rules, which go by the words beside it, may find it
    all the same.

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
    for word in inside:
        told = lexicon.is_word(word.lower) and (unsure or not word.is_capital)
        if not told and not _is_clinical(word.lower, lexicon):
            return False
    return True


def _is_clinical(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is a credential such as "PA-C", or ends as drugs do and is no listed name."""
    if "credential" in lexicon.roles.get(word, ()):
        return True
    endings = tuple(lexicon.role("drug ending"))
    return len(word) >= _SHORTEST_DRUG and word.endswith(endings) and not lexicon.is_name(word)
