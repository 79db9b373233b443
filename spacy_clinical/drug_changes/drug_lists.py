"""The drugs that words are said of: those of the list right before the words, or right after them.

Other mentions, doses, joints ("and") and helpers ("was") may stand between, by the table
`quantities/data/drug_list_words.tsv`; anything else ends the list. A verb at the end of a clause
may stand further from its drug: "A wurde wegen einer Blutung abgesetzt".
"""

import re
from collections.abc import Sequence
from functools import cache

from ..doc_text import MASKED
from ..quantities.drug_list_words import joints, words_of

Span = tuple[int, int, str]
_WORD = re.compile(r"[^\W\d_]+|[^\w\s]|\d+")
_NEAR = 30  # characters before a drug that tell that it is taken
_ITEMS = 8  # of a list before an item that are looked at
_FAR = 200  # characters between a drug and what is said of it, at most
_IN_CLAUSE = r"(?:[^,;:.()\0]|(?<=\d)[.,](?=\d)|(?<=\d)\.|\b[a-z]\.(?=[a-z]\.)|\0)*"


# Behind a comma alone something else may begin: "takes A, B was stopped", "stopped A, B continued".
_COMMA_ONLY = re.compile(r"[^,]*,\s*")
TAKEN = re.compile(
    r"\b(?:continu\w*|takes?|taking|start\w*|resum\w*|on|keeps?|uses?|using|nimmt|bekommt|erhält|toma|"
    r"recibe)\s+(?:(?:the|his|her|their|home|with)\s+)*$",
    re.IGNORECASE,
)
_TOLD_ANEW = re.compile(
    r"[^,.;:\0]{0,30}?\b(?:continu\w+|started|resumed|restarted|increased|reduced|decreased|changed|"
    r"unchanged|weiter\w*|begonnen|erhöht|reduziert|iniciad[oa]|continúa|aumentad[oa])\b",
    re.IGNORECASE,
)
_OF_NEXT = re.compile(r"\s+(?:his|her|their|the)\s+", re.IGNORECASE)  # "on A her B was stopped"
_BECAUSE = re.compile(r"\s*(?:因|由于|因为)[^，。；、,;\0]{1,12}")


def helpers(*, planned: bool = False) -> frozenset[str]:
    """RETURNS (frozenset[str]): What may stand between drugs and what is said of them."""
    return words_of("helper") | words_of("planned") if planned else words_of("helper")


def list_before(
    text: str,
    spans: Sequence[Span],
    start: int,
    *,
    planned: bool,
    more: frozenset[str] = frozenset(),
) -> list[str]:
    """Find the list of drugs before a cue.

    text (str): The document, mentions masked.
    spans (Sequence[Span]): The drugs before the cue in its sentence: start, end, id.
    start (int): Where the cue begins.
    planned (bool): Whether what it tells isn't yet: "A should be stopped".
    more (frozenset[str]): What else may stand between the list and the cue.
    RETURNS (list[str]): Their ids, the nearest first.
    """
    found: list[str] = []
    for k in range(len(spans) - 1, -1, -1):
        left, right, id = spans[k]
        near = start - right <= _FAR
        allowed = joints() if found else helpers(planned=planned) | more
        if (
            not near
            or (found and _OF_NEXT.fullmatch(text, right, start))
            or not (
                only(text[right:start], allowed)
                or (not found and _ends_clause(text, left, right, start))
            )
            or (found and _is_taken(text, spans[max(0, k - _ITEMS) : k + 1], start))
        ):
            break
        found.append(id)
        start = left
    return found


def list_after(
    text: str,
    spans: Sequence[Span],
    end: int,
    *,
    touching: bool,
    more: frozenset[str] = frozenset(),
) -> list[str]:
    """Find the list of drugs behind a cue.

    text (str): The document, mentions masked.
    spans (Sequence[Span]): The drugs behind the cue in its sentence.
    end (int): Where the cue ends.
    touching (bool): No comma may stand between.
    more (frozenset[str]): What else may stand between the cue and the list.
    RETURNS (list[str]): Their ids, in order.
    """
    found: list[str] = []
    for left, right, id in spans:
        allowed = joints() if found else helpers() | more
        parted = touching and not found and "," in text[end:left]
        if left - end > _FAR or parted or not only(text[end:left], allowed):
            break
        if found and _COMMA_ONLY.fullmatch(text, end, left) and _TOLD_ANEW.match(text, right):
            break
        found.append(id)
        end = right
    return found


def _is_taken(text: str, spans: Sequence[Span], start: int) -> bool:
    """Whether the last of some drugs, which a comma parts from the next one, is taken by the words
    before it, or before the list that commas alone make of it and those before: "on A 5 mg, B 3 mg,
    C stopped"."""
    for left, right, _ in reversed(spans):
        if start - right > _FAR or not _COMMA_ONLY.fullmatch(text, right, start):
            return False
        if TAKEN.search(text, max(0, left - _NEAR), left):
            return True
        start = left
    return False


def _ends_clause(text: str, left: int, right: int, start: int) -> bool:
    """Whether a cue is the verb at the end of the clause that a drug stands in."""
    opened, subject, under = _clause_patterns()
    begin = max(0, left - _FAR)
    if under.search(text, begin, left) or subject.match(text, right, start):
        return False
    return (
        opened.fullmatch(text, right, start) is not None
        or _BECAUSE.fullmatch(text, right, start) is not None
    )


@cache
def _clause_patterns() -> tuple[re.Pattern[str], ...]:
    verb, subject, under = (_any(kind) for kind in ("verb", "subject", "under"))
    helper, opener = rf"(?:{_any('helper')}|[\d.,\0-]+)", f"(?:{verb}|{_any('preposition')})"
    return (
        re.compile(rf"\s*(?:{helper}\s+){{0,4}}?{opener}\s{_IN_CLAUSE}", re.IGNORECASE),
        re.compile(rf"\s*{verb}\s+{subject}\b", re.IGNORECASE),
        re.compile(rf"\b{under}\s+(?:\w+\s+)?$", re.IGNORECASE),
    )


def _any(kind: str) -> str:
    words = sorted(word for word in words_of(kind) if word.isalpha())
    return f"(?:{'|'.join(map(re.escape, words))})"


def only(between: str, allowed: frozenset[str]) -> bool:
    """RETURNS (bool): Whether a text has but some words, masked mentions and numbers aside."""
    words = _WORD.findall(between.replace(MASKED, " ").casefold())
    return all(word.isdigit() or word in allowed or _made_of(word, allowed) for word in words)


def _made_of(word: str, allowed: frozenset[str]) -> bool:
    """Whether a run of Chinese characters has but some words."""
    return not word[0].isascii() and _runs(allowed).fullmatch(word) is not None


@cache
def _runs(allowed: frozenset[str]) -> re.Pattern[str]:
    words = sorted(word for word in allowed if word[0] >= "\u3400" and word.isalpha())
    return re.compile(f"(?:{'|'.join(words)})+")
