"""Where an answer begins and ends, by two scores a token; and that there is none.

Both are distributions over the passage's tokens and the question's first one, which stands for "no
answer", as [CLS] does in BERT's reader for SQuAD 2.0 (Devlin et al. 2019). A span's probability is
the product of the two of its ends.
"""

from typing import Any, NamedTuple

import numpy

Array = numpy.ndarray[Any, Any]
NOTHING = 0  # the token that says that there is no answer


class Best(NamedTuple):
    """The best span of a passage.

    start, end (int): Tokens of the document.
    probability (float): In 0..1.
    """

    start: int
    end: int
    probability: float


def may_answer(n_question: int, is_space: Array) -> Array:
    """RETURNS (Array): Bool, shape (n_tokens,): whether an answer may begin or end there: the
    passage's words, and the question's first token."""
    allowed = ~is_space
    allowed[:n_question] = False
    allowed[NOTHING] = True
    return allowed


def distributions(logits: Array, allowed: Array) -> Array:
    """RETURNS (Array): Probabilities of begin and end, shape (n_tokens, 2); 0 where none may be."""
    masked = numpy.where(allowed[:, None], logits.astype("float64"), -numpy.inf)
    raised = numpy.exp(masked - masked.max(axis=0))
    return raised / raised.sum(axis=0)


def best_span(probabilities: Array, most: int) -> Best | None:
    """Find the best span.

    probabilities (Array): Of begin and end, shape (n_tokens, 2).
    most (int): Tokens of an answer at most.
    RETURNS (Best | None): None of a passage without words. Linear in the passage.
    """
    starts, ends = probabilities[:, 0].copy(), probabilities[:, 1].copy()
    starts[NOTHING] = ends[NOTHING] = 0.0
    best: Best | None = None
    for length in range(min(most, len(starts))):
        products = starts[: len(starts) - length] * ends[length:]
        place = int(products.argmax())
        if products[place] > (best.probability if best else 0.0):
            best = Best(place, place + length + 1, float(products[place]))
    return best


def target_of(n_tokens: int, answer: tuple[int, int] | None) -> Array:
    """RETURNS (Array): What the distributions should be, shape (n_tokens, 2), of an answer's first
    token and the one after its last; None for no answer."""
    target = numpy.zeros((n_tokens, 2))
    first, after = answer or (NOTHING, NOTHING + 1)
    target[first, 0] = target[after - 1, 1] = 1.0
    return target
