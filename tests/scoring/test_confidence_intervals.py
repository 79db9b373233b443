"""Intervals and tests whose answer is known, or can be counted out."""

from itertools import product
from typing import Any

import numpy
import pytest

from spacy_clinical.scoring.confidence_intervals import CHUNK, Settings, bootstrap, compare
from spacy_clinical.scoring.document_counts import precision_recall_f

SOME = numpy.array([[3, 1, 0], [0, 1, 2], [5, 0, 1], [2, 2, 2]])
OTHER = numpy.array([[4, 0, 0], [1, 1, 1], [5, 0, 1], [3, 2, 1]])


def test_documents_that_are_alike_leave_no_doubt() -> None:
    found = bootstrap(numpy.array([[3, 1, 2]] * 7), Settings(200))
    numpy.testing.assert_allclose(found[:, 0], [3 / 4, 3 / 5, 2 / 3])
    numpy.testing.assert_allclose(found[:, 1], found[:, 0])


def test_interval_against_all_resamples() -> None:
    """Of four documents there are 4^4 resamples, all as likely: their quantiles, counted out."""
    every = [SOME[list(drawn)].sum(axis=0) for drawn in product(range(4), repeat=4)]
    exact = numpy.quantile(precision_recall_f(numpy.array(every)), [0.05, 0.95], axis=0).T
    found = bootstrap(SOME, Settings(40_000, level=0.9, seed=3))
    numpy.testing.assert_allclose(found, exact, atol=0.03)


def test_shape_seed_and_chunks() -> None:
    table = numpy.stack([SOME, OTHER], axis=1)
    settings = Settings(CHUNK + 7, seed=1)
    found = bootstrap(table, settings)
    assert found.shape == (2, 3, 2)
    numpy.testing.assert_array_equal(found, bootstrap(table, settings))
    numpy.testing.assert_array_equal(found[0], bootstrap(SOME, settings))
    assert not numpy.array_equal(found, bootstrap(table, Settings(CHUNK + 7, seed=2)))


def test_a_rare_label_is_scored_where_it_was_drawn() -> None:
    rare = numpy.array([[1, 0, 0], *[[0, 0, 0]] * 9])
    numpy.testing.assert_array_equal(bootstrap(rare, Settings(300)), numpy.ones((3, 2)))


@pytest.mark.parametrize("counts", [numpy.zeros((0, 3)), numpy.zeros((4, 3))])
def test_nothing_to_score(counts: Any) -> None:
    assert numpy.isnan(bootstrap(counts, Settings(20))).all()
    assert set(compare(counts, counts, Settings(20)).values()) == {None}


def test_paired_against_all_exchanges() -> None:
    """Of four documents there are 2^4 exchanges, all as likely."""
    observed = abs(numpy.diff([precision_recall_f(c.sum(axis=0))[2] for c in (SOME, OTHER)])[0])
    as_much = 0
    for swaps in product([False, True], repeat=4):
        swap = numpy.array(swaps)[:, None]
        sides = numpy.where(swap, OTHER, SOME), numpy.where(swap, SOME, OTHER)
        one, two = (precision_recall_f(side.sum(axis=0))[2] for side in sides)
        as_much += abs(two - one) >= observed - 1e-12
    found = compare(SOME, OTHER, Settings(20_000, seed=5))
    assert found["p"] == pytest.approx(as_much / 16, abs=0.015)
    assert found["difference"] == pytest.approx(observed)
    assert found["low"] <= found["difference"] <= found["high"]


def test_the_same_pipeline_twice() -> None:
    found = compare(SOME, SOME, Settings(100))
    assert found["difference"] == found["low"] == found["high"] == 0.0
    assert found["p"] == 1.0


def test_a_clear_difference() -> None:
    bad, good = numpy.array([[1, 3, 3]] * 12), numpy.array([[4, 0, 0]] * 12)
    found = compare(bad, good, Settings(1000))
    assert (found["first"], found["second"]) == (0.25, 1.0)
    assert found["low"] == found["high"] == 0.75
    assert found["p"] < 0.01
    turned = compare(good, bad, Settings(1000))
    assert turned["difference"] == -0.75
    assert turned["p"] == found["p"]
