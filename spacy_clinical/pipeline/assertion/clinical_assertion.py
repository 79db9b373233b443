"""`clinical_assertion`: what is said of each mention, on the encoder pass that found it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import numpy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Config, Model
from thinc.types import Floats2d

from ...attributes import Scheme
from ...docs import Assertion, set_assertions
from ...errors import Errors, PipelineError
from ..heads.clinical_head import ClinicalHead
from ..heads.head_growth import is_built
from ..heads.pipeline_checks import require_entity_component, require_mentions
from .assertion_checks import HeldOut, learn_scheme, report_unheld
from .attribute_growth import grow_scheme
from .attribute_values import best_values, count_values, cross_entropy, fit_temperatures
from .mention_instances import (
    N_RULE_VALUES,
    UNKNOWN,
    Array,
    MentionInstances,
    Rules,
    predict_mentions,
    training_mentions,
)

Predictions = tuple[list[MentionInstances], Floats2d]

DEFAULT_CONFIG = """
[model]
@architectures = "spacy-clinical.SpanClassifier.v1"

[model.tok2vec]
@architectures = "spacy-clinical.TransformerListener.v1"
"""
DEFAULT_MODEL = Config().from_str(DEFAULT_CONFIG)["model"]


@Language.factory(
    "clinical_assertion",
    assigns=[
        "doc.spans",
        "span._.assertion",
        "span._.assertion_score",
        "span._.is_negated",
        "span._.is_uncertain",
        "span._.is_hypothetical",
        "span._.is_historical",
        "span._.is_family",
    ],
    requires=["doc.ents"],
    default_config={
        "model": DEFAULT_MODEL,
        "spans_key": "clinical",
        "scheme": None,
        "learn": ["assertion"],
        "defaults": {},
        "rules": None,
        "held_out": 0.05,
        "balance": 0.0,
        "scorer": {"@scorers": "spacy-clinical.assertion_scorer.v1"},
    },
    default_score_weights={
        "assertion_macro_f": 1.0,
        "assertion_micro_p": 0.0,
        "assertion_micro_r": 0.0,
        "assertion_micro_f": 0.0,
        "assertion_per_type": None,
    },
)
def make_clinical_assertion(
    nlp: Language,
    name: str,
    model: Model[Any, Floats2d],
    spans_key: str,
    scheme: dict[str, dict[str, Any]] | None,
    learn: list[str],
    defaults: dict[str, str],
    rules: Callable[..., Any] | None,
    held_out: float,
    balance: float,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalAssertion":
    """Make the component that tells what is said of mentions.

    model (Model): Logits of all attributes' values, side by side, for all documents' mentions.
    spans_key (str): The span group that holds the mentions and takes the attributes.
    scheme (dict | None): The attributes: name to `values`, `labels` (entity labels that take it)
        and `default`. None to learn them from the training data.
    learn (list[str]): The attributes to learn, if there is no scheme.
    defaults (dict[str, str]): The value of mentions of which the corpus says nothing, by attribute,
        if there is no scheme; "" for one that is never written. Without a default such mentions
        teach nothing.
    rules (Callable | None): Takes a Doc and spans, gives what rules say of each: a feature.
    held_out (float): Share of the training documents from which this component doesn't learn, but
        how sure it may be.
    balance (float): How far rare values are favoured: 0 writes the most likely value, 1 chooses as
        if all were equally frequent.
    scorer (Callable | None): The scoring method.
    """
    cfg = {
        "spans_key": spans_key,
        "scheme": Scheme.from_dict(scheme).to_dict() if scheme else None,
        "learn": learn,
        "defaults": defaults,
        "temperatures": {},
        "counts": {},
        "balance": balance,
    }
    return ClinicalAssertion(
        nlp.vocab, model, name, rules=rules, cfg=cfg, held_out=held_out, scorer=scorer
    ).within(nlp)


class ClinicalAssertion(ClinicalHead):
    """Classify mentions: one value for each attribute that their label takes.

    The arguments are those of `make_clinical_assertion`, but for:

    model (Model): Logits, shape (mentions of all documents, values of all attributes).
    cfg (dict): `spans_key`, `scheme`, `learn`, `defaults`, `temperatures`, `counts`, `balance`:
        saved.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model[Any, Floats2d],
        name: str = "clinical_assertion",
        *,
        rules: Rules | None,
        cfg: dict[str, Any],
        held_out: float,
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        super().__init__(vocab, model, name, cfg=cfg, scorer=scorer)
        self.rules = rules
        self.held_out = HeldOut(held_out)

    @property
    def scheme(self) -> Scheme:
        """RETURNS (Scheme): The attributes, and the entity labels that take them."""
        return Scheme.from_dict(self.cfg["scheme"] or {})

    @property
    def asserted(self) -> frozenset[str] | None:
        """RETURNS (frozenset[str]): The entity labels that it asserts."""
        return frozenset(self.scheme.labels)

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The values of all attributes, in the model's order."""
        return tuple(value for type in self.scheme.types for value in type.values)

    @property
    def label_data(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): What `spacy init labels` stores: the scheme."""
        return self.scheme.to_dict()

    def add_scheme(self, scheme: Scheme) -> list[str]:
        """Know more, also after training: see `grow_scheme`. RETURNS (list[str]): New values."""
        return grow_scheme(self.model, self.name, self.cfg, scheme)

    def predict(self, docs: Iterable[Doc]) -> Predictions:
        """Score the values of all mentions.

        docs (Iterable[Doc]): The documents, with mentions.
        RETURNS (tuple[list[MentionInstances], Floats2d]): The mentions of each document and their
            logits, shape (mentions of all documents, values of all attributes).
        """
        docs = list(docs)
        scheme = self.scheme
        if not scheme.types:
            raise PipelineError(Errors.SC301.format(name=self.name))
        for doc in docs:
            require_mentions(doc, self.name, self.key, asserting=True)
        found = [predict_mentions(doc, scheme, self.rules, self.key) for doc in docs]
        if not any(len(instances.rows) for instances in found):
            return found, self.model.ops.alloc2f(0, len(self.labels))
        return found, self.model.predict((docs, [instances.rows for instances in found]))

    def set_annotations(self, docs: Iterable[Doc], scores: Predictions) -> None:
        """Write a value of each attribute, with its calibrated probability.

        docs (Iterable[Doc]): The documents.
        scores (tuple[list[MentionInstances], Floats2d]): As `predict` returns them.
        """
        instances, logits = scores
        settings = (self.cfg[name] for name in ("temperatures", "counts", "balance"))
        chosen, certain = best_values(self.model.ops.to_numpy(logits), self.scheme, *settings)
        start = 0
        for doc, found in zip(docs, instances, strict=True):
            end = start + len(found.rows)
            self._annotate(doc, found, chosen[start:end].tolist(), certain[start:end].tolist())
            start = end

    def learn(self, examples: list[Example]) -> float:
        """Run a batch of gold and predicted mentions forward and backward.

        examples (list[Example]): The batch; its predicted documents may hold this pass's mentions.
        RETURNS (float): The summed loss.
        """
        docs = [eg.predicted for eg in examples]
        instances = self._training_mentions(examples)
        logits, backprop = self.model.begin_update((docs, [found.rows for found in instances]))
        loss, d_logits = self.get_loss(examples, (instances, logits))
        backprop(d_logits)
        if self.held_out.keep(docs, instances, self.model.ops.to_numpy(logits)):
            fitted = fit_temperatures(*self.held_out.everything(), self.scheme)
            self.cfg["temperatures"].update(fitted)
        return loss

    def get_loss(self, examples: Iterable[Example], scores: Predictions) -> tuple[float, Floats2d]:
        """Cross-entropy of each attribute over the mentions whose value is known, averaged over
        them. Held-out documents have none.

        examples (Iterable[Example]): The batch.
        scores (tuple[list[MentionInstances], Floats2d]): Instances with gold values, and logits.
        RETURNS (tuple[float, Floats2d]): The summed loss and the gradient of the mean.
        """
        instances, scored = scores
        logits = self.model.ops.to_numpy(scored)
        if not len(logits):
            return 0.0, scored
        truth = numpy.concatenate([found.truth for found in instances])
        held = [self.held_out.has(eg.predicted) for eg in examples]
        truth[numpy.repeat(held, [len(found.rows) for found in instances])] = UNKNOWN
        loss, gradient = cross_entropy(logits, truth, self.scheme)
        return loss, self.model.ops.asarray2f(cast(Floats2d, gradient))

    def observe(self, examples: Sequence[Example]) -> tuple[Array, Array, Array]:
        """Score the gold mentions, and the predicted ones that touch them, beside their truth.

        examples (Sequence[Example]): Their predicted documents hold the encoder's vectors, and
            sentences and mentions as they were in training.
        RETURNS (tuple[Array, Array, Array]): Logits, shape (n_mentions, values of all attributes);
            gold values, shape (n_mentions, n_attributes); the example of each, shape (n_mentions,).
        """
        instances = self._training_mentions(examples)
        docs, rows = [eg.predicted for eg in examples], [found.rows for found in instances]
        owners = numpy.repeat(numpy.arange(len(rows)), [len(own) for own in rows])
        truth = numpy.concatenate([found.truth for found in instances])
        if not len(owners):
            return numpy.zeros((0, len(self.labels))), truth, owners
        return self.model.ops.to_numpy(self.model.predict((docs, rows))), truth, owners

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        labels: Mapping[str, Any] | None = None,
    ) -> None:
        """Learn the scheme, unless it is given, and build the network. A trained one stays so.

        get_examples (Callable): Gives all training examples; read once for the scheme.
        nlp (Language | None): The pipeline; one of its earlier components must write mentions.
        labels (Mapping | None): A scheme as `label_data` gives it, which is added.
        """
        if nlp is not None:
            require_entity_component(nlp, self.name, self.key)
        if labels is not None:
            self.add_scheme(Scheme.from_dict(labels))
        if self.cfg["scheme"] is None:
            golds, cfg = [eg.reference for eg in get_examples()], self.cfg
            self.add_scheme(learn_scheme(golds, self.key, cfg["learn"], cfg["defaults"], self.name))
        instances = self._training_mentions(list(get_examples()))
        report_unheld(instances, self.name)
        if is_built(self.model):
            return
        truth = numpy.concatenate([found.truth for found in instances])
        self.cfg["counts"] = count_values(truth, self.scheme)
        self.model.attrs["n_features"] = [] if self.rules is None else [N_RULE_VALUES]
        self.model.set_dim("nO", len(self.labels))
        self.model.set_dim("n_types", len(self.scheme.labels))
        self.model.initialize()

    def _training_mentions(self, examples: Sequence[Example]) -> list[MentionInstances]:
        scheme = self.scheme
        return [training_mentions(eg, scheme, self.rules, self.key, self.name) for eg in examples]

    def _annotate(
        self, doc: Doc, found: MentionInstances, chosen: list[Any], certain: list[Any]
    ) -> None:
        labels = [span.label_ for span in doc.spans[self.key]]
        said: list[list[Assertion]] = [[] for _ in labels]
        types = self.scheme.types
        for i, values, scores in zip(found.positions.tolist(), chosen, certain, strict=True):
            said[i] = [
                Assertion(type.name, type.values[k], score)
                for type, k, score in zip(types, values, scores, strict=True)
                if labels[i] in type.labels and type.values[k]
            ]
        set_assertions(doc, said, self.key, names=[type.name for type in types])
