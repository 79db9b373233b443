"""The trivial baseline: two mentions in one sentence are related, if mentions of their types ever
are."""

from collections import Counter
from collections.abc import Iterable, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.docs import (
    KEY,
    get_mentions,
    get_relation_rows,
    get_spans,
    has_relations,
    set_relations,
)
from spacy_clinical.pipeline.relations.relation_instances import learn_schema
from spacy_clinical.schema import Schema


class EveryPair:
    """Relates every pair in a sentence by the label that its types most often have.

    labels (dict): (head type, tail type) to a label.
    schema (Schema): What the training data has.
    """

    def __init__(self) -> None:
        self.labels: dict[tuple[str, str], str] = {}
        self.schema = Schema()

    def learn(self, docs: Iterable[Doc], symmetric: Sequence[str]) -> None:
        """Count which types are related.

        docs (Iterable[Doc]): Gold documents.
        symmetric (Sequence[str]): Labels without direction: counted both ways.
        """
        docs = [doc for doc in docs if has_relations(doc)]
        counts: dict[tuple[str, str], Counter[str]] = {}
        for doc in docs:
            mentions = get_mentions(doc)
            for head, tail, label, _ in get_relation_rows(doc):
                types = mentions[head].label, mentions[tail].label
                for pair in {types, types[::-1]} if label in symmetric else {types}:
                    counts.setdefault(pair, Counter())[label] += 1
        self.labels = {pair: count.most_common(1)[0][0] for pair, count in counts.items()}
        self.schema = learn_schema(docs, KEY, symmetric)

    def __call__(self, doc: Doc) -> Doc:
        """Relate a document's mentions.

        doc (Doc): With mentions and sentences.
        RETURNS (Doc): The same.
        """
        spans = list(enumerate(get_spans(doc)))
        symmetric, rows = self.schema.symmetric_labels, []
        for i, head in spans:
            for j, tail in spans:
                label = self.labels.get((head.label_, tail.label_))
                twice = label in symmetric and j < i
                if label and i != j and not twice and head.sent.start == tail.sent.start:
                    rows.append((i, j, label, 1.0))
        set_relations(doc, rows)
        return doc


@Language.factory("benchmark_every_pair", assigns=["doc._.relations"])
def make_every_pair(nlp: Language, name: str) -> EveryPair:
    return EveryPair()
