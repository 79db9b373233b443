"""What the relation head sees of one document: mentions, candidate pairs, gold labels."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy
from spacy.tokens import Doc, Span
from spacy.training import Example

from ...candidates import (
    HEAD,
    TAIL,
    Candidates,
    in_text_order,
    known_labels,
    label_mask,
    type_table,
)
from ...docs import (
    get_known_relation_labels,
    get_lost,
    get_mentions,
    get_relation_rows,
    get_spans,
    has_mentions,
    has_relations,
)
from ...schema import Schema
from ..heads.gold_alignment import GoldMentions, get_gold_mentions
from ..heads.probabilities import softmax, with_none
from .corrupted_mentions import corrupt
from .learned_cardinality import count_ends, with_limits

Array = numpy.ndarray[Any, Any]
Place = tuple[int, int, str]


@dataclass(frozen=True)
class Instances:
    """The pairs of one document.

    mentions (Array): Start, end and type number in tokens, shape (n_mentions, 3).
    pairs (Array): As the candidates give them, shape (n_pairs, 5).
    mask (Array): Labels that the schema allows for each pair, shape (n_pairs, n_labels).
    dropped (int): Pairs that the limit on their number cut off.
    truth (Array | None): Gold labels, shape (n_pairs, n_labels).
    outside (int): Gold relations that are not among the candidates.
    """

    mentions: Array
    pairs: Array
    mask: Array
    dropped: int
    truth: Array | None = None
    outside: int = 0


def predict_instances(doc: Doc, schema: Schema, candidates: Candidates, key: str) -> Instances:
    """Propose pairs of the mentions that a document stores.

    doc (Doc): With mentions.
    schema (Schema): Its mention labels are numbered; others can't take part.
    candidates (Candidates): Proposes pairs.
    key (str): The span group.
    RETURNS (Instances): Without gold labels.
    """
    places = [_place(span) for span in get_spans(doc, key)]
    return _propose(doc, places, schema, candidates)


def training_instances(
    example: Example,
    schema: Schema,
    candidates: Candidates,
    key: str,
    *,
    with_predicted: bool = True,
    corrupted: float = 0.0,
) -> Instances:
    """Propose pairs of gold and predicted mentions, and label them.

    A pair is positive if both mentions are gold to the letter and the gold relates them. Mentions
    that the entity component predicted wrongly are negatives, which is what they'll be in use.

    example (Example): Its predicted document may hold the mentions of this training pass.
    schema, candidates, key: As for `predict_instances`.
    with_predicted (bool): Whether to look at predicted mentions at all.
    corrupted (float): Share of the gold mentions that get a wrong copy beside them.
    RETURNS (Instances): With gold labels; without pairs if the reference is not annotated.
    """
    doc = example.predicted
    if not has_relations(example.reference, key):
        return _propose(doc, [], schema, candidates)
    gold = get_gold_mentions(example, key)
    places = _gold_places(gold)
    if with_predicted:
        places += _wrong_places(doc, key, set(places), gold.labels)
    if corrupted:
        known = [x for x in schema.entities if gold.labels is None or x in gold.labels]
        places += corrupt(places, corrupted, len(doc), known)
    looked_for = get_known_relation_labels(example.reference, key)
    proposed = _propose(doc, places, schema, candidates, looked_for)
    truth, outside = _label(example, gold, places, proposed, schema, key)
    return replace(proposed, truth=truth, outside=outside)


def learn_schema(
    docs: Iterable[Doc], key: str, symmetric: Sequence[str], exceptions: float | None = None
) -> Schema:
    """Derive the schema that annotated documents obey.

    docs (Iterable[Doc]): Gold documents; those without relations' annotation don't count.
    key (str): The span group.
    symmetric (Sequence[str]): Relation labels without direction.
    exceptions (float | None): Share of a label's heads, and of its tails, that may have more of its
        relations than a limit allows; None for no limits.
    RETURNS (Schema): Entity labels, and relation labels with their arguments and limits.
    """
    docs = list(docs)
    entities: set[str] = set()
    relations: set[tuple[str, str, str]] = set()
    for doc in docs:
        if has_relations(doc, key):
            mentions = get_mentions(doc, key)
            entities.update(mention.label for mention in mentions)
            for head, tail, label, _ in get_relation_rows(doc, key):
                relations.add((label, mentions[head].label, mentions[tail].label))
    found = Schema.learn(entities, relations, symmetric=symmetric)
    return with_limits(found, count_ends(docs, key, symmetric), exceptions)


def pair_probabilities(logits: Array, instances: Sequence[Instances]) -> Array:
    """Turn logits into probabilities of NONE and of the labels that the schema allows.

    logits (Array): Shape (pairs of all documents, 1 + n_labels).
    instances (Sequence[Instances]): The pairs.
    RETURNS (Array): Of the same shape.
    """
    mask = numpy.concatenate([found.mask for found in instances])
    return softmax(logits, with_none(mask, numpy.ones(len(mask))))


def _propose(
    doc: Doc,
    places: list[Place],
    schema: Schema,
    candidates: Candidates,
    looked_for: Collection[str] | None = None,
) -> Instances:
    """Pairs that a label may hold for which annotators looked for, be it any."""
    numbers = {label: i for i, label in enumerate(schema.entities)}
    rows = [(start, end, numbers.get(label, -1)) for start, end, label in places]
    mentions = numpy.asarray(rows, dtype="int64").reshape(-1, 3)
    known = known_labels(schema, looked_for)
    allowed: Array = numpy.any(type_table(schema)[known], axis=0)
    pairs, dropped = candidates(doc, mentions, allowed)
    mask = label_mask(schema, mentions, pairs) & known
    some = mask.any(axis=1)
    return Instances(mentions, pairs[some], mask[some], dropped)


def _place(span: Span) -> Place:
    return span.start, span.end, span.label_


def _gold_places(gold: GoldMentions) -> list[Place]:
    found = zip(gold.tokens, gold.mentions, strict=True)
    return list(dict.fromkeys((*tokens, mention.label) for tokens, mention in found if tokens))


def _wrong_places(
    doc: Doc, key: str, known: set[Place], labels: frozenset[str] | None
) -> list[Place]:
    """Predicted mentions that aren't gold; as many as there are gold ones and ten, at most.

    Of labels that the annotators didn't look for, any mention may be right.
    """
    if not has_mentions(doc, key):
        return []
    spans = get_spans(doc, key)
    scores = doc.spans[key].attrs.get("scores") or [1.0] * len(spans)
    ranked = sorted(zip(scores, spans, strict=True), key=lambda pair: -(pair[0] or 0.0))
    places = [_place(s) for _, s in ranked if labels is None or s.label_ in labels]
    wrong = [place for place in places if place not in known]
    return wrong[: len(known) + 10]


def _label(
    example: Example,
    gold: GoldMentions,
    places: list[Place],
    proposed: Instances,
    schema: Schema,
    key: str,
) -> tuple[Array, int]:
    labels = {label: i for i, label in enumerate(schema.relation_labels)}
    number = {place: i for i, place in enumerate(places)}
    rows = {(int(p[HEAD]), int(p[TAIL])): k for k, p in enumerate(proposed.pairs)}
    truth = numpy.zeros(proposed.mask.shape, dtype="f")
    outside = len(get_lost(example.reference, key).relations)
    for head, tail, label, _ in get_relation_rows(example.reference, key):
        schema.check(label, gold.mentions[head].label, gold.mentions[tail].label)
        ends = [_numbered(gold, i, number) for i in (head, tail)]
        pair = _order(ends, schema, label, proposed.mentions)
        row = rows.get(pair) if pair else None
        if row is None:
            outside += 1
        else:
            truth[row, labels[label]] = 1.0
    return truth, outside


def _numbered(gold: GoldMentions, i: int, number: dict[Place, int]) -> int | None:
    tokens = gold.tokens[i]
    return number[(*tokens, gold.mentions[i].label)] if tokens else None


def _order(
    ends: list[int | None], schema: Schema, label: str, mentions: Array
) -> tuple[int, int] | None:
    """The candidate that carries a relation: symmetric ones stand in text order."""
    head, tail = ends
    if head is None or tail is None or head == tail:
        return None
    if label in schema.symmetric_labels:
        pair = numpy.asarray([[head, tail]])
        return (head, tail) if in_text_order(mentions, pair)[0] else (tail, head)
    return head, tail
