"""How much each token of a training document counts: mentions that may be wrong count less.

Silver annotation has a probability on each mention; gold annotation has none, and counts in full.
"""

from typing import Any

import numpy

from ..heads.gold_alignment import GoldMentions

Array = numpy.ndarray[Any, Any]


def weigh_tokens(gold: GoldMentions, n_tokens: int) -> Array:
    """Weigh the tokens of a document.

    gold (GoldMentions): What its reference says.
    n_tokens (int): Of the predicted document.
    RETURNS (Array): 1 for each token, but the least score of the mentions that it is part of; shape
        (n_tokens, 1), float32.
    """
    weights = numpy.ones((n_tokens, 1), dtype="float32")
    for place, score in zip(gold.tokens, gold.scores, strict=False):
        if place is not None and score is not None:
            start, end = place
            weights[start:end] = numpy.minimum(weights[start:end], score)
    return weights
