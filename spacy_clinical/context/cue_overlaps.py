"""Cues that share words with a mention: within it, at one of its ends, or across a border of it."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from .cue_scopes import Sentence
from .cue_tables import BACKWARD, BOTH, EITHER, FORWARD, INSIDE
from .cues import Cue, contained
from .phrases import Match

OWN = -1
POSSIBLE, PRESENT = "possible", "present"
UNSURE = frozenset({POSSIBLE, "absent"})
_NEAR = 40


class Reach(NamedTuple):
    """A cue that reaches a mention.

    cue (Cue): The cue.
    between (int): How many mentions stand between the two.
    behind (bool): Whether it stands behind the mention.
    """

    cue: Cue
    between: int
    behind: bool


def overlapping(place: Sentence) -> list[list[Reach]]:
    """Find the cues that share words with mentions.

    place (Sentence): The sentence. It costs next to nothing where no phrase overlaps a mention.
    RETURNS (list[list[Reach]]): Of each mention those inside it, and those that a phrase across its
        border silences.
    """
    phrases = place.found.phrases
    if not _any_overlap(place):
        return [[] for _ in place.mentions]
    starts = [phrase[0] for phrase in phrases]
    reached = [*accumulate([phrase[1] for phrase in phrases], max, initial=0)]
    found: list[list[Reach]] = []
    index: _Index | None = None
    for start, end in place.mentions:
        if reached[bisect_left(starts, end)] <= start:
            found.append([])
            continue
        index = index or _Index(place.asserting)
        found.append([*index.within(start, end), *_revived(phrases, starts, start, end)])
    return found


def _any_overlap(place: Sentence) -> bool:
    """Whether a phrase shares words with a mention."""
    starts, ends = place.starts, [*accumulate([end for _, end in place.mentions], max, initial=-1)]
    return any(
        ends[bisect_left(starts, phrase_end)] > phrase_start
        for phrase_start, phrase_end, _ in place.found.phrases
    )


class _Index:
    """The cues of a sentence by where they begin and end.

    cues (Sequence[Cue]): In text order.
    """

    def __init__(self, cues: Sequence[Cue]):
        self._by_start: dict[int, list[Cue]] = {}
        self._by_end: dict[int, list[Cue]] = {}
        for cue in cues:
            self._by_start.setdefault(cue.start, []).append(cue)
            self._by_end.setdefault(cue.end, []).append(cue)
        self._inside = [cue for cue in cues if cue.rule.direction == INSIDE]

    def within(self, start: int, end: int) -> Iterable[Reach]:
        """YIELDS (Reach): Cues at the begin of a mention, at its end, and those of what holds
        them."""
        for cue in self._by_start.get(start, ()):
            if cue.end < end and cue.rule.looks in (FORWARD, BOTH):
                yield Reach(cue, OWN, False)
        for cue in self._by_end.get(end, ()):
            if cue.start > start and cue.rule.direction in (BACKWARD, BOTH):
                yield Reach(cue, OWN, True)
        k = bisect_left(self._inside, start, key=_start)
        if k < len(self._inside) and self._inside[k].end <= end:
            yield Reach(self._inside[k], OWN, False)


def _start(cue: Cue) -> int:
    return cue.start


def _revived(phrases: Sequence[Match], places: Sequence[int], start: int, end: int) -> list[Reach]:
    """Cues inside a longer phrase that shares words with a mention, in front of or behind it, or
    the mention's first or last words."""
    found: list[Reach] = []
    k = bisect_left(places, start)
    before = [p for p in phrases[max(0, k - _NEAR) : k] if p.end > start and p.value.whole]
    if before:
        for phrase in contained(phrases, min(p.start for p in before), start):
            found += _directed(phrase, FORWARD, 0)
        for phrase in before if not found else ():
            if phrase.end < end:
                found += _directed(phrase, FORWARD, 0)
        if any(phrase.end == end and _tells_present(phrase) for phrase in before):
            found = [reach for reach in found if reach.cue.rule.category not in UNSURE]
    k = bisect_left(places, end)
    near = [p for p in phrases[max(0, k - _NEAR) : k] if p.start >= start and p.end > end]
    behind = [p for p in near if p.value.asserts and p.value.whole]
    if behind:
        for phrase in contained(phrases, end, max(p.end for p in behind)):
            found += _directed(phrase, BACKWARD, 0)
        for phrase in contained(phrases, max(start + 1, min(p.start for p in behind)), end):
            if phrase.end == end:
                found += _directed(phrase, BACKWARD, OWN)
        for phrase in behind if not found else ():
            if phrase.start > start:
                found += _directed(phrase, BACKWARD, 0)
    return found


def _tells_present(phrase: Match) -> bool:
    """Whether a phrase that ends with a mention says that it is there, whatever may be in doubt or
    missing: "probably benign mass", "negative urinalysis"."""
    return any(rule.category == PRESENT for rule, _ in phrase.value.rules)


def _directed(phrase: Match, direction: str, between: int) -> Iterable[Reach]:
    for rule, part in phrase.value.rules:
        if rule.asserts and not part and rule.looks in (direction, BOTH, EITHER):
            yield Reach(Cue(rule, phrase.start, phrase.end), between, direction == BACKWARD)
