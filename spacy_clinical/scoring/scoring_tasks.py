"""What an evaluation looks at: entities, assertions, relations, each read once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

from spacy.tokens import Doc
from spacy.training import Example

from ..docs import (
    KEY,
    Mention,
    get_mentions,
    get_relation_rows,
    has_mentions,
    has_relations,
)
from ..docs.mention_store import Row
from .assertion_values import compare_values, gold_words
from .concept_relation_scores import ConceptKey, read_concept_pairs, read_concept_scores
from .document_counts import MISSED, RIGHT, SPURIOUS, CountTable, Event, compare_sets, count_events
from .entity_scores import read_found_mentions, read_gold_mentions
from .matching import Pair, align, align_leniently, move_to_gold, pair_events
from .relation_scores import (
    RelationKey,
    make_filter,
    make_key,
    read_found_relations,
    read_relations,
)

Outcome = tuple[str | None, str | None]


@dataclass(frozen=True)
class Task:
    """One thing that is scored.

    name (str): Such as "entities".
    strict (CountTable): Counts of each annotated document.
    lenient (CountTable | None): The same, where sharing a character with gold is enough.
    confusion (Counter[Outcome]): Gold label, predicted label; None for missed and spurious.
    scores (list[float]): Of all scored predictions, those below the threshold included.
    right (list[bool]): Whether each is right, strictly.
    made (list[bool]): Whether each reaches the threshold.
    boundary (CountTable | None): As `strict`, with the types of mentions ignored: for entities
        under the one label "mention", for relations under theirs.
    """

    name: str
    strict: CountTable
    lenient: CountTable | None
    confusion: Counter[Outcome]
    scores: list[float]
    right: list[bool]
    made: list[bool]
    boundary: CountTable | None = None


class Borders(NamedTuple):
    """What counts where types are ignored: a label, and the borders of one or two mentions."""

    label: str
    mentions: tuple[tuple[tuple[int, int], ...], ...]


def read_entities(examples: Iterable[Example], *, key: str = KEY) -> Task:
    """Compare mentions.

    examples (Iterable[Example]): Those whose gold mentions aren't annotated are left out.
    key (str): The span group.
    RETURNS (Task): Named "entities".
    """
    strict: list[Iterable[Event]] = []
    lenient: list[Iterable[Event]] = []
    boundary: list[Iterable[Event]] = []
    confusion: Counter[Outcome] = Counter()
    scores: list[float] = []
    right: list[bool] = []
    for example in examples:
        gold = read_gold_mentions(example.reference, key)
        if gold is None:
            continue
        predicted = read_found_mentions(example, key)
        strict.append(list(compare_sets(gold, predicted)))
        lenient.append(list(pair_events(align_leniently(gold, predicted))))
        untyped = ({Borders("mention", (m.fragments,)) for m in x} for x in (gold, predicted))
        boundary.append(list(compare_sets(*untyped)))
        confusion.update(_labels(pair) for pair in align(gold, predicted))
        for mention, score in read_scores(example.predicted, key).items():
            if mention in predicted:
                scores.append(score)
                right.append(mention in gold)
    tables = count_events(strict), count_events(lenient)
    made = [True] * len(scores)
    return Task("entities", *tables, confusion, scores, right, made, count_events(boundary))


def read_relation_task(
    name: str,
    examples: Sequence[Example],
    scored: Sequence[Sequence[Row]],
    symmetric: frozenset[str],
    *,
    key: str = KEY,
) -> Task:
    """Compare relations.

    name (str): Of the task.
    examples (Sequence[Example]): Those whose gold relations aren't annotated are left out.
    scored (Sequence[Sequence[Row]]): For each example everything that got a score, also below the
        threshold.
    symmetric (frozenset[str]): Labels without direction.
    key (str): The span group.
    RETURNS (Task): The counts.
    """
    strict: list[Iterable[Event]] = []
    lenient: list[Iterable[Event]] = []
    boundary: list[Iterable[Event]] = []
    confusion: Counter[Outcome] = Counter()
    scores: list[float] = []
    right: list[bool] = []
    made: list[bool] = []
    for example, rows in zip(examples, scored, strict=True):
        if not has_relations(example.reference, key):
            continue
        gold = read_relations(example.reference, symmetric, key)
        predicted = read_found_relations(example, symmetric, key)
        is_known = make_filter(example.reference, key)
        strict.append(list(compare_sets(gold, predicted)))
        moved = _move(example, predicted, symmetric, key)
        lenient.append(list(compare_sets(gold, moved)))
        untyped = (_untyped(x, symmetric) for x in (gold, predicted))
        boundary.append(list(compare_sets(*untyped)))
        confusion.update(pair_labels(gold, predicted))
        for found, score in score_rows(example.predicted, rows, symmetric, key).items():
            if is_known(found):
                scores.append(score)
                right.append(found in gold)
                made.append(found in predicted)
    tables = count_events(strict), count_events(lenient)
    return Task(name, *tables, confusion, scores, right, made, count_events(boundary))


def read_concept_task(
    name: str, examples: Sequence[Example], symmetric: frozenset[str], *, key: str = KEY
) -> Task:
    """Compare relations between concepts.

    name (str): Of the task.
    examples (Sequence[Example]): As for `score_concepts`.
    symmetric (frozenset[str]): Labels without direction.
    key (str): The span group.
    RETURNS (Task): Strict counts, which labels of a pair of identifiers were confused, and the
        scores that a component gave to what it found.
    """
    pairs = read_concept_pairs(examples, symmetric=symmetric, key=key)
    strict = [list(compare_sets(gold, predicted)) for gold, predicted in pairs]
    confusion = Counter(outcome for pair in pairs for outcome in pair_labels(*pair))
    scored = [
        (score, rel in gold)
        for example, (gold, predicted) in zip(examples, pairs, strict=True)
        for rel, score in read_concept_scores(example.predicted, symmetric, key).items()
        if rel in predicted
    ]
    return Task(name, count_events(strict), None, confusion, *_columns(scored))


def read_assertions(examples: Iterable[Example], *, key: str = KEY) -> Task:
    """Compare attributes of the mentions that were found.

    examples (Iterable[Example]): Where gold gives an attribute of a mention, and the mention was
        found, its values are compared; one that isn't predicted is missed, one more is spurious.
    key (str): The span group.
    RETURNS (Task): Named "assertions", one label a value; "name=value" but for `assertion`.
    """
    strict: list[Iterable[Event]] = []
    confusion: Counter[Outcome] = Counter()
    scored: list[tuple[float, bool]] = []
    examples = list(examples)
    words = gold_words(examples, key)
    for example in examples:
        compared = list(compare_values(example, words, key))
        outcomes = [(gold, found) for _, gold, found, _ in compared]
        confusion.update(outcomes)
        strict.append([event for outcome in outcomes for event in _outcome_events(outcome)])
        scored += [
            (score, gold == found) for _, gold, found, score in compared if score is not None
        ]
    return Task("assertions", count_events(strict), None, confusion, *_columns(scored))


def pair_labels(
    gold: Collection[RelationKey] | Collection[ConceptKey],
    predicted: Collection[RelationKey] | Collection[ConceptKey],
) -> Iterator[Outcome]:
    """Compare the labels of each pair of mentions, or of concepts.

    gold, predicted (Collection): Relations of one document.
    YIELDS (Outcome): Gold and predicted label; None for missed and spurious ones.
    """
    labels: defaultdict[tuple[Any, Any], tuple[set[str], set[str]]]
    labels = defaultdict(lambda: (set(), set()))
    for side, relations in enumerate((gold, predicted)):
        for rel in relations:
            labels[rel.head, rel.tail][side].add(rel.label)
    for of_gold, of_predicted in labels.values():
        yield from ((label, label) for label in sorted(of_gold & of_predicted))
        missed, spurious = sorted(of_gold - of_predicted), sorted(of_predicted - of_gold)
        yield from zip_longest(missed, spurious)


def read_scores(doc: Doc, key: str = KEY) -> dict[Mention, float]:
    """RETURNS (dict[Mention, float]): The score of each mention that has one."""
    if not has_mentions(doc, key):
        return {}
    scores = doc.spans[key].attrs.get("scores") or []
    pairs = zip(get_mentions(doc, key), scores, strict=False)
    return {mention: score for mention, score in pairs if score is not None}


def score_rows(
    doc: Doc, rows: Iterable[Row], symmetric: frozenset[str], key: str = KEY
) -> dict[RelationKey, float]:
    """RETURNS (dict[RelationKey, float]): The score of each relation that has one."""
    mentions = get_mentions(doc, key)
    return {
        make_key(label, mentions[head], mentions[tail], symmetric): score
        for head, tail, label, score in rows
        if score is not None
    }


def read_rows(doc: Doc, key: str = KEY) -> list[Row]:
    """RETURNS (list[Row]): A Doc's relation rows, none if it has no mentions."""
    return get_relation_rows(doc, key) if has_mentions(doc, key) else []


def _columns(scored: Sequence[tuple[float, bool]]) -> tuple[list[float], list[bool], list[bool]]:
    """Scores, whether each prediction is right, and that it was made: all of them were."""
    scores, right = [score for score, _ in scored], [is_right for _, is_right in scored]
    return scores, right, [True] * len(scored)


def _move(
    example: Example, relations: set[RelationKey], symmetric: frozenset[str], key: str
) -> set[RelationKey]:
    gold = read_gold_mentions(example.reference, key) or set()
    pairs = align_leniently(gold, read_found_mentions(example, key))
    return move_to_gold(relations, pairs, symmetric)


def _untyped(relations: Iterable[RelationKey], symmetric: frozenset[str]) -> set[Borders]:
    found = set()
    for rel in relations:
        ends = [rel.head.fragments, rel.tail.fragments]
        found.add(Borders(rel.label, tuple(sorted(ends) if rel.label in symmetric else ends)))
    return found


def _labels(pair: Pair) -> Outcome:
    return pair.gold and pair.gold.label, pair.predicted and pair.predicted.label


def _outcome_events(outcome: Outcome) -> Iterator[Event]:
    gold, predicted = outcome
    if gold is not None and gold == predicted:
        yield gold, RIGHT
        return
    if gold is not None:
        yield gold, MISSED
    if predicted is not None:
        yield predicted, SPURIOUS
