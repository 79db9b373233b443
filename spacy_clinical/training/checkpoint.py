"""Checkpoints: a folder from which a killed training goes on."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import srsly
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from spacy.language import Language
from spacy.util import walk_dict
from thinc.api import Config, Optimizer

from ..encoder.find_encoders import encoders_of
from ..errors import CorpusError, Errors, FileError
from ..files import new_folder, remove_folder
from ..temporary_files import clear_all
from .training_state import optimizer_tensors, random_state, set_optimizer_tensors, set_random_state

PREFIX = "checkpoint-"
# Where files lie and what is printed may change between a training's parts.
FREE = ("paths", "training.logger")


@dataclass
class Progress:
    """How far a training has come.

    step (int): The last step that was done, -1 for none.
    words (int): Tokens it had seen by then, by which a changed corpus is noticed.
    scores (dict[int, tuple]): Step to the weighted score and all scores of its evaluation.
    losses (dict[str, float]): Since the last evaluation.
    """

    step: int = -1
    words: int = 0
    scores: dict[int, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    losses: dict[str, float] = field(default_factory=dict)


def find_checkpoint(output: Path) -> Path | None:
    """RETURNS (Path | None): The newest checkpoint in a training's output folder."""
    return max(output.glob(f"{PREFIX}*"), default=None)


def remove_checkpoints(output: Path, keep: Path | None = None) -> None:
    """Delete checkpoints, and what a killed training left half-written.

    output (Path): The output folder.
    keep (Path | None): The checkpoint that stays.
    """
    clear_all(output, PREFIX)
    for folder in output.glob(f"{PREFIX}*"):
        if folder != keep:
            with suppress(FileError):
                remove_folder(folder)


def write_checkpoint(output: Path, nlp: Language, optimizer: Optimizer, progress: Progress) -> None:
    """Write all that a training needs to go on, and then delete the checkpoint before it.

    The folder takes its name when it is complete. It holds no text of the corpus.

    output (Path): The training's output folder.
    nlp (Language): The pipeline.
    optimizer (Optimizer): After a step.
    progress (Progress): As of that step.
    """
    target = output / f"{PREFIX}{progress.step:09d}"
    plain, tensors = random_state()
    state = {
        "step": progress.step,
        "words": progress.words,
        "scores": [[step, *score] for step, score in progress.scores.items()],
        "losses": progress.losses,
        "random": plain,
        "config": settings(nlp.config),
        "performance": nlp.meta.get("performance", {}),
    }
    with new_folder(target) as folder:
        (folder / "components").mkdir()
        for name, component in nlp.pipeline:
            if hasattr(component, "to_disk"):
                component.to_disk(folder / "components" / name, exclude=["vocab"])
        save_file(optimizer_tensors(nlp, optimizer), folder / "optimizer.safetensors")
        save_file(tensors, folder / "random.safetensors")
        srsly.write_msgpack(folder / "state.msgpack", state)
    remove_checkpoints(output, keep=target)


def read_progress(checkpoint: Path, nlp: Language) -> Progress:
    """Read how far a training had come.

    checkpoint (Path): As `find_checkpoint` gives it.
    nlp (Language): Its config must say what the checkpoint's says, but for `FREE`.
    RETURNS (Progress): As it was written.
    """
    try:
        state = srsly.read_msgpack(checkpoint / "state.msgpack")
    except (OSError, ValueError, SafetensorError) as error:
        raise CorpusError(Errors.SC415.format(path=checkpoint)) from error
    now, before = settings(nlp.config), state["config"]
    different = sorted(k for k in now.keys() | before.keys() if now.get(k) != before.get(k))
    if different:
        names = ", ".join(different[:5]) + (", ..." if len(different) > 5 else "")
        raise CorpusError(Errors.SC413.format(count=len(different), names=names))
    scores = {step: (score, others) for step, score, others in state["scores"]}
    return Progress(state["step"], state["words"], scores, state["losses"])


def restore(checkpoint: Path, nlp: Language, optimizer: Optimizer) -> None:
    """Take over weights, the last scores, the optimizer's memory and the state of random numbers.

    checkpoint (Path): As `find_checkpoint` gives it.
    nlp (Language): Initialised from the same config.
    optimizer (Optimizer): Its schedules are where they were.
    """
    stopped = [(shim, shim.n_stopped) for _, _, shim in encoders_of(nlp)]
    try:
        for name, component in nlp.pipeline:
            if hasattr(component, "from_disk"):
                component.from_disk(checkpoint / "components" / name, exclude=["vocab"])
        tensors = load_file(checkpoint / "optimizer.safetensors")
        state = srsly.read_msgpack(checkpoint / "state.msgpack")
        devices = load_file(checkpoint / "random.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise CorpusError(Errors.SC415.format(path=checkpoint)) from error
    for shim, n_layers in stopped:
        if n_layers:
            shim.freeze(n_layers)  # as they were in the replay: there may be no step to come
    set_optimizer_tensors(nlp, optimizer, tensors)
    set_random_state(state["random"], devices)
    nlp.meta["performance"] = state.get("performance", {})


def settings(config: Config) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): What the course of a training depends on, by dotted names: as it is
    read back, so that a default that is a tuple is a list."""
    written = srsly.msgpack_loads(srsly.msgpack_dumps(config))
    dotted = {".".join(key): value for key, value in walk_dict(written)}
    free = tuple(f"{name}." for name in FREE)
    return {name: value for name, value in dotted.items() if not name.startswith(free)}
