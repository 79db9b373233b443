"""Several answers to one question as one, scored by how many agree (self-consistency, Wang et al.
2023, "Self-consistency improves chain of thought reasoning in language models").

A model's own word for its confidence is not asked for: it isn't calibrated, and costs words.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..docs.assertion_vocabulary import weigh
from .answer_grounding import ASSERTION, Answer, Place


class Agreed(NamedTuple):
    """What answers state together.

    mentions (dict[Place, float]): The share of the answers that have each.
    assertions (dict[Place, tuple[str, float]]): Of each mention the value that most give, of
        several that as many give the weightiest (a denial before "present"), and the share of the
        answers with the mention that give it.
    relations (dict[tuple[Place, str, Place], float]): The share of the answers that have each.
    """

    mentions: dict[Place, float]
    assertions: dict[Place, tuple[str, float]]
    relations: dict[tuple[Place, str, Place], float]


def agree(answers: Sequence[Answer], share: float) -> Agreed:
    """Count who says what.

    answers (Sequence[Answer]): About the same piece of a note; broken ones left out.
    share (float): Of the answers that must have a mention or a relation, above 0 and up to 1.
    RETURNS (Agreed): Relations only between mentions that stay.
    """
    n = len(answers)
    found = Counter(place for answer in answers for place in answer.mentions)
    mentions = {place: count / n for place, count in found.items() if count >= share * n}
    pairs = Counter(relation for answer in answers for relation in answer.relations)
    relations = {
        row: count / n
        for row, count in pairs.items()
        if count >= share * n and row[0] in mentions and row[2] in mentions
    }
    assertions = {place: _most(answers, place) for place in mentions}
    known = {place: value for place, value in assertions.items() if value[0]}
    return Agreed(mentions, known, relations)


def _most(answers: Sequence[Answer], place: Place) -> tuple[str, float]:
    values = [answer.mentions[place] for answer in answers if place in answer.mentions]
    counts = Counter(values)
    best = max(counts, key=lambda v: (counts[v], bool(v), -weigh(ASSERTION, v)))
    return best, counts[best] / len(values)
