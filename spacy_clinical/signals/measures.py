"""Measures of disproportionality of two-by-two tables, all over arrays.

                    event        other events
    drug              a               b
    other drugs       c               d

A measure that a zero cell leaves without a value is NaN: it isn't estimable.
"""

from typing import Any, NamedTuple

import numpy

from .scipy_functions import special

Array = numpy.ndarray[Any, Any]
Z = 1.959963984540054  # 97.5 % of the normal distribution lie below


class Interval(NamedTuple):
    """A measure of each pair.

    value, low, high (Array): With its 95 % interval, shape (n_pairs,); NaN where not estimable.
    """

    value: Array
    low: Array
    high: Array


def with_half(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Add a half to all four cells of the tables that have a zero (Haldane 1956, Annals of Human
    Genetics 20; Anscombe 1956).

    a, b, c, d (Array): The cells, shape (n_pairs,).
    RETURNS (tuple): The cells, and where a half was added, shape (n_pairs,).
    """
    needed = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    half = numpy.where(needed, 0.5, 0.0)
    return a + half, b + half, c + half, d + half, needed


def proportional_reporting_ratio(a: Array, b: Array, c: Array, d: Array) -> Interval:
    """Compare the event's share among reports of the drug with that among the others: PRR (Evans,
    Waller, Davis 2001, Pharmacoepidemiology and Drug Safety 10:483-486), its interval by the
    variance of a log risk ratio.

    a, b, c, d (Array): The cells, shape (n_pairs,).
    RETURNS (Interval): Not estimable where `a` or `c` is zero.
    """
    a, b, c, d = (numpy.asarray(x, dtype="float64") for x in (a, b, c, d))
    with numpy.errstate(divide="ignore", invalid="ignore"):
        value = (a / (a + b)) / (c / (c + d))
        spread = Z * numpy.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return _interval(value, spread)


def reporting_odds_ratio(a: Array, b: Array, c: Array, d: Array) -> Interval:
    """Compare odds: ROR (van Puijenbroek et al. 2002, Pharmacoepidemiology and Drug Safety
    11:3-10), its interval by Woolf's variance of a log odds ratio.

    a, b, c, d (Array): The cells, shape (n_pairs,).
    RETURNS (Interval): Not estimable where a cell is zero.
    """
    a, b, c, d = (numpy.asarray(x, dtype="float64") for x in (a, b, c, d))
    with numpy.errstate(divide="ignore", invalid="ignore"):
        value = (a * d) / (b * c)
        spread = Z * numpy.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return _interval(value, spread)


def yates_chi_square(a: Array, b: Array, c: Array, d: Array) -> Array:
    """Test independence by chi-square with Yates' correction for continuity (Yates 1934,
    Supplement to the Journal of the Royal Statistical Society 1:217-235).

    a, b, c, d (Array): The cells, shape (n_pairs,).
    RETURNS (Array): Chi-square with one degree of freedom, shape (n_pairs,); NaN where a margin is
        zero.
    """
    a, b, c, d = (numpy.asarray(x, dtype="float64") for x in (a, b, c, d))
    n = a + b + c + d
    distance = numpy.maximum(numpy.abs(a * d - b * c) - n / 2, 0)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        found: Array = numpy.where(margins > 0, n * distance**2 / margins, numpy.nan)
    return found


def information_component(a: Array, expected: Array) -> Interval:
    """Compare observed and expected on a scale of two, shrunk by a half: IC (Bate et al. 1998,
    European Journal of Clinical Pharmacology 54:315-321; with 1/2 and its exact credible interval,
    Noren, Hopstadius, Bate 2013, Statistical Methods in Medical Research 22:57-69, section 2.1).

    a (Array): Reports that name both, shape (n_pairs,).
    expected (Array): What `a` would be without any tie, shape (n_pairs,).
    RETURNS (Interval): log2 of (a + 1/2) / (expected + 1/2), and of the quantiles at 2.5 % and
        97.5 % of the gamma distribution of shape a + 1/2 and rate expected + 1/2.
    """
    a, expected = numpy.asarray(a, dtype="float64"), numpy.asarray(expected, dtype="float64")
    shapes, places = numpy.unique(a + 0.5, return_inverse=True)
    low, high = (special().gammaincinv(shapes, p)[places] for p in (0.025, 0.975))
    rate = expected + 0.5
    return Interval(*(numpy.log2(x / rate) for x in (a + 0.5, low, high)))


def poisson_p(a: Array, expected: Array) -> Array:
    """Give the probability of at least `a` reports where `expected` were to come, by the Poisson
    distribution: one-sided and exact (Garwood 1936, Biometrika 28:437-442).

    a, expected (Array): Shape (n_pairs,).
    RETURNS (Array): In 0..1, shape (n_pairs,); 1 for no report.
    """
    a, expected = numpy.asarray(a, dtype="float64"), numpy.asarray(expected, dtype="float64")
    found: Array = numpy.where(a > 0, special().gammainc(numpy.maximum(a, 1), expected), 1.0)
    return found


def benjamini_hochberg(p: Array) -> Array:
    """Adjust p-values for their number, so that those under a bound have at most that share of
    false ones (Benjamini, Hochberg 1995, Journal of the Royal Statistical Society B 57:289-300).

    p (Array): P-values, shape (n_pairs,).
    RETURNS (Array): Adjusted ones, shape (n_pairs,).
    """
    p = numpy.asarray(p, dtype="float64")
    n, order = len(p), numpy.argsort(p, kind="stable")
    raised = p[order] * n / numpy.arange(1, n + 1)
    found = numpy.empty(n)
    found[order] = numpy.minimum(numpy.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return found


def _interval(value: Array, spread: Array) -> Interval:
    fine = numpy.isfinite(value) & (value > 0) & numpy.isfinite(spread)
    value = numpy.where(fine, value, numpy.nan)
    factor = numpy.exp(numpy.where(fine, spread, numpy.nan))
    return Interval(value, value / factor, value * factor)
