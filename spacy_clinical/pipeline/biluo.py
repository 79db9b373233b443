"""BILUO tags: numbering, encoding of mentions, and exact decoding under the scheme's rules.

Tag 0 is O; label k has the tags 1 + 4k (B), 2 + 4k (I), 3 + 4k (L) and 4 + 4k (U). The scheme is
that of Ratinov and Roth (2009): a mention is U, or B, any number of I, and L.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy

Array = numpy.ndarray[Any, Any]
MISSING = -1


def tag_names(labels: Sequence[str]) -> list[str]:
    """RETURNS (list[str]): The name of each tag, such as "O", "B-DRUG", "I-DRUG"..."""
    return ["O"] + [f"{part}-{label}" for label in labels for part in "BILU"]


def encode_spans(spans: Sequence[tuple[int, int, int]], n_tokens: int) -> Array:
    """Write mentions as tags.

    spans (Sequence): (start, end, label number) in tokens, not overlapping.
    n_tokens (int): Length of the document.
    RETURNS (Array): Tags, shape (n_tokens,).
    """
    tags = numpy.zeros(n_tokens, dtype="i")
    for start, end, label in spans:
        if end - start == 1:
            tags[start] = 4 * label + 4
        else:
            tags[start : end - 1] = 4 * label + 2
            tags[start], tags[end - 1] = 4 * label + 1, 4 * label + 3
    return tags


def decode_tags(tags: Array) -> list[tuple[int, int, int]]:
    """Read mentions from a valid tag sequence.

    tags (Array): Shape (n_tokens,).
    RETURNS (list): (start, end, label number) in tokens.
    """
    parts = (tags - 1) % 4
    starts = numpy.flatnonzero((tags > 0) & ((parts == 0) | (parts == 3)))
    ends = numpy.flatnonzero((tags > 0) & (parts >= 2)) + 1
    labels = (tags[starts] - 1) // 4
    return list(zip(starts.tolist(), ends.tolist(), labels.tolist(), strict=True))


def is_valid(tags: Array, starts: Array) -> Array:
    """Tell for each document of a batch whether its tags obey the scheme.

    tags (Array): Tags of all documents in a row, shape (n_tokens,).
    starts (Array): First token of each document and the total, shape (n_docs + 1,).
    RETURNS (Array): Bool, shape (n_docs,).
    """
    label, part = (tags + 3) // 4, (tags - 1) % 4
    opens = numpy.where((tags > 0) & (part <= 1), label, 0)
    continues = numpy.where((tags > 0) & ((part == 1) | (part == 2)), label, 0)
    owner = numpy.repeat(numpy.arange(len(starts) - 1), numpy.diff(starts))
    is_first = numpy.diff(owner, prepend=-1) > 0
    is_last = numpy.diff(owner, append=len(starts)) > 0
    owed = numpy.where(is_first, 0, numpy.roll(opens, 1))
    bad = (owed != continues) | (is_last & (opens > 0))
    valid = numpy.ones(len(starts) - 1, dtype=bool)
    valid[owner[bad]] = False
    return valid


def best_tags(scores: Array, lengths: Sequence[int]) -> list[Array]:
    """Find the best valid tag sequence of each document.

    Where the best tag of every token happens to give a valid sequence, that sequence is the
    optimum; only the other documents go through Viterbi.

    scores (Array): Log-probabilities, or any scores that add up, shape (n_tokens, n_tags). A tag
        that must not stand somewhere has -inf there; O must be finite.
    lengths (Sequence[int]): Tokens of each document.
    RETURNS (list[Array]): Tags, one array of shape (n_tokens,) for each document.
    """
    starts = numpy.concatenate([[0], numpy.cumsum(lengths)]).astype("int64")
    tags = scores.argmax(axis=1) if len(scores) else numpy.zeros(0, dtype="int64")
    found = [tags[s:e] for s, e in pairwise(starts)]
    invalid = numpy.flatnonzero(~is_valid(tags, starts)).tolist()
    if invalid:
        parts = [scores[starts[i] : starts[i + 1]] for i in invalid]
        for i, path in zip(invalid, viterbi(parts), strict=True):
            found[i] = path
    return found


def viterbi(scores: Sequence[Array]) -> list[Array]:
    """Exact best valid sequences, all documents at once, in time linear in tags.

    The scheme has few shapes of transition: O, B and U follow any closed state (O, L, U), I and L
    follow B or I of their own label. So one maximum over the closed states and one for each label
    replace the full transition matrix.

    scores (Sequence[Array]): One array of shape (n_tokens, n_tags) for each document.
    RETURNS (list[Array]): Tags of each document.
    """
    padded = _pad_with_o(scores)
    n_docs, n_tokens, n_tags = padded.shape
    is_closed = numpy.isin((numpy.arange(n_tags) - 1) % 4, (2, 3))
    is_closed[0] = True
    closed_tags = numpy.flatnonzero(is_closed)
    begin = numpy.arange(1, n_tags, 4)
    came_closed = numpy.zeros((n_tokens, n_docs), dtype="i")
    came_open = numpy.zeros((n_tokens, n_docs, len(begin)), dtype="i")
    best_closed = numpy.zeros(n_docs)
    best_open = numpy.full((n_docs, len(begin)), -numpy.inf)
    for t in range(n_tokens):
        state = padded[:, t].copy()
        state[:, 0] += best_closed
        for part, before in enumerate((best_closed[:, None], best_open, best_open)):
            state[:, begin + part] += before
        state[:, begin + 3] += best_closed[:, None]
        came_closed[t] = closed_tags[state[:, closed_tags].argmax(axis=1)]
        best_closed = numpy.take_along_axis(state, came_closed[t][:, None], axis=1)[:, 0]
        came_open[t] = begin + (state[:, begin + 1] > state[:, begin])
        best_open = numpy.maximum(state[:, begin], state[:, begin + 1])
    paths = _walk_back(came_closed, came_open)
    return [path[: len(s)] for path, s in zip(paths, scores, strict=True)]


def _pad_with_o(scores: Sequence[Array]) -> Array:
    longest = max(len(s) for s in scores)
    padded = numpy.full((len(scores), longest, scores[0].shape[1]), -numpy.inf)
    padded[:, :, 0] = 0.0
    for row, s in zip(padded, scores, strict=True):
        row[: len(s)] = s
    return padded


def _walk_back(came_closed: Array, came_open: Array) -> Array:
    """Follow the best predecessors from the end, where the state is closed."""
    n_tokens, n_docs = came_closed.shape
    paths = numpy.zeros((n_docs, n_tokens), dtype="i")
    docs = numpy.arange(n_docs)
    current = came_closed[-1]
    for t in range(n_tokens - 1, -1, -1):
        paths[:, t] = current
        if t:
            part = (current - 1) % 4
            inside = (current > 0) & ((part == 1) | (part == 2))
            label = numpy.where(inside, (current - 1) // 4, 0)
            opened = came_open[t - 1][docs, label] if came_open.shape[2] else current
            current = numpy.where(inside, opened, came_closed[t - 1])
    return paths
