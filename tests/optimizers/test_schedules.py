"""The schedule: values worked out by hand."""

from itertools import islice

import pytest

from spacy_clinical.optimizers.schedules import make_warmup_cosine


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
