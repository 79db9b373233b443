"""Forms of English questions that tables of words can't tell: a name alone, "which" before a class,
what something turned out to be, or is told by."""

import re
from collections.abc import Sequence

from .concept_names import DRUG, PROBLEM, PROCEDURE, TEST, Named
from .question_words import word_list

_ALONE = {DRUG: "taking", PROBLEM: "has_problem", TEST: "result", PROCEDURE: "had_procedure"}
_SINCE = {DRUG: "when_started", PROBLEM: "since"}
_LISTED = {"taking": "drugs_of_class", "has_problem": "problems_of_class"}
_WHICH = re.compile(
    r"\b(?:which|what)(?:\s+(?:kinds?|sorts?|types?)\s+of)?(?:\s+(?:other|else))?\s+$",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(?:turn(?:s|ed)?\s+out\s+to\s+be|prove[nds]?\s+to\s+be|end(?:s|ed)?\s+up\s+as|going\s+by|"
    r"judging\s+(?:by|from)|based\s+on|in\s+terms\s+of|according\s+to)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]+")


def bare_kind(question: str, named: Sequence[Named]) -> str:
    """Read a question that only names something: "metformin?", "any chest pain".

    question (str): In lower case, with what concepts are called in it blanked.
    named (Sequence[Named]): What it names.
    RETURNS (str): Whether a drug is taken, a problem there or a procedure done, or the last result;
        since when, if a mere "since" is there; "" if it has other words than `data/bare_en.tsv`, or
        names things of several kinds.
    """
    kinds = {kind for one in named for kind in one.kinds}
    words = set(_WORDS.findall(question))
    if len(kinds) != 1 or not words - {"since"} <= word_list("bare_en"):
        return ""
    return (_SINCE if "since" in words else _ALONE).get(kinds.pop(), "")


def listed_kind(kind: str, question: str, named: Sequence[Named]) -> str:
    """RETURNS (str): The kind that lists what is asked for by "which" before a class, instead of
    one that says yes or no."""
    asked = any(_WHICH.search(question[: one.start]) for one in named)
    return _LISTED.get(kind, kind) if asked else kind


def claimed(question: str, named: list[Named]) -> list[Named]:
    """RETURNS (list[Named]): What is named behind "turned out to be" or "going by", if something
    is; else all."""
    claim = _CLAIM.search(question)
    behind = [one for one in named if claim and one.start >= claim.end()]
    return behind or named
