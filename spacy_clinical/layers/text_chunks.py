"""Items along a text in chunks of few items and little text, so that memory stays bounded."""

from collections.abc import Iterator

import numpy
import torch
from torch import Tensor


def cut(low: Tensor, high: Tensor, count: int, slack: int) -> Iterator[slice]:
    """Cut items in the order in which they stand.

    low, high (Tensor): First token that each item sees, and one past the last, shape (n_items,).
    count (int): Items in a chunk at most.
    slack (int): Tokens that a chunk covers beyond those that its first item sees, at most.
    YIELDS (slice): The items of each chunk.
    """
    lows, highs = low.cpu().numpy(), high.cpu().numpy()
    start = 0
    while start < len(lows):
        ahead = slice(start, start + count)
        covered = numpy.maximum.accumulate(highs[ahead]) - numpy.minimum.accumulate(lows[ahead])
        end = start + int(numpy.searchsorted(covered, covered[0] + slack, side="right"))
        yield slice(start, end)
        start = end


def cast_region(tokens: Tensor, low: Tensor, high: Tensor) -> tuple[Tensor, int]:
    """Take the text that some items see; of vectors in 16 bits only a part at a time is cast.

    tokens (Tensor): Vectors of all tokens, shape (n_tokens, width).
    low, high (Tensor): As for `cut`, one item at least.
    RETURNS (tuple[Tensor, int]): The vectors of that text, and its first token.
    """
    first, last = int(low.min()), int(high.max())
    region = tokens[first:last]
    return (region.float() if tokens.dtype == torch.float16 else region), first


def shift_spans(spans: Tensor, first: int) -> Tensor:
    """Number the tokens of spans from a region's first one.

    spans (Tensor): Start and end over all tokens, and perhaps more, shape (n_spans, 2 or more).
    first (int): The region's first token.
    RETURNS (Tensor): A copy with other starts and ends.
    """
    shifted = spans.clone()
    shifted[:, :2] -= first
    return shifted
