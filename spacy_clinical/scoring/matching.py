"""Which predicted mention answers which gold one, and what is wrong with it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from ..docs import Mention
from .document_counts import MISSED, RIGHT, SPURIOUS, Event
from .relation_scores import RelationKey, make_key

KINDS = (
    "right",
    "wrong label",
    "wrong boundary",
    "wrong label and boundary",
    "missed",
    "spurious",
)


class Pair(NamedTuple):
    """A gold mention and the prediction that answers it; one of them may be None."""

    gold: Mention | None
    predicted: Mention | None

    @property
    def kind(self) -> str:
        """RETURNS (str): One of KINDS."""
        if self.gold is None or self.predicted is None:
            return "missed" if self.predicted is None else "spurious"
        label = self.gold.label == self.predicted.label
        borders = self.gold.fragments == self.predicted.fragments
        wrong = {(True, True): 0, (False, True): 1, (True, False): 2, (False, False): 3}
        return KINDS[wrong[label, borders]]


def align(gold: Collection[Mention], predicted: Collection[Mention]) -> list[Pair]:
    """Pair mentions that share characters, one to one.

    The best pairs first: equal ones, then the same borders, then the same label, then others; of
    those the pair that shares the most characters, then the first in the text.

    gold, predicted (Collection[Mention]): Those of one document.
    RETURNS (list[Pair]): Every mention once, in text order.
    """
    ranked = sorted(_overlaps(gold, predicted))
    answers: dict[Mention, Mention] = {}
    taken: set[Mention] = set()
    for _, one, other in ranked:
        if one not in answers and other not in taken:
            answers[one] = other
            taken.add(other)
    pairs = [Pair(mention, answers.get(mention)) for mention in gold]
    pairs += [Pair(None, mention) for mention in predicted if mention not in taken]
    return sorted(pairs, key=_place)


def align_leniently(gold: Collection[Mention], predicted: Collection[Mention]) -> list[Pair]:
    """Pair mentions of one label that share characters, as lenient scores do.

    gold, predicted (Collection[Mention]): Those of one document.
    RETURNS (list[Pair]): Every mention once, label after label.
    """
    labels = sorted({mention.label for mention in (*gold, *predicted)})
    return [
        pair
        for label in labels
        for pair in align(
            [m for m in gold if m.label == label], [m for m in predicted if m.label == label]
        )
    ]


def pair_events(pairs: Iterable[Pair]) -> Iterator[Event]:
    """Count pairs of one label.

    pairs (Iterable[Pair]): As `align_leniently` gives them.
    YIELDS (Event): One for each pair.
    """
    for pair in pairs:
        if pair.gold is None:
            assert pair.predicted is not None
            yield pair.predicted.label, SPURIOUS
        else:
            yield pair.gold.label, MISSED if pair.predicted is None else RIGHT


def move_to_gold(
    relations: Iterable[RelationKey], pairs: Iterable[Pair], symmetric: frozenset[str]
) -> set[RelationKey]:
    """Put gold arguments in place of the predicted ones that answer them.

    relations (Iterable[RelationKey]): Predicted relations.
    pairs (Iterable[Pair]): As `align_leniently` gives them.
    symmetric (frozenset[str]): Labels without direction.
    RETURNS (set[RelationKey]): Relations that equal a gold one if both arguments share characters
        with its arguments, under the same labels.
    """
    gold = {pair.predicted: pair.gold for pair in pairs if pair.gold and pair.predicted}
    return {
        make_key(rel.label, gold.get(rel.head, rel.head), gold.get(rel.tail, rel.tail), symmetric)
        for rel in relations
    }


def _overlaps(
    gold: Collection[Mention], predicted: Collection[Mention]
) -> Iterator[tuple[tuple[int, int], Mention, Mention]]:
    """Pairs that share characters, with what ranks them."""
    owners: defaultdict[int, list[Mention]] = defaultdict(list)
    for mention in gold:
        for character in _characters(mention):
            owners[character].append(mention)
    for mention in predicted:
        shared = Counter(one for c in _characters(mention) for one in owners.get(c, ()))
        for one, count in shared.items():
            pair = Pair(one, mention)
            yield (KINDS.index(pair.kind), -count), one, mention


def _characters(mention: Mention) -> Iterator[int]:
    for start, end in mention.fragments:
        yield from range(start, end)


def _place(pair: Pair) -> tuple[tuple[tuple[int, int], ...], bool, str]:
    mention = pair.gold or pair.predicted
    assert mention is not None
    return mention.fragments, pair.gold is None, mention.label
