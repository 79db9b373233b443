"""The adaptive threshold: values worked out by hand, and its gradient by finite differences."""

import numpy
import pytest

from spacy_clinical.pipeline.heads.adaptive_threshold import adaptive_loss, label_scores

ALL = numpy.ones((1, 2), dtype=bool)
EVEN = numpy.zeros((1, 3))


def test_by_hand() -> None:
    # Threshold and label 1 are even, so each has 1/2; and so has the threshold against label 2.
    loss, gradient = adaptive_loss(EVEN, numpy.array([[1.0, 0.0]]), ALL)
    assert loss == pytest.approx(2 * numpy.log(2))
    assert gradient.tolist() == [[0.0, -0.5, 0.5]]


def test_no_gold_label() -> None:
    # The threshold has 1/3 of three even ones.
    loss, gradient = adaptive_loss(EVEN, numpy.zeros((1, 2)), ALL)
    assert loss == pytest.approx(numpy.log(3))
    assert gradient[0].tolist() == pytest.approx([-2 / 3, 1 / 3, 1 / 3])


def test_forbidden_labels_have_no_say() -> None:
    mask = numpy.array([[True, False]])
    loss, gradient = adaptive_loss(EVEN, numpy.array([[1.0, 0.0]]), mask)
    assert loss == pytest.approx(numpy.log(2))
    assert gradient.tolist() == [[0.5, -0.5, 0.0]]


def test_gradient_by_finite_differences() -> None:
    rng = numpy.random.default_rng(0)
    logits, truth = rng.normal(size=(6, 4)), (rng.random((6, 3)) < 0.4).astype("f")
    mask = rng.random((6, 3)) < 0.7
    assert (truth.sum(axis=1) > 1).any() and not mask.all()
    _, gradient = adaptive_loss(logits, truth, mask)
    for place in numpy.ndindex(*logits.shape):
        step = numpy.zeros_like(logits)
        step[place] = 1e-4
        above, below = (adaptive_loss(logits + d * step, truth, mask)[0] for d in (1, -1))
        assert gradient[place] == pytest.approx((above - below) / 2e-4, abs=1e-5)


def test_nothing() -> None:
    loss, gradient = adaptive_loss(EVEN[:0], numpy.zeros((0, 2)), ALL[:0])
    assert (loss, gradient.shape) == (0.0, (0, 3))


def test_scores() -> None:
    found = label_scores(numpy.array([[1.0, 1.0, 1.0 + numpy.log(3)], [1e4, 0.0, 0.0]]))
    assert found[0].tolist() == pytest.approx([0.5, 0.75])
    assert found[1].tolist() == pytest.approx([0.0, 0.0])
