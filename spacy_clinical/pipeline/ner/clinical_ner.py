"""`clinical_ner`: mentions, with a score for each, by the scheme that the architecture sets."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import numpy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Config, Model
from thinc.types import Floats2d

from ...docs import set_mentions
from ...encoder.unknown_pieces import MOST_TEXTS
from ...errors import Errors, PipelineError
from ..heads.clinical_head import ClinicalHead
from ..heads.gold_alignment import GoldMentions, get_gold_mentions
from ..heads.head_growth import grow_model, is_built
from ..heads.language_check import check_encoders
from ..heads.pipeline_checks import check_thresholds
from ..heads.platt_scaling import calibrate, undo
from .mention_weights import weigh_tokens
from .schemes import Found, Gold, Scheme, get_scheme
from .unlearnable_mentions import report_unheld
from .white_space import which_is_space

Array = numpy.ndarray[Any, Any]
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
        "threshold": None,
        "thresholds": {},
        "annotate_in_update": True,
        "weigh_by_score": False,
        "scorer": {"@scorers": "spacy-clinical.ner_scorer.v1"},
    },
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def make_clinical_ner(
    nlp: Language,
    name: str,
    model: Model[list[Doc], Floats2d],
    spans_key: str,
    threshold: float | None,
    thresholds: dict[str, float],
    annotate_in_update: bool,
    weigh_by_score: bool,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalNER":
    """Make the component that finds mentions.

    model (Model[list[Doc], Floats2d]): Logits for the tokens of all documents. Its `attrs` name
        the scheme by which they stand for mentions.
    spans_key (str): The span group to write.
    threshold (float | None): Score that a mention needs; those below are dropped. None for what
        the architecture's scheme asks for: 0 for tags, 0.5 for single spans.
    thresholds (dict[str, float]): The same for single labels.
    annotate_in_update (bool): Write the predictions of the training pass to the predicted
        documents, so that later components can learn from them without a second pass.
    weigh_by_score (bool): Let tokens of a training mention that has a score, as silver annotation
        does, count as much as it says.
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
        weigh_by_score=weigh_by_score,
        scorer=scorer,
    ).within(nlp)


class ClinicalNER(ClinicalHead):
    """Find mentions: by tags of tokens, or as the model's scheme has it.

    vocab (Vocab): The shared vocabulary.
    model (Model[list[Doc], Floats2d]): Logits of shape (tokens of all documents, nO).
    name (str): The component's name.
    spans_key (str): The span group to write.
    threshold (float | None): Score that a mention needs, None for the scheme's own.
    thresholds (dict[str, float] | None): The same for single labels.
    annotate_in_update, weigh_by_score (bool): As for `make_clinical_ner`.
    scorer (Callable | None): The scoring method.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model[list[Doc], Floats2d],
        name: str = "clinical_ner",
        *,
        spans_key: str,
        threshold: float | None = None,
        thresholds: dict[str, float] | None = None,
        annotate_in_update: bool,
        weigh_by_score: bool = False,
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        cfg: dict[str, Any] = {
            "labels": [],
            "spans_key": spans_key,
            "threshold": threshold,
            "thresholds": thresholds or {},
            "calibration": {},
        }
        super().__init__(vocab, model, name, cfg=cfg, scorer=scorer)
        self.annotate_in_update, self.weigh_by_score = annotate_in_update, weigh_by_score

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The entity labels."""
        return tuple(self.cfg["labels"])

    @property
    def label_data(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): What `spacy init labels` stores."""
        return self.labels

    @property
    def scheme(self) -> Scheme:
        """RETURNS (Scheme): How the model's outputs stand for mentions; its architecture says."""
        return get_scheme(self.model.attrs, len(self.labels))

    @property
    def _output(self) -> Model:
        """The layer whose width is the number of outputs."""
        return self.model.get_ref("output") if self.model.has_ref("output") else self.model

    def add_label(self, label: str) -> int:
        """Add an entity label, be it to a trained model: see `add_labels`.

        label (str): The label.
        RETURNS (int): 1 if it was new, else 0.
        """
        return len(self.add_labels([label]))

    def add_labels(self, labels: Iterable[str]) -> list[str]:
        """Add entity labels. A trained model gets outputs for them, and predicts what it did until
        it is trained further.

        labels (Iterable[str]): Labels, old ones among them.
        RETURNS (list[str]): Those that are new. Raises PipelineError if the model's architecture
            can't grow.
        """
        new = [label for label in dict.fromkeys(labels) if label not in self.labels]
        if new and is_built(self.model):
            rows, n_labels = self.scheme.grown(len(new)), len(self.labels) + len(new)
            n_outputs = get_scheme(self.model.attrs, n_labels).n_outputs
            grow_model(self.model, self.name, new[0], n_outputs, rows)
        self.cfg["labels"] += new
        return new

    def predict(self, docs: Iterable[Doc]) -> Floats2d:
        """Score the outputs of all tokens.

        docs (Iterable[Doc]): The documents.
        RETURNS (Floats2d): Logits, shape (tokens of all documents, nO).
        """
        docs = list(docs)
        if not self.labels:
            raise PipelineError(Errors.SC301.format(name=self.name))
        if not any(len(doc) for doc in docs):
            return self.model.ops.alloc2f(0, self.scheme.n_outputs)
        return self.model.predict(docs)

    def set_annotations(self, docs: Iterable[Doc], scores: Floats2d) -> None:
        """Write mentions and their calibrated scores: the span group and `doc.ents`.

        docs (Iterable[Doc]): The documents.
        scores (Floats2d): Logits as `predict` returns them.
        """
        docs = list(docs)
        logits = self.model.ops.to_numpy(scores)
        lengths, lowest = [len(doc) for doc in docs], undo(self.lowest, self.cfg["calibration"])
        found = self.scheme.decode(logits, lengths, which_is_space(docs), list(lowest.values()))
        labels = self.labels
        for doc, mentions in zip(docs, found, strict=True):
            calibrated = self._calibrated(mentions)
            spans = [Span(doc, m.start, m.end, label=labels[m.label]) for m in mentions]
            set_mentions(doc, spans, scores=calibrated, key=self.key)

    def _calibrated(self, mentions: list[Found]) -> list[float]:
        labels = self.labels
        names = [labels[m.label] for m in mentions]
        lines = self.cfg["calibration"]
        scores: list[float] = calibrate([m.probability for m in mentions], names, lines).tolist()
        return scores

    @property
    def lowest(self) -> dict[str, float]:
        """RETURNS (dict[str, float]): The score that each label's mentions need."""
        single, common = self.cfg.get("thresholds", {}), self.cfg.get("threshold")
        common = self.scheme.threshold if common is None else common
        return {label: single.get(label, common) for label in self.labels}

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
        """Compare scores with what the references say, by the model's scheme.

        examples (Iterable[Example]): The batch.
        scores (Floats2d): Logits of shape (tokens of all documents, nO).
        RETURNS (tuple[float, Floats2d]): The summed loss and the gradient of its mean over tokens,
            each token's by its weight; the loss itself is not weighed.
        """
        read = [(self.read_gold(eg), len(eg.predicted)) for eg in examples]
        golds = [self._number(*pair) for pair in read]
        loss, gradient = self.scheme.loss(golds, self.model.ops.to_numpy(scores))
        if self.weigh_by_score and read:
            gradient = gradient * numpy.concatenate([weigh_tokens(*pair) for pair in read])
        n_tokens = max(1, sum(gold.n_tokens for gold in golds))
        return loss, self.model.ops.asarray2f(cast(Floats2d, gradient / n_tokens))

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        labels: Sequence[str] | None = None,
        insist: bool = False,
    ) -> None:
        """Learn the labels and build the model. A trained one grows, and stays trained.

        get_examples (Callable): Gives all training examples; read once.
        nlp (Language | None): The pipeline.
        labels (Sequence[str] | None): The labels, if they are not to be read off the examples.
        insist (bool): Raise no PipelineError for an encoder or a tokenizer of another language.
        """
        texts, golds = list[str](), []
        for example in get_examples():
            golds.append(self.read_gold(example))
            texts += [example.reference.text] if len(texts) < MOST_TEXTS else []
        if labels is None:
            labels = sorted({m.label for gold in golds for m in gold.mentions})
        self.add_labels(labels)
        if not self.labels:
            raise PipelineError(Errors.SC301.format(name=self.name))
        check_thresholds(self.cfg, self.labels, self.name, nlp)
        check_encoders(nlp, texts, self.name, insist=insist)
        report_unheld(golds, self.labels, self.scheme, self.name, insist=insist)
        if is_built(self.model):
            return
        self._output.set_dim("nO", self.scheme.n_outputs)
        self.model.initialize()

    def read_gold(self, example: Example) -> GoldMentions:
        """RETURNS (GoldMentions): What an example's reference says of mentions."""
        return get_gold_mentions(example, self.key)

    def _number(self, gold: GoldMentions, n_tokens: int) -> Gold:
        """What a reference says, in numbers of labels. A label that the model doesn't know raises
        PipelineError."""
        numbers = {label: k for k, label in enumerate(self.labels)}
        held = [(t, m.label) for t, m in zip(gold.tokens, gold.mentions, strict=True) if t]
        for label in {label for _, label in held} - numbers.keys():
            known = ", ".join(self.labels)
            message = Errors.SC304.format(name=self.name, kind="entity", labels=label, known=known)
            raise PipelineError(message)
        return Gold(
            n_tokens=n_tokens,
            spans=[(*tokens, numbers[label]) for tokens, label in held],
            masked=[(t, numbers.get(label) if label else None) for t, label in gold.masked],
            known=_known(self.labels, gold.labels),
        )


def _known(labels: Sequence[str], annotated: frozenset[str] | None) -> Array | None:
    if annotated is None:
        return None
    return numpy.asarray([label in annotated for label in labels], dtype=bool)
