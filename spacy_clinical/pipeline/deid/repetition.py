"""What is found once is looked for in the whole note."""

import re
from collections.abc import Iterable, Iterator

from .found import NAMES, Found
from .known import bounded
from .lexicon import Lexicon
from .name_reader import PARTICLES
from .words import Words

_CODES = frozenset(
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
        if written and written[0] >= "\u2e80":
            if len(written) > 1:
                codes.setdefault(written, one)
        elif one.label in NAMES and one.score >= _SURE:
            for i in words.inside(one.start, one.end):
                lower = words[i].lower
                if len(lower) > 1 and lower not in PARTICLES:
                    seen.setdefault(lower, one)
        elif one.label in _CODES and one.end - one.start >= _SHORTEST_CODE:
            codes.setdefault(written, one)
    return [*_names(seen, words, lexicon, free), *_codes(codes, words.text)]


def _names(
    seen: dict[str, Found], words: Words, lexicon: Lexicon, free: list[bool]
) -> Iterator[Found]:
    for lower, one in seen.items():
        for i in words.places.get(lower, ()):
            word = words[i]
            plain = lexicon.is_common(lower) or lower in lexicon.ordinary or len(lower) < 4
            if free[i] and (word.is_capital or not plain):
                yield Found(word.start, word.end, one.label, _SURE, "rule:repetition")


def _codes(codes: dict[str, Found], text: str) -> Iterator[Found]:
    for code, one in codes.items():
        for match in re.finditer(bounded(re.escape(code), code), text):
            yield Found(*match.span(), one.label, one.score, "rule:repetition")
