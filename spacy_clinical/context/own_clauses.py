"""Clauses that begin at a comma without any word that says so: "No diabetes, metformin is given".

A mention behind a comma with a verb of its own behind it isn't denied by the "no" before the comma,
unless the verb only says that something was looked for: "no fever, chills are reported". Nor is one
behind words of its own and a colon: "no fracture, gait: ataxia".
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache

from .rule_tables import DATA, read_table

DENIED = "absent"
CATEGORIES = frozenset({DENIED, "possible", "historical"})
_FIND = (
    r"(?:seen|noted|found|identified|reported|present|detected|demonstrated|observed|evident|"
    r"appreciated|elicited|heard|felt|palpated|palpable|visuali[sz]ed|described|documented|"
    r"endorsed|mentioned|recorded|apparent|shown|suspected|known|denied|excluded|absent|ruled)\b"
)
_VERB = re.compile(
    r"\s+(?:\d+(?:\.\d+)?\s*(?:mg|mcg|g|units?)\s+)?"
    r"(?:(?:also|now|still|therefore|then|currently|recently|since|only|mildly|much)\s+)*"
    rf"(?:(?:was|were|is|are|has|have|had)\b(?!(?:\s+(?:been|also|now|not|\w+ly))*\s+{_FIND})|"
    r"(?:continue[sd]?|persist(?:s|ed)?|remain(?:s|ed)?|improv(?:es|ed|ing)|resolved|"
    r"worsen(?:s|ed|ing)|increased|decreased|stopped|discontinued|started|restarted|resumed|held|"
    r"given|changed|switched|tapered|prescribed|reviewed|begun|began)\b)",
    re.IGNORECASE,
)
# What is told of next, "gait:", but not what spells out what stands before: "namely:".
_TOLD_OF = re.compile(
    r",\s*(?!(?:specifically|including|includes?|namely|particularly|especially|following|such as|"
    r"as follows|any of|e\.?g|i\.?e)\b)(?:[^\W\d_][\w'/-]*\s+){0,2}[^\W\d_][\w'/-]*\s?:(?=\s)",
    re.IGNORECASE,
)
_BEFORE = r"and|his|her|their|the|home|oral|iv|ein|eine|der|die|das|el|la|los|las|un|una"
_COMMA = re.compile(rf",\s*(?:(?:{_BEFORE})\s+)*$", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:und|oder|sowie|bzw|noch|y|e|o|u|ni)\b", re.IGNORECASE)
_LINKED = re.compile(r"\b(?:or|nor|and/or)\b", re.IGNORECASE)
_WORD = re.compile(r"\w")
_NEGATIVE = re.compile(r"neg(?:ative)?\b", re.IGNORECASE)
# What is negative for itself, and tells nothing of what stands before it.
_SUBJECT = re.compile(
    r"\b(?:probe|sign|reflex(?:es)?|man(?:oeuvre|euver)|romberg|kernig\w*|babinski|murphy\w*|homan\w*|"
    r"lachman|drawer|slr|straight\s+leg\s+raise|phalen\w*|tinel\w*|margins?|nodes?|family\s+history|"
    r"fhx?|ros|review\s+of\s+systems|past\s+history|(?:drug|tox(?:icology)?)\s+screen|rhesus|rh)\b",
    re.IGNORECASE,
)
_NEAR = 24  # characters before a mention that may hold the comma
_FAR = 80  # ... behind it that may hold the verb


def own_clauses(text: str, mentions: Sequence[tuple[int, int]], commas: Sequence[int]) -> list[int]:
    """Find clauses that begin at a comma.

    text (str): The document.
    mentions (Sequence[tuple[int, int]]): Of a sentence, sorted.
    commas (Sequence[int]): Where its commas stand.
    RETURNS (list[int]): Which commas begin a clause.
    """
    found = _told_of(text, mentions, commas)
    for start, end in mentions:
        k = bisect_left(commas, start) - 1
        if k < 0 or start - commas[k] > _NEAR:
            continue
        says = _VERB.match(text, end, end + _FAR) or _told_behind().match(text, end, end + _FAR)
        if says and _COMMA.match(text, commas[k], start):
            found.append(commas[k])
    return found


def _told_of(text: str, mentions: Sequence[tuple[int, int]], commas: Sequence[int]) -> list[int]:
    """Commas behind which a colon tells of what the next item is."""
    if not commas or text.find(":", commas[0], mentions[-1][0]) < 0:
        return []
    return [comma for comma in commas if _TOLD_OF.match(text, comma)]


def own_items(text: str, end: int, commas: Sequence[int]) -> list[int]:
    """Find items of a denied list that say of themselves that they are there: "no masses, scant
    discharge".

    text (str): The document.
    end (int): Where the sentence ends.
    commas (Sequence[int]): Where its commas stand.
    RETURNS (list[int]): The commas before such items, but for those of a list that a link closes.
    """
    links = [match.start() for match in _LINKED.finditer(text, commas[0], end)]
    begin = links[-1] if links else commas[0]
    return [match.start() for match in _there().finditer(text, begin, end)]


def own_subject(text: str, commas: Sequence[int], ends: Sequence[int], start: int) -> int:
    """Find the comma behind which something else is negative: "ulcer, probe to bone negative".

    text (str): The document.
    commas (Sequence[int]): Where the sentence's commas stand.
    ends (Sequence[int]): Where its mentions end, sorted.
    start (int): Where "negative" begins, or another cue.
    RETURNS (int): The comma, 0 where what stands before it may be meant.
    """
    k = bisect_left(commas, start) - 1
    if k < 0 or start - commas[k] > _FAR or not _NEGATIVE.match(text, start):
        return 0
    mentioned = bisect_right(ends, start) > bisect_right(ends, commas[k])
    return 0 if mentioned or not _SUBJECT.search(text, commas[k], start) else commas[k]


def closed_lists(
    text: str, start: int, mentions: Sequence[tuple[int, int]], commas: Sequence[int]
) -> list[int]:
    """Find commas behind which a cue that looks back doesn't reach: "effusion smaller, no longer
    any oedema" with the verb at its end, as German and Spanish say it.

    text (str): The document.
    start (int): Where the sentence begins.
    mentions (Sequence[tuple[int, int]]): Of a sentence, sorted.
    commas (Sequence[int]): Where its commas stand.
    RETURNS (list[int]): The commas before which more is said of a mention than its name, or a list
        has had its last item, or a verb tells of what stands there.
    """
    found = []
    ends = [end for _, end in mentions]
    told = _told_before().search(text, start, mentions[-1][0]) if mentions else None
    for comma in commas:
        k = bisect_right(ends, comma) - 1
        if k < 0:
            continue
        of_verb = told is not None and told.end() <= mentions[k][0]
        if of_verb or _WORD.search(text, ends[k], comma) or _closes(text, mentions, k):
            found.append(comma)
    return found


def _closes(text: str, mentions: Sequence[tuple[int, int]], k: int) -> bool:
    """Whether a mention is the last item of a list."""
    return k > 0 and bool(_JOINED.search(text, mentions[k - 1][1], mentions[k][0]))


@cache
def _told_behind() -> re.Pattern[str]:
    """Words behind a mention that say how or since when it is: `data/own_clauses.tsv`."""
    return re.compile(rf"\s+(?:{_clause_words('')})\b", re.IGNORECASE)


@cache
def _told_before() -> re.Pattern[str]:
    """Verbs before mentions that tell of these: `data/own_clauses.tsv`."""
    return re.compile(rf"\b(?:{_clause_words('before')})\b", re.IGNORECASE)


def _clause_words(where: str) -> str:
    rows = (cells for _, cells in read_table(DATA / "own_clauses.tsv"))
    return "|".join(words for words, *place in rows if place == [where] * bool(where))


@cache
def _there() -> re.Pattern[str]:
    """Words behind a comma that say that an item is there: `data/own_items.tsv`."""
    rows = [cells for _, cells in read_table(DATA / "own_items.tsv")]
    begin, whole = ("|".join(w for w, where in rows if where == x) for x in ("begin", "whole"))
    return re.compile(rf",\s*(?:and\s+)?(?:(?:{begin})\b|(?:{whole})\s*(?=[,;.]|$))", re.IGNORECASE)
