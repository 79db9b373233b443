"""The schedule: values worked out by hand."""

from itertools import islice

import pytest

from spacy_clinical.errors import PipelineError
from spacy_clinical.optimizers.schedules import make_cosine_restarts, make_warmup_cosine


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((8.0, 2, 6), [0.0, 4.0, 8.0, 6.8284, 4.0, 1.1716, 0.0, 0.0]),
        ((8.0, 0, 2), [8.0, 4.0, 0.0, 0.0]),
        ((8.0, 0, 2, 2.0), [8.0, 5.0, 2.0, 2.0]),
        ((8.0, 2, 2), [0.0, 4.0, 8.0, 0.0]),
    ],
)
def test_warmup_cosine(arguments: tuple, expected: list[float]) -> None:
    found = list(islice(make_warmup_cosine(*arguments), len(expected)))
    assert found == pytest.approx(expected, abs=1e-4)


def test_cosine_restarts() -> None:
    """A rise of one step and a fall of two, then two cycles of which the first falls in four."""
    found = list(islice(make_cosine_restarts(2.0, 1, [3, 4, 1]), 10))
    fall = [2.0, 1.0 + 0.5**0.5, 1.0, 1.0 - 0.5**0.5]
    assert found == pytest.approx([0.0, 2.0, 1.0, *fall, 2.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("warmup", "cycles"), [(0, []), (0, [3, 0]), (0, [-1]), (4, [3]), (-1, [3])]
)
def test_cycles_that_never_reach_the_rate_are_refused(warmup: int, cycles: list[int]) -> None:
    with pytest.raises(PipelineError, match=r"\[SC241\].*cycles = \["):
        make_cosine_restarts(2.0, warmup, cycles)
