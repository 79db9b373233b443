"""The best valid tags of whole documents, at the cost of the places where the scheme is broken.

Where the best tag of every token happens to give a valid sequence, that sequence is the optimum.
Elsewhere a window around each fault is decoded exactly, with ends that may lie inside a mention. If
its best sequence closes at both ends all the same, the whole is valid; and since no sequence can
score more than that window's free optimum and the best tags outside it, it is the optimum of the
whole document. If it doesn't close, the window is widened, to the document in the end.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy

from .biluo_tags import Array, find_faults, viterbi

REACH = 2
BUDGET = 1 << 16


def best_tags(scores: Array, lengths: Sequence[int]) -> list[Array]:
    """Find the best valid tag sequence of each document.

    scores (Array): Log-probabilities, or any scores that add up, shape (n_tokens, n_tags). A tag
        that must not stand somewhere has -inf there; O must be finite.
    lengths (Sequence[int]): Tokens of each document.
    RETURNS (list[Array]): Tags, one array of shape (n_tokens,) for each document.
    """
    starts = numpy.concatenate([[0], numpy.cumsum(lengths)]).astype("int64")
    tags = scores.argmax(axis=1) if len(scores) else numpy.zeros(0, dtype="int64")
    faults, cuts = find_faults(tags, starts)
    windows = numpy.stack([faults, faults + 1], axis=1)
    open_ = numpy.ones(len(windows), dtype=bool)
    reach = REACH
    while open_.any():
        windows, open_ = _widen(windows, open_, reach, cuts, starts)
        open_[open_] = ~_decode(scores, tags, windows[open_], starts)
        reach *= 4
    return [tags[s:e] for s, e in pairwise(starts)]


def _widen(
    windows: Array, open_: Array, reach: int, cuts: Array, starts: Array
) -> tuple[Array, Array]:
    """Move the ends of open windows outwards to the next cuts within the document; join what then
    overlaps, and what was joined with an open window is open."""
    doc = numpy.searchsorted(starts, windows[:, 0], side="right") - 1
    low = numpy.maximum(windows[:, 0] - reach, starts[doc])
    high = numpy.minimum(windows[:, 1] + reach, starts[doc + 1])
    left = cuts[numpy.searchsorted(cuts, low, side="right") - 1]
    right = cuts[numpy.searchsorted(cuts, high, side="left")]
    wider = numpy.where(open_[:, None], numpy.stack([left, right], axis=1), windows)
    order = numpy.argsort(wider[:, 0], kind="stable")
    wider, open_ = wider[order], open_[order]
    reached = numpy.maximum.accumulate(wider[:, 1])
    begins = numpy.flatnonzero(wider[:, 0] >= numpy.concatenate([[-1], reached[:-1]]))
    ends = numpy.maximum.reduceat(wider[:, 1], begins)
    joined = numpy.stack([wider[begins, 0], ends], axis=1)
    return joined, numpy.logical_or.reduceat(open_, begins)


def _decode(scores: Array, tags: Array, windows: Array, starts: Array) -> Array:
    """Write the best sequences of windows. RETURNS (Array): Which of them close at both ends."""
    free = ~numpy.isin(windows, starts)
    closed = numpy.zeros(len(windows), dtype=bool)
    for group in _groups(windows[:, 1] - windows[:, 0]):
        parts = [scores[s:e] for s, e in windows[group]]
        for i, path in zip(group.tolist(), viterbi(parts, free[group]), strict=True):
            tags[windows[i, 0] : windows[i, 1]] = path
            closed[i] = _is_closed(path)
    return closed


def _is_closed(path: Array) -> bool:
    first, last = (int(path[0]) - 1) % 4, (int(path[-1]) - 1) % 4
    return not (path[0] > 0 and first in (1, 2)) and not (path[-1] > 0 and last in (0, 1))


def _groups(sizes: Array) -> Iterator[Array]:
    """Windows of like length together, so that padding stays within a budget."""
    order = numpy.argsort(-sizes, kind="stable")
    start = 0
    while start < len(order):
        count = max(1, BUDGET // int(sizes[order[start]]))
        yield order[start : start + count]
        start += count
