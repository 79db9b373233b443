"""Empirical Bayes: EBGM, EB05 and EB95, by a mixture of two gamma distributions.

DuMouchel 1999, Bayesian data mining in large frequency tables, The American Statistician
53:177-190; fitted to the pairs that are named, their distribution cut at zero, on points that are
put together where they are many: DuMouchel, Pregibon 2001, KDD, sections 3.2 and 3.3.
"""

from typing import Any, NamedTuple

import numpy

from .scipy_functions import optimize, special

Array = numpy.ndarray[Any, Any]
# alpha1, beta1, alpha2, beta2, p: DuMouchel's own start, and others far from it.
STARTS = (
    (0.2, 0.1, 2.0, 4.0, 1 / 3),
    (0.1, 0.1, 10.0, 10.0, 0.2),
    (0.5, 0.3, 12.0, 12.0, 0.8),
    (3.0, 0.5, 2.0, 2.0, 0.1),
)
_BINS = 200
_STEPS = 60


class Mixture(NamedTuple):
    """The prior of how many times more reports a pair has than expected.

    alpha1, beta1, alpha2, beta2 (float): Shape and rate of each gamma distribution.
    p (float): The share of the first.
    """

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    p: float


class Shrunk(NamedTuple):
    """What is believed of each pair.

    ebgm (Array): The geometric mean, shape (n_pairs,).
    low, high (Array): EB05 and EB95, between which 90 % of the belief lie, shape (n_pairs,).
    """

    ebgm: Array
    low: Array
    high: Array


def fit_mixture(a: Array, expected: Array) -> Mixture | None:
    """Fit the prior by its likelihood, from several starts.

    a, expected (Array): Of the pairs that are named, shape (n_pairs,).
    RETURNS (Mixture | None): The likeliest; None where fewer than five pairs are named, which tell
        nothing of five numbers.
    """
    seen = a > 0
    if seen.sum() < 5:
        return None
    n, e, weight = squash(a[seen].astype("float64"), expected[seen])
    found = [
        optimize().minimize(
            _loss,
            _pack(start),
            args=(n, e, weight),
            method="L-BFGS-B",
            bounds=[(-9.0, 9.0)] * 5,
        )
        for start in STARTS
    ]
    return _unpack(min(found, key=lambda result: float(result.fun)).x)


def squash(n: Array, e: Array) -> tuple[Array, Array, Array]:
    """Put pairs of one count and nearly one expectation together.

    n, e (Array): Counts and expectations, shape (n_pairs,).
    RETURNS (tuple[Array, Array, Array]): Counts, mean expectations and numbers of pairs, of at most
        200 points a count, shape (n_points,).
    """
    order = numpy.lexsort((e, n))
    n, e = n[order], e[order]
    _, first, sizes = numpy.unique(n, return_index=True, return_counts=True)
    ranks = numpy.arange(len(n)) - numpy.repeat(first, sizes)
    wide = numpy.repeat(numpy.maximum(1, -(-sizes // _BINS)), sizes)
    group = numpy.repeat(numpy.arange(len(sizes)), sizes)
    starts = numpy.flatnonzero(
        numpy.r_[True, (numpy.diff(ranks // wide) != 0) | (numpy.diff(group) != 0)]
    )
    weight = numpy.diff(numpy.r_[starts, len(n)]).astype("float64")
    return n[starts], numpy.add.reduceat(e, starts) / weight, weight


def shrink(a: Array, expected: Array, prior: Mixture) -> Shrunk:
    """Apply a prior.

    a, expected (Array): Of the pairs, shape (n_pairs,).
    prior (Mixture): The prior.
    RETURNS (Shrunk): EBGM, EB05, EB95.
    """
    alike, places = numpy.unique(
        numpy.stack([a.astype("float64"), expected]), axis=1, return_inverse=True
    )
    n, e, places = alike[0], alike[1], places.reshape(-1)
    q = first_share(n, e, prior)
    logs = [special().digamma(alpha + n) - numpy.log(beta + e) for alpha, beta in _parts(prior)]
    mean = numpy.exp(q * logs[0] + (1 - q) * logs[1])
    low, high = (quantile(p, n, e, q, prior) for p in (0.05, 0.95))
    return Shrunk(mean[places], low[places], high[places])


def first_share(n: Array, e: Array, prior: Mixture) -> Array:
    """RETURNS (Array): How likely each pair is of the prior's first part, shape (n_pairs,)."""
    first, second = (_log_density(n, e, alpha, beta) for alpha, beta in _parts(prior))
    odds = numpy.log(prior.p) - numpy.log1p(-prior.p) + first - second
    share: Array = special().expit(odds)
    return share


def quantile(p: float, n: Array, e: Array, q: Array, prior: Mixture) -> Array:
    """Find where a share of the belief lies below, by secants kept inside a bracket.

    p (float): The share.
    n, e, q (Array): Counts, expectations, shares of the first part, shape (n_pairs,).
    prior (Mixture): The prior.
    RETURNS (Array): To a relative 1e-10, shape (n_pairs,).
    """
    (a1, b1), (a2, b2) = _parts(prior)
    gammainc, inverse = special().gammainc, special().gammaincinv
    ends = [inverse(alpha + n, p) / (beta + e) for alpha, beta in ((a1, b1), (a2, b2))]
    low, high = numpy.minimum(*ends), numpy.maximum(*ends)
    found = numpy.sqrt(numpy.maximum(low, 1e-300) * numpy.maximum(high, 1e-300))
    active = numpy.flatnonzero(high > low * (1 + 1e-12))
    for _ in range(_STEPS):
        if not len(active):
            break
        x, m, t, w = found[active], n[active], e[active], q[active]
        below = w * gammainc(a1 + m, (b1 + t) * x) + (1 - w) * gammainc(a2 + m, (b2 + t) * x) - p
        slope = w * _density(a1 + m, b1 + t, x) + (1 - w) * _density(a2 + m, b2 + t, x)
        high[active] = numpy.where(below > 0, x, high[active])
        low[active] = numpy.where(below > 0, low[active], x)
        with numpy.errstate(divide="ignore", invalid="ignore"):
            step = x - below / slope
        inside = (step > low[active]) & (step < high[active])
        new = numpy.where(inside, step, (low[active] + high[active]) / 2)
        found[active] = new
        active = active[numpy.abs(new - x) > 1e-10 * new]
    return found


def _density(alpha: Array, beta: Array, x: Array) -> Array:
    gammaln = special().gammaln
    with numpy.errstate(divide="ignore", under="ignore"):
        logs = alpha * numpy.log(beta) + (alpha - 1) * numpy.log(x) - beta * x - gammaln(alpha)
    found: Array = numpy.exp(logs)
    return found


def _parts(prior: Mixture) -> tuple[tuple[float, float], tuple[float, float]]:
    return (prior.alpha1, prior.beta1), (prior.alpha2, prior.beta2)


def _log_density(n: Array, e: Array, alpha: float, beta: float) -> Array:
    """Of the negative binomial distribution that a gamma prior makes of a Poisson one."""
    gammaln = special().gammaln
    size = gammaln(alpha + n) - gammaln(alpha) - gammaln(n + 1)
    found: Array = size + n * numpy.log(e / (beta + e)) + alpha * numpy.log(beta / (beta + e))
    return found


def _loss(packed: Array, n: Array, e: Array, weight: Array) -> float:
    prior = _unpack(packed)
    first, second = (_log_density(n, e, alpha, beta) for alpha, beta in _parts(prior))
    none = [alpha * numpy.log(beta / (beta + e)) for alpha, beta in _parts(prior)]
    logs = numpy.log(prior.p), numpy.log1p(-prior.p)
    density = numpy.logaddexp(logs[0] + first, logs[1] + second)
    some = -numpy.expm1(numpy.logaddexp(logs[0] + none[0], logs[1] + none[1]))
    with numpy.errstate(divide="ignore"):
        return float(-(weight * (density - numpy.log(some))).sum() / weight.sum())


def _pack(start: tuple[float, ...]) -> Array:
    *positive, p = start
    return numpy.array([*numpy.log(positive), numpy.log(p / (1 - p))])


def _unpack(packed: Array) -> Mixture:
    alpha1, beta1, alpha2, beta2 = (float(x) for x in numpy.exp(packed[:4]))
    return Mixture(alpha1, beta1, alpha2, beta2, float(special().expit(packed[4])))
