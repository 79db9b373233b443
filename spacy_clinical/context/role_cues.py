"""Cues that say nothing of some kinds of mentions: an hour is no age of a dose or a symptom ("took
A at 9", "vomited at 3", not "rheumatic fever at 12"); "negative" is of a test, not of a drug beside
it, "prophylaxis" what a drug is given for, "reaction to" is of a drug; words that deny one deny no
disease behind it ("avoid A (B)"); a disease that a risk is told with is there ("risk of stroke with
AF and diabetes")."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from .assertion_rules import Found
from .cue_scopes import Extent

_HOUR, _REACTION, _OF_TESTS, _AIM = (
    r"at\s+\d{1,2}",
    r"react(?:ions?|ed)\s+to",
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
    "condition": (("historical", re.compile(_REACTION, re.IGNORECASE)),),
    "symptom": (("historical", re.compile(f"{_HOUR}|{_REACTION}", re.IGNORECASE)),),
    "test": (("historical", re.compile(f"{_HOUR}|{_REACTION}", re.IGNORECASE)),),
}
ROLES = frozenset(_SILENT)
_OF_DRUGS = re.compile(
    r"(?:avoid\w*|declin\w*|refus\w*|(?:has |have |did |does |was |were |is )?(?:not|never|off)\b.*"
    r"(?:taking|take|taken|took|start\w*|treat\w*|given|receiv\w*|on)|is off)",
    re.IGNORECASE,
)
_OF_RISK = re.compile(r".*\b(?:risks?|riesgos?|prone|predispos\w+)\b.*", re.IGNORECASE)
_TOLD_WITH = re.compile(
    r"[^.;:()\n]{0,100}?\b(?:with|con|por|debido\s+a)\s+(?!no\b|any\b|use\b|each\b)"
    r"[^.;:()\n]{0,100}",
    re.IGNORECASE,
)
# Words that leave it open whether a disease is there, and diseases that a risk may lead to.
_OF_OTHERS = re.compile(
    r"\b(?:if|when|unless|without|including|such\s+as|like|especially|patients|people|those|"
    r"women|men|adults|children|persons|individuals|someone|pacientes|personas)\b",
    re.IGNORECASE,
)
_MAY_FOLLOW = re.compile(
    r"\b(?:failure|ha?emorrhag\w*|bleed\w*|shock|sepsis|infections?|fevers?|falls?|trauma|"
    r"injur\w+|death|arrest|loss|perforation|rupture|seizures?|thrombosis|embol\w+|recurrence|"
    r"complications?|dehydration|toxicity|overdose)\b",
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
        and not (role == "condition" and _is_told_with(text, one, mention))
    ]


def _is_told_with(text: str, one: Found, mention: Extent) -> bool:
    """Whether a disease is what a risk is told with: AF in "stroke risk with AF"."""
    if one.value != "hypothetical" or one.cue[1] > mention[0]:
        return False
    if not _OF_RISK.fullmatch(text, *one.cue):
        return False
    between = (one.cue[1], mention[0])
    if not _TOLD_WITH.fullmatch(text, *between) or _OF_OTHERS.search(text, *between):
        return False
    return _MAY_FOLLOW.search(text, *mention) is None


def _denies_drug(text: str, one: Found, start: int, drugs: Sequence[int]) -> bool:
    """Whether words that deny drugs stand before one, which stands before a mention."""
    if one.value != "absent" or one.cue[1] > start or not _OF_DRUGS.fullmatch(text, *one.cue):
        return False
    k = bisect_left(drugs, one.cue[1])
    return k < len(drugs) and drugs[k] < start
