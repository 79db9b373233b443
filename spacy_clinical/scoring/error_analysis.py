"""Every error by itself: what gold says, what was predicted, and what kind of error it is."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from spacy.training import Example

from ..docs import KEY, Mention, get_lost, has_mentions, has_relations
from .assertion_values import compare_values, gold_words
from .entity_scores import read_found_mentions, read_gold_mentions, read_mentions
from .matching import Pair, align
from .relation_scores import RelationKey, make_key, read_found_relations, read_relations


class Difference(NamedTuple):
    """An error.

    task (str): "entity", "assertion" or "relation".
    kind (str): Such as "missed"; a task has at most ten of them.
    gold, predicted (str | None): Labels or values.
    gold_mentions (tuple[Mention, ...]): The gold mention, or head and tail; none if spurious.
    predicted_mentions (tuple[Mention, ...]): The same for the prediction; none if missed.
    """

    task: str
    kind: str
    gold: str | None
    predicted: str | None
    gold_mentions: tuple[Mention, ...]
    predicted_mentions: tuple[Mention, ...]

    @property
    def start(self) -> int:
        """RETURNS (int): The first character that it is about."""
        return min(m.fragments[0][0] for m in (*self.gold_mentions, *self.predicted_mentions))

    @property
    def end(self) -> int:
        """RETURNS (int): One past the last character that it is about."""
        return max(m.fragments[-1][1] for m in (*self.gold_mentions, *self.predicted_mentions))


def find_differences(
    example: Example, symmetric: frozenset[str], *, key: str = KEY
) -> list[Difference]:
    """List a document's errors in text order.

    example (Example): Gold and predicted; tasks that gold doesn't annotate are left out.
    symmetric (frozenset[str]): Relation labels without direction.
    key (str): The span group.
    RETURNS (list[Difference]): The errors.
    """
    found = [*_entity_errors(example, key), *_assertion_errors(example, key)]
    if has_relations(example.reference, key):
        found += _relation_errors(example, symmetric, key)
    return sorted(found, key=lambda d: (d.start, d.end, d.task))


def _entity_errors(example: Example, key: str) -> Iterator[Difference]:
    gold = read_gold_mentions(example.reference, key)
    if gold is None:
        return
    lost = set(get_lost(example.reference, key).mentions) if _stored(example, key) else set()
    for pair in align(gold, read_found_mentions(example, key)):
        if pair.kind != "right":
            kind = pair.kind
            if kind == "missed" and pair.gold in lost:
                kind = "missed: border inside a token"
            yield Difference("entity", kind, *_labels(pair), *_sides(pair))


def _assertion_errors(example: Example, key: str) -> Iterator[Difference]:
    words = gold_words([example], key)
    for mention, gold, predicted, _ in compare_values(example, words, key):
        if gold != predicted:
            kind = "missed" if predicted is None else "spurious" if gold is None else "wrong value"
            yield Difference("assertion", kind, gold, predicted, (mention,), (mention,))


def _relation_errors(example: Example, symmetric: frozenset[str], key: str) -> Iterator[Difference]:
    gold = read_relations(example.reference, symmetric, key)
    predicted = read_found_relations(example, symmetric, key)
    gold_mentions = read_gold_mentions(example.reference, key) or set()
    found_mentions = read_mentions(example.predicted, key)
    answered: set[RelationKey] = set()
    for rel in sorted(gold - predicted):
        answer, kind = _answer(rel, predicted - gold - answered)
        if answer is None:
            whole = rel.head in found_mentions and rel.tail in found_mentions
            kind = "missed" if whole else "missed: argument not found"
        else:
            answered.add(answer)
        yield _relation_difference(kind, rel, answer)
    for rel in sorted(predicted - gold - answered):
        whole = rel.head in gold_mentions and rel.tail in gold_mentions
        yield _relation_difference("spurious" if whole else "spurious: wrong argument", None, rel)


def _answer(rel: RelationKey, others: Iterable[RelationKey]) -> tuple[RelationKey | None, str]:
    """The prediction between the same mentions under another label or in the other direction."""
    others = sorted(others)
    turned = make_key(rel.label, rel.tail, rel.head, frozenset())
    if turned in others:
        return turned, "wrong direction"
    for other in others:
        if (other.head, other.tail) == (rel.head, rel.tail):
            return other, "wrong label"
    return None, ""


def _relation_difference(
    kind: str, gold: RelationKey | None, predicted: RelationKey | None
) -> Difference:
    sides = [(rel.head, rel.tail) if rel else () for rel in (gold, predicted)]
    labels = [rel.label if rel else None for rel in (gold, predicted)]
    return Difference("relation", kind, labels[0], labels[1], sides[0], sides[1])


def _labels(pair: Pair) -> tuple[str | None, str | None]:
    return pair.gold and pair.gold.label, pair.predicted and pair.predicted.label


def _sides(pair: Pair) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    return (pair.gold,) if pair.gold else (), (pair.predicted,) if pair.predicted else ()


def _stored(example: Example, key: str) -> bool:
    return has_mentions(example.reference, key)
