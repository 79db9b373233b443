"""What became of a drug: started, stopped, held, raised..., by the words beside it.

A cue's drugs are those of the list right before it or right after it, in the same sentence: "A and
B were continued", "Continue A 5 mg daily, B". Other mentions, joints and auxiliaries may stand
between; anything else ends the list.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..records import Entity
from ..tsv import read_rows
from .allergy_cues import is_taken_back
from .pending_cues import is_pending

STARTED, STOPPED, HELD, RESUMED = "started", "stopped", "held", "resumed"
INCREASED, DECREASED, CHANGED, CONTINUED = "increased", "decreased", "changed", "continued"
SWITCHED, ALLERGY = "switched", "allergy"
NO_ALLERGY = "no allergy"  # in the table: an allergy that is denied
TO_END, TO_START = "to end", "to start"  # only planned, or on a condition
DENIED, KEPT = "denied", "kept"  # no allergy; not stopped
BEFORE, AFTER, EITHER, BETWEEN, IT = "before", "after", "either", "between", "it"
TABLE = Path(__file__).parent / "data" / "change_cues.tsv"
_WORD = re.compile(r"[^\W\d_]+|[^\w\s]|\d+")
_MARKS = frozenset([",", "/", "&", "+", "(", ")", "[", "]", "、", "和", "及"])
JOINTS = _MARKS | {
    "and", "plus", "with", "or", "as", "well", "both", "also", "her", "his", "the", "home", "from",
    "to", "dose", "of", "at",
}  # fmt: skip
_AUXILIARIES = _MARKS | {
    "is", "was", "were", "are", "be", "been", "being", "has", "have", "had", "now", "then", "also",
    "again", "already", "which", "therefore", "temporarily", "recently", "that", "this", "on",
    "the", "for", "with", "from", "to", "and", "x", ":", "因", "因为", "由于", "于", "在", "已",
    "现", "后", "故", "予", "予以", "均", "都", "自行", "出现", "引起", "导致",
}  # fmt: skip
_PENDING_AUXILIARIES = _AUXILIARIES | {
    "will", "would", "should", "may", "might", "could", "can", "must", "shall", "not", "likely",
    "probably", "possibly", "safely", "soon", "later", "need", "needs", "going", "planned", "only",
}  # fmt: skip
_OF_ONE = (INCREASED, DECREASED, CHANGED)  # changes that aren't of a whole list
_NOT = re.compile(
    r"\b(?:not|never|no|without|don't|didn't|wasn't|未|不)\s*(?:been |be |yet |longer )?$", re.I
)
_BEGINS, _ENDS = (STARTED, RESUMED), (STOPPED, HELD)
_FAR = 200  # characters between a drug and what is said of it, at most
_NEAR = 14  # characters before a cue that may deny it
Span = tuple[int, int, str]
_MAY_PEND = {
    STOPPED: TO_END, HELD: TO_END, SWITCHED: TO_END, STARTED: TO_START, RESUMED: TO_START
}  # fmt: skip
_BORDER = r"(?!\w)(?<!\bto(?=\s+be\b))"  # "allergy to be tested" isn't one to something
_FILLED = "\0"  # stands for a character of another mention


class Change(NamedTuple):
    """What became of a drug.

    entity (str): The mention's id.
    change (str): Such as STOPPED, TO_END or DENIED.
    start, end (int): The cue's characters.
    """

    entity: str
    change: str
    start: int
    end: int


def find_changes(masked: str, borders: Sequence[int], drugs: Sequence[Entity]) -> list[Change]:
    """Find what became of drugs.

    masked (str): The document, see `mask`.
    borders (Sequence[int]): Where sentences begin, but the first, in order.
    drugs (Sequence[Entity]): Mentions of drugs, in order.
    RETURNS (list[Change]): In the order of the text.
    """
    spans = [(drug.start, drug.end, drug.id) for drug in drugs]
    starts = [start for start, _, _ in spans]
    found: list[Change] = []
    for cue in _pattern().finditer(masked):
        edge = bisect_right(borders, cue.start())
        left = borders[edge - 1] if edge else 0
        right = borders[edge] if edge < len(borders) else len(masked)
        first, last = bisect_left(starts, left), bisect_left(starts, right)
        change, place = _cues()[" ".join(cue[0].casefold().split())]
        told = _what(masked, (left, right), cue.span(), change)
        if not told:
            continue
        middle = bisect_left(starts, cue.start())
        before, after = spans[first:middle], spans[middle:last]
        found += _of_cue(masked, cue.span(), place, change, told, before, after)
    return found


def _what(masked: str, sentence: tuple[int, int], cue: tuple[int, int], change: str) -> list[str]:
    """What a cue says: its change, what is planned or denied instead, or nothing."""
    if _NOT.search(masked, max(0, cue[0] - _NEAR), cue[0]):
        return [change, DENIED] if change == ALLERGY else [KEPT] if change in _ENDS else []
    if change == NO_ALLERGY and is_pending(masked, sentence, cue, ends=False):
        return []
    if change == NO_ALLERGY or (change == ALLERGY and is_taken_back(masked, sentence, *cue)):
        return [ALLERGY, DENIED]
    ends = change not in _BEGINS
    pending = change in _MAY_PEND and is_pending(masked, sentence, cue, ends=ends)
    return [_MAY_PEND[change]] if pending else [change]


def _of_cue(
    masked: str,
    cue: tuple[int, int],
    place: str,
    change: str,
    told: list[str],
    before: Sequence[Span],
    after: Sequence[Span],
) -> Iterator[Change]:
    """What a cue says of the drugs before and after it."""
    plain = change in told
    near = _list_before(masked, before, cue[0], _AUXILIARIES if plain else _PENDING_AUXILIARIES)
    near = [id for _, _, id in before[-1:]] if place == IT else near
    for ids, what in _assign(change, place, near, _list_after(masked, after, cue[1])):
        said = told if what == change else [what if plain else _MAY_PEND[what]]
        yield from (Change(id, one, *cue) for id in ids for one in said)


def _assign(
    change: str, place: str, before: list[str], after: list[str]
) -> Iterator[tuple[list[str], str]]:
    if place == BETWEEN:
        yield before[: len(after[:1])], STOPPED
        yield after[:1], STARTED
    elif place == BEFORE or (place == EITHER and not before):
        yield after, change
    else:
        yield before[:1] if change in _OF_ONE else before, change


def _list_before(
    text: str, spans: Sequence[Span], start: int, allowed: frozenset[str]
) -> list[str]:
    """The drugs that end right before a cue, the nearest first, with some words between."""
    found: list[str] = []
    for left, right, id in reversed(spans):
        if start - right > _FAR or not only(text[right:start], JOINTS if found else allowed):
            break
        found.append(id)
        start = left
    return found


def _list_after(text: str, spans: Sequence[Span], end: int) -> list[str]:
    """The drugs that begin right after a cue."""
    found: list[str] = []
    for left, right, id in spans:
        if left - end > _FAR or not only(text[end:left], JOINTS if found else _AUXILIARIES):
            break
        found.append(id)
        end = right
    return found


def only(between: str, allowed: frozenset[str]) -> bool:
    """RETURNS (bool): Whether a text has but some words, masked mentions and numbers aside."""
    words = _WORD.findall(between.replace(_FILLED, " ").casefold())
    return all(word.isdigit() or word in allowed for word in words)


def mask(text: str, mentions: Sequence[Entity]) -> str:
    """RETURNS (str): A text of the same length whose mentions hold no words."""
    parts, at = [], 0
    for start, end in sorted(extent for one in mentions for extent in one.fragments):
        if end > at:
            start = max(start, at)
            parts += [text[at:start], _FILLED * (end - start)]
            at = end
    return "".join([*parts, text[at:]])


@cache
def _cues() -> dict[str, tuple[str, str]]:
    return {cue: (change, place) for cue, change, place in read_rows(TABLE)}


@cache
def _pattern() -> re.Pattern[str]:
    cues = sorted(_cues(), key=len, reverse=True)
    forms = (re.escape(cue).replace(r"\ ", r"\s+") for cue in cues)
    bounded = (
        form if not cue.isascii() else rf"(?<!\w){form}" + (_BORDER if cue[-1].isalnum() else "")
        for cue, form in zip(cues, forms, strict=True)
    )
    return re.compile("|".join(bounded), re.IGNORECASE)
