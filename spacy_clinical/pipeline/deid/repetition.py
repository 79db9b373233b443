"""What is found once is looked for in the whole note."""

import re
from collections.abc import Iterable, Iterator

from ...docs.lookalike_characters import LOOSE, bounded, plain, sign_by_sign
from .locale_tables import Lexicon
from .name_reader import PARTICLES, is_particle
from .overlapping_finds import NAMES, Found
from .text_words import Words, is_loud

CODES = frozenset(
    ("MRN", "SSN", "ACCOUNT", "HEALTH_PLAN", "LICENSE", "VEHICLE", "DEVICE", "ID", "USERNAME")
)
_SURE = 0.5
_SHORTEST_CODE = 4


def repeat(found: Iterable[Found], words: Words, lexicon: Lexicon, free: list[bool]) -> list[Found]:
    """Find the names and codes of a note wherever they stand again.

    found (Iterable[Found]): What was found.
    words (Words): The text.
    lexicon (Lexicon): Tells which names are ordinary words too: those with a capital only.
    free (list[bool]): For each word whether it isn't kept, as in "Baker's cyst".
    RETURNS (list[Found]): The repetitions; they may be what was found.
    """
    seen: dict[str, Found] = {}
    codes: dict[str, Found] = {}
    for one in found:
        written = words.text[one.start : one.end]
        inside = words.inside(one.start, one.end)
        if written and written[0] >= "\u2e80":
            if len(written) > 1:
                codes.setdefault(written, one)
        elif one.label in NAMES and one.score >= _SURE:
            for i in inside:
                lower = words[i].lower
                if len(lower) > 1 and not is_particle(words[i].text, len(inside)):
                    seen.setdefault(lower, one)
        elif one.label in CODES and one.end - one.start >= _SHORTEST_CODE:
            codes.setdefault(written, one)
    return [*_names(seen, words, lexicon, free), *_codes(codes, words.text)]


def _names(
    seen: dict[str, Found], words: Words, lexicon: Lexicon, free: list[bool]
) -> Iterator[Found]:
    for lower, one in seen.items():
        for i in words.places.get(lower, ()):
            word = words[i]
            if free[i] and _may_be_again(words, i, lexicon):
                yield Found(word.start, word.end, one.label, _SURE, "rule:repetition")


def _may_be_again(words: Words, i: int, lexicon: Lexicon) -> bool:
    """Whether a word is written as a name is: ordinary ones with a capital, and not amid capitals.
    What denies never is a repetition."""
    word = words[i]
    if "negation" in lexicon.roles.get(word.lower, ()):
        return False
    ordinary = lexicon.is_ordinary(word.lower)
    if ordinary or len(word.lower) < 4 or word.lower in PARTICLES:
        return word.is_capital and not (
            lexicon.is_word(word.lower) and word.is_shouted and is_loud(words, i)
        )
    return True


def _pattern(code: str) -> str:
    loose = any(map(str.isdigit, code)) and sum(map(str.isalnum, code)) >= LOOSE
    return bounded(sign_by_sign(code) if loose else re.escape(code), code)


def _codes(codes: dict[str, Found], text: str) -> Iterator[Found]:
    for code, one in codes.items():
        for match in re.finditer(_pattern(plain(code)), text):
            yield Found(*match.span(), one.label, one.score, "rule:repetition")
