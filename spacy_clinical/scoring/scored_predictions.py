"""Every scored prediction beside the gold: what thresholds and calibration are fitted on.

Of labels that a document's annotators didn't look for nothing is known, so they are left out.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from spacy.training import Example

from ..docs import KEY, has_relations
from ..docs.question_docs import ANSWER
from .answer_scores import HALF, ReadAnswer, best_answers
from .concept_relation_scores import is_annotated, read_concept_pairs, read_concept_scores
from .document_counts import Labelled
from .entity_scores import read_found_mentions, read_gold_mentions
from .relation_scores import read_found_relations, read_relations
from .scoring_tasks import read_rows, read_scores, score_rows

L = TypeVar("L", bound=Labelled)


class Prediction(NamedTuple):
    """A mention or a relation that a pipeline proposes.

    label (str): Its label.
    score (float): Its probability.
    right (bool): Whether the gold has it, to the letter; between concepts under their identifiers.
    doc (int): The number of its document, of those that are annotated.
    """

    label: str
    score: float
    right: bool
    doc: int


@dataclass
class Scored:
    """What a pipeline proposes for a corpus.

    predictions (list[Prediction]): In the order of the documents.
    n_gold (Counter[str]): What there was to be found, proposed or not, by label.
    n_docs (int): Annotated documents.
    read (dict[str, ReadAnswer]): The best answer to each question so far, by its id.
    """

    predictions: list[Prediction] = field(default_factory=list)
    n_gold: Counter[str] = field(default_factory=Counter)
    n_docs: int = 0
    read: dict[str, ReadAnswer] = field(default_factory=dict)

    def add_mentions(self, examples: Iterable[Example], *, key: str = KEY) -> None:
        """Add all mentions that have a score.

        examples (Iterable[Example]): Those whose gold mentions aren't annotated are left out.
        key (str): The span group.
        """
        for example in examples:
            gold = read_gold_mentions(example.reference, key)
            if gold is not None:
                known = read_found_mentions(example, key)
                self._add(gold, known, read_scores(example.predicted, key))

    def add_relations(
        self, examples: Iterable[Example], symmetric: frozenset[str], *, key: str = KEY
    ) -> None:
        """Add all relations that have a score.

        examples (Iterable[Example]): Those whose gold relations aren't annotated are left out.
        symmetric (frozenset[str]): Labels without direction.
        key (str): The span group.
        """
        for example in examples:
            if has_relations(example.reference, key):
                rows = read_rows(example.predicted, key)
                self._add(
                    read_relations(example.reference, symmetric, key),
                    read_found_relations(example, symmetric, key),
                    score_rows(example.predicted, rows, symmetric, key),
                )

    def add_concepts(
        self, examples: Iterable[Example], symmetric: frozenset[str], *, key: str = KEY
    ) -> None:
        """Add all relations between concepts that have a score.

        examples (Iterable[Example]): Those whose gold relations aren't annotated are left out.
        symmetric (frozenset[str]): Labels without direction.
        key (str): The span group.
        """
        annotated = [eg for eg in examples if is_annotated(eg.reference, key)]
        pairs = read_concept_pairs(annotated, symmetric=symmetric, key=key)
        for example, (gold, known) in zip(annotated, pairs, strict=True):
            self._add(gold, known, read_concept_scores(example.predicted, symmetric, key))

    def add_answers(self, examples: Iterable[Example]) -> None:
        """Add the best answer to each question. It is right if half of its words are, by F1.

        examples (Iterable[Example]): Passages; those of a question may come in several calls.
        """
        best_answers(examples, self.read)
        answers = list(self.read.values())
        self.n_gold[ANSWER] = sum(bool(one.right) for one in answers)
        self.n_docs = len(answers)
        self.predictions = [
            Prediction(ANSWER, one.score, bool(one.right) and one.f1 >= HALF, number)
            for number, one in enumerate(answers)
            if one.found
        ]

    def _add(self, gold: Collection[L], known: Collection[L], found: Mapping[L, float]) -> None:
        self.n_gold.update(item.label for item in gold)
        self.predictions += [
            Prediction(item.label, score, item in gold, self.n_docs)
            for item, score in found.items()
            if item in known
        ]
        self.n_docs += 1
