"""Relations between concepts: sets of (head id, tail id, label) a document.

As BioCreative V counts chemical-induced diseases: a relation is right if the document states it
between these identifiers, whichever mentions it was read from.
"""

from collections import Counter
from collections.abc import Iterable

from spacy.lang.en import English
from spacy.scorer import PRFScore
from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example

from ..docs import (
    KEY,
    get_concept_relations,
    get_concepts,
    get_relation_rows,
    get_spans,
    has_mentions,
)

ConceptKey = tuple[str, str, str]


def score_concepts(examples: Iterable[Example], *, key: str = KEY) -> dict[str, float]:
    """Score relations raised from mentions to their concepts, micro-averaged.

    examples (Iterable[Example]): References with concept relations; predicted documents whose
        mentions have a `kb_id_`.
    key (str): The span group.
    RETURNS (dict[str, float]): `p`, `r`, `f`.
    """
    total = PRFScore()
    for example in examples:
        gold = read_gold_concepts(example.reference, key)
        total.score_set(raise_to_concepts(example.predicted, key), gold)
    return total.to_dict()


def score_sentence_pairs(examples: Iterable[Example], *, key: str = KEY) -> dict[str, float]:
    """Score the trivial baseline: every pair of fitting types in one sentence is related.

    examples (Iterable[Example]): As for `score_concepts`; types and labels are those of the gold
        relations.
    key (str): The span group.
    RETURNS (dict[str, float]): `p`, `r`, `f`.
    """
    examples = list(examples)
    types = {t for eg in examples for t in _gold_types(eg.reference, key)}
    splitter = English().add_pipe("sentencizer")
    total = PRFScore()
    for example in examples:
        gold = read_gold_concepts(example.reference, key)
        total.score_set(_sentence_pairs(splitter(example.predicted), types, key), gold)
    return total.to_dict()


def read_gold_concepts(doc: Doc, key: str = KEY) -> set[ConceptKey]:
    """RETURNS (set[ConceptKey]): The concept relations that the corpus states."""
    return {(rel.head, rel.tail, rel.label) for rel in get_concept_relations(doc, key)}


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
                    name = (span.label_, normalize(span.text))
                    counts.setdefault(name, Counter())[span.kb_id_] += 1
        return cls(counts)

    def assign(self, doc: Doc, key: str = KEY) -> None:
        """Set the `kb_id_` of a Doc's mentions; an unknown name is a concept of its own.

        doc (Doc): With mentions.
        key (str): The span group.
        """
        group = doc.spans[key]
        spans = [
            Span(doc, s.start, s.end, label=s.label_, kb_id=self.find(s.label_, s.text))
            for s in group
        ]
        doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs=dict(group.attrs))

    def find(self, label: str, text: str) -> str:
        """RETURNS (str): The concept most often meant by this name, else the name itself."""
        name = normalize(text)
        found = self.counts.get((label, name))
        return found.most_common(1)[0][0] if found else f"name:{name}"


def normalize(name: str) -> str:
    """RETURNS (str): A name in lower case, letters and digits only, without a plural's s."""
    letters = "".join(c for c in name.lower() if c.isalnum())
    return letters[:-1] if letters.endswith("s") and not letters.endswith("ss") else letters


def _concept_pairs(head: Span, tail: Span, label: str) -> Iterable[ConceptKey]:
    for head_id in get_concepts(head):
        for tail_id in get_concepts(tail):
            yield head_id, tail_id, label


def _gold_types(doc: Doc, key: str) -> set[tuple[str, str, str]]:
    spans = get_spans(doc, key)
    rows = get_relation_rows(doc, key)
    return {(spans[h].label_, spans[t].label_, label) for h, t, label, _ in rows}


def _sentence_pairs(doc: Doc, types: set[tuple[str, str, str]], key: str) -> set[ConceptKey]:
    spans = get_spans(doc, key)
    found: set[ConceptKey] = set()
    for head_label, tail_label, label in types:
        for head in spans:
            for tail in spans:
                fits = head.label_ == head_label and tail.label_ == tail_label
                if fits and head.sent.start == tail.sent.start:
                    found.update(_concept_pairs(head, tail, label))
    return found
