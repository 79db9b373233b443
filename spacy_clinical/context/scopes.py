"""ConText: which cue reaches which mention, in one sentence.

After NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009): a cue reaches forward or back
to the sentence's end or to a word that ends its scope. Beyond them, a forward cue also ends the
scope of an earlier one of another category if a mention or a comma stands between the two ("no
effusion, possible pneumonia"), unless a link does ("no fever or history of asthma"); and where a
cue before and one after a mention disagree, the one with fewer mentions between holds.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .phrases import PhraseFinder, variants
from .rules import BACKWARD, BOTH, END, FORWARD, INSIDE, LINK, PSEUDO, ContextRule

FAMILY = "family"
Extent = tuple[int, int]
_COMMA = re.compile(r"[,，、]")
_WORD = re.compile(r"[⺀-鿿]|[^\W⺀-鿿]+")


class Cue(NamedTuple):
    """A rule's phrase where it stands.

    rule (ContextRule): The rule.
    start, end (int): Characters, end exclusive.
    """

    rule: ContextRule
    start: int
    end: int


class CueFinder:
    """Finds the phrases of rules.

    rules (Iterable[ContextRule]): The rules; of two for one phrase the later one holds.
    """

    def __init__(self, rules: Iterable[ContextRule]):
        self._phrases = PhraseFinder({v: rule for rule in rules for v in variants(rule.phrase)})

    def find(self, text: str, start: int, end: int) -> list[Cue]:
        """Find cues in a sentence.

        text (str): The document.
        start, end (int): The sentence.
        RETURNS (list[Cue]): In text order, pseudo cues left out.
        """
        found = self._phrases.find(text[start:end])
        cues = [Cue(m.value, start + m.start, start + m.end) for m in found]
        return [cue for cue in cues if cue.rule.category != PSEUDO]


def choose_cues(
    text: str,
    sentence: Extent,
    mentions: Sequence[Extent],
    cues: Sequence[Cue],
    ranks: Mapping[str, int],
) -> list[Cue | None]:
    """Choose the cue that holds for each mention of a sentence.

    text (str): The document.
    sentence (Extent): Its characters.
    mentions (Sequence[Extent]): Theirs, in any order.
    cues (Sequence[Cue]): In text order.
    ranks (Mapping[str, int]): Of cues of several categories the one with the lowest rank holds;
        categories without one come last.
    RETURNS (list[Cue | None]): One for each mention, None where none reaches it.
    """
    if not any(cue.rule.asserts for cue in cues):
        return [None] * len(mentions)
    scopes = [_scope(text, sentence, mentions, cues, i) for i in range(len(cues))]
    return [_choose(text, mention, mentions, cues, scopes, ranks) for mention in mentions]


def _scope(
    text: str, sentence: Extent, mentions: Sequence[Extent], cues: Sequence[Cue], i: int
) -> Extent:
    """How far back and how far forward a cue reaches, the cue itself included."""
    cue, (low, high) = cues[i], sentence
    if cue.rule.direction in (FORWARD, BOTH):
        later = (
            c.start
            for j, c in enumerate(cues[i + 1 :], i + 1)
            if _stops(text, mentions, cues, i, j)
        )
        high = next(later, high)
    else:
        high = cue.end
    if cue.rule.direction in (BACKWARD, BOTH):
        earlier = (c.end for c in cues[i - 1 :: -1] if i and _ends(c, cue))
        low = next(earlier, low)
    else:
        low = cue.start
    return low, high


def _ends(other: Cue, cue: Cue) -> bool:
    ends = other.rule.ends
    return other.rule.category == END and (not ends or cue.rule.category in ends)


def _stops(text: str, mentions: Sequence[Extent], cues: Sequence[Cue], i: int, j: int) -> bool:
    """Whether a later cue ends the scope of an earlier, forward one."""
    cue, other = cues[i], cues[j]
    if _ends(other, cue):
        return True
    same = other.rule.category == cue.rule.category
    if same or other.rule.direction not in (FORWARD, BOTH) or cue.rule.category == FAMILY:
        return False
    between = any(start >= cue.end and end <= other.start for start, end in mentions)
    if not between and not _COMMA.search(text, cue.end, other.start):
        return False
    before = cues[j - 1]
    return not (before.rule.category == LINK and not _WORD.search(text, before.end, other.start))


def _choose(
    text: str,
    mention: Extent,
    mentions: Sequence[Extent],
    cues: Sequence[Cue],
    scopes: Sequence[Extent],
    ranks: Mapping[str, int],
) -> Cue | None:
    reaching = [
        (_mentions_between(cue, mention, mentions), cue)
        for cue, scope in zip(cues, scopes, strict=True)
        if cue.rule.asserts and _reaches(text, cue, scope, mention)
    ]
    if not reaching:
        return None
    forward = [r for r in reaching if r[1].start <= mention[0]]
    backward = [r for r in reaching if r[1].start > mention[0]]
    best = min(reaching, key=lambda r: r[0])[0]
    sides = [side for side in (forward, backward) if side and min(n for n, _ in side) == best]
    last = len(ranks)
    return min(
        (r for side in sides for r in side),
        key=lambda r: (ranks.get(r[1].rule.category, last), r[0]),
    )[1]


def _mentions_between(cue: Cue, mention: Extent, mentions: Sequence[Extent]) -> int:
    low, high = (cue.end, mention[0]) if cue.start <= mention[0] else (mention[1], cue.start)
    return sum(start >= low and end <= high for start, end in mentions)


def _reaches(text: str, cue: Cue, scope: Extent, mention: Extent) -> bool:
    start, end = mention
    direction = cue.rule.direction
    if start <= cue.start and cue.end <= end:
        opens = cue.start == start and cue.end < end and direction in (FORWARD, BOTH)
        closes = cue.end == end and cue.start > start and direction in (BACKWARD, BOTH)
        return direction == INSIDE or opens or closes
    if cue.start < start:
        gap = (cue.end, start) if start < scope[1] and direction in (FORWARD, BOTH) else None
    else:
        back = cue.start > start and end > scope[0] and direction in (BACKWARD, BOTH)
        gap = (end, cue.start) if back else None
    if gap is None:
        return False
    limit = cue.rule.words
    return limit is None or len(_WORD.findall(text, *gap)) <= limit
