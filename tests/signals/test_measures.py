"""Twelve tables worked out by hand, each measure by its formula written out again in fractions."""

import math
from fractions import Fraction

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, gamma, poisson

from spacy_clinical.signals.measures import (
    Z,
    benjamini_hochberg,
    information_component,
    poisson_p,
    proportional_reporting_ratio,
    reporting_odds_ratio,
    with_half,
    yates_chi_square,
)

# a, b, c, d.
TABLES = [
    (41, 14, 754, 585_614),
    (20, 100, 500, 100_000),
    (3, 7, 11, 979),
    (1, 1, 1, 1),
    (10, 90, 20, 180),
    (5, 995, 500, 99_500),
    (100, 900, 900, 98_100),
    (4, 1, 1, 4),
    (7, 93, 3, 897),
    (250, 4750, 1250, 993_750),
    (2, 3, 5, 7),
    (60, 40, 40, 60),
]


def cells(table: tuple[int, ...]) -> list[numpy.ndarray]:
    return [numpy.array([x]) for x in table]


@pytest.mark.parametrize("table", TABLES)
def test_worked_tables(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    n = a + b + c + d
    prr = float(Fraction(a, a + b) / Fraction(c, c + d))
    spread = math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    found = proportional_reporting_ratio(*cells(table))
    assert found.value[0] == pytest.approx(prr, rel=1e-9)
    assert found.low[0] == pytest.approx(math.exp(math.log(prr) - Z * spread), rel=1e-9)
    ror = float(Fraction(a * d, b * c))
    spread = math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    found = reporting_odds_ratio(*cells(table))
    assert found.value[0] == pytest.approx(ror, rel=1e-9)
    assert found.high[0] == pytest.approx(math.exp(math.log(ror) + Z * spread), rel=1e-9)
    expected = float(Fraction((a + b) * (a + c), n))
    ic = information_component(numpy.array([a]), numpy.array([expected]))
    assert ic.value[0] == pytest.approx(
        math.log2((a + 0.5) / (expected + 0.5)), rel=1e-9, abs=1e-12
    )
    low = gamma.ppf(0.025, a + 0.5, scale=1 / (expected + 0.5))
    assert ic.low[0] == pytest.approx(math.log2(low), rel=1e-9)
    distance = max(Fraction(0), abs(a * d - b * c) - Fraction(n, 2))
    chi2 = n * distance**2 / ((a + b) * (c + d) * (a + c) * (b + d))
    assert yates_chi_square(*cells(table))[0] == pytest.approx(float(chi2), rel=1e-9, abs=1e-12)
    p = poisson_p(numpy.array([a]), numpy.array([expected]))[0]
    assert p == pytest.approx(poisson.sf(a - 1, expected), rel=1e-9)


def test_a_table_by_hand() -> None:
    """20 of 120 against 500 of 100,500: (1/6) / (500/100500) = 33.5; 20*100000/(100*500) = 40."""
    table = cells((20, 100, 500, 100_000))
    assert proportional_reporting_ratio(*table).value[0] == pytest.approx(33.5)
    assert reporting_odds_ratio(*table).value[0] == pytest.approx(40.0)


def test_yates_is_that_of_scipy() -> None:
    for a, b, c, d in TABLES[1:]:
        ours = yates_chi_square(*cells((a, b, c, d)))[0]
        theirs = chi2_contingency([[a, b], [c, d]], correction=True).statistic
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def test_zero_cells_are_not_estimable() -> None:
    for table in ((0, 5, 5, 9), (5, 0, 5, 9), (5, 5, 0, 9), (5, 5, 5, 0)):
        assert numpy.isnan(reporting_odds_ratio(*cells(table)).value[0])
    assert numpy.isnan(proportional_reporting_ratio(*cells((5, 5, 0, 9))).value[0])
    a, b, c, d, needed = with_half(*cells((5, 5, 0, 9)))
    assert (a[0], b[0], c[0], d[0], needed[0]) == (5.5, 5.5, 0.5, 9.5, True)
    assert with_half(*cells((1, 2, 3, 4)))[0][0] == 1


def test_benjamini_hochberg_by_hand() -> None:
    found = benjamini_hochberg(numpy.array([0.04, 0.01, 0.03, 0.5]))
    assert found == pytest.approx([0.04 * 4 / 3, 0.04, 0.04 * 4 / 3, 0.5])
    assert len(benjamini_hochberg(numpy.array([]))) == 0


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.integers(1, 10**5)] * 4))
def test_intervals_hold_their_value(table: tuple[int, int, int, int]) -> None:
    for measure in (proportional_reporting_ratio, reporting_odds_ratio):
        found = measure(*cells(table))
        assert found.low[0] <= found.value[0] <= found.high[0]
