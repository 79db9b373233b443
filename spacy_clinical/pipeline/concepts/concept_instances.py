"""What the concept head sees of one document: concepts, candidate pairs, mention pairs, labels."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy
from spacy.attrs import SENT_START
from spacy.tokens import Doc, Span

from ...candidates import known_labels, label_mask, type_table
from ...docs import (
    get_concept_relations,
    get_spans,
    identify,
)
from ...schema import Schema
from ...scoring.concept_relation_scores import is_annotated
from .concept_features import PairTable, pair_tables

Array = numpy.ndarray[Any, Any]
Key = tuple[str, str]

N_PLACES = 16


class ConceptArrays(NamedTuple):
    """What the network sees of one document.

    mentions (Array): Start, end, type, sentence, shape (n_mentions, 4).
    members (Array): Concept and mention, for each mention of each concept, shape (n_members, 2).
    pairs (Array): Head concept, tail concept and features, shape (n_pairs, 2 + n_features).
    links (Array): Pair, head mention, tail mention and features, shape
        (n_links, 3 + n_link_features).
    """

    mentions: Array
    members: Array
    pairs: Array
    links: Array


@dataclass(frozen=True)
class ConceptInstances:
    """The concepts of one document and their candidate pairs.

    concepts (tuple[Key, ...]): Identifier and entity label of each.
    arrays (ConceptArrays): Their mentions and pairs.
    positions (Array): Which stored mention each row of `arrays.mentions` is, shape (n_mentions,).
    mask (Array): Labels that the schema allows for each pair, shape (n_pairs, n_labels).
    dropped (int): Pairs that the limit on their number cut off.
    truth (Array | None): Gold labels, shape (n_pairs, n_labels).
    outside (int): Gold relations that are not among the candidates.
    notes (Array | None): Bool: gold notes, shape (n_pairs, n_notes).
    """

    concepts: tuple[Key, ...]
    arrays: ConceptArrays
    positions: Array
    mask: Array
    dropped: int = 0
    truth: Array | None = field(default=None)
    outside: int = 0
    notes: Array | None = field(default=None)


@dataclass(frozen=True)
class ConceptLimits:
    """How concepts are found, and how many pairs are looked at.

    by_name (bool): Whether mentions without an identifier are grouped by their text.
    max_pairs (int): Pairs of concepts in a document; the nearest are kept.
    max_links (int): Mention pairs of a pair of concepts; the nearest are kept.
    """

    by_name: bool
    max_pairs: int
    max_links: int


def predict_concepts(doc: Doc, schema: Schema, limits: ConceptLimits, key: str) -> ConceptInstances:
    """Propose pairs of the concepts whose mentions a document stores.

    doc (Doc): With mentions.
    schema (Schema): Its entity labels are numbered; others can't take part.
    limits (ConceptLimits): How concepts are found, and how many pairs.
    key (str): The span group.
    RETURNS (ConceptInstances): Without gold labels.
    """
    spans = get_spans(doc, key)
    return propose_concepts(doc, spans, range(len(spans)), schema, limits)


def label_concepts(
    reference: Doc, proposed: ConceptInstances, schema: Schema, key: str
) -> ConceptInstances:
    """Label the pairs of concepts that the gold relates.

    reference (Doc): With gold relations between concepts.
    proposed (ConceptInstances): Pairs of the same document's concepts.
    schema (Schema): The labels.
    key (str): The span group.
    RETURNS (ConceptInstances): With gold labels.
    """
    numbers = {label: i for i, label in enumerate(schema.relation_labels)}
    truth = numpy.zeros(proposed.mask.shape, dtype="f")
    rows: dict[tuple[str, str], list[int]] = {}
    for i, (head, tail) in enumerate(proposed.arrays.pairs[:, :2].tolist()):
        ids = proposed.concepts[head][0], proposed.concepts[tail][0]
        rows.setdefault(ids, []).append(i)
    outside = 0
    for head, tail, label in {(r.head, r.tail, r.label) for r in _gold(reference, key)}:
        k = numbers.get(label, -1)
        turned = rows.get((tail, head), []) if label in schema.symmetric_labels else []
        fitting = [
            i for i in (*rows.get((head, tail), ()), *turned) if k >= 0 and proposed.mask[i, k]
        ]
        truth[fitting, k] = 1.0
        outside += not fitting
    return replace(proposed, truth=truth, outside=outside)


def learn_concept_schema(
    docs: Iterable[Doc], key: str, by_name: bool, symmetric: Sequence[str]
) -> Schema:
    """Derive the schema that annotated documents obey.

    docs (Iterable[Doc]): Gold documents with relations between concepts.
    key (str): The span group.
    by_name (bool): Whether mentions without an identifier are grouped by their text.
    symmetric (Sequence[str]): Relation labels without direction.
    RETURNS (Schema): Entity labels, and relation labels with their arguments.
    """
    entities: set[str] = set()
    found: set[tuple[str, str, str]] = set()
    for doc in docs:
        if not is_annotated(doc, key):
            continue
        types: dict[str, set[str]] = {}
        for span in get_spans(doc, key):
            entities.add(span.label_)
            for concept in identify(span, by_name=by_name):
                types.setdefault(concept, set()).add(span.label_)
        for rel in _gold(doc, key):
            heads, tails = types.get(rel.head, ()), types.get(rel.tail, ())
            found |= {(rel.label, head, tail) for head in heads for tail in tails}
    return Schema.learn(entities, found, symmetric=symmetric)


def propose_concepts(
    doc: Doc,
    spans: Sequence[Span],
    positions: Iterable[int],
    schema: Schema,
    limits: ConceptLimits,
    looked_for: Collection[str] | None = None,
) -> ConceptInstances:
    """Propose pairs of the concepts of these mentions.

    doc (Doc): Sentence borders are read from it; without any it counts as one sentence.
    spans (Sequence[Span]): Mentions, of its tokens.
    positions (Iterable[int]): Which stored mention each is.
    schema, limits: As for `predict_concepts`.
    looked_for (Collection[str] | None): The relation labels that annotators looked for, None if
        all: a pair that only others may hold for is none.
    RETURNS (ConceptInstances): Without gold labels.
    """
    types = {label: i for i, label in enumerate(schema.entities)}
    named = [
        (span, position, ids)
        for span, position in zip(spans, positions, strict=True)
        if span.label_ in types and (ids := identify(span, by_name=limits.by_name))
    ]
    sentences = _sentence_numbers(doc)
    rows = [(s.start, s.end, types[s.label_], sentences[s.start]) for s, _, _ in named]
    mentions = numpy.asarray(rows, dtype="int64").reshape(-1, 4)
    keys = [(id, span.label_) for span, _, ids in named for id in ids]
    owners = [i for i, (_, _, ids) in enumerate(named) for _ in ids]
    concepts = _in_text_order(keys, owners, mentions)
    number = {concept: i for i, concept in enumerate(concepts)}
    members = numpy.asarray([(number[k], i) for k, i in zip(keys, owners, strict=True)])
    members = members.reshape(-1, 2).astype("int64")
    members = members[numpy.lexsort((mentions[members[:, 1], 0], members[:, 0]))]
    kinds = numpy.asarray([types[label] for _, label in concepts], dtype="int64")
    known = known_labels(schema, looked_for)
    allowed = numpy.any(type_table(schema)[known], axis=0)
    table = pair_tables(mentions, members, kinds, allowed, limits.max_links)
    first = numpy.column_stack([numpy.arange(len(kinds)), numpy.arange(len(kinds)) + 1, kinds])
    mask = label_mask(schema, first, table.pairs) & known
    numbers = numpy.asarray([position for _, position, _ in named], dtype="int64")
    return _assemble(table, mask, tuple(concepts), mentions, members, numbers, limits)


def _assemble(
    table: PairTable,
    mask: Array,
    concepts: tuple[Key, ...],
    mentions: Array,
    members: Array,
    positions: Array,
    limits: ConceptLimits,
) -> ConceptInstances:
    """Keep the pairs that a label may hold for, the nearest ones if they are too many."""
    fits = numpy.flatnonzero(mask.any(axis=1))
    near = fits[numpy.argsort(table.gaps[fits], kind="stable")][: limits.max_pairs]
    kept = numpy.sort(near)
    renumber = numpy.full(len(table.pairs), -1)
    renumber[kept] = numpy.arange(len(kept))
    links = table.links[renumber[table.links[:, 0]] >= 0].copy()
    links[:, 0] = renumber[links[:, 0]]
    seen = mentions.copy()
    seen[:, 3] = numpy.minimum(seen[:, 3], N_PLACES - 1)
    arrays = ConceptArrays(seen, members, table.pairs[kept], links)
    return ConceptInstances(concepts, arrays, positions, mask[kept], len(fits) - len(kept))


def _in_text_order(keys: list[Key], owners: list[int], mentions: Array) -> list[Key]:
    """Each concept once, by the start of its first mention."""
    order = sorted(range(len(keys)), key=lambda i: (*mentions[owners[i], :2].tolist(), i))
    return list(dict.fromkeys(keys[i] for i in order))


def _sentence_numbers(doc: Doc) -> Array:
    """The number of each token's sentence."""
    if not doc.has_annotation("SENT_START"):
        return numpy.zeros(len(doc), dtype="int64")
    borders = doc.to_array([SENT_START]).reshape(-1).astype("int64") == 1
    borders[:1] = True
    return numpy.cumsum(borders) - 1


def _gold(doc: Doc, key: str) -> list[Any]:
    return get_concept_relations(doc, key)
