"""How much each token of a training document counts: mentions that may be wrong count less.

Silver annotation has a probability on each mention; gold annotation has none, and counts in full.
"""

from collections.abc import Sequence
from typing import Any

import numpy
from spacy.training import Example

from ...docs import has_mentions
from ..heads.gold_alignment import get_gold_mentions

Array = numpy.ndarray[Any, Any]


def weigh_tokens(examples: Sequence[Example], key: str) -> Array:
    """Read the weights of all tokens off the references.

    examples (Sequence[Example]): The batch.
    key (str): The span group.
    RETURNS (Array): 1 for each token, but the least score of the mentions that it is part of; shape
        (tokens of all predicted documents, 1), float32.
    """
    parts = [_weigh(example, key) for example in examples]
    return numpy.concatenate(parts)[:, None]


def _weigh(example: Example, key: str) -> Array:
    weights = numpy.ones(len(example.predicted), dtype="float32")
    if has_mentions(example.reference, key):
        scores = example.reference.spans[key].attrs.get("scores") or []
        for place, score in zip(get_gold_mentions(example, key).tokens, scores, strict=False):
            if place is not None and score is not None:
                start, end = place
                weights[start:end] = numpy.minimum(weights[start:end], score)
    return weights
