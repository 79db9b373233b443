"""From scores of pairs of concepts and of mentions to relations with their evidence."""

from collections.abc import Collection, Mapping, Sequence

import numpy
from spacy.tokens import Doc

from ...docs import ConceptRow, get_relation_rows, has_relations, set_relations
from .concept_instances import Array, ConceptInstances
from .exclusive_labels import Named, drop_excluded


def choose_relations(
    found: ConceptInstances,
    rows: Array,
    links: Array,
    thresholds: Mapping[str, float],
    max_evidence: int,
    notes: Sequence[str],
    exclusive: Collection[Sequence[str]] = (),
) -> list[ConceptRow]:
    """Take the labels whose score reaches their threshold.

    An identifier under two entity labels is two concepts: a relation between identifiers is stated
    once, with the better score.

    found (ConceptInstances): The pairs of one document.
    rows (Array): Scores of the pairs of concepts, shape (n_pairs, n_labels).
    links (Array): Scores of their pairs of mentions, shape (n_links, n_labels).
    thresholds (Mapping[str, float]): Of each label, in the order of the columns.
    max_evidence (int): Pairs of mentions of one relation, the best.
    notes (Sequence[str]): Of each pair of concepts.
    exclusive (Collection[Sequence[str]]): Pairs of labels of which a pair of concepts has one, the
        surer; where a threshold is 0, as while thresholds are chosen, all stay.
    RETURNS (list[ConceptRow]): The relations with their evidence.
    """
    labels, limits = list(thresholds), list(thresholds.values())
    best: dict[Named, tuple[float, tuple[int, int]]] = {}
    for i, k in numpy.argwhere((rows >= limits) & found.mask).tolist():
        head, tail = (found.concepts[c][0] for c in found.arrays.pairs[i, :2])
        name = head, tail, labels[k]
        if name not in best or rows[i, k] > best[name][0]:
            best[name] = float(rows[i, k]), (i, k)
    if min(limits, default=0.0) > 0:
        best = drop_excluded(best, exclusive)
    return [
        ConceptRow(*name, score, _evidence(found, links, i, k, max_evidence), notes[i])
        for name, (score, (i, k)) in best.items()
    ]


def add_evidence_relations(doc: Doc, rows: Sequence[ConceptRow], key: str) -> None:
    """Store the best evidence of each relation as a relation between mentions; those that another
    component stored stay.

    doc (Doc): The document.
    rows (Sequence[ConceptRow]): Between concepts.
    key (str): The span group.
    """
    new = [(*row.evidence[0], row.label, row.score) for row in rows if row.evidence]
    known = get_relation_rows(doc, key) if has_relations(doc, key) else []
    kept = {row[:3]: row for row in [*new, *known]}
    set_relations(doc, list(kept.values()), key=key)


def _evidence(
    found: ConceptInstances, links: Array, pair: int, label: int, limit: int
) -> tuple[tuple[int, int], ...]:
    rows = numpy.flatnonzero(found.arrays.links[:, 0] == pair)
    ranked = rows[numpy.argsort(-links[rows, label], kind="stable")][:limit]
    chosen = found.positions[found.arrays.links[ranked, 1:3]]
    return tuple((int(head), int(tail)) for head, tail in chosen.tolist())
