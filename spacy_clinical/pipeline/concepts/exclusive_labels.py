"""Labels that exclude each other on one pair of concepts, such as a positive and a negative
correlation: learned from what a corpus never states together.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import TypeVar

from spacy.tokens import Doc

from ...docs import get_concept_relations, get_known_relation_labels

LEAST = 20  # pairs that must hold each of two labels before that none holds both says something
Named = tuple[str, str, str]
Known = frozenset[str] | None  # the labels that annotators looked for, None for all
ValueT = TypeVar("ValueT")


def learn_exclusive(docs: Iterable[Doc], key: str) -> list[list[str]]:
    """List the labels that no pair of concepts has together, though each is held often where
    annotators looked for both.

    docs (Iterable[Doc]): Gold documents.
    key (str): The span group.
    RETURNS (list[list[str]]): Pairs of labels, in alphabetical order.
    """
    alone: dict[Known, Counter[str]] = {}
    together: set[tuple[str, str]] = set()
    for doc in docs:
        held: dict[frozenset[str], set[str]] = {}
        for rel in get_concept_relations(doc, key):
            held.setdefault(frozenset((rel.head, rel.tail)), set()).add(rel.label)
        counts = alone.setdefault(get_known_relation_labels(doc, key), Counter())
        for labels in held.values():
            counts.update(labels)
            together.update(combinations(sorted(labels), 2))
    found = sorted({label for counts in alone.values() for label in counts})
    pairs = [pair for pair in combinations(found, 2) if pair not in together]
    return [list(pair) for pair in pairs if _are_often(alone, set(pair))]


def _are_often(alone: dict[Known, Counter[str]], pair: set[str]) -> bool:
    """Tell whether each of two labels is held often in documents that could have both."""
    both = [counts for known, counts in alone.items() if known is None or pair <= known]
    return all(sum(counts[label] for counts in both) >= LEAST for label in pair)


def drop_excluded(
    found: dict[Named, tuple[float, ValueT]], exclusive: Collection[Sequence[str]]
) -> dict[Named, tuple[float, ValueT]]:
    """Keep of labels that exclude each other the surest one, on each pair of concepts.

    found (dict): Head, tail and label to a score and whatever goes with it.
    exclusive (Collection[Sequence[str]]): Pairs of labels.
    RETURNS (dict): What stays, in the same order. Of equal scores the first one stays.
    """
    barred = {frozenset(pair) for pair in exclusive}
    kept: dict[frozenset[str], list[str]] = {}
    stays: set[Named] = set()
    for name in sorted(found, key=lambda name: -found[name][0]):
        head, tail, label = name
        others = kept.setdefault(frozenset((head, tail)), [])
        if all(frozenset((label, other)) not in barred for other in others):
            others.append(label)
            stays.add(name)
    return {name: value for name, value in found.items() if name in stays}
