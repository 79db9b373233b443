"""What became of a drug: started, stopped, held, raised..., by the words beside it.

A cue's drugs are those of the list right before it or right after it, in the same sentence: "A and
B were continued", "Continue A 5 mg daily, B" (see `drug_lists`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .allergy_cues import is_taken_back
from .change_phrases import Cue, find_cues
from .cue_drugs import Around, drugs_of
from .drug_lists import Span
from .drug_uses import goes_on, is_badly, is_no_allergy, is_of_past, is_other_before, is_yet_to_come
from .given_doses import is_a_dose, is_day_by_day, is_ordered
from .pending_cues import is_pending, is_refused, is_temporary

STARTED, STOPPED, HELD, RESUMED = "started", "stopped", "held", "resumed"
INCREASED, DECREASED, CHANGED, CONTINUED = "increased", "decreased", "changed", "continued"
SWITCHED, ALLERGY = "switched", "allergy"
NO_ALLERGY = "no allergy"  # in the table: an allergy that is denied
TO_END, TO_START = "to end", "to start"  # only planned, or on a condition
DENIED, KEPT = "denied", "kept"  # no allergy; not stopped
USED, BEFORE = "used", "before"  # taken once ("was on A"); told of from before it was taken
TOLERATED = "tolerated"  # in the table: no allergy where allergies are told
GIVEN = "given"  # in the table: one dose, USED as far as nothing tells that it goes on
OPEN = "open"  # in the table: nothing tells whether it is taken, as of one told of from BEFORE
AIM = "aim"  # a value that is no result
_OF_ONE = frozenset((INCREASED, DECREASED, CHANGED))  # changes that aren't of a whole list
_ON = frozenset((STARTED, RESUMED, INCREASED, DECREASED, CHANGED, CONTINUED))
_NOT = re.compile(
    r"\b(?:not|never|no|without|don't|didn't|wasn't|nicht|nie|niemals|keine?|nunca|jamás|sin|niega)\s*"
    r"(?:been |be |yet |longer |se |ha |han )?$"
    r"|(?:从未|未|不|没有|勿|切勿|请勿)(?:要|可|能|得|宜|应|曾|再|予|被)?\s*$",
    re.IGNORECASE,
)
_BEGINS, _ENDS = (STARTED, RESUMED), (STOPPED, HELD)
_NEAR = 14  # characters before a cue that may deny it
_MAY_PEND = {
    STOPPED: TO_END, HELD: TO_END, SWITCHED: TO_END, STARTED: TO_START, RESUMED: TO_START
}  # fmt: skip


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


def find_changes(
    masked: str, borders: Sequence[int], drugs: Sequence[Span], text: str = ""
) -> list[Change]:
    """Find what became of drugs.

    masked (str): The document, see `doc_text.mask`.
    borders (Sequence[int]): Where sentences begin, but the first, in order.
    drugs (Sequence[Span]): Mentions of drugs, in order: start, end, id.
    text (str): The document as it is, where how often a drug is taken may be a mention too.
    RETURNS (list[Change]): In the order of the text.
    """
    starts = [start for start, _, _ in drugs]
    found: list[Change] = []
    first = 0
    while first < len(drugs):
        left, right = sentence_around(borders, starts[first], len(masked))
        last = bisect_left(starts, right, first + 1)
        for start, end, cue in find_cues(masked, left, right):
            middle = bisect_left(starts, start, first, last)
            told = _Told(masked, text or masked, (left, right), (start, end), cue)
            found += told.changes(drugs[first:middle], drugs[middle:last])
        first = last
    return _settled_doses(_without_ended_pauses(found))


def _settled_doses(changes: list[Change]) -> list[Change]:
    """Doses that were given as uses, without those of drugs that are said to go on: "continue A,
    first dose given at 2"."""
    on = {one.entity for one in changes if one.change in _ON}
    kept = (one for one in changes if one.change != GIVEN or one.entity not in on)
    return [one._replace(change=USED) if one.change == GIVEN else one for one in kept]


def _without_ended_pauses(changes: list[Change]) -> list[Change]:
    """Changes without the ends that were over before the sentence was: "A was held and resumed"."""
    again = {one.entity: one.start for one in changes if one.change == RESUMED}
    return [
        one for one in changes if one.change not in _ENDS or one.start > again.get(one.entity, -1)
    ]


def sentence_around(borders: Sequence[int], place: int, end: int) -> tuple[int, int]:
    """Find the sentence around a place.

    borders (Sequence[int]): Where sentences begin, but the first, in order.
    place (int): A character.
    end (int): Where the document ends.
    RETURNS (tuple[int, int]): Its characters.
    """
    edge = bisect_right(borders, place)
    return borders[edge - 1] if edge else 0, borders[edge] if edge < len(borders) else end


class _Told:
    """What a cue says of the drugs before and after it."""

    def __init__(
        self, masked: str, text: str, sentence: tuple[int, int], place: tuple[int, int], cue: Cue
    ):
        self.text, self.whole = masked, text
        self.sentence, self.place, self.cue = sentence, place, cue
        self.said = self._what()

    def changes(self, before: Sequence[Span], after: Sequence[Span]) -> Iterator[Change]:
        """YIELDS (Change): Of each drug."""
        if not self.said:
            return
        change = self.cue.change
        planned, single = change not in self.said, change in _OF_ONE
        around = Around(self.text, *self.place, before, after, planned, single)
        for ids, ended in drugs_of(self.cue.place, around):
            said = self.said if ended is None else [self._of_two(ended)]
            if said == [SWITCHED]:  # to another dose
                said = [CHANGED]
            if said == [USED] and self._goes_on(after[len(ids) - 1 :]):
                said = [KEPT]
            if said == [GIVEN] and not (ids and self._is_dose(ids, before, after)):
                continue
            yield from (Change(id, one, *self.place) for id in ids for one in said)

    def _goes_on(self, drugs: Sequence[Span]) -> bool:
        """Whether more is told of the last of some drugs than that it was taken, up to the next."""
        end = drugs[1][0] if len(drugs) > 1 else self.sentence[1]
        return bool(drugs) and goes_on(self.text, drugs[0][1], end)

    def _is_dose(self, ids: list[str], before: Sequence[Span], after: Sequence[Span]) -> bool:
        """Whether doses were given of the drugs beside the cue, and nothing tells that they go on,
        or are but ordered."""
        number, behind = len(ids), bool(after) and after[0][2] == ids[0]
        mine = after[:number] if behind else before[-number:]
        others = after[number:] if behind else after
        (left, right), start = self.sentence, min(self.place[0], mine[0][0])
        nearest = mine[0] if behind else mine[-1]
        if not is_a_dose(self.text, self.place, nearest[:2]):
            return False
        if any(is_ordered(self.text, left, place) for place in {start, self.place[0]}):
            return False
        return not is_day_by_day(self.whole, mine[0][1], others[0][0] if others else right)

    def _of_two(self, ended: bool) -> str:
        """What a switch says of one of its two drugs."""
        if self.said == [KEPT]:
            return KEPT
        change = STOPPED if ended else STARTED
        return change if self.cue.change in self.said else _MAY_PEND[change]

    def _what(self) -> list[str]:
        """Its change, what is planned or denied instead, or nothing."""
        change, (start, end) = self.cue.change, self.place
        if _NOT.search(self.text, max(0, start - _NEAR), start):
            return [change, DENIED] if change == ALLERGY else [KEPT] if change in _ENDS else []
        if change == GIVEN:
            pending = is_pending(self.text, self.sentence, self.place, ends=False)
            return [TO_START] if pending else [GIVEN]
        if change in (USED, BEFORE, OPEN, TOLERATED):
            return self._use(change)
        if change == NO_ALLERGY:
            pending = is_pending(self.text, self.sentence, self.place, ends=False)
            return [] if pending else [ALLERGY, DENIED]
        if change == ALLERGY and is_taken_back(self.text, self.sentence, start, end):
            return [ALLERGY, DENIED]
        return [self._real(change)] if change in _MAY_PEND else [change]

    def _use(self, change: str) -> list[str]:
        """Whether a drug was taken, is planned, is only told of from before, or causes no allergy;
        nothing where it can't be told."""
        text, sentence, place = self.text, self.sentence, self.place
        if change == USED:
            return [] if is_pending(text, sentence, place, ends=False) else [USED]
        if change == OPEN:
            return [BEFORE]
        if change == BEFORE:
            if is_other_before(text, place[0]):
                return []
            to_come = is_yet_to_come(text, sentence, place)
            return [] if to_come is None else [TO_START if to_come else BEFORE]
        if is_badly(text, sentence, place):
            return []
        if is_of_past(text, sentence, place[1]):
            return [USED]
        return [ALLERGY, DENIED] if is_no_allergy(text, sentence, place) else []

    def _real(self, change: str) -> str:
        """A beginning or an end, unless it is refused, only planned, or for a while."""
        begins = change in _BEGINS
        if not begins and is_refused(self.text, self.sentence, self.place):
            return KEPT
        if is_pending(self.text, self.sentence, self.place, ends=not begins):
            return _MAY_PEND[change]
        held = change == STOPPED and is_temporary(self.text, self.sentence, self.place)
        return HELD if held else change
