"""How drugs stand by the words beside them, in the words of assertions: past, planned, or not known
to be taken. What a drug's assertion, the exports and the graph say of it begins here."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..doc_text import mask
from ..docs.assertion_vocabulary import HISTORICAL, HYPOTHETICAL, POSSIBLE, PRESENT
from .change_cues import (
    BEFORE,
    CHANGED,
    CONTINUED,
    DECREASED,
    DENIED,
    HELD,
    INCREASED,
    KEPT,
    RESUMED,
    STOPPED,
    TO_END,
    TO_START,
    USED,
    Change,
    find_changes,
    sentence_around,
)
from .drug_harm import HarmTold, Told
from .drug_lists import Span
from .pending_cues import is_conditional, is_given_if

_ABSENT = "absent"
# What weighs most first. DENIED is of an allergy: the drug is tolerated.
_STANDS = {
    KEPT: PRESENT,
    TO_END: PRESENT,
    STOPPED: HISTORICAL,
    HELD: HISTORICAL,
    USED: HISTORICAL,
    RESUMED: PRESENT,
    BEFORE: POSSIBLE,
    DENIED: POSSIBLE,
    TO_START: HYPOTHETICAL,
}
_DENIES = re.compile(r"no\b|not\b|\w+n't\b|(?:does|do|did|is) not\b", re.IGNORECASE)
_UNTOLD = frozenset({PRESENT})  # but that it is taken
_OVER_ALL = _UNTOLD | {HISTORICAL, HYPOTHETICAL, _ABSENT}
_WEIGHTY = frozenset((*_STANDS, CONTINUED, INCREASED, DECREASED, CHANGED))


class State(NamedTuple):
    """How a drug stands.

    value (str): HISTORICAL, HYPOTHETICAL, PRESENT where it isn't stopped yet, or POSSIBLE where
        the note doesn't tell whether it is taken: "BP was 160 before A", "allergic to B,
        tolerates A".
    cue (tuple[int, int]): The characters of the words that say so.
    over (frozenset[str]): What else may be said of it, of which this takes the place.
    harm (bool): Whether only harm that it did tells that it was taken, and so nothing that it
        still is, or isn't: HISTORICAL.
    """

    value: str
    cue: tuple[int, int]
    over: frozenset[str] = _UNTOLD
    harm: bool = False


def settled(said: Collection[str], state: State) -> bool:
    """Say whether a state takes the place of what else is said of a drug.

    said (Collection[str]): Its assertions.
    state (State): By what became of it.
    RETURNS (bool): Whether it does: where nothing but that it is taken is said, where it isn't
        stopped yet, where the drug that is tolerated stands behind an allergy to another, and
        where only harm by it was denied.
    """
    return set(said or _UNTOLD) <= state.over


def find_states(
    text: str,
    borders: Sequence[int],
    drugs: Sequence[tuple[int, int]],
    others: Collection[tuple[int, int]] = (),
    findings: Collection[tuple[int, int]] = (),
) -> dict[int, State]:
    """Find the drugs whose standing is told by what became of them.

    text (str): The document.
    borders (Sequence[int]): Where sentences begin, in order.
    drugs (Sequence[tuple[int, int]]): The characters of each, in order.
    others (Collection[tuple[int, int]]): Those of all mentions, whose words tell nothing.
    findings (Collection[tuple[int, int]]): Those of conditions and symptoms.
    RETURNS (dict[int, State]): The position of a drug to how it stands.
    """
    masked = mask(text, [*drugs, *others])
    spans = [(start, end, str(i)) for i, (start, end) in enumerate(drugs)]
    told: dict[str, list[Change]] = {}
    for change in find_changes(masked, borders, spans, text):
        told.setdefault(change.entity, []).append(change)
    found, harm = {}, HarmTold(text, findings, drugs)
    for i, span in enumerate(spans):
        sentence = sentence_around(borders, span[0], len(text))
        changes = [*told.get(span[2], ()), *changes_beside(masked, sentence, span)]
        state = _state(changes, masked)
        if leaves_harm(one.change for one in changes):
            state = _by_harm(harm.find(sentence, *drugs[i]))
        if state is not None:
            found[i] = state
    return found


def leaves_harm(changes: Iterable[str]) -> bool:
    """RETURNS (bool): Whether what became of a drug tells nothing that weighs more than the harm
    that it did: "rash after starting A", not "A caused a rash and was stopped"."""
    return _WEIGHTY.isdisjoint(changes)


def changes_beside(masked: str, sentence: tuple[int, int], drug: Span) -> Iterator[Change]:
    """Tell what became of one drug alone, not of a list: it is to be taken on a condition.

    masked (str): The document, see `doc_text.mask`.
    sentence (tuple[int, int]): The characters of the drug's sentence.
    drug (Span): The drug.
    YIELDS (Change): TO_START; its words are the drug's.
    """
    start, end, id = drug
    given_if = is_given_if(masked, sentence, start, end)
    if given_if or is_conditional(masked, sentence, end, drug=True):
        yield Change(id, TO_START, start, end)


def _state(changes: Sequence[Change], text: str) -> State | None:
    """What changes make of a drug: see `graph.drug_standing`. Words for an end that deny ("not on A
    any more") don't deny that it was taken."""
    said = {one.change for one in changes}
    for change, value in _STANDS.items():
        if change in said:
            cue = next(one for one in changes if one.change == change)
            over = _OVER_ALL if value in (PRESENT, POSSIBLE) else _UNTOLD
            if value == HISTORICAL and _DENIES.match(text, cue.start):
                over = _UNTOLD | {_ABSENT}
            return State(value, (cue.start, cue.end), over)
    return None


def _by_harm(told: Told | None) -> State | None:
    """What harm that a drug did makes of it; of "no rash with A" the drug isn't denied."""
    if told is None:
        return None
    if told.denied:
        return State(POSSIBLE, told.cue, frozenset({_ABSENT}))
    return State(HISTORICAL, told.cue, harm=not told.stopped)
