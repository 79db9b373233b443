"""Cues that say nothing of some kinds of mentions: an hour is no age of a dose or a symptom ("took
A at 9", "vomited at 3", not "rheumatic fever at 12"); "negative" is of a test, not of a drug beside
it, "prophylaxis" what a drug is given for; words that deny a drug deny no disease behind it ("avoid
A (B)")."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from .assertion_rules import Found
from .cue_scopes import Extent

_HOUR, _OF_TESTS, _AIM = (
    r"at\s+\d{1,2}",
    r"negative|neg|clear|normal|clean",
    r"prophylaxis|ppx|prevention",
)
# By what a label stands for: the values, and the words that tell them, that say nothing.
_SILENT = {
    "medication": (
        ("historical", re.compile(_HOUR, re.IGNORECASE)),
        ("absent", re.compile(_OF_TESTS, re.IGNORECASE)),
        ("hypothetical", re.compile(_AIM, re.IGNORECASE)),
    ),
    "symptom": (("historical", re.compile(_HOUR, re.IGNORECASE)),),
    "test": (("historical", re.compile(_HOUR, re.IGNORECASE)),),
}
ROLES = frozenset((*_SILENT, "condition"))
_OF_DRUGS = re.compile(
    r"(?:avoid\w*|declin\w*|refus\w*|(?:has |have |did |does |was |were |is )?(?:not|never|off)\b.*"
    r"(?:taking|take|taken|took|start\w*|treat\w*|given|receiv\w*|on)|is off)",
    re.IGNORECASE,
)


def without_others(
    text: str, said: Sequence[Found], role: str, mention: Extent, drugs: Sequence[int]
) -> list[Found]:
    """Leave out what cues tell of mentions of another kind.

    text (str): The note.
    said (Sequence[Found]): What is said of a mention.
    role (str): What its label stands for, one of ROLES.
    mention (tuple[int, int]): Its characters.
    drugs (Sequence[int]): Where the note's drugs begin, in order.
    RETURNS (list[Found]): The rest.
    """
    silent = _SILENT.get(role, ())
    return [
        one
        for one in said
        if not any(
            one.value == value and words.fullmatch(text, *one.cue) for value, words in silent
        )
        and not (role != "medication" and _denies_drug(text, one, mention[0], drugs))
    ]


def _denies_drug(text: str, one: Found, start: int, drugs: Sequence[int]) -> bool:
    """Whether words that deny drugs stand before one, which stands before a mention."""
    if one.value != "absent" or one.cue[1] > start or not _OF_DRUGS.fullmatch(text, *one.cue):
        return False
    k = bisect_left(drugs, one.cue[1])
    return k < len(drugs) and drugs[k] < start
