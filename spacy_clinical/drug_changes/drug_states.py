"""How drugs stand by the words beside them, in the words of assertions: past, planned, or not known
to be taken. What a drug's assertion, the exports and the graph say of it begins here."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ..doc_text import mask
from ..docs.assertion_vocabulary import HISTORICAL, HYPOTHETICAL, POSSIBLE, PRESENT
from .change_cues import (
    BEFORE,
    DENIED,
    HELD,
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
from .drug_lists import Span
from .pending_cues import is_conditional, is_over

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


class State(NamedTuple):
    """How a drug stands.

    value (str): HISTORICAL, HYPOTHETICAL, PRESENT where it isn't stopped yet, or POSSIBLE where
        the note doesn't tell whether it is taken: "BP was 160 before A", "allergic to B,
        tolerates A".
    cue (tuple[int, int]): The characters of the words that say so.
    """

    value: str
    cue: tuple[int, int]


def settled(said: Collection[str], state: State) -> bool:
    """Say whether a state takes the place of what else is said of a drug.

    said (Collection[str]): Its assertions.
    state (State): By what became of it.
    RETURNS (bool): Whether it does: where nothing but that it is taken is said, where it isn't
        stopped yet, and where the drug that is tolerated stands behind an allergy to another.
    """
    if state.value == PRESENT or state.value == POSSIBLE:
        return not set(said) - {PRESENT, HISTORICAL, HYPOTHETICAL, "absent"}
    return set(said) <= {PRESENT}


def find_states(
    text: str,
    borders: Sequence[int],
    drugs: Sequence[tuple[int, int]],
    others: Collection[tuple[int, int]] = (),
) -> dict[int, State]:
    """Find the drugs whose standing is told by what became of them.

    text (str): The document.
    borders (Sequence[int]): Where sentences begin, in order.
    drugs (Sequence[tuple[int, int]]): The characters of each, in order.
    others (Collection[tuple[int, int]]): Those of all mentions, whose words tell nothing.
    RETURNS (dict[int, State]): The position of a drug to how it stands.
    """
    masked = mask(text, [*drugs, *others])
    spans = [(start, end, str(i)) for i, (start, end) in enumerate(drugs)]
    told: dict[str, list[Change]] = {}
    for change in find_changes(masked, borders, spans):
        told.setdefault(change.entity, []).append(change)
    found = {}
    for i, span in enumerate(spans):
        sentence = sentence_around(borders, span[0], len(text))
        changes = [*told.get(span[2], ()), *changes_beside(text, masked, sentence, span)]
        state = _state(changes)
        if state is not None:
            found[i] = state
    return found


def changes_beside(
    text: str, masked: str, sentence: tuple[int, int], drug: Span
) -> Iterator[Change]:
    """Tell what became of one drug alone, not of a list: it is to be taken on a condition, or was
    given once.

    text (str): The document.
    masked (str): The same, see `doc_text.mask`.
    sentence (tuple[int, int]): The characters of the drug's sentence.
    drug (Span): The drug.
    YIELDS (Change): TO_START or STOPPED; its words are the drug's.
    """
    start, end, id = drug
    if is_conditional(masked, sentence, end, drug=True):
        yield Change(id, TO_START, start, end)
    elif is_over(text, sentence, start, end):
        yield Change(id, STOPPED, start, end)


def _state(changes: Sequence[Change]) -> State | None:
    """What changes make of a drug: see `graph.drug_standing`."""
    said = {one.change for one in changes}
    for change, value in _STANDS.items():
        if change in said:
            cue = next(one for one in changes if one.change == change)
            return State(value, (cue.start, cue.end))
    return None
