"""The forms that the choices of a phrase stand for."""

import re
from itertools import product
from math import prod

from .phrase_states import CHOICE
from .phrase_words import END, NUMBER, START, words_of

MOST_FORMS = 10_000
_OPENING = 2  # words by which a phrase is told to begin


def variants(phrase: str) -> list[str]:
    """Write out the choices of a phrase.

    phrase (str): As in a table.
    RETURNS (list[str]): Phrases without choices, in lower case, single spaces between the words.
        Raises ValueError where a brace or a mark stands alone or where it must not, or where the
        phrase has more than MOST_FORMS.
    """
    parts = CHOICE.split(phrase)
    options = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    if count_forms(phrase) > MOST_FORMS:
        raise ValueError(f"more than {MOST_FORMS} forms")
    found = [" ".join("".join(chosen).lower().split()) for chosen in product(*options)]
    for variant in found:
        words = variant.removeprefix(START).removesuffix(END).strip()
        if not words or re.search(r"[{}|]|<start>|<end>", words):
            raise ValueError(variant)
    return found


def has_words(phrase: str) -> bool:
    """Tell of a phrase without marks that `variants` can read it, without writing it out.

    phrase (str): As in a table.
    RETURNS (bool): Whether it can. False of a phrase with marks says nothing.
    """
    parts = CHOICE.split(phrase)
    if "<" in phrase or any(sign in part for part in parts[::2] for sign in "{}|"):
        return False
    always = (all(map(str.strip, choice.split("|"))) for choice in parts[1::2])
    return any(map(str.strip, parts[::2])) or any(always)


def openings(phrase: str) -> set[tuple[str, str]]:
    """Find how the forms of a phrase begin, without writing them all out.

    phrase (str): As in a table.
    RETURNS (set[tuple[str, str]]): Their first two words; "" where a form has but one, or a mark
        or class of words as its second.
    """
    found, grown = set[tuple[str, str]](), {""}
    for i, part in enumerate(CHOICE.split(phrase.lower())):
        longer = {text + one for text in grown for one in (part.split("|") if i % 2 else [part])}
        grown = {text for text in longer if len(words_of(text)) <= _OPENING}
        found |= {_opening(text) for text in longer - grown}
    return found | {_opening(text) for text in grown}


def _opening(text: str) -> tuple[str, str]:
    first, *rest = words_of(text)
    return first, rest[0] if rest and rest[0][0] < NUMBER else ""


def count_forms(phrase: str) -> int:
    """RETURNS (int): How many phrases the choices of a phrase stand for."""
    return prod(1 + choice.count("|") for choice in CHOICE.findall(phrase))
