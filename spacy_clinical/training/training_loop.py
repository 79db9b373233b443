"""spaCy's training loop with checkpoints, made to go on where it was killed."""

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from spacy.language import Language
from spacy.schemas import ConfigSchemaTraining
from spacy.training.loop import (
    create_before_to_disk_callback,
    create_evaluation_callback,
    create_train_batches,
    train_while_improving,
    update_meta,
)
from spacy.util import registry, resolve_dot_names
from thinc.api import fix_random_seed

from ..errors import CorpusError, Errors
from ..files import replaced_folder
from .checkpoint import find_checkpoint, remove_checkpoints, write_checkpoint
from .resume_replay import Course, Evaluate

Settings = dict[str, Any]


def train(
    nlp: Language,
    output: Path,
    *,
    resume: bool,
    every: int,
    stdout: IO = sys.stdout,
    stderr: IO = sys.stderr,
) -> int:
    """Train a pipeline as `spacy train` does, with checkpoints.

    nlp (Language): Initialised by `spacy.training.initialize.init_nlp`.
    output (Path): Takes model-best, model-last and, until the training ends, the checkpoint.
    resume (bool): Go on from the checkpoint, if there is one.
    every (int): Steps from one checkpoint to the next; each evaluation is followed by one too.
    stdout, stderr (IO): For the config's logger.
    RETURNS (int): The first step that was done, 0 unless a checkpoint was taken over.
    """
    found = find_checkpoint(output)
    if found and not resume:
        raise CorpusError(Errors.SC412.format(path=found))
    settings, batches, evaluate = _prepare(nlp)
    course = Course(nlp, settings["optimizer"], evaluate, settings["before_update"], found)
    first = course.progress.step + 1
    remove_checkpoints(output, keep=found)
    save = _make_save(nlp, settings, output)
    with nlp.select_pipes(disable=settings["frozen_components"]):
        log_step, finish_log = settings["logger"](nlp, stdout, stderr)
    try:
        for _, info, is_best in _steps(course, batches, settings):
            if course.is_replaying:
                continue
            if is_best is not None:
                with nlp.select_pipes(disable=settings["frozen_components"]):
                    update_meta(settings, nlp, info)
                save(is_best)
            log_step(info if is_best is not None else None)
            if is_best is not None or (info["step"] + 1) % every == 0:
                course.keep(info, is_evaluated=is_best is not None)
                write_checkpoint(output, nlp, course.optimizer, course.progress)
        course.catch_up()
    finally:
        finish_log()
        if not course.is_replaying:
            save(False)
    remove_checkpoints(output)
    return first


def _prepare(nlp: Language) -> tuple[Settings, Iterator[Any], Evaluate]:
    """What [training] says, the batches of all epochs, and the evaluation."""
    config = nlp.config.interpolate()
    if config["training"]["seed"] is not None:
        fix_random_seed(config["training"]["seed"])
    settings: Settings = registry.resolve(config["training"], schema=ConfigSchemaTraining)
    names = [settings["train_corpus"], settings["dev_corpus"]]
    train_corpus, dev_corpus = resolve_dot_names(config, names)
    evaluate = create_evaluation_callback(nlp, dev_corpus, settings["score_weights"])
    batches = create_train_batches(nlp, train_corpus, settings["batcher"], settings["max_epochs"])
    return settings, _with_own_randomness(batches), evaluate


def _steps(course: Course, batches: Iterator[Any], settings: Settings) -> Iterator[Any]:
    stand_in: Any = course
    return train_while_improving(
        stand_in,
        course.optimizer,
        batches,
        course.evaluate,
        dropout=settings["dropout"],
        accumulate_gradient=settings["accumulate_gradient"],
        patience=settings["patience"],
        max_steps=settings["max_steps"],
        eval_frequency=settings["eval_frequency"],
        exclude=settings["frozen_components"],
        annotating_components=settings["annotating_components"],
        before_update=course.before_update,
    )


def _with_own_randomness(batches: Iterator[Any]) -> Iterator[Any]:
    """Draw batches with random numbers that nothing else uses: the same ones in a replay."""
    own = random.getstate()
    while True:
        others = random.getstate()
        random.setstate(own)
        batch = next(batches, None)
        own = random.getstate()
        random.setstate(others)
        if batch is None:
            return
        yield batch


def _make_save(nlp: Language, settings: Settings, output: Path) -> Callable[[bool], None]:
    before_to_disk = create_before_to_disk_callback(settings["before_to_disk"])

    def save(is_best: bool) -> None:
        with (
            nlp.use_params(settings["optimizer"].averages),
            replaced_folder(output / "model-last") as folder,
        ):
            before_to_disk(nlp).to_disk(folder)
        if is_best:
            with replaced_folder(output / "model-best") as folder:
                shutil.copytree(output / "model-last", folder, dirs_exist_ok=True)

    return save
