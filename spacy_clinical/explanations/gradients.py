"""Integrated gradients (Sundararajan et al. 2017): attributions that add up to the score.

A feature's attribution is its difference from the baseline times the mean of its gradient on the
straight way from there. The integral is a Gauss-Legendre sum, refined until the attributions add
up to what the score gained.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy
import torch
from torch import Tensor

AT_ONCE = 8  # points of the way in one pass
FEWEST, MOST = 16, 256

# Takes inputs, each of shape (n_points, ...); gives a score for each point.
Score = Callable[[list[Tensor]], Tensor]


class Integral(NamedTuple):
    """Attributions, and how well they add up.

    values (list[Tensor]): Shaped as the inputs.
    score, baseline (float): The score of the inputs and of the baselines.
    steps (int): Points of the sum.
    residual (float): The sum of the attributions less `score - baseline`.
    """

    values: list[Tensor]
    score: float
    baseline: float
    steps: int
    residual: float


def integrate(
    score: Score, inputs: list[Tensor], baselines: list[Tensor], tolerance: float = 0.02
) -> Integral:
    """Attribute a score to inputs.

    score (Score): Differentiable; the points of a batch don't influence each other.
    inputs (list[Tensor]): What is explained.
    baselines (list[Tensor]): What "nothing there" is, of the same shapes.
    tolerance (float): Residual allowed, as a share of the difference of the scores (of 0.05 at
        least). The points are doubled until it is kept, up to 256.
    RETURNS (Integral): The attributions.
    """
    with torch.no_grad():
        ends = torch.tensor([1.0, 0.0])
        full, base = score(_between(inputs, baselines, ends)).tolist()
    allowed = tolerance * max(abs(full - base), 0.05)
    steps = FEWEST
    while True:
        values = _sum(score, inputs, baselines, steps)
        residual = sum(float(v.sum()) for v in values) - (full - base)
        if abs(residual) <= allowed or steps >= MOST:
            return Integral(values, full, base, steps, residual)
        steps *= 2


def _sum(score: Score, inputs: list[Tensor], baselines: list[Tensor], steps: int) -> list[Tensor]:
    nodes, weights = numpy.polynomial.legendre.leggauss(steps)
    places = torch.tensor((nodes + 1) / 2, dtype=torch.float32)
    shares = torch.tensor(weights / 2, dtype=torch.float32)
    total = [torch.zeros_like(x) for x in inputs]
    for start in range(0, steps, AT_ONCE):
        points = _between(inputs, baselines, places[start : start + AT_ONCE])
        points = [point.requires_grad_() for point in points]
        found = torch.autograd.grad(score(points).sum(), points, allow_unused=True)
        part = shares[start : start + AT_ONCE]
        for one, gradient in zip(total, found, strict=True):
            if gradient is not None:
                one += torch.tensordot(part.to(gradient), gradient, dims=1)
    return [one * (x - base) for one, x, base in zip(total, inputs, baselines, strict=True)]


def _between(inputs: list[Tensor], baselines: list[Tensor], places: Tensor) -> list[Tensor]:
    """The points of the way, shape (n_points, ...) for each input."""
    return [
        base + places.to(x).reshape(-1, *[1] * x.dim()) * (x - base)
        for x, base in zip(inputs, baselines, strict=True)
    ]
