"""Batches for `[training.batcher]` by what the encoder really reads: wordpieces."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar
from weakref import WeakKeyDictionary

from spacy.tokens import Doc
from spacy.training import Example

from ..encoder.weights import EncoderWeights
from ..encoder.wordpieces import count_pieces
from ..errors import CorpusError, Errors

Item = TypeVar("Item")
Batcher = Callable[[Iterable[Example]], Iterator[list[Example]]]


def make_wordpiece_batcher(weights: EncoderWeights, size: int, buffer: int = 256) -> Batcher:
    """Make batches of documents of like length under a budget of wordpieces.

    No document is left out: one that exceeds the budget is a batch of its own. Documents are
    counted once in a training, not once an epoch.

    weights (EncoderWeights): Whose tokenizer counts; those of the pipeline's encoder.
    size (int): Wordpieces in a batch, special ones not counted.
    buffer (int): Documents that are sorted by length at a time. Their batches come in random
        order.
    RETURNS (Callable[[Iterable[Example]], Iterator[list[Example]]]): The batcher.
    """
    if size < 1 or buffer < 1:
        raise CorpusError(Errors.SC410.format(size=size, buffer=buffer))
    counts: WeakKeyDictionary[Doc, int] = WeakKeyDictionary()

    def batch(examples: Iterable[Example]) -> Iterator[list[Example]]:
        remaining = iter(examples)
        while part := list(islice(remaining, buffer)):
            docs = [eg.predicted for eg in part]
            new = [doc for doc in docs if doc not in counts]
            if new:
                counts.update(zip(new, count_pieces(new, weights.tokenizer), strict=True))
            batches = list(pack(part, [counts[doc] for doc in docs], size))
            random.shuffle(batches)
            yield from batches

    return batch


def pack(items: Sequence[Item], sizes: Sequence[int], budget: int) -> Iterator[list[Item]]:
    """Group items of like size so that no group exceeds a budget; a larger item stands alone.

    items (Sequence): In any order.
    sizes (Sequence[int]): One for each.
    budget (int): Of the sizes in a group.
    YIELDS (list): Groups, from small items to large.
    """
    group: list[Item] = []
    total = 0
    for i in sorted(range(len(items)), key=sizes.__getitem__):
        if group and total + sizes[i] > budget:
            yield group
            group, total = [], 0
        group.append(items[i])
        total += sizes[i]
    if group:
        yield group
