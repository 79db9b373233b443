"""One BILUO tag a token and label: mentions of different labels overlap as they like."""

import math
from collections.abc import Iterator, Sequence

import numpy

from ...heads.head_growth import appended
from ..biluo_tags import MISSING, encode_spans
from .biluo_scheme import cross_entropy, find_best, without_overlaps
from .scheme import Array, Found, Gold, Place, Rows

N_TAGS = 5
ROWS = 1 << 18


class MultiLabelScheme:
    """Choose a tag for each token and label, by softmax and the best valid sequence of each label.

    The loss is a sum over labels, so that it is the negative log-probability of all tags, and a
    label weighs as much as it has mentions.

    Where two labels are likely, each alone may well be less likely than none, though some mention
    is all but certain. A tag may therefore win from less than one half; F1 is best where half of
    itself is asked for (Lipton, Elkan and Naryanaswamy 2014).

    n_labels (int): Number of entity labels.
    cut (float): Probability from which a tag wins against O alone, over 0 and under 1.
    """

    threshold = 0.0
    limit = "that share a token with a longer one of their label"

    def __init__(self, n_labels: int, cut: float):
        self.n_labels = n_labels
        self.lead = math.log((1 - cut) / cut)

    @property
    def n_outputs(self) -> int:
        """RETURNS (int): Five tags a label: O, B, I, L, U."""
        return N_TAGS * self.n_labels

    def unheld(self, spans: Sequence[Place]) -> int:
        """RETURNS (int): Mentions that share a token with a longer one of their label."""
        return len(spans) - sum(len(without_overlaps(own)) for own in _by_label(spans).values())

    def grown(self, n_new: int) -> Rows:
        """Let the tags of new labels begin as in a new network: O is likely.

        n_new (int): Labels that are appended.
        RETURNS (Rows): One for each tag and label.
        """
        return appended(self.n_outputs, N_TAGS * n_new)

    def loss(self, golds: Sequence[Gold], logits: Array) -> tuple[float, Array]:
        """Sum the cross-entropy over the tokens and labels whose tag is known.

        golds (Sequence[Gold]): One for each document.
        logits (Array): Shape (tokens of all documents, n_outputs).
        RETURNS (tuple[float, Array]): The loss and its gradient.
        """
        truth = numpy.concatenate([self._gold_tags(gold) for gold in golds])
        loss, gradient = cross_entropy(logits.reshape(-1, N_TAGS), truth.reshape(-1))
        return loss, gradient.reshape(logits.shape)

    def _gold_tags(self, gold: Gold) -> Array:
        """Shape (n_tokens, n_labels)."""
        tags = numpy.zeros((gold.n_tokens, self.n_labels), dtype="i")
        for label, spans in _by_label(gold.spans).items():
            own = [(start, end, 0) for start, end, _ in without_overlaps(spans)]
            tags[:, label] = encode_spans(own, gold.n_tokens)
        for token, masked in gold.masked:
            tags[token, slice(None) if masked is None else masked] = MISSING
        if gold.known is not None:
            tags[:, ~gold.known] = MISSING
        return tags

    def decode(
        self, logits: Array, lengths: Sequence[int], is_space: Array, lowest: Sequence[float]
    ) -> list[list[Found]]:
        """Find the mentions of each label's best valid sequences, many labels at once.

        A mention is as probable as its least certain tag.

        logits (Array): Shape (tokens of all documents, n_outputs).
        lengths (Sequence[int]): Tokens of each document.
        is_space (Array): Bool, shape (n_tokens,): tokens on which no mention starts or ends.
        lowest (Sequence[float]): Probability that each label's mentions need.
        RETURNS (list[list[Found]]): The mentions of each document, by their start.
        """
        cells = logits.reshape(len(logits), self.n_labels, N_TAGS)
        found: list[list[Found]] = [[] for _ in lengths]
        for labels in _groups(self._active(cells), max(1, len(cells))):
            rows = cells[:, labels].transpose(1, 0, 2).reshape(-1, N_TAGS)
            spaces = numpy.tile(is_space, len(labels))
            sequences = find_best(rows, [*lengths] * len(labels), spaces, self.lead)
            for i, mentions in enumerate(sequences):
                label = int(labels[i // len(lengths)])
                kept = [m._replace(label=label) for m in mentions if m[3] >= lowest[label]]
                found[i % len(lengths)] += kept
        return [sorted(own) for own in found]

    def _active(self, cells: Array) -> Array:
        """The labels that some token has; the others' best sequence is O everywhere."""
        ahead = cells[:, :, 1:].max(axis=2) > cells[:, :, 0] - self.lead
        return numpy.flatnonzero(ahead.any(axis=0))


def _by_label(spans: Sequence[Place]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = {}
    for span in spans:
        found.setdefault(span[2], []).append(span)
    return found


def _groups(labels: Array, n_tokens: int) -> Iterator[Array]:
    """Labels together, as many as keep the rows within bounds."""
    count = max(1, ROWS // n_tokens)
    for start in range(0, len(labels), count):
        yield labels[start : start + count]
