"""Whether two samples of notes differ by more than chance: rates, distributions, many at once.

Mentions come in notes, and a note has many alike: counts vary by more than Poisson's law says. Each
comparison takes a design effect, known from the reference's notes one by one: how many times the
variance is that of independent mentions.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

Z95 = 1.959964
LARGEST = 300.0  # power of e: the interval of what single notes decide
FEW = 10  # a bin with fewer in both samples together joins its neighbour


class Rate(NamedTuple):
    """A rate against another.

    ratio (float): Now, of what it was.
    low, high (float): Its 95 % interval.
    p (float): Two-sided.
    """

    ratio: float
    low: float
    high: float
    p: float


def compare_rates(count: int, base: float, known: int, known_base: float, effect: float) -> Rate:
    """Compare two rates, on the log scale, with half a count more on both sides (Haldane).

    count, base (int, float): What was counted, and in how much: mentions, thousands of tokens.
    known, known_base (int, float): The same of the reference.
    effect (float): The design effect.
    RETURNS (Rate): The ratio; 1.0 and p = 1 where either base is 0.
    """
    if base <= 0 or known_base <= 0:
        return Rate(1.0, 0.0, math.inf, 1.0)
    ratio = (count + 0.5) / base / ((known + 0.5) / known_base)
    expected = (count + known + 1) / (base + known_base)
    error = math.sqrt(effect * (1 / (expected * base) + 1 / (expected * known_base)))
    p = math.erfc(abs(math.log(ratio)) / error / math.sqrt(2))
    wide = math.sqrt(effect * (1 / (count + 0.5) + 1 / (known + 0.5)))
    factor = math.exp(min(Z95 * wide, LARGEST))
    return Rate(ratio, ratio / factor, ratio * factor, p)


def rate_effect(counts: Sequence[int], bases: Sequence[float]) -> float:
    """Estimate the design effect of a rate from single notes (a ratio estimator's variance).

    counts (Sequence[int]): Of each note.
    bases (Sequence[float]): Of each note, tokens for instance.
    RETURNS (float): 1 at least.
    """
    total, base, n = sum(counts), sum(bases), len(counts)
    if not total or not base or n < 2:
        return 1.0
    rate = total / base
    spread = sum((c - rate * b) ** 2 for c, b in zip(counts, bases, strict=True)) / (n - 1)
    return max(1.0, spread * n / total)


class Shift(NamedTuple):
    """A distribution against another.

    psi (float): The population stability index: the sum of (q - p) ln(q / p) over bins.
    p (float): Of Pearson's test of both samples, over the design effect.
    """

    psi: float
    p: float


def compare_bins(counts: Sequence[int], known: Sequence[int], effect: float) -> Shift:
    """Compare two histograms.

    counts (Sequence[int]): Now.
    known (Sequence[int]): The reference, in the same bins.
    effect (float): The design effect (Rao and Scott 1981, first order).
    RETURNS (Shift): Zero and p = 1 where there is nothing to compare.
    """
    pairs = _merge(list(zip(counts, known, strict=True)))
    here, there = (sum(side) for side in zip(*pairs, strict=True)) if pairs else (0, 0)
    if not here or not there or len(pairs) < 2:
        return Shift(0.0, 1.0)
    both, chi, psi = here + there, 0.0, 0.0
    for a, b in pairs:
        for n, size in ((a, here), (b, there)):
            expected = (a + b) * size / both
            chi += (n - expected) ** 2 / expected
        q, p = ((n + 0.5) / (size + 0.5 * len(pairs)) for n, size in ((a, here), (b, there)))
        psi += (q - p) * math.log(q / p)
    return Shift(psi, chi_square_tail(chi / effect, len(pairs) - 1))


def _merge(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join bins with few to the one before; the first with few to the one behind."""
    merged: list[tuple[int, int]] = []
    for a, b in pairs:
        if merged and (sum(merged[-1]) < FEW or a + b < FEW):
            last = merged.pop()
            a, b = a + last[0], b + last[1]
        if a + b:
            merged.append((a, b))
    return merged


def bins_effect(notes: Sequence[Sequence[int]]) -> float:
    """Estimate the design effect of a histogram from single notes: the mean over bins, weighed as
    Rao and Scott do (1981).

    notes (Sequence[Sequence[int]]): The histogram of each note.
    RETURNS (float): 1 at least.
    """
    sizes = [sum(bins) for bins in notes]
    total = sum(sizes)
    columns = [column for column in zip(*notes, strict=True) if sum(column)]
    if total == 0 or len(columns) < 2 or len(notes) < 2:
        return 1.0
    n, weighed = len(notes), 0.0
    for column in columns:
        p = sum(column) / total
        spread = sum((c - p * t) ** 2 for c, t in zip(column, sizes, strict=True)) / (n - 1)
        weighed += spread * n / total / p
    return max(1.0, weighed / (len(columns) - 1))


def chi_square_tail(x: float, freedom: int) -> float:
    """Tell how often chi-square is larger, by its finite sum for whole degrees of freedom
    (Abramowitz and Stegun, 26.4.4 and 26.4.5).

    x (float): The value.
    freedom (int): Degrees of freedom, 1 at least.
    RETURNS (float): In 0..1.
    """
    half = x / 2
    if freedom % 2:
        total, term, start = math.erfc(math.sqrt(half)), math.sqrt(4 * half / math.pi), 3
        if freedom == 1:
            return total
    else:
        total, term, start = 0.0, 1.0, 2
    factor = math.exp(-half)
    for k in range(start, freedom + 1, 2):
        total += factor * term
        term *= x / k
    return min(1.0, total)


def adjust(values: Sequence[float]) -> list[float]:
    """Adjust p-values for their number (Benjamini and Hochberg 1995).

    values (Sequence[float]): The p-values.
    RETURNS (list[float]): The smallest false discovery rate at which each would be found.
    """
    order = sorted(range(len(values)), key=lambda i: -values[i])
    adjusted, least, n = [0.0] * len(values), 1.0, len(values)
    for rank, i in enumerate(order):
        least = min(least, values[i] * n / (n - rank))
        adjusted[i] = least
    return adjusted
