"""What a scheme is: how a network's outputs stand for mentions.

A scheme knows neither documents nor networks. It says how many outputs a token has, what is to be
learned from gold mentions, and which mentions given outputs mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy

Array = numpy.ndarray[Any, Any]
Place = tuple[int, int, int]
Rows = Sequence[tuple[int, float]]


class Found(NamedTuple):
    """A mention that the outputs mean.

    start, end (int): In tokens of its document, end exclusive.
    label (int): The label's number.
    probability (float): How sure the outputs are, in 0..1.
    """

    start: int
    end: int
    label: int
    probability: float


@dataclass(frozen=True)
class Gold:
    """What is known of the mentions of one document, in its tokens and in numbers of labels.

    n_tokens (int): Length of the document.
    spans (list[Place]): (start, end, label) of each mention; any may overlap.
    masked (list[tuple[int, int | None]]): Tokens of which the truth isn't known or can't be
        expressed, and the label of which that holds; None for all labels.
    known (Array | None): Bool, shape (n_labels,): the labels that the document's corpus annotates;
        None for all. Tokens outside the mentions may hold mentions of the others.
    """

    n_tokens: int
    spans: list[Place] = field(default_factory=list)
    masked: list[tuple[int, int | None]] = field(default_factory=list)
    known: Array | None = None


class Scheme(Protocol):
    """How the outputs of `clinical_ner`'s network stand for mentions.

    threshold (float): Probability that a mention needs if nobody says otherwise.
    limit (str): Which mentions `unheld` counts, for a message.
    """

    threshold: float
    limit: str

    @property
    def n_outputs(self) -> int:
        """RETURNS (int): Outputs a token."""
        ...

    def unheld(self, spans: Sequence[Place]) -> int:
        """RETURNS (int): How many of a document's mentions the outputs can't stand for."""
        ...

    def grown(self, n_new: int) -> Rows:
        """Say how the outputs for more labels begin.

        n_new (int): Labels that are appended.
        RETURNS (Rows): For each row of the output layer the old one that it copies, -1 for none,
            and what is added to its bias.
        """
        ...

    def loss(self, golds: Sequence[Gold], logits: Array) -> tuple[float, Array]:
        """Compare outputs with the truth.

        golds (Sequence[Gold]): One for each document.
        logits (Array): Of all documents' tokens, shape (n_tokens, n_outputs).
        RETURNS (tuple[float, Array]): The summed loss and its gradient.
        """
        ...

    def decode(
        self, logits: Array, lengths: Sequence[int], is_space: Array, lowest: Sequence[float]
    ) -> list[list[Found]]:
        """Read mentions off outputs.

        logits (Array): Of all documents' tokens, shape (n_tokens, n_outputs).
        lengths (Sequence[int]): Tokens of each document.
        is_space (Array): Bool, shape (n_tokens,): tokens on which no mention starts or ends.
        lowest (Sequence[float]): Probability that each label's mentions need.
        RETURNS (list[list[Found]]): The mentions of each document, by their start.
        """
        ...
