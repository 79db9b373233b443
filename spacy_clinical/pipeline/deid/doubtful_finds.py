"""Finds of a model that can't be what they are called."""

from .locale_tables import Lexicon
from .overlapping_finds import Found
from .repetition import CODES
from .text_words import Word, Words

_NUMBERS = CODES - {"USERNAME"} | {"PHONE", "FAX", "ZIP", "IP"}
_NAMES = frozenset(("NAME", "PATIENT", "DOCTOR", "CITY", "COUNTRY", "USERNAME"))
_SURE = 0.5
_SHORTEST_DRUG = 7


def is_doubtful(one: Found, words: Words, lexicon: Lexicon) -> bool:
    """Tell whether a model's find is left out: signs alone; a number without a digit, unless the
    model is sure and the words aren't those that say what a number is; a name or place all of whose
    words are credentials or drugs, or have another meaning and are in small letters or have less
    than an even chance. Rules, which go by the words beside it, may find it all the same.

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
    inside = [words[i] for i in words.inside(one.start, one.end)]
    sure = one.score >= _SURE
    if one.label in _NUMBERS:  # "AVGKLM", or a name that was taken for a number
        return not sure or (bool(inside) and all(_says_which(word, lexicon) for word in inside))
    if one.label not in _NAMES or not inside:
        return False
    return all(_is_nobody(word, lexicon, sure) for word in inside)


def _says_which(word: Word, lexicon: Lexicon) -> bool:
    """Whether a word says what a number is, as "MRN" does, or is one such as "of"."""
    return word.lower in lexicon.function_words or bool(lexicon.contexts_at_end(word.lower))


def _is_nobody(word: Word, lexicon: Lexicon, sure: bool) -> bool:
    """Whether a word names nobody: an ordinary one, a credential such as "PA-C" (of a sure find not
    "Pa", which is a name too), a drug by its ending."""
    if lexicon.is_word(word.lower) and not (sure and word.is_capital):
        return True
    if "credential" in lexicon.roles.get(word.lower, ()):
        return not (sure and word.is_capital and word.text[1:].islower())
    endings = tuple(lexicon.role("drug ending"))
    is_drug = len(word.lower) >= _SHORTEST_DRUG and word.lower.endswith(endings)
    return is_drug and not lexicon.is_name(word.lower)
