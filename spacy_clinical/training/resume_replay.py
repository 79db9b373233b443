"""Stands in for a pipeline while a training finds its place again.

spaCy's own loop can't begin in the middle. So the steps up to the checkpoint are gone through
again, which costs seconds: the same batches are drawn, schedules move on, evaluations give the
scores that they gave; only updates are left out. Then the checkpoint is taken over.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.training import Example
from thinc.api import Optimizer

from ..errors import CorpusError, Errors
from .checkpoint import Progress, read_progress, restore

Evaluate = Callable[[], tuple[float, dict[str, Any]]]


class Course:
    """Stands in for the pipeline in spaCy's loop: replays up to a checkpoint, then trains.

    nlp (Language): The pipeline.
    optimizer (Optimizer): Its schedules are moved by the loop, in the replay too.
    evaluate (Callable): The config's evaluation.
    before_update (Callable | None): The config's callback, called for all steps.
    checkpoint (Path | None): Where to go on.
    """

    def __init__(
        self,
        nlp: Language,
        optimizer: Optimizer,
        evaluate: Evaluate,
        before_update: Callable[[Language, dict[str, Any]], None] | None,
        checkpoint: Path | None,
    ):
        self.nlp = nlp
        self.optimizer = optimizer
        self.callback = before_update
        self.checkpoint = checkpoint
        self.progress = read_progress(checkpoint, nlp) if checkpoint else Progress()
        self.step = 0
        self.words = 0
        self.losses: dict[str, float] = {}
        self._evaluate = evaluate

    @property
    def is_replaying(self) -> bool:
        """RETURNS (bool): Whether the checkpoint has not been taken over yet."""
        return self.checkpoint is not None

    @property
    def pipeline(self) -> list[tuple[str, Any]]:
        """RETURNS (list): The pipeline's components."""
        return self.nlp.pipeline

    def use_params(self, params: Any) -> Any:
        """RETURNS (ContextManager): As the pipeline's."""
        return self.nlp.use_params(params)

    def before_update(self, course: Any, state: dict[str, Any]) -> None:
        """Take the checkpoint over when its step lies behind."""
        self.step = state["step"]
        if self.step > self.progress.step:
            self.catch_up()
        if self.callback:
            self.callback(self.nlp, state)

    def update(self, examples: list[Example], *, losses: dict[str, float], **settings: Any) -> None:
        """Train on a batch, or only count it."""
        if self.is_replaying:
            self.words += sum(len(eg) for eg in examples)
            return
        for name, loss in self.losses.items():
            losses[name] = losses.get(name, 0.0) + loss
        self.losses = {}
        self.nlp.update(examples, losses=losses, **settings)

    def evaluate(self) -> tuple[float, dict[str, Any]]:
        """RETURNS (tuple): The weighted score and all scores of a step, new or recorded."""
        if self.step not in self.progress.scores:
            self.progress.scores[self.step] = self._evaluate()
        return self.progress.scores[self.step]

    def catch_up(self) -> None:
        """Take the checkpoint over, once."""
        if self.checkpoint is None:
            return
        if self.words != self.progress.words:
            raise CorpusError(Errors.SC414.format(before=self.progress.words, now=self.words))
        restore(self.checkpoint, self.nlp, self.optimizer)
        self.losses = dict(self.progress.losses)
        self.checkpoint = None

    def keep(self, info: dict[str, Any], *, is_evaluated: bool) -> None:
        """Note how far the training has come.

        info (dict): As spaCy's loop gives it.
        is_evaluated (bool): Whether the step was, after which losses are summed anew.
        """
        losses = {} if is_evaluated else {k: float(v) for k, v in info["losses"].items()}
        self.progress = Progress(info["step"], info["words"], self.progress.scores, losses)
