"""What a training's config is made from: wishes, how thoroughly, choices with their reasons."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from typer import Option

from ..pipeline.relations.learned_cardinality import EXCEPTIONS


class Choice(NamedTuple):
    """A setting, what it was set to, and why."""

    setting: str
    value: str
    because: str


class Pace(NamedTuple):
    """How thoroughly to train.

    size (int): Wordpieces in a batch.
    steps (int): Steps that a training should have.
    epochs (tuple[int, int]): Epochs at least and at most, whatever the steps.
    frozen_layers (int | None): As for `spacy-clinical.TransformerModel.v1`.
    precision (str): Of predictions.
    thorough (bool): With what costs time and helps: word forms, hidden wordpieces, more dropout.
    dev_limit (int): Documents that an evaluation in training reads, 0 for all.
    """

    size: int
    steps: int
    epochs: tuple[int, int]
    frozen_layers: int | None
    precision: str
    thorough: bool
    dev_limit: int


PACES = {
    "accuracy": Pace(640, 2000, (5, 40), None, "float32", True, 0),
    "speed": Pace(1280, 500, (3, 15), 0, "auto", False, 100),
}


@dataclass(frozen=True)
class Wishes:
    """What a user asks for; None where the corpus decides.

    tasks (list[str] | None): Of TASKS.
    architecture (str | None): flat, multilabel or span; by the corpus if not given.
    optimize (str): accuracy or speed.
    symmetric (list[str]): Relation labels without direction.
    gpu (bool): For training on a GPU.
    lang (str): Language.
    kb (Path | None): Knowledge base, for the linker.
    exceptions (float): A mention has one relation of a label at most where no greater share has
        more.
    insist (bool): Take an encoder and a tokenizer that don't fit the language.
    """

    tasks: list[str] | None = None
    architecture: Annotated[str | None, Option("--architecture", "-a")] = None
    optimize: Annotated[str, Option("--optimize", "-o")] = "accuracy"
    symmetric: list[str] = field(default_factory=list)
    gpu: Annotated[bool, Option("--gpu", "-G")] = False
    lang: Annotated[str, Option("--lang", "-l")] = "en"
    kb: Annotated[Path | None, Option("--kb", exists=True)] = None
    exceptions: Annotated[float, Option("--exceptions", min=0.0, max=1.0)] = EXCEPTIONS
    insist: Annotated[bool, Option("--insist")] = False


@dataclass
class Recipe:
    """What the template takes, and the table of choices."""

    values: dict[str, Any] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)

    def choose(self, setting: str, value: Any, shown: str, because: str) -> None:
        """Set a value of the template, and say so."""
        self.values[setting] = value
        self.choices.append(Choice(setting.replace("_", " "), shown, because))


def is_plain(name: str) -> bool:
    """RETURNS (bool): Whether a config can hold a name as the title of a section."""
    return re.fullmatch(r"[\w -]+", name) is not None
