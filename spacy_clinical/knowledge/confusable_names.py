"""Names that tell of something else than a text although nearly all their letters are the same:
"hepatitis C" for "hepatitis B", "Hodgkin lymphoma" for "non-Hodgkin lymphoma"."""

import re
from collections.abc import Set
from functools import cache

from .name_forms import LETTER_A, name_key

_NEGATION = "non"
_GROUPS = (
    "left right bilateral", "upper lower", "acute chronic", "benign malignant",
    "systolic diastolic", "proximal distal", "anterior posterior", "medial lateral",
    "internal external", "positive negative", "primary secondary", "congenital acquired",
    "maternal paternal fetal", "superior inferior", "central peripheral", "small large",
    "arterial venous", "male female", "open closed",
)  # fmt: skip
_NOT = (_NEGATION, "ab", "un", "in", "im", "a", "anti")
_PREFIXES = (
    ("hyper", "hypo"), ("brady", "tachy"), ("micro", "macro"), ("mono", "poly"),
    ("intra", "extra"), ("pre", "post"), ("supra", "infra"),
)  # fmt: skip
_NUMBER = re.compile(rf"\d+|[^\W\d]|[ivx]+|{LETTER_A}")


def are_opposites(text: Set[str], name: Set[str]) -> bool:
    """Say whether a name can't be what a text means.

    text, name (Set[str]): Their words, as `name_key` has them.
    RETURNS (bool): Whether only one of both is negated, each has a number or letter that the other
        lacks, or a word of the one is the opposite of one of the other.
    """
    lacking, more = text - name, name - text
    if _NEGATION in lacking or _NEGATION in more:
        return True
    if not lacking or not more:
        return False
    if any(map(_NUMBER.fullmatch, lacking)) and any(map(_NUMBER.fullmatch, more)):
        return True
    return any(other in more for word in lacking for other in _opposites(word))


@cache
def _groups() -> dict[str, frozenset[str]]:
    groups = [frozenset(map(name_key, group.split())) for group in _GROUPS]
    return {word: group - {word} for group in groups for word in group}


def _opposites(word: str) -> Set[str]:
    """What a word's opposites may be, whether there is such a word or not."""
    found = {prefix + word for prefix in _NOT}
    found |= {word.removeprefix(prefix) for prefix in _NOT if word.startswith(prefix)}
    for pair in _PREFIXES:
        for own, other in (pair, pair[::-1]):
            if word.startswith(own):
                found.add(other + word.removeprefix(own))
    return found | _groups().get(word, frozenset())
