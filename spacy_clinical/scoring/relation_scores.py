"""Relations end to end: every gold relation counts, whether it was proposed or not.

Strict, as Taillé et al. (2020) define it: both arguments' borders and types, and the label.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from spacy.scorer import PRFScore
from spacy.tokens import Doc
from spacy.training import Example

from ..docs import (
    KEY,
    Mention,
    get_known_labels,
    get_known_relation_labels,
    get_lost,
    get_mentions,
    get_relation_rows,
    has_relations,
)
from ..docs.mention_store import Row
from .entity_scores import report


class RelationKey(NamedTuple):
    """A relation in characters: what is compared."""

    label: str
    head: Mention
    tail: Mention


def make_rel_scorer(spans_key: str | None = None) -> Callable[..., dict[str, Any]]:
    """Make the default scorer of `clinical_rel`.

    spans_key (str | None): The span group of the mentions, None for the component's own.
    RETURNS (Callable): Takes examples, gives the scores of `score_relations`.
    """

    return partial(_score, spans_key)  # a worker process gets it pickled


def _score(
    own_key: str | None,
    examples: Iterable[Example],
    schema: Mapping[str, Any] | None = None,
    **kwargs: Any,
) -> dict[str, Any]:
    relations = (schema or {}).get("relations", {})
    symmetric = {label for label, row in relations.items() if row["symmetric"]}
    key = own_key or kwargs.get("spans_key", KEY)
    return score_relations(examples, symmetric=symmetric, key=key)


def score_relations(
    examples: Iterable[Example], *, symmetric: Iterable[str] = (), key: str = KEY
) -> dict[str, Any]:
    """Score relations on character offsets, micro-averaged and per label.

    Documents without gold relations' annotation are left out; if there are no others, every score
    is None. So are predictions with an argument of a label that the annotators didn't look for.

    examples (Iterable[Example]): Gold in the references, predictions in the predicted documents.
    symmetric (Iterable[str]): Labels without direction: each pair counts once.
    key (str): The span group.
    RETURNS (dict[str, Any]): `rel_micro_p`, `rel_micro_r`, `rel_micro_f` (strict),
        `rel_boundary_f` (borders and label, types ignored), `rel_per_type` (strict) and
        `rel_macro_f`, the mean F1 of the labels that are in gold or were predicted.
    """
    undirected = frozenset(symmetric)
    strict, boundary, per_type, seen = PRFScore(), PRFScore(), dict[str, PRFScore](), False
    for example in examples:
        if not has_relations(example.reference, key):
            continue
        seen = True
        gold = read_relations(example.reference, undirected, key)
        predicted = read_found_relations(example, undirected, key)
        strict.score_set(predicted, gold)
        boundary.score_set(_without_types(predicted), _without_types(gold))
        for label in {rel.label for rel in gold | predicted}:
            of_label = per_type.setdefault(label, PRFScore())
            of_label.score_set(_only(predicted, label), _only(gold, label))
    scores = report("rel_micro", strict if seen else None, per_type)
    scores["rel_per_type"] = scores.pop("rel_micro_per_type")
    scores["rel_boundary_f"] = boundary.fscore if seen else None
    scores["rel_macro_f"] = macro_f(per_type)
    return scores


def macro_f(per_type: Mapping[str, PRFScore]) -> float | None:
    """RETURNS (float | None): The mean F1 of all labels, None if there are none."""
    values = [counts.fscore for counts in per_type.values()]
    return sum(values) / len(values) if values else None


def read_relations(
    doc: Doc, symmetric: frozenset[str] = frozenset(), key: str = KEY
) -> set[RelationKey]:
    """Read a Doc's relations in characters, those of lost mentions included.

    doc (Doc): Gold or predicted.
    symmetric (frozenset[str]): Labels whose arguments are put in text order.
    key (str): The span group.
    RETURNS (set[RelationKey]): Each relation once.
    """
    if not has_relations(doc, key):
        return set()
    mentions, lost = get_mentions(doc, key), get_lost(doc, key)
    arguments = [*mentions, *reversed(lost.mentions)]
    rows: list[Row] = [*get_relation_rows(doc, key), *lost.relations]
    found = set()
    for head, tail, label, _ in rows:
        found.add(make_key(label, arguments[head], arguments[tail], symmetric))
    return found


def read_found_relations(
    example: Example, symmetric: frozenset[str] = frozenset(), key: str = KEY
) -> set[RelationKey]:
    """Read the predicted relations, but for those whose label, or that of an argument, the
    reference's annotators didn't look for.

    example (Example): Gold and predicted.
    symmetric (frozenset[str]): Labels whose arguments are put in text order.
    key (str): The span group.
    RETURNS (set[RelationKey]): Each relation once.
    """
    is_known = make_filter(example.reference, key)
    return {rel for rel in read_relations(example.predicted, symmetric, key) if is_known(rel)}


def make_filter(reference: Doc, key: str = KEY) -> Callable[[RelationKey], bool]:
    """RETURNS (Callable): Says whether annotators looked for a relation's label and for those of
    its arguments, so that it counts.

    reference (Doc): What they annotated.
    key (str): The span group.
    """
    entities = get_known_labels(reference, key)
    relations = get_known_relation_labels(reference, key)

    def is_known(rel: RelationKey) -> bool:
        of_mentions = entities is None or {rel.head.label, rel.tail.label} <= entities
        return of_mentions and (relations is None or rel.label in relations)

    return is_known


def make_key(label: str, head: Mention, tail: Mention, symmetric: frozenset[str]) -> RelationKey:
    """Name a relation by its characters.

    label (str): The relation label.
    head, tail (Mention): The arguments.
    symmetric (frozenset[str]): Labels whose arguments are put in text order.
    RETURNS (RelationKey): What is compared.
    """
    ends = [head, tail]
    if label in symmetric:
        ends.sort(key=lambda mention: (mention.fragments, mention.label))
    return RelationKey(label, *ends)


def _without_types(relations: set[RelationKey]) -> set[tuple[str, Any, Any]]:
    return {(rel.label, rel.head.fragments, rel.tail.fragments) for rel in relations}


def _only(relations: set[RelationKey], label: str) -> set[RelationKey]:
    return {rel for rel in relations if rel.label == label}
