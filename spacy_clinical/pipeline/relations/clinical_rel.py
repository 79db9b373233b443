"""`clinical_rel`: relations between mentions, on the encoder pass that found the mentions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, cast

import numpy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Config, Model
from thinc.types import Floats2d

from ...candidates import HEAD, TAIL, Candidates, feature_sizes
from ...docs import set_relations
from ...schema import Schema
from ..heads.head_growth import grow_schema
from ..heads.platt_scaling import calibrate
from ..heads.probabilities import target_distribution
from ..heads.relation_head import RelationHead
from .cardinality_limits import within_limits
from .learned_cardinality import EXCEPTIONS
from .relation_instances import (
    Instances,
    learn_schema,
    pair_probabilities,
    predict_instances,
    training_instances,
)

Predictions = tuple[list[Instances], Floats2d]

DEFAULT_CONFIG = """
[model]
@architectures = "spacy-clinical.PairClassifier.v1"

[model.tok2vec]
@architectures = "spacy-clinical.TransformerListener.v1"

[candidates]
@misc = "spacy-clinical.typed_candidates.v2"
"""
DEFAULTS = Config().from_str(DEFAULT_CONFIG)


@Language.factory(
    "clinical_rel",
    assigns=["doc.spans", "doc._.relations", "doc._.rel"],
    requires=["doc.ents"],
    default_config={
        "model": DEFAULTS["model"],
        "candidates": DEFAULTS["candidates"],
        "spans_key": "clinical",
        "relations": None,
        "symmetric": [],
        "threshold": 0.5,
        "thresholds": {},
        "limit_exceptions": EXCEPTIONS,
        "learn_from_predicted": True,
        "corrupted": 0.0,
        "scorer": {"@scorers": "spacy-clinical.rel_scorer.v1"},
    },
    default_score_weights={
        "rel_micro_f": 1.0,
        "rel_micro_p": 0.0,
        "rel_micro_r": 0.0,
        "rel_boundary_f": 0.0,
        "rel_macro_f": 0.0,
        "rel_per_type": None,
    },
)
def make_clinical_rel(
    nlp: Language,
    name: str,
    model: Model[Any, Floats2d],
    candidates: Callable[..., Any],
    spans_key: str,
    relations: dict[str, dict[str, Any]] | None,
    symmetric: list[str],
    threshold: float,
    thresholds: dict[str, float],
    limit_exceptions: float | None,
    learn_from_predicted: bool,
    corrupted: float,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalRel":
    """Make the component that relates mentions.

    model (Model): Logits of NONE and the labels for the candidate pairs of all documents.
    candidates (Candidates): Proposes the pairs.
    spans_key (str): The span group that holds the mentions and takes the relations.
    relations (dict | None): The schema's relations: label to `head`, `tail`, `symmetric`,
        `max_per_head`, `max_per_tail`. None to learn them from the training data.
    symmetric (list[str]): Labels without direction, if the schema is learned.
    threshold (float): Probability that a relation needs.
    thresholds (dict[str, float]): The same for single labels.
    limit_exceptions (float | None): If the schema is learned, a mention has one relation of a label
        at most where no greater share of the training data's mentions has more. None for no limits.
    learn_from_predicted (bool): Train on the entity component's own mistakes too.
    corrupted (float): Share of the gold mentions that training gives a wrong copy, with a border
        moved or another label, for what no relation has as argument.
    scorer (Callable | None): The scoring method.
    """
    cfg = {
        "spans_key": spans_key,
        "schema": Schema.from_dict({"relations": relations}).to_dict() if relations else None,
        "symmetric": symmetric,
        "limit_exceptions": limit_exceptions,
        "pairs_per_token": 1.0,
        "threshold": threshold,
        "thresholds": thresholds,
        "calibration": {},
    }
    return ClinicalRel(
        nlp.vocab,
        model,
        name,
        candidates=candidates,
        cfg=cfg,
        learn_from_predicted=learn_from_predicted,
        corrupted=corrupted,
        scorer=scorer,
    ).within(nlp)


class ClinicalRel(RelationHead):
    """Classify the pairs of mentions that the schema allows.

    The arguments are those of `make_clinical_rel`, but for:

    model (Model): Logits, shape (pairs of all documents, 1 + n_labels); the first is NONE.
    cfg (dict): Saved: the settings, `schema`, `pairs_per_token`, and `calibration`, by label.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model[Any, Floats2d],
        name: str = "clinical_rel",
        *,
        candidates: Candidates,
        cfg: dict[str, Any],
        learn_from_predicted: bool,
        corrupted: float = 0.0,
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        super().__init__(vocab, model, name, cfg=cfg, scorer=scorer)
        self.candidates = candidates
        self.learn_from_predicted = learn_from_predicted
        self.corrupted = corrupted

    def add_schema(self, schema: Schema) -> list[str]:
        """Allow more, also after training: see `grow_schema`. RETURNS (list[str]): New labels."""
        new, self.cfg["schema"] = grow_schema(self.model, self.name, self.schema, schema)
        return new

    def set_annotations(self, docs: Iterable[Doc], scores: Predictions) -> None:
        """Write the relations whose calibrated probability reaches their label's threshold.

        docs (Iterable[Doc]): The documents.
        scores (tuple[list[Instances], Floats2d]): As `predict` returns them.
        """
        instances, logits = scores
        schema, labels, lowest = self.schema, self.labels, list(self.lowest.values())
        raw = pair_probabilities(self.model.ops.to_numpy(logits), instances)
        probabilities = calibrate(raw[:, 1:], labels, self.cfg["calibration"])
        parts = numpy.split(probabilities, numpy.cumsum([len(x.pairs) for x in instances])[:-1])
        for doc, found, rows in zip(docs, instances, parts, strict=True):
            chosen = numpy.argwhere((rows >= lowest) & found.mask)
            relations = [
                (int(found.pairs[i, HEAD]), int(found.pairs[i, TAIL]), labels[k], float(rows[i, k]))
                for i, k in chosen
            ]
            chosen_rows = within_limits(relations, schema, self.lowest)
            set_relations(doc, chosen_rows, key=self.key)

    def get_loss(self, examples: Iterable[Example], scores: Predictions) -> tuple[float, Floats2d]:
        """Cross-entropy over NONE and the labels that the schema allows, summed over the pairs and
        divided by the number of pairs that so many tokens have in the training data.

        examples (Iterable[Example]): The batch.
        scores (tuple[list[Instances], Floats2d]): Instances with gold labels, and logits.
        RETURNS (tuple[float, Floats2d]): The summed loss and the gradient of the quotient.
        """
        instances, logits = scores
        probabilities = pair_probabilities(self.model.ops.to_numpy(logits), instances)
        if not len(probabilities):
            return 0.0, logits
        truth = [found.truth for found in instances if found.truth is not None]
        target = target_distribution(numpy.concatenate(truth))
        loss = -(target * numpy.log(probabilities + 1e-12)).sum()
        n_tokens = sum(len(eg.predicted) for eg in examples)
        gradient = (probabilities - target) / (self.cfg["pairs_per_token"] * n_tokens)
        return float(loss), self.model.ops.asarray2f(cast(Floats2d, gradient.astype("f")))

    def _propose(self, docs: list[Doc]) -> list[Instances]:
        schema = self.schema
        return [predict_instances(doc, schema, self.candidates, self.key) for doc in docs]

    def _take_labels(self, labels: Mapping[str, Any]) -> None:
        self.add_schema(Schema.from_dict(labels))

    def _learn(self, docs: Sequence[Doc]) -> None:
        if self.cfg["schema"] is None:
            symmetric, exceptions = self.cfg["symmetric"], self.cfg.get("limit_exceptions")
            found = learn_schema(docs, self.key, symmetric, exceptions)
            self.cfg["schema"] = found.to_dict()

    def _sizes(self) -> dict[str, Any]:
        return {"n_features": feature_sizes(self.candidates)}

    def _training_instances(self, examples: Sequence[Example]) -> list[Instances]:
        propose = partial(
            training_instances,
            schema=self.schema,
            candidates=self.candidates,
            key=self.key,
            with_predicted=self.learn_from_predicted,
            corrupted=self.corrupted,
        )
        return [propose(eg) for eg in examples]

    def _model_input(self, docs: list[Doc], instances: list[Instances]) -> Any:
        return docs, [found.mentions for found in instances], [found.pairs for found in instances]
