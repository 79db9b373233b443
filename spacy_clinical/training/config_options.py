"""What a training's config is made from: wishes, how thoroughly, choices with their reasons."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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
    architecture (str | None): Of ARCHITECTURES.
    optimize (str): Of PACES.
    symmetric (list[str]): Relation labels without direction.
    gpu (bool): Train on a GPU.
    lang (str): The language's code.
    kb (str | None): The linker's knowledge base.
    exceptions (float): Share of mentions that may have more relations than a limit allows.
    insist (bool): Take an encoder and a tokenizer that can't read the language well.
    """

    tasks: list[str] | None = None
    architecture: str | None = None
    optimize: str = "accuracy"
    symmetric: list[str] = field(default_factory=list)
    gpu: bool = False
    lang: str = "en"
    kb: str | None = None
    exceptions: float = EXCEPTIONS
    insist: bool = False


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
