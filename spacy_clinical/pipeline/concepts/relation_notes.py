"""What a corpus says of a relation beside its label, such as whether BioRED calls it novel: a note
of a closed list, which all labels of a pair of concepts share.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy
from spacy.tokens import Doc

from ...docs import get_concept_relations
from ...errors import Errors, PipelineError
from ...schema import Schema
from ..heads.probabilities import marginal_loss
from .concept_instances import Array, ConceptInstances


def learn_notes(docs: Iterable[Doc], name: str, key: str) -> list[str]:
    """List the notes that relations have.

    docs (Iterable[Doc]): Gold documents. Raises PipelineError if no relation has a note.
    name (str): The component, for the error.
    key (str): The span group.
    RETURNS (list[str]): In alphabetical order.
    """
    found = {rel.note for doc in docs for rel in get_concept_relations(doc, key)} - {""}
    if not found:
        raise PipelineError(Errors.SC308.format(name=name))
    return sorted(found)


def label_notes(
    reference: Doc, proposed: ConceptInstances, schema: Schema, notes: Sequence[str], key: str
) -> ConceptInstances:
    """Mark the notes of the pairs that the gold relates.

    reference (Doc): With gold relations between concepts.
    proposed (ConceptInstances): Pairs of the same document's concepts.
    schema (Schema): The labels.
    notes (Sequence[str]): Those that are learned; others say nothing.
    key (str): The span group.
    RETURNS (ConceptInstances): With gold notes: none for a pair of which no relation has one,
        several where its relations disagree.
    """
    stated = _read_gold(reference, schema, notes, key)
    truth = numpy.zeros((len(proposed.mask), len(notes)), dtype=bool)
    for i, (head, tail) in enumerate(proposed.arrays.pairs[:, :2].tolist()):
        ids = proposed.concepts[head][0], proposed.concepts[tail][0]
        for label, note in stated.get(ids, ()):
            truth[i, note] |= proposed.mask[i, label]
    return replace(proposed, notes=truth)


def note_loss(logits: Array, truth: Array) -> tuple[float, Array]:
    """Sum -log of the probability that each pair has one of its notes.

    logits (Array): Shape (n_pairs, n_notes).
    truth (Array): Bool of the same shape; pairs without a note teach nothing.
    RETURNS (tuple[float, Array]): The summed loss, and its gradient of the logits' shape.
    """
    gradient = numpy.zeros_like(logits, dtype="f")
    rows = numpy.flatnonzero(truth.any(axis=1))
    if not len(rows):
        return 0.0, gradient
    loss, gradient[rows] = marginal_loss(logits[rows], truth[rows])
    return loss, gradient


def choose_notes(logits: Array, notes: Sequence[str]) -> list[str]:
    """Take the likeliest note of each pair.

    logits (Array): Shape (n_pairs, n_notes).
    notes (Sequence[str]): In the order of the columns.
    RETURNS (list[str]): Empty strings if there are no notes.
    """
    if not notes:
        return [""] * len(logits)
    return [notes[k] for k in logits.argmax(axis=1).tolist()]


def _read_gold(
    reference: Doc, schema: Schema, notes: Sequence[str], key: str
) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Label and note of each relation between two identifiers, in both directions if the label has
    none."""
    labels = {label: i for i, label in enumerate(schema.relation_labels)}
    numbers = {note: i for i, note in enumerate(notes)}
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for rel in get_concept_relations(reference, key):
        if rel.label in labels and rel.note in numbers:
            both = rel.label in schema.symmetric_labels
            for ends in [(rel.head, rel.tail), (rel.tail, rel.head)][: 1 + both]:
                found.setdefault(ends, []).append((labels[rel.label], numbers[rel.note]))
    return found
