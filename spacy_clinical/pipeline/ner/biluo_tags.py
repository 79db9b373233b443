"""BILUO tags: numbering, encoding of mentions, and exact best sequences under the scheme's rules.

Tag 0 is O; label k has the tags 1 + 4k (B), 2 + 4k (I), 3 + 4k (L) and 4 + 4k (U). The scheme is
that of Ratinov and Roth (2009): a mention is U, or B, any number of I, and L.
"""

from collections.abc import Sequence
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
    valid = numpy.ones(len(starts) - 1, dtype=bool)
    faults, _ = find_faults(tags, starts)
    valid[numpy.searchsorted(starts, faults, side="right") - 1] = False
    return valid


def find_faults(tags: Array, starts: Array) -> tuple[Array, Array]:
    """Find where tags break the scheme, and where they may be cut.

    tags (Array): Tags of all documents in a row, shape (n_tokens,).
    starts (Array): First token of each document and the total, shape (n_docs + 1,).
    RETURNS (tuple[Array, Array]): Tokens that don't fit the one before them, or that leave a
        mention open at the end of their document; and cuts from 0 to n_tokens: places where no
        mention is open, borders of documents included. Both increase.
    """
    label, part = (tags + 3) // 4, (tags - 1) % 4
    opens = numpy.where((tags > 0) & (part <= 1), label, 0)
    continues = numpy.where((tags > 0) & ((part == 1) | (part == 2)), label, 0)
    owner = numpy.repeat(numpy.arange(len(starts) - 1), numpy.diff(starts))
    is_first = numpy.diff(owner, prepend=-1) > 0
    is_last = numpy.diff(owner, append=len(starts)) > 0
    owed = numpy.where(is_first, 0, numpy.roll(opens, 1))
    faults = numpy.flatnonzero((owed != continues) | (is_last & (opens > 0)))
    cuts = numpy.flatnonzero(is_first | ((owed == 0) & (continues == 0)))
    return faults, numpy.append(cuts, len(tags))


def viterbi(scores: Sequence[Array], free: Array | None = None) -> list[Array]:
    """Exact best valid sequences, all at once, in time linear in tags.

    The scheme has few shapes of transition: O, B and U follow any closed state (O, L, U), I and L
    follow B or I of their own label. So one maximum over the closed states and one for each label
    replace the full transition matrix.

    scores (Sequence[Array]): One array of shape (n_tokens, n_tags) for each sequence, n_tokens > 0.
    free (Array | None): Bool, shape (n_sequences, 2): whether a sequence may begin inside a
        mention, and end inside one. None if they may not.
    RETURNS (list[Array]): Tags of each sequence.
    """
    padded, lengths = _pad_with_o(scores)
    n_docs, n_tokens, n_tags = padded.shape
    free = numpy.zeros((n_docs, 2), dtype=bool) if free is None else free
    is_closed = numpy.isin((numpy.arange(n_tags) - 1) % 4, (2, 3))
    is_closed[0] = True
    closed_tags = numpy.flatnonzero(is_closed)
    begin = numpy.arange(1, n_tags, 4)
    came_closed = numpy.zeros((n_tokens, n_docs), dtype="i")
    came_open = numpy.zeros((n_tokens, n_docs, len(begin)), dtype="i")
    final = numpy.zeros(n_docs, dtype="i")
    best_closed = numpy.zeros(n_docs)
    best_open = numpy.where(free[:, :1], 0.0, numpy.full((n_docs, len(begin)), -numpy.inf))
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
        ends = lengths == t + 1
        final[ends] = came_closed[t, ends]
        final[ends & free[:, 1]] = state[ends & free[:, 1]].argmax(axis=1)
    paths = _walk_back(came_closed, came_open, final, lengths)
    return [path[: len(s)] for path, s in zip(paths, scores, strict=True)]


def _pad_with_o(scores: Sequence[Array]) -> tuple[Array, Array]:
    lengths = numpy.asarray([len(s) for s in scores])
    padded = numpy.full((len(scores), lengths.max(), scores[0].shape[1]), -numpy.inf)
    padded[:, :, 0] = 0.0
    for row, s in zip(padded, scores, strict=True):
        row[: len(s)] = s
    return padded, lengths


def _walk_back(came_closed: Array, came_open: Array, final: Array, lengths: Array) -> Array:
    """Follow the best predecessors from each sequence's last tag."""
    n_tokens, n_docs = came_closed.shape
    paths = numpy.zeros((n_docs, n_tokens), dtype="i")
    docs = numpy.arange(n_docs)
    current = final
    for t in range(n_tokens - 1, -1, -1):
        current = numpy.where(lengths == t + 1, final, current)
        paths[:, t] = current
        if t:
            part = (current - 1) % 4
            inside = (current > 0) & ((part == 1) | (part == 2))
            label = numpy.where(inside, (current - 1) // 4, 0)
            opened = came_open[t - 1][docs, label] if came_open.shape[2] else current
            current = numpy.where(inside, opened, came_closed[t - 1])
    return paths
