"""What `clinical_deid` finds at each threshold of its head, rules and meta fields included."""

from typing import NamedTuple

from spacy.language import Language
from spacy.training import Example
from spacy.util import minibatch

from ..pipeline.deid.clinical_deid import TrainedDeid
from ..scoring.leak_scores import count_identifiers, sum_up
from ..scoring.relations_given_gold import run_component

THRESHOLDS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01)
_BATCH = 64


class IdentifierPoint(NamedTuple):
    """What a threshold gives.

    threshold (float): The threshold.
    precision, recall (float): Of identifiers whatever their label; recall counts those that are
        covered whole.
    gold (int): Identifiers of the corpus.
    """

    threshold: float
    precision: float
    recall: float
    gold: int


def measure_thresholds(
    nlp: Language, component: str, pipe: TrainedDeid, examples: list[Example]
) -> list[IdentifierPoint]:
    """Score a head of identifiers at each of `THRESHOLDS`. The encoder runs once.

    nlp (Language): The pipeline.
    component (str): The head's name.
    pipe (TrainedDeid): The head; its settings stay.
    examples (list[Example]): An annotated corpus, not yet processed.
    RETURNS (list[IdentifierPoint]): The highest threshold first.
    """
    batches = []
    for batch in minibatch(examples, _BATCH):
        docs = [example.predicted for example in batch]
        for name, step in nlp.pipeline:
            if name == component:
                break
            docs = run_component(step, docs)
        for example, doc in zip(batch, docs, strict=True):
            example.predicted = doc
        batches.append((docs, pipe.predict(docs)))
    before, points = pipe.cfg["threshold"], []
    try:
        for threshold in THRESHOLDS:
            pipe.cfg["threshold"] = threshold
            for docs, scores in batches:
                pipe.set_annotations(docs, scores)
            points.append(_score(threshold, examples, pipe.cfg["gold_key"]))
    finally:
        pipe.cfg["threshold"] = before
    return points


def _score(threshold: float, examples: list[Example], key: str) -> IdentifierPoint:
    scores = sum_up(count_identifiers(examples, key))
    precision, recall = (scores[name]["value"] or 0.0 for name in ("precision", "recall"))
    return IdentifierPoint(threshold, precision, recall, scores["recall"]["whole"])
