"""The four nested counts by which BioRED is scored, over unordered pairs of identifiers.

As Luo et al. (2022, Brief Bioinform 23(5):bbac282) and the BioCreative VIII track (Islamaj et al.
2024, Database baae069) describe them: *pair* asks for the two identifiers only, *type* for the
relation's label too, *novelty* for the pair and whether it is new, *all* for everything. Each is a
set of a document's relations, pooled over documents. Relations have no direction, so "A, B" is
"B, A".
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from spacy.scorer import PRFScore
from spacy.tokens import Doc
from spacy.training import Example

from ..docs import (
    KEY,
    get_concept_relations,
    get_known_relation_labels,
    has_concept_relations,
)
from .concept_relation_scores import raise_to_concepts
from .relation_scores import macro_f

# What is compared at each level: columns of (lesser id, greater id, label, novelty).
LEVELS = {"pair": (0, 1), "type": (0, 1, 2), "novelty": (0, 1, 3), "all": (0, 1, 2, 3)}
PAIR, TYPE = "pair", "type"
LABEL = 2
Row = tuple[str, str, str, str]


def make_biored_scorer(spans_key: str = KEY, novelty: str = "") -> Callable[..., dict[str, Any]]:
    """Make a scorer that adds BioRED's F1 to a training log.

    spans_key (str): The span group of the mentions.
    novelty (str): What predictions that say nothing of it count as.
    RETURNS (Callable): Takes examples, gives `biored_pair_f`, `biored_type_f`, `biored_novelty_f`,
        `biored_all_f` and `biored_macro_f`.
    """
    return partial(_score, spans_key, novelty)  # a worker process gets it pickled


def _score(
    key: str, novelty: str, examples: Iterable[Example], **kwargs: Any
) -> dict[str, float | None]:
    scores = score_biored(examples, novelty=novelty, key=key)
    found = {f"biored_{level}_f": scores[level]["f"] for level in LEVELS}
    return {**found, "biored_macro_f": scores["macro_f"]}


def score_biored(
    examples: Iterable[Example], *, novelty: str = "", key: str = KEY
) -> dict[str, Any]:
    """Score relations between identifiers as BioRED does.

    examples (Iterable[Example]): References with concept relations, whose notes say whether they
        are new; predicted documents with concept relations of their own, or whose mentions have a
        `kb_id_` and are related.
    novelty (str): What predictions that say nothing of it count as, such as the most frequent one.
    key (str): The span group.
    RETURNS (dict[str, Any]): `pair`, `type`, `novelty` and `all`, of each `p`, `r`, `f`;
        `per_type`, of each label `p`, `r`, `f`; `macro_f`, their mean F1.
    """
    rows = [(_stated(eg.reference, "", key), _found(eg, novelty, key)) for eg in examples]
    labels = sorted({row[LABEL] for pair in rows for side in pair for row in side})
    per_type = {label: _count(rows, LEVELS[TYPE], label) for label in labels}
    return {
        **{level: _count(rows, columns).to_dict() for level, columns in LEVELS.items()},
        "per_type": {label: counts.to_dict() for label, counts in per_type.items()},
        "macro_f": macro_f(per_type),
    }


def _count(
    documents: Sequence[tuple[set[Row], set[Row]]], columns: Sequence[int], label: str | None = None
) -> PRFScore:
    total = PRFScore()
    for document in documents:
        gold, found = (
            {tuple(row[i] for i in columns) for row in side if label in (None, row[LABEL])}
            for side in document
        )
        total.score_set(found, gold)
    return total


def _found(example: Example, novelty: str, key: str) -> set[Row]:
    """What was predicted, but for labels that the annotators didn't look for."""
    doc, known = example.predicted, get_known_relation_labels(example.reference, key)
    if has_concept_relations(doc, key):
        found = _stated(doc, novelty, key)
    else:
        found = {_row(*rel, "", novelty) for rel in raise_to_concepts(doc, key)}
    return {row for row in found if known is None or row[LABEL] in known}


def _stated(doc: Doc, novelty: str, key: str) -> set[Row]:
    stated = get_concept_relations(doc, key)
    return {_row(rel.head, rel.tail, rel.label, rel.note, novelty) for rel in stated}


def _row(head: str, tail: str, label: str, note: str, novelty: str) -> Row:
    return min(head, tail), max(head, tail), label, note or novelty
