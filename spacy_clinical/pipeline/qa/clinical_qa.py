"""`clinical_qa`: answers that are stretches of a passage, on the shared encoder.

It reads documents that begin with a question, see `docs.question_docs`, and leaves all others
alone: what a pipeline does with notes costs nothing more. A question is a pass of the encoder of
its own by nature, as the encoder has to see question and passage together.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

import numpy
from spacy.attrs import IS_SPACE
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Config, Model
from thinc.types import Floats2d

from ...docs.question_docs import ANSWER, ANSWERS, question_length, set_answers
from ...encoder.unknown_pieces import MOST_TEXTS
from ...errors import Errors, PipelineError
from ..heads.clinical_head import ClinicalHead
from ..heads.head_growth import is_built
from ..heads.language_check import check_encoders
from ..heads.platt_scaling import calibrate
from .answer_spans import Array, best_span, distributions, may_answer, target_of

DEFAULT_CONFIG = """
[model]
@architectures = "spacy-clinical.TokenClassifier.v1"

[model.tok2vec]
@architectures = "spacy-clinical.TransformerListener.v1"
"""
DEFAULT_MODEL = Config().from_str(DEFAULT_CONFIG)["model"]
BORDERS = 2  # scores of a token: of being an answer's first, and its last


@Language.factory(
    "clinical_qa",
    assigns=["doc.spans"],
    default_config={
        "model": DEFAULT_MODEL,
        "threshold": 0.5,
        "thresholds": {},
        "max_answer": 40,
        "scorer": {"@scorers": "spacy-clinical.answer_scorer.v1"},
    },
    default_score_weights={
        "qa_f1": 1.0,
        "qa_em": 0.0,
        "qa_answered": 0.0,
        "qa_answered_f1": 0.0,
    },
)
def make_clinical_qa(
    nlp: Language,
    name: str,
    model: Model[list[Doc], Floats2d],
    threshold: float,
    thresholds: dict[str, float],
    max_answer: int,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalQA":
    """Make the component that reads answers.

    model (Model[list[Doc], Floats2d]): Two logits for the tokens of all documents: of being an
        answer's first, and its last. Its architecture must be one of a score a token and label.
    threshold (float): Score that an answer needs; below it says nothing.
    thresholds (dict[str, float]): The same under the label "ANSWER", as `tune` writes it.
    max_answer (int): Tokens of an answer at most.
    scorer (Callable | None): The scoring method.
    """
    cfg = {
        "spans_key": ANSWERS,
        "threshold": threshold,
        "thresholds": thresholds,
        "calibration": {},
        "max_answer": max_answer,
        "questions_per_token": 1.0,
    }
    return ClinicalQA(nlp.vocab, model, name, cfg=cfg, scorer=scorer).within(nlp)


class ClinicalQA(ClinicalHead):
    """Read answers.

    The arguments are those of `make_clinical_qa`, but for:

    model (Model): Logits, shape (tokens of all documents, 2).
    cfg (dict): Saved: the settings, `calibration` and `questions_per_token`.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model[list[Doc], Floats2d],
        name: str = "clinical_qa",
        *,
        cfg: dict[str, Any],
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        super().__init__(vocab, model, name, cfg=cfg, scorer=scorer)

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): One, of all answers."""
        return (ANSWER,)

    def predict(self, docs: Iterable[Doc]) -> tuple[list[int], Floats2d]:
        """Score the borders of answers.

        docs (Iterable[Doc]): The documents.
        RETURNS (tuple[list[int], Floats2d]): The numbers of those that are asked something, and the
            logits of their tokens, shape (tokens of those, 2).
        """
        docs = list(docs)
        asked = [number for number, doc in enumerate(docs) if question_length(doc)]
        if not asked:
            return [], self.model.ops.alloc2f(0, BORDERS)
        return asked, self.model.predict([docs[number] for number in asked])

    def set_annotations(self, docs: Iterable[Doc], scores: tuple[list[int], Floats2d]) -> None:
        """Write the best answer of each passage whose calibrated score reaches the threshold.

        docs (Iterable[Doc]): The documents.
        scores (tuple[list[int], Floats2d]): As `predict` returns them.
        """
        docs, (asked, logits) = list(docs), scores
        lengths = [len(docs[number]) for number in asked]
        parts = numpy.split(self.model.ops.to_numpy(logits), numpy.cumsum(lengths)[:-1])
        for number, part in zip(asked, parts if asked else [], strict=True):
            doc = docs[number]
            best = best_span(_read(doc, part), self.cfg["max_answer"])
            score = self._calibrated(best.probability) if best else 0.0
            if best is not None and score >= self.lowest[ANSWER]:
                set_answers(doc, [Span(doc, best.start, best.end)], [score])
            else:
                set_answers(doc, [], [])

    def _calibrated(self, probability: float) -> float:
        return float(calibrate([probability], self.labels, self.cfg["calibration"])[0])

    def learn(self, examples: list[Example]) -> float:
        """Run a batch forward and backward.

        examples (list[Example]): The batch.
        RETURNS (float): The summed loss.
        """
        logits, backprop = self.model.begin_update([eg.predicted for eg in examples])
        loss, d_logits = self.get_loss(examples, logits)
        backprop(d_logits)
        return loss

    def get_loss(self, examples: Iterable[Example], scores: Floats2d) -> tuple[float, Floats2d]:
        """Cross-entropy of begin and end, summed over the questions and divided by the number of
        questions that so many tokens have in the training data.

        examples (Iterable[Example]): The batch; those without question or gold weigh nothing.
        scores (Floats2d): Logits of shape (tokens of all documents, 2).
        RETURNS (tuple[float, Floats2d]): The summed loss and the gradient of the quotient.
        """
        examples = list(examples)
        logits = self.model.ops.to_numpy(scores)
        gradient = numpy.zeros_like(logits)
        loss, done = 0.0, 0
        for example in examples:
            rows = slice(done, done + len(example.predicted))
            done = rows.stop
            if is_answered(example):
                found = _read(example.predicted, logits[rows])
                target = target_of(len(found), gold_tokens(example))
                loss -= float((target * numpy.log(found + 1e-12)).sum())
                gradient[rows] = found - target
        gradient /= max(1, done) * self.cfg["questions_per_token"]
        return loss, self.model.ops.asarray2f(cast(Floats2d, gradient))

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        insist: bool = False,
    ) -> None:
        """Count the questions and build the model. A trained one stays so.

        get_examples (Callable): Gives all training examples; read once.
        nlp (Language | None): The pipeline.
        insist (bool): Raise no PipelineError for an encoder of another language.
        """
        texts, n_tokens, n_questions, n_answers = list[str](), 0, 0, 0
        for example in get_examples():
            n_tokens += len(example.predicted)
            n_questions += is_answered(example)
            n_answers += is_answered(example) and gold_tokens(example) is not None
            texts += [example.reference.text] if len(texts) < MOST_TEXTS else []
        if not n_answers:
            raise PipelineError(Errors.SC977.format(name=self.name, n=n_questions))
        self.cfg["questions_per_token"] = n_questions / n_tokens
        check_encoders(nlp, texts, self.name, insist=insist)
        if not is_built(self.model):
            self.model.get_ref("output").set_dim("nO", BORDERS)
            self.model.initialize()


def is_answered(example: Example) -> bool:
    """RETURNS (bool): Whether an example asks something, and its gold says what answers."""
    asked = question_length(example.predicted) and ANSWERS in example.reference.spans
    return bool(asked)


def gold_tokens(example: Example) -> tuple[int, int] | None:
    """RETURNS (tuple[int, int] | None): The gold answer's tokens, the first of several; None for no
    answer."""
    for answer in example.reference.spans[ANSWERS]:
        extent = answer.start_char, answer.end_char
        span = example.predicted.char_span(*extent, alignment_mode="expand")
        if span is not None:
            return span.start, span.end
    return None


def _read(doc: Doc, logits: Array) -> Array:
    """Probabilities of begin and end, shape (n_tokens, 2)."""
    is_space = doc.to_array([IS_SPACE]).reshape(-1).astype(bool)
    return distributions(logits, may_answer(question_length(doc), is_space))
