"""`clinical_ner`: mentions by BILUO token classification, with a score for each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import numpy
from spacy.attrs import IS_SPACE
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Config, Model
from thinc.types import Floats2d

from ..docs import install_extensions, set_mentions
from ..errors import Errors, PipelineError
from .biluo import MISSING, Array, decode_tags, encode_spans, tag_names
from .decoding import best_tags
from .gold import GoldMentions, get_gold_mentions
from .head import ClinicalHead
from .probabilities import probabilities_of, softmax
from .rel_checks import check_thresholds

DEFAULT_CONFIG = """
[model]
@architectures = "spacy-clinical.TokenClassifier.v1"

[model.tok2vec]
@architectures = "spacy-clinical.TransformerListener.v1"
"""
DEFAULT_MODEL = Config().from_str(DEFAULT_CONFIG)["model"]


@Language.factory(
    "clinical_ner",
    assigns=["doc.ents", "doc.spans", "token.ent_iob", "token.ent_type"],
    default_config={
        "model": DEFAULT_MODEL,
        "spans_key": "clinical",
        "threshold": 0.0,
        "thresholds": {},
        "annotate_in_update": True,
        "scorer": {"@scorers": "spacy-clinical.ner_scorer.v1"},
    },
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def make_clinical_ner(
    nlp: Language,
    name: str,
    model: Model[list[Doc], Floats2d],
    spans_key: str,
    threshold: float,
    thresholds: dict[str, float],
    annotate_in_update: bool,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalNER":
    """Make the component that finds mentions.

    model (Model[list[Doc], Floats2d]): Logits of BILUO tags for the tokens of all documents.
    spans_key (str): The span group to write.
    threshold (float): Score that a mention needs; those below are dropped.
    thresholds (dict[str, float]): The same for single labels.
    annotate_in_update (bool): Write the predictions of the training pass to the predicted
        documents, so that later components can learn from them without a second pass.
    scorer (Callable | None): The scoring method.
    """
    return ClinicalNER(
        nlp.vocab,
        model,
        name,
        spans_key=spans_key,
        threshold=threshold,
        thresholds=thresholds,
        annotate_in_update=annotate_in_update,
        scorer=scorer,
    ).within(nlp)


class ClinicalNER(ClinicalHead):
    """Find mentions by BILUO token classification with exact constrained decoding.

    vocab (Vocab): The shared vocabulary.
    model (Model[list[Doc], Floats2d]): Logits of shape (tokens of all documents, n_tags).
    name (str): The component's name.
    spans_key (str): The span group to write.
    threshold (float): Score that a mention needs.
    thresholds (dict[str, float] | None): The same for single labels.
    annotate_in_update (bool): Write predictions during `update`.
    scorer (Callable | None): The scoring method.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model[list[Doc], Floats2d],
        name: str = "clinical_ner",
        *,
        spans_key: str,
        threshold: float = 0.0,
        thresholds: dict[str, float] | None = None,
        annotate_in_update: bool,
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        self.vocab = vocab
        self.model = model
        self.name = name
        self.scorer = scorer
        self.cfg: dict[str, Any] = {
            "labels": [],
            "spans_key": spans_key,
            "threshold": threshold,
            "thresholds": thresholds or {},
        }
        self.annotate_in_update = annotate_in_update
        install_extensions()

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The entity labels."""
        return tuple(self.cfg["labels"])

    @property
    def label_data(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): What `spacy init labels` stores."""
        return self.labels

    @property
    def tags(self) -> list[str]:
        """RETURNS (list[str]): The names of the BILUO tags, in the model's order."""
        return tag_names(self.labels)

    def add_label(self, label: str) -> int:
        """Add an entity label before the model is initialised.

        label (str): The label.
        RETURNS (int): 1 if it was new, else 0.
        """
        if label in self.labels:
            return 0
        if self.model.get_ref("output").has_dim("nO"):
            n = len(self.labels)
            raise PipelineError(Errors.SC302.format(name=self.name, label=label, n=n))
        self.cfg["labels"].append(label)
        return 1

    def predict(self, docs: Iterable[Doc]) -> Floats2d:
        """Score the tags of all tokens.

        docs (Iterable[Doc]): The documents.
        RETURNS (Floats2d): Logits, shape (tokens of all documents, n_tags).
        """
        docs = list(docs)
        if not self.labels:
            raise PipelineError(Errors.SC301.format(name=self.name))
        if not any(len(doc) for doc in docs):
            return self.model.ops.alloc2f(0, len(self.tags))
        return self.model.predict(docs)

    def set_annotations(self, docs: Iterable[Doc], scores: Floats2d) -> None:
        """Write mentions and their scores: the span group and `doc.ents`.

        A mention's score is the probability of its least certain tag.

        docs (Iterable[Doc]): The documents.
        scores (Floats2d): Logits as `predict` returns them.
        """
        docs = list(docs)
        logits = self.model.ops.to_numpy(scores)
        lengths = [len(doc) for doc in docs]
        tags = best_tags(_forbid_space_borders(docs, logits), lengths)
        chosen = probabilities_of(logits, numpy.concatenate(tags)) if tags else logits[:, 0]
        labels, lowest, start = self.labels, self._thresholds(), 0
        for doc, own in zip(docs, tags, strict=True):
            rows = chosen[start : start + len(doc)]
            start += len(doc)
            scored = [(s, e, k, rows[s:e].min()) for s, e, k in decode_tags(own)]
            found = [mention for mention in scored if mention[3] >= lowest[mention[2]]]
            spans = [Span(doc, s, e, label=labels[k]) for s, e, k, _ in found]
            set_mentions(doc, spans, scores=[score for *_, score in found], key=self.key)

    def _thresholds(self) -> list[float]:
        """The score that each label's mentions need. An older pipeline has no such settings."""
        single = self.cfg.get("thresholds", {})
        return [single.get(label, self.cfg.get("threshold", 0.0)) for label in self.labels]

    def learn(self, examples: list[Example]) -> float:
        """Run a batch forward and backward, and leave its predictions to later components.

        examples (list[Example]): The batch.
        RETURNS (float): The summed loss.
        """
        docs = [eg.predicted for eg in examples]
        scores, backprop = self.model.begin_update(docs)
        loss, d_scores = self.get_loss(examples, scores)
        backprop(d_scores)
        if self.annotate_in_update:
            self.set_annotations(docs, scores)
        return loss

    def get_loss(self, examples: Iterable[Example], scores: Floats2d) -> tuple[float, Floats2d]:
        """Cross-entropy over the tokens whose tag is known, averaged over all tokens.

        examples (Iterable[Example]): The batch.
        scores (Floats2d): Logits of shape (tokens of all documents, n_tags).
        RETURNS (tuple[float, Floats2d]): The summed loss and the gradient of the mean.
        """
        gold = [self._gold_tags(eg) for eg in examples]
        truth = numpy.concatenate(gold)
        rows = numpy.flatnonzero(truth != MISSING)
        probabilities = softmax(self.model.ops.to_numpy(scores))
        gradient = numpy.zeros_like(probabilities)
        gradient[rows] = probabilities[rows]
        gradient[rows, truth[rows]] -= 1.0
        loss = -numpy.log(probabilities[rows, truth[rows]] + 1e-12).sum()
        return float(loss), self.model.ops.asarray2f(cast(Floats2d, gradient / max(1, len(truth))))

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        labels: Sequence[str] | None = None,
    ) -> None:
        """Learn the labels and set the model's dimensions.

        get_examples (Callable): Gives all training examples; read once for the labels.
        nlp (Language | None): The pipeline.
        labels (Sequence[str] | None): The labels, if they are not to be read off the examples.
        """
        if labels is None:
            golds = (get_gold_mentions(eg, self.key) for eg in get_examples())
            labels = sorted({m.label for gold in golds for m in gold.mentions})
        for label in labels:
            self.add_label(label)
        if not self.labels:
            raise PipelineError(Errors.SC301.format(name=self.name))
        check_thresholds(self.cfg["thresholds"], self.labels, self.name)
        output = self.model.get_ref("output")
        output.set_dim("nI", self.model.get_ref("tok2vec").get_dim("nO"))
        output.set_dim("nO", len(self.tags))
        self.model.initialize()

    def _gold_tags(self, example: Example) -> Array:
        gold = get_gold_mentions(example, self.key)
        n_tokens = len(example.predicted)
        tags = encode_spans(self._flat_spans(gold), n_tokens)
        tags[gold.masked] = MISSING
        return tags

    def _flat_spans(self, gold: GoldMentions) -> list[tuple[int, int, int]]:
        """The mentions that one tag sequence can hold: of overlapping ones the longest."""
        numbers = {label: k for k, label in enumerate(self.labels)}
        spans, taken = [], set[int]()
        found = [(t, m.label) for t, m in zip(gold.tokens, gold.mentions, strict=True) if t]
        for (start, end), label in sorted(found, key=lambda f: (f[0][0] - f[0][1], f[0])):
            if label not in numbers:
                message = Errors.SC304.format(
                    name=self.name, kind="entity", labels=label, known=", ".join(self.labels)
                )
                raise PipelineError(message)
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                spans.append((start, end, numbers[label]))
        return spans


def _forbid_space_borders(docs: Sequence[Doc], logits: Array) -> Array:
    """Log-probabilities up to a constant, in which no mention starts or ends on white space."""
    spaces = [doc.to_array([IS_SPACE]).reshape(-1) for doc in docs if len(doc)]
    rows = numpy.flatnonzero(numpy.concatenate([numpy.zeros(0), *spaces]))
    if not len(rows):
        return logits
    allowed = logits.copy()
    borders = (numpy.arange(logits.shape[1]) % 4) != 2
    borders[0] = False
    allowed[numpy.ix_(rows, numpy.flatnonzero(borders))] = -numpy.inf
    return allowed
