"""Relations between concepts: sets of (head id, tail id, label) a document.

As BioCreative V counts chemical-induced diseases: a relation is right if the document states it
between these identifiers, whichever mentions it was read from. Each pair of identifiers counts once
a document under a label; gold pairs that no mention can give are missed.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from typing import Any, NamedTuple

from spacy.lang.en import English
from spacy.scorer import PRFScore
from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example

from ..docs import (
    KEY,
    get_concept_relations,
    get_concept_rows,
    get_concepts,
    get_known_relation_labels,
    get_relation_rows,
    get_spans,
    has_concept_relations,
    has_mentions,
    has_relations,
    identify,
    normalize_name,
    set_concept_relations,
)
from .relation_scores import macro_f


class ConceptKey(NamedTuple):
    """A relation between identifiers: what is compared."""

    head: str
    tail: str
    label: str


def make_concept_scorer(spans_key: str = KEY) -> Callable[..., dict[str, Any]]:
    """Make a scorer that adds relations between concepts to a training log.

    spans_key (str): The span group of the mentions.
    RETURNS (Callable): Takes examples, gives `concept_rel_p`, `concept_rel_r`, `concept_rel_f`,
        `concept_rel_macro_f` and `concept_rel_per_type`.
    """
    return partial(_score, spans_key)  # a worker process gets it pickled


def _score(key: str, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    examples = list(examples)
    relations = (kwargs.get("schema") or {}).get("relations", {})
    symmetric = [label for label, row in relations.items() if row["symmetric"]]
    total = score_concepts(examples, symmetric=symmetric, key=key)
    by_label = score_concept_labels(examples, symmetric=symmetric, key=key)
    return {f"concept_rel_{name}": value for name, value in {**total, **by_label}.items()}


def score_concepts(
    examples: Iterable[Example], *, symmetric: Iterable[str] = (), key: str = KEY
) -> dict[str, float]:
    """Score relations between concepts, micro-averaged.

    examples (Iterable[Example]): References with concept relations; predicted documents with
        concept relations of their own, or whose mentions have a `kb_id_`.
    symmetric (Iterable[str]): Labels without direction.
    key (str): The span group.
    RETURNS (dict[str, float]): `p`, `r`, `f`.
    """
    total = PRFScore()
    for gold, predicted in read_concept_pairs(examples, symmetric=symmetric, key=key):
        total.score_set(predicted, gold)
    return total.to_dict()


def score_concept_labels(
    examples: Iterable[Example], *, symmetric: Iterable[str] = (), key: str = KEY
) -> dict[str, Any]:
    """Score relations between concepts label by label.

    examples, symmetric, key: As for `score_concepts`.
    RETURNS (dict[str, Any]): `per_type`, of each label `p`, `r`, `f`; `macro_f`, their mean F1,
        None if there is no label.
    """
    per_type: dict[str, PRFScore] = {}
    for gold, predicted in read_concept_pairs(examples, symmetric=symmetric, key=key):
        for label in {rel.label for rel in gold | predicted}:
            of_label = per_type.setdefault(label, PRFScore())
            of_label.score_set(*({r for r in x if r.label == label} for x in (predicted, gold)))
    rows = {label: counts.to_dict() for label, counts in sorted(per_type.items())}
    return {"per_type": rows, "macro_f": macro_f(per_type)}


def read_concept_pairs(
    examples: Iterable[Example], *, symmetric: Iterable[str] = (), key: str = KEY
) -> list[tuple[set[ConceptKey], set[ConceptKey]]]:
    """Read what is compared.

    examples, symmetric, key: As for `score_concepts`.
    RETURNS (list[tuple]): Gold and predicted relations of each document; symmetric ones with their
        identifiers in alphabetical order.
    """
    undirected = frozenset(symmetric)
    pairs = []
    for eg in examples:
        known = get_known_relation_labels(eg.reference, key)
        both = read_gold_concepts(eg.reference, key), read_found_concepts(eg.predicted, key)
        gold, found = ({_ordered(rel, undirected) for rel in side} for side in both)
        pairs.append((gold, {rel for rel in found if known is None or rel.label in known}))
    return pairs


def score_sentence_pairs(
    examples: Iterable[Example], *, symmetric: Iterable[str] = (), key: str = KEY
) -> dict[str, float]:
    """Score the trivial baseline: every pair of fitting types in one sentence is related.

    examples, symmetric, key: As for `score_concepts`; types and labels are those of the gold
        relations.
    RETURNS (dict[str, float]): `p`, `r`, `f`.
    """
    examples = list(examples)
    types = {t for eg in examples for t in _gold_types(eg.reference, key)}
    splitter = English().add_pipe("sentencizer")
    undirected, total = frozenset(symmetric), PRFScore()
    for example in examples:
        gold = read_gold_concepts(example.reference, key)
        found = _sentence_pairs(splitter(example.predicted), types, key)
        total.score_set(*({_ordered(rel, undirected) for rel in x} for x in (found, gold)))
    return total.to_dict()


def read_gold_concepts(doc: Doc, key: str = KEY) -> set[ConceptKey]:
    """RETURNS (set[ConceptKey]): The concept relations that the corpus states."""
    return {ConceptKey(rel.head, rel.tail, rel.label) for rel in get_concept_relations(doc, key)}


def read_found_concepts(doc: Doc, key: str = KEY) -> set[ConceptKey]:
    """RETURNS (set[ConceptKey]): The concept relations that a component found, be it none; without
    such a component, those of the mentions."""
    stated = has_concept_relations(doc, key)
    return read_gold_concepts(doc, key) if stated else raise_to_concepts(doc, key)


def read_concept_scores(
    doc: Doc, symmetric: frozenset[str] = frozenset(), key: str = KEY
) -> dict[ConceptKey, float]:
    """Read the scores of the relations between concepts that a component found.

    doc (Doc): Predicted.
    symmetric (frozenset[str]): Labels whose identifiers are put in alphabetical order.
    key (str): The span group.
    RETURNS (dict[ConceptKey, float]): Of each relation that has one; the best where it was found
        several times.
    """
    found: dict[ConceptKey, float] = {}
    for head, tail, label, score, *_ in get_concept_rows(doc, key):
        if score is not None:
            rel = _ordered(ConceptKey(head, tail, label), symmetric)
            found[rel] = max(score, found.get(rel, score))
    return found


def is_annotated(reference: Doc, key: str = KEY) -> bool:
    """RETURNS (bool): Whether a document's missing relations between concepts are negatives."""
    return has_concept_relations(reference, key) or has_relations(reference, key)


def raise_to_concepts(doc: Doc, key: str = KEY) -> set[ConceptKey]:
    """RETURNS (set[ConceptKey]): A Doc's relations between the concepts of its mentions."""
    spans = get_spans(doc, key)
    return {
        pair
        for head, tail, label, _ in get_relation_rows(doc, key)
        for pair in _concept_pairs(spans[head], spans[tail], label)
    }


class ConceptNames:
    """Which concept a name means, by exact match of its letters and digits.

    counts (dict): (label, normalised name) to concepts and how often each was meant.
    """

    def __init__(self, counts: dict[tuple[str, str], Counter[str]]):
        self.counts = counts

    @classmethod
    def learn(cls, docs: Iterable[Doc], *, key: str = KEY) -> "ConceptNames":
        """Read names off annotated documents.

        docs (Iterable[Doc]): Documents whose mentions have a `kb_id_`.
        key (str): The span group.
        RETURNS (ConceptNames): The names.
        """
        counts: dict[tuple[str, str], Counter[str]] = {}
        for doc in docs:
            for span in get_spans(doc, key) if has_mentions(doc, key) else ():
                if get_concepts(span):
                    name = (span.label_, normalize_name(span.text))
                    counts.setdefault(name, Counter())[span.kb_id_] += 1
        return cls(counts)

    def assign(self, doc: Doc, key: str = KEY) -> None:
        """Set the `kb_id_` of a Doc's mentions, and rename the concepts that a component related
        accordingly. An unknown name is a concept of its own.

        doc (Doc): With mentions.
        key (str): The span group.
        """
        group = doc.spans[key]
        spans = [
            Span(doc, s.start, s.end, label=s.label_, kb_id=self.find(s.label_, s.text))
            for s in group
        ]
        if has_concept_relations(doc, key):
            _rename(doc, zip(group, spans, strict=True), key)
        doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs=dict(group.attrs))

    def find(self, label: str, text: str) -> str:
        """RETURNS (str): The concept most often meant by this name, else the name itself."""
        name = normalize_name(text)
        found = self.counts.get((label, name))
        return found.most_common(1)[0][0] if found else f"name:{name}"


def _rename(doc: Doc, mentions: Iterable[tuple[Span, Span]], key: str) -> None:
    """Give concepts that were named by their mentions' text the identifiers of the new mentions."""
    ids: dict[str, tuple[str, ...]] = {}
    for old, new in mentions:
        ids.update(dict.fromkeys(identify(old, by_name=True), get_concepts(new)))
    rows = [
        row._replace(head=head, tail=tail)
        for row in get_concept_rows(doc, key)
        for head in ids.get(row.head, (row.head,))
        for tail in ids.get(row.tail, (row.tail,))
    ]
    set_concept_relations(doc, rows, key=key)


def _concept_pairs(head: Span, tail: Span, label: str) -> Iterable[ConceptKey]:
    for head_id in get_concepts(head):
        for tail_id in get_concepts(tail):
            yield ConceptKey(head_id, tail_id, label)


def _ordered(rel: ConceptKey, symmetric: frozenset[str]) -> ConceptKey:
    if rel.label not in symmetric:
        return rel
    first, second = sorted((rel.head, rel.tail))
    return ConceptKey(first, second, rel.label)


def _gold_types(doc: Doc, key: str) -> set[tuple[str, str, str]]:
    spans = get_spans(doc, key)
    rows = get_relation_rows(doc, key)
    return {(spans[h].label_, spans[t].label_, label) for h, t, label, _ in rows}


def _sentence_pairs(doc: Doc, types: set[tuple[str, str, str]], key: str) -> set[ConceptKey]:
    starts = [sentence.start for sentence in doc.sents]
    sentences: dict[int, list[Span]] = {}
    for span in get_spans(doc, key):
        sentences.setdefault(bisect_right(starts, span.start), []).append(span)
    return {
        pair
        for spans in sentences.values()
        for head, tail in product(spans, spans)
        for head_label, tail_label, label in types
        if (head.label_, tail.label_) == (head_label, tail_label)
        for pair in _concept_pairs(head, tail, label)
    }
