"""Drugs that did harm, and what that makes of them: "rash with A", "A caused a rash and was
stopped"."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..drug_changes.change_cues import BEFORE, STOPPED
from ..drug_changes.drug_harm import HarmTold
from ..drug_changes.drug_states import leaves_harm
from ..records import Entity


def find_harmful(
    text: str,
    drugs: Sequence[Entity],
    problems: Sequence[Entity],
    sentence: Callable[[int], tuple[int, int]],
    changes: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Find such drugs.

    text (str): The note.
    drugs, problems (Sequence[Entity]): Its drugs, and its conditions and symptoms.
    sentence (Callable): Gives the characters of the sentence around a place.
    changes (Mapping[str, str]): A drug's id to what became of it, see `NoteTimes.changes`.
    YIELDS (tuple[str, str]): The id of each, and STOPPED, or BEFORE, as nothing tells that it goes
        on.
    """
    problem_places, drug_places = (
        [x for one in each for x in one.fragments] for each in (problems, drugs)
    )
    harm = HarmTold(text, problem_places, drug_places)
    for one in drugs:
        told = harm.find(sentence(one.start), one.start, one.end)
        if told and not told.denied and leaves_harm(changes.get(one.id, "").split(";")):
            yield one.id, STOPPED if told.stopped else BEFORE
