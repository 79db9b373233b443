"""One BILUO tag a token: no two mentions share a token."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy

from ...heads.head_growth import SHIFT
from ...heads.probabilities import marginal_loss, probabilities_of, softmax
from ..biluo_tags import MISSING, decode_tags, encode_spans
from ..tag_decoding import best_tags
from .scheme import Array, Found, Gold, Place, Rows


class BiluoScheme:
    """Choose one tag for each token, by softmax and the best valid sequence.

    n_labels (int): Number of entity labels.
    """

    threshold = 0.0
    limit = "that share a token with a longer one"

    def __init__(self, n_labels: int):
        self.n_labels = n_labels

    @property
    def n_outputs(self) -> int:
        """RETURNS (int): O, and four tags a label."""
        return 1 + 4 * self.n_labels

    def unheld(self, spans: Sequence[Place]) -> int:
        """RETURNS (int): Mentions that share a token with a longer one."""
        return len(spans) - len(without_overlaps(spans))

    def grown(self, n_new: int) -> Rows:
        """Let the tags of new labels begin as O does, but less likely.

        n_new (int): Labels that are appended.
        RETURNS (Rows): One for each tag.
        """
        return [*((i, 0.0) for i in range(self.n_outputs)), *[(0, SHIFT)] * (4 * n_new)]

    def loss(self, golds: Sequence[Gold], logits: Array) -> tuple[float, Array]:
        """Sum the cross-entropy over tokens; of the sum of tags where several may be true.

        golds (Sequence[Gold]): One for each document.
        logits (Array): Shape (tokens of all documents, n_outputs).
        RETURNS (tuple[float, Array]): The loss and its gradient.
        """
        allowed = [allowed_tags(gold, self.n_outputs) for gold in golds]
        return marginal_loss(logits, numpy.concatenate(allowed))

    def decode(
        self, logits: Array, lengths: Sequence[int], is_space: Array, lowest: Sequence[float]
    ) -> list[list[Found]]:
        """Find the mentions of the best valid sequences.

        A mention is as probable as its least certain tag.

        logits (Array): Shape (tokens of all documents, n_outputs).
        lengths (Sequence[int]): Tokens of each document.
        is_space (Array): Bool, shape (n_tokens,): tokens on which no mention starts or ends.
        lowest (Sequence[float]): Probability that each label's mentions need.
        RETURNS (list[list[Found]]): The mentions of each document.
        """
        found = find_best(logits, lengths, is_space)
        return [[m for m in own if m.probability >= lowest[m.label]] for own in found]


def gold_tags(gold: Gold) -> Array:
    """Write a document's mentions as tags, MISSING where the truth isn't known.

    gold (Gold): The document.
    RETURNS (Array): Shape (n_tokens,).
    """
    tags = encode_spans(without_overlaps(gold.spans), gold.n_tokens)
    tags[[token for token, _ in gold.masked]] = MISSING
    return tags


def allowed_tags(gold: Gold, n_tags: int) -> Array:
    """Tell which tags may be true.

    One for each token; all where the truth isn't known; and where no mention of a known label is,
    O and the tags of the labels that weren't looked for.

    gold (Gold): The document.
    n_tags (int): Number of tags.
    RETURNS (Array): Bool, shape (n_tokens, n_tags).
    """
    tags = gold_tags(gold)
    allowed = tags[:, None] == numpy.arange(n_tags)
    allowed[tags == MISSING] = True
    if gold.known is not None:
        unknown = numpy.concatenate([[False], numpy.repeat(~gold.known, 4)])
        allowed[tags == 0] |= unknown
    return allowed


def without_overlaps(spans: Sequence[Place]) -> list[Place]:
    """The mentions that one tag sequence can hold: of overlapping ones the longest.

    spans (Sequence[Place]): (start, end, label) of each mention.
    RETURNS (list[Place]): Those that are kept.
    """
    kept, taken = [], set[int]()
    for start, end, label in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end, label))
    return kept


def cross_entropy(logits: Array, truth: Array) -> tuple[float, Array]:
    """Sum the cross-entropy over the rows whose class is known.

    logits (Array): Shape (n_rows, n_classes).
    truth (Array): Classes, MISSING where not known, shape (n_rows,).
    RETURNS (tuple[float, Array]): The loss and its gradient.
    """
    rows = numpy.flatnonzero(truth != MISSING)
    probabilities = softmax(logits)
    gradient = numpy.zeros_like(probabilities)
    gradient[rows] = probabilities[rows]
    gradient[rows, truth[rows]] -= 1.0
    loss = -numpy.log(probabilities[rows, truth[rows]] + 1e-12).sum()
    return float(loss), gradient


def find_best(
    logits: Array, lengths: Sequence[int], is_space: Array, lead: float = 0.0
) -> list[list[Found]]:
    """Find the mentions of the best valid sequences of tags, and their least certain tags.

    logits (Array): Shape (tokens of all sequences, n_tags).
    lengths (Sequence[int]): Tokens of each sequence.
    is_space (Array): Bool, shape (n_tokens,): tokens on which no mention starts or ends.
    lead (float): What all other tags are given ahead of O.
    RETURNS (list[list[Found]]): The mentions of each sequence.
    """
    with _borders_forbidden(logits, is_space):
        scores = numpy.hstack([logits[:, :1] - lead, logits[:, 1:]]) if lead else logits
        tags = best_tags(scores, lengths)
    chosen = probabilities_of(logits, numpy.concatenate(tags)) if tags else logits[:, 0]
    starts = numpy.concatenate([[0], numpy.cumsum(lengths)]).astype("int64").tolist()
    parts = [chosen[start:end] for start, end in pairwise(starts)]
    return [
        [Found(s, e, k, float(rows[s:e].min())) for s, e, k in decode_tags(own)]
        for own, rows in zip(tags, parts, strict=True)
    ]


@contextmanager
def _borders_forbidden(logits: Array, is_space: Array) -> Iterator[None]:
    """Hold -inf where a mention would start or end on white space. A copy would be as large as the
    outputs of a whole note, so what stood there is put back in the end."""
    borders = (numpy.arange(logits.shape[1]) % 4) != 2
    borders[0] = False
    places = numpy.ix_(numpy.flatnonzero(is_space), numpy.flatnonzero(borders))
    before = logits[places]
    logits[places] = -numpy.inf
    try:
        yield
    finally:
        logits[places] = before
