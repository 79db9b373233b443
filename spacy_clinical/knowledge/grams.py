"""Character trigrams inside words, many names at once in array operations.

The same as scikit-learn's `char_wb` analyzer gives for n = 3: each word with a space on both sides.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy

Array = Any
BITS = 21  # of a Unicode code point
SPACE, END = ord(" "), ord("\n")


class Grams(NamedTuple):
    """The distinct trigrams of a sequence of names.

    rows (Array): Which name, shape (n,), ascending.
    keys (Array): The three code points as one number, shape (n,), int64.
    counts (Array): How often in that name, shape (n,), int64.
    """

    rows: Array
    keys: Array
    counts: Array


def find_grams(names: Sequence[str]) -> Grams:
    """Cut folded names into trigrams.

    names (Sequence[str]): Words with single spaces between them, see `fold`.
    RETURNS (Grams): Their trigrams.
    """
    text = "".join(f" {name} \n" for name in names)
    data = text.encode("utf-32-le", "replace")
    codes = numpy.frombuffer(data, dtype="<u4").astype("int64")
    middle = codes[1:-1] if len(codes) > 2 else codes[:0]
    inside = numpy.flatnonzero((middle != SPACE) & (middle != END))
    keys = (codes[inside] << 2 * BITS) | (codes[inside + 1] << BITS) | codes[inside + 2]
    rows = numpy.cumsum(codes == END)[inside]
    return _count(rows, keys)


def _count(rows: Array, keys: Array) -> Grams:
    distinct, numbers = numpy.unique(keys, return_inverse=True)
    width = max(len(distinct), 1)
    pairs, counts = numpy.unique(rows * width + numbers, return_counts=True)
    return Grams(pairs // width, distinct[pairs % width] if len(pairs) else keys, counts)
