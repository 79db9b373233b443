"""`clinical_concept_rel`: relations between concepts, whichever mentions tell them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import numpy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import Config, Model
from thinc.types import Floats2d

from ...docs import get_known_relation_labels, get_spans, set_concept_relations
from ...schema import Schema
from ..heads.adaptive_threshold import adaptive_loss, label_scores
from ..heads.gold_alignment import get_gold_mentions
from ..heads.head_growth import grow_schema
from ..heads.platt_scaling import calibrate
from ..heads.relation_head import RelationHead
from .concept_choice import add_evidence_relations, choose_relations
from .concept_features import LINK_FEATURES, PAIR_FEATURES
from .concept_instances import (
    N_PLACES,
    ConceptInstances,
    ConceptLimits,
    is_annotated,
    label_concepts,
    learn_concept_schema,
    predict_concepts,
    propose_concepts,
)
from .exclusive_labels import learn_exclusive
from .relation_notes import choose_notes, label_notes, learn_notes, note_loss

NOTES = "notes"
Predictions = tuple[list[ConceptInstances], Floats2d]

DEFAULT_CONFIG = """
[model]
@architectures = "spacy-clinical.ConceptPairClassifier.v1"

[model.tok2vec]
@architectures = "spacy-clinical.TransformerListener.v1"
"""


@Language.factory(
    "clinical_concept_rel",
    assigns=["doc.spans", "doc._.concept_relations"],
    requires=["doc.ents"],
    default_config={
        "model": Config().from_str(DEFAULT_CONFIG)["model"],
        "spans_key": "clinical",
        "relations": None,
        "symmetric": [],
        "exclusive": None,
        "threshold": 0.5,
        "thresholds": {},
        "by_name": True,
        "max_pairs": 4000,
        "max_links": 8,
        "max_evidence": 3,
        "evidence_relations": False,
        "learn_notes": False,
        "scorer": {"@scorers": "spacy-clinical.concept_scorer.v1"},
    },
    default_score_weights={
        "concept_rel_f": 1.0,
        "concept_rel_p": 0.0,
        "concept_rel_r": 0.0,
        "concept_rel_per_type": None,
    },
)
def make_clinical_concept_rel(
    nlp: Language,
    name: str,
    model: Model[Any, Floats2d],
    spans_key: str,
    relations: dict[str, dict[str, Any]] | None,
    symmetric: list[str],
    exclusive: list[list[str]] | None,
    threshold: float,
    thresholds: dict[str, float],
    by_name: bool,
    max_pairs: int,
    max_links: int,
    max_evidence: int,
    evidence_relations: bool,
    learn_notes: bool,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalConceptRel":
    """Make the component that relates concepts.

    A concept is all mentions of one label that share an identifier: `kb_id_`, as `clinical_linker`
    writes it, else `span.id_`, else the same text. A mention of several identifiers ("A|B") belongs
    to each; one whose identifier is "-1" belongs to none.

    model (Model): Logits of a threshold, the labels and the notes for all pairs of concepts and of
        mentions.
    spans_key (str): The span group that holds the mentions and takes the relations.
    relations (dict | None): The schema's relations: label to `head`, `tail`, `symmetric`. None to
        learn them from the training data.
    symmetric (list[str]): Labels without direction, if the schema is learned.
    exclusive (list[list[str]] | None): Pairs of labels of which one pair of concepts has the surer
        one alone. None to learn them: those that often hold in the training data, and never both.
    threshold (float): Score that a relation needs; at 0.5 a label lies above the threshold that
        the model learned for its pair.
    thresholds (dict[str, float]): The same for single labels.
    by_name (bool): Group mentions without an identifier by their text. False leaves them out.
    max_pairs (int): Pairs of concepts in a document; the nearest are looked at, the others counted.
    max_links (int): Pairs of mentions that are looked at for one pair of concepts, the nearest.
    max_evidence (int): Pairs of mentions stored for one relation, the best.
    evidence_relations (bool): Store the best of them as a relation between mentions as well, for
        exports and views that know nothing of concepts.
    learn_notes (bool): Predict the note of each relation too: one of those in the training data,
        which are saved with the pipeline.
    scorer (Callable | None): The scoring method.
    """
    schema = Schema.from_dict({"relations": relations}).to_dict() if relations else None
    cfg = {
        "spans_key": spans_key,
        "schema": schema,
        "symmetric": symmetric,
        "exclusive": exclusive,
        "pairs_per_token": 1.0,
        "threshold": threshold,
        "thresholds": thresholds,
        "calibration": {},
        "by_name": by_name,
        "max_pairs": max_pairs,
        "max_links": max_links,
        "max_evidence": max_evidence,
        "evidence_relations": evidence_relations,
        "learn_notes": learn_notes,
        "notes": [],
    }
    return ClinicalConceptRel(nlp.vocab, model, name, cfg=cfg, scorer=scorer).within(nlp)


class ClinicalConceptRel(RelationHead):
    """Classify the pairs of concepts that the schema allows.

    The arguments are those of `make_clinical_concept_rel`, but for:

    model (Model): Logits, shape (n, 1 + n_labels + n_notes): of the pairs of concepts of all
        documents, and then of their pairs of mentions; the first column is the threshold's.
    cfg (dict): Saved: the settings, the schema, the notes, `pairs_per_token`, and `calibration`,
        by label.
    """

    @property
    def limits(self) -> ConceptLimits:
        """RETURNS (ConceptLimits): How concepts are found, and how many pairs are looked at."""
        return ConceptLimits(self.cfg["by_name"], self.cfg["max_pairs"], self.cfg["max_links"])

    @property
    def notes(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): What a relation's note may be; none are learned without
        `learn_notes`."""
        return tuple(self.cfg.get("notes", ()))

    @property
    def n_outputs(self) -> int:
        """RETURNS (int): Logits of a pair: the threshold, the labels, the notes."""
        return super().n_outputs + len(self.notes)

    @property
    def label_data(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): What `spacy init labels` stores: the schema, and the notes."""
        notes = {NOTES: list(self.notes)} if self.notes else {}
        return {**super().label_data, **notes}

    def set_annotations(self, docs: Iterable[Doc], scores: Predictions) -> None:
        """Write the relations whose calibrated score reaches their label's threshold, with their
        pair's likeliest note and their evidence, whose scores only rank it.

        docs (Iterable[Doc]): The documents.
        scores (tuple[list[ConceptInstances], Floats2d]): As `predict` returns them.
        """
        instances, logits = scores
        values = self.model.ops.to_numpy(logits)
        first = 1 + len(self.labels)
        raw, notes = label_scores(values[:, :first]), choose_notes(values[:, first:], self.notes)
        pair = 0
        link = sum(len(found.mask) for found in instances)
        rows = calibrate(raw[:link], self.labels, self.cfg["calibration"])
        for doc, found in zip(docs, instances, strict=True):
            n_pairs, n_links = len(found.mask), len(found.arrays.links)
            chosen = choose_relations(
                found,
                rows[pair : pair + n_pairs],
                raw[link : link + n_links],
                self.lowest,
                self.cfg["max_evidence"],
                notes[pair : pair + n_pairs],
                self.cfg.get("exclusive") or (),
            )
            set_concept_relations(doc, chosen, key=self.key)
            if self.cfg["evidence_relations"]:
                add_evidence_relations(doc, chosen, self.key)
            pair, link = pair + n_pairs, link + n_links

    def get_loss(self, examples: Iterable[Example], scores: Predictions) -> tuple[float, Floats2d]:
        """The adaptive thresholding loss and the notes' cross-entropy, summed over the pairs of
        concepts and divided by the number of pairs that so many tokens have in the training data.

        examples (Iterable[Example]): The batch.
        scores (tuple[list[ConceptInstances], Floats2d]): Instances with gold labels and notes,
            and logits.
        RETURNS (tuple[float, Floats2d]): The summed loss and the gradient of the quotient.
        """
        instances, logits = scores
        first = 1 + len(self.labels)
        mask = numpy.concatenate([found.mask for found in instances])
        truth = numpy.concatenate([found.truth for found in instances if found.truth is not None])
        notes = numpy.concatenate([found.notes for found in instances if found.notes is not None])
        values = self.model.ops.to_numpy(logits)
        loss, of_labels = adaptive_loss(values[: len(mask), :first], truth, mask)
        more, of_notes = note_loss(values[: len(mask), first:], notes)
        of_pairs = numpy.concatenate([of_labels, of_notes], axis=1)
        gradient = numpy.zeros_like(values)
        n_tokens = sum(len(eg.predicted) for eg in examples)
        gradient[: len(mask)] = of_pairs / (self.cfg["pairs_per_token"] * n_tokens)
        return loss + more, self.model.ops.asarray2f(cast(Floats2d, gradient))

    def _propose(self, docs: list[Doc]) -> list[ConceptInstances]:
        schema = self.schema
        return [predict_concepts(doc, schema, self.limits, self.key) for doc in docs]

    def _take_labels(self, labels: Mapping[str, Any]) -> None:
        schema = {name: value for name, value in labels.items() if name != NOTES}
        more = Schema.from_dict(schema)
        _, self.cfg["schema"] = grow_schema(self.model, self.name, self.schema, more)
        if self.cfg.get("learn_notes") and not self.notes:
            self.cfg["notes"] = list(labels.get(NOTES, ()))

    def _learn(self, docs: Sequence[Doc]) -> None:
        if self.cfg.get("exclusive") is None:
            self.cfg["exclusive"] = learn_exclusive(docs, self.key)
        if self.cfg["schema"] is None:
            options = self.cfg["by_name"], self.cfg["symmetric"]
            self.cfg["schema"] = learn_concept_schema(docs, self.key, *options).to_dict()
        if self.cfg.get("learn_notes") and not self.notes:
            self.cfg["notes"] = learn_notes(docs, self.name, self.key)

    def _sizes(self) -> dict[str, Any]:
        return {
            "n_features": list(PAIR_FEATURES),
            "n_link_features": list(LINK_FEATURES),
            "n_places": N_PLACES,
        }

    def _training_instances(self, examples: Sequence[Example]) -> list[ConceptInstances]:
        return [self._gold_instances(eg) for eg in examples]

    def _model_input(self, docs: list[Doc], instances: list[ConceptInstances]) -> Any:
        return docs, [found.arrays for found in instances]

    def _gold_instances(self, example: Example) -> ConceptInstances:
        """Gold mentions with their identifiers, and what the gold says of their concepts."""
        schema, doc, reference = self.schema, example.predicted, example.reference
        spans: list[Span] = []
        if is_annotated(reference, self.key):
            gold = get_gold_mentions(example, self.key)
            held = zip(gold.tokens, get_spans(reference, self.key), strict=True)
            spans = [_like(span, doc, tokens) for tokens, span in held if tokens]
        looked_for = get_known_relation_labels(reference, self.key)
        numbers = range(len(spans))
        found = propose_concepts(doc, spans, numbers, schema, self.limits, looked_for)
        labelled = label_concepts(reference, found, schema, self.key)
        return label_notes(reference, labelled, schema, self.notes, self.key)


def _like(span: Span, doc: Doc, tokens: tuple[int, int]) -> Span:
    return Span(doc, *tokens, label=span.label_, kb_id=span.kb_id_, span_id=span.id_)
