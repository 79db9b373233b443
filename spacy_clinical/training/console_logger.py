"""The table that training prints: a column for each loss and score that counts, a progress bar.

Configs name it as `[training.logger] @loggers = "spacy-clinical.ConsoleLogger.v1"`. spaCy's own
cuts the names of our components to the same ten letters, and prints scores whose weight is zero.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Protocol

from spacy.language import Language
from spacy.training.loggers import console_logger_v3
from tqdm import tqdm
from wasabi import Printer

LogStep = Callable[[dict[str, Any] | None], None]
Finalize = Callable[[], None]


class SetupLogger(Protocol):
    def __call__(
        self, nlp: Language, stdout: IO = sys.stdout, stderr: IO = sys.stderr
    ) -> tuple[LogStep, Finalize]: ...


def make_console_logger(progress_bar: bool = True, output_file: Path | None = None) -> SetupLogger:
    """Make the logger of a training.

    progress_bar (bool): Whether the steps up to the next evaluation are shown, where stderr is a
        terminal.
    output_file (Path | None): Also written as JSON Lines, as by spaCy's ConsoleLogger.v3. It is
        never written over: a file that is there is left alone, and that is said.
    RETURNS (SetupLogger): What `spacy train` calls with the pipeline.
    """
    to_file = console_logger_v3(None, console_output=False, output_file=output_file)

    def setup(
        nlp: Language, stdout: IO = sys.stdout, stderr: IO = sys.stderr
    ) -> tuple[LogStep, Finalize]:
        log_to_file, finalize = to_file(nlp, stdout, stderr)
        table = TrainingTable(nlp, stdout, stderr if progress_bar else None)

        def log_step(info: dict[str, Any] | None) -> None:
            log_to_file(info)
            table.step(info)

        return log_step, finalize

    return setup


class TrainingTable:
    """Print a row at each evaluation, and count the steps between two of them.

    nlp (Language): The pipeline in training. Its losses have a column for each component that
        learns by itself; an encoder, which learns from the others, has none.
    stdout (IO): The table goes here.
    stderr (IO | None): The progress bar goes here.
    """

    def __init__(self, nlp: Language, stdout: IO, stderr: IO | None) -> None:
        self.stdout, self.stderr = stdout, stderr
        self.frequency = nlp.config["training"]["eval_frequency"]
        self.losses = [name for name, pipe in nlp.pipeline if learns_by_itself(pipe)]
        weights = nlp.config["training"]["score_weights"]
        self.scores = [name for name, weight in weights.items() if weight]
        losses = [f"Loss {name.removeprefix('clinical_')}" for name in self.losses]
        self.header = ["Epoch", "Step", *losses, *self.scores, "Score"]
        self.widths = [max(len(column), 6) for column in self.header]
        self.bar: tqdm | None = None
        self.write(self.header)
        self.write(["-" * width for width in self.widths])

    def write(self, cells: list[str]) -> None:
        aligns = ["r"] * len(cells)
        row = Printer(no_print=True).row(cells, widths=self.widths, aligns=aligns, spacing=2)
        print(row, file=self.stdout, flush=True)

    def step(self, info: dict[str, Any] | None) -> None:
        """Print the row of an evaluation.

        info (dict | None): Losses, scores, epoch and step; None between two evaluations.
        """
        if info is None:
            if self.bar is not None:
                self.bar.update(1)
            return
        if self.bar is not None:
            self.bar.close()
        self.write(self.row(info))
        if self.stderr is not None:
            self.bar = self.new_bar(info["epoch"] + 1)

    def row(self, info: dict[str, Any]) -> list[str]:
        losses = [f"{float(info['losses'][name]):.2f}" for name in self.losses]
        scores = [percent(info["other_scores"].get(name)) for name in self.scores]
        return [str(info["epoch"]), str(info["step"]), *losses, *scores, percent(info["score"])]

    def new_bar(self, epoch: int) -> tqdm:
        """The steps to the next evaluation. tqdm shows nothing where stderr is no terminal."""
        text = f"Epoch {epoch}"
        return tqdm(total=self.frequency, disable=None, leave=False, file=self.stderr, desc=text)


def learns_by_itself(pipe: Callable) -> bool:
    return bool(getattr(pipe, "is_trainable", False)) and not hasattr(pipe, "listeners")


def percent(score: float | None) -> str:
    """A score of 0..1 in percent; `-` where there was nothing to compare."""
    return "-" if score is None else f"{100 * float(score):.2f}"
