"""The best span, against all spans; and what may not be one."""

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.pipeline.qa.answer_spans import (
    best_span,
    distributions,
    may_answer,
    target_of,
)


@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.integers(1, 5))
@settings(max_examples=25)
def test_no_span_is_better(seed: int, n_tokens: int, most: int) -> None:
    logits = numpy.random.default_rng(seed).normal(size=(n_tokens, 2))
    allowed = may_answer(1, numpy.zeros(n_tokens, dtype=bool))
    found = distributions(logits, allowed)
    assert found.sum(axis=0) == pytest.approx([1, 1])
    best = best_span(found, most)
    assert best is not None
    products = {
        (i, j + 1): found[i, 0] * found[j, 1]
        for i in range(1, n_tokens)
        for j in range(i, min(n_tokens, i + most))
    }
    assert best.probability == pytest.approx(max(products.values()))
    assert products[best.start, best.end] == pytest.approx(best.probability)


def test_questions_and_white_space_answer_nothing() -> None:
    space = numpy.asarray([False, False, True, False, True])
    assert may_answer(2, space).tolist() == [True, False, False, True, False]
    found = distributions(numpy.zeros((5, 2)), may_answer(2, space))
    best = best_span(found, 3)
    assert best == (3, 4, 0.25)


def test_a_passage_without_words() -> None:
    nothing = distributions(numpy.zeros((3, 2)), may_answer(2, numpy.asarray([False, False, True])))
    assert best_span(nothing, 3) is None


def test_targets() -> None:
    assert target_of(3, None).tolist() == [[1, 1], [0, 0], [0, 0]]
    assert target_of(3, (1, 3)).tolist() == [[0, 0], [1, 0], [0, 1]]
