"""EBGM: the example that openEBGM publishes, and a prior that is found again."""

import numpy
import pytest
from scipy.integrate import quad
from scipy.stats import gamma

from spacy_clinical.signals.empirical_bayes import Mixture, first_share, fit_mixture, shrink, squash

# openEBGM 0.9.1 (R), vignette "Empirical Bayes Metrics with openEBGM", on FDA's CAERS: the prior,
# counts and expectations of its first six pairs, and what it prints for them.
PRIOR = Mixture(3.25379356, 0.39988854, 2.02612692, 1.90807970, 0.06534557)
EXPECTED = [0.0360548272, 0.0038736591, 0.0002979738, 0.0360548272, 0.0765792610, 0.0527413588]
SHARES = [0.2819737, 0.3409653, 0.3482317, 0.2819737, 0.2226356, 0.2556670]
EBGM = [2.23, 2.58, 2.63, 2.23, 1.92, 2.09]
LOW = [0.49, 0.52, 0.52, 0.49, 0.47, 0.48]
HIGH = [13.85, 15.78, 16.02, 13.85, 11.77, 12.95]


def test_published_example() -> None:
    n, e = numpy.ones(6), numpy.array(EXPECTED)
    assert first_share(n, e, PRIOR) == pytest.approx(SHARES, abs=1e-7)
    found = shrink(n, e, PRIOR)
    assert found.ebgm == pytest.approx(EBGM, abs=0.005)
    assert found.low == pytest.approx(LOW, abs=0.005)
    assert found.high == pytest.approx(HIGH, rel=0.001)


def test_quantiles_hold_their_share() -> None:
    """The belief below EB05, integrated from its density."""
    n, e = numpy.array([0.0, 3.0, 40.0]), numpy.array([2.0, 0.1, 50.0])
    found, shares = shrink(n, e, PRIOR), first_share(n, e, PRIOR)
    for i in range(3):
        parts = [
            gamma(PRIOR.alpha1 + n[i], scale=1 / (PRIOR.beta1 + e[i])),
            gamma(PRIOR.alpha2 + n[i], scale=1 / (PRIOR.beta2 + e[i])),
        ]

        def density(x: float, q: float = shares[i], parts: list = parts) -> float:
            return float(q * parts[0].pdf(x) + (1 - q) * parts[1].pdf(x))

        assert quad(density, 0, found.low[i])[0] == pytest.approx(0.05, abs=1e-6)
        logs = quad(lambda x: density(x) * numpy.log(x), 0, 200, limit=200, points=[1, 5, 20])[0]
        assert numpy.exp(logs) == pytest.approx(found.ebgm[i], rel=1e-3)


def test_the_prior_of_drawn_counts_is_found() -> None:
    random = numpy.random.default_rng(3)
    n_pairs = 20_000
    first = random.random(n_pairs) < 0.2
    ratio = numpy.where(first, random.gamma(2, 1 / 0.25, n_pairs), random.gamma(4, 1 / 4, n_pairs))
    expected = random.gamma(1, 2, n_pairs)
    a = random.poisson(ratio * expected)
    found = fit_mixture(a, expected)
    assert found is not None
    truth = Mixture(2, 0.25, 4, 4, 0.2)
    mean = found.p * found.alpha1 / found.beta1 + (1 - found.p) * found.alpha2 / found.beta2
    assert mean == pytest.approx(0.2 * 8 + 0.8, rel=0.05)
    seen = a > 0
    ours, best = (shrink(a[seen], expected[seen], x).ebgm for x in (found, truth))
    assert numpy.median(numpy.abs(ours / best - 1)) < 0.03


def test_squashing_keeps_pairs_and_expectations() -> None:
    random = numpy.random.default_rng(0)
    n, e = random.integers(1, 4, 5000).astype(float), random.random(5000)
    points, means, weights = squash(n, e)
    assert len(points) <= 600 and weights.sum() == 5000
    assert (means * weights).sum() == pytest.approx(e.sum())
    for count in (1, 2, 3):
        assert weights[points == count].sum() == (n == count).sum()


def test_few_pairs_have_no_prior() -> None:
    assert fit_mixture(numpy.array([1, 2, 0, 0]), numpy.ones(4)) is None
