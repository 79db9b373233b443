"""How sure a score is: bootstrap intervals, and a paired test of two pipelines.

Documents are what is drawn, since mentions of one note aren't independent. Intervals are
percentiles (Efron 1979); the test is approximate randomisation (Noreen 1989; Yeh 2000).
"""

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy
from typer import Option

from .document_counts import Array, precision_recall_f

CHUNK = 500  # rounds at once: bounds the memory at 500 x documents


@dataclass(frozen=True)
class Settings:
    """How to draw.

    samples (int): Rounds of bootstrap and test.
    level (float): Share of the rounds that an interval covers.
    seed (int): Of the rounds: the same seed gives the same numbers.
    """

    samples: Annotated[int, Option("--samples", min=1)] = 2000
    level: float = 0.95
    seed: Annotated[int, Option("--seed")] = 0


def bootstrap(counts: Array, settings: Settings) -> Array:
    """Give intervals of precision, recall and F1.

    A round in which a score isn't defined (a rare label was not drawn) says nothing about it.

    counts (Array): Counts of each document, shape (n_docs, ..., 3).
    settings (Settings): How to draw.
    RETURNS (Array): Low and high of each score, shape (..., 3, 2); NaN where no round defined it.
    """
    return _percentiles(_draw_scores(counts, settings), settings.level)


def compare(first: Array, second: Array, settings: Settings) -> dict[str, Any]:
    """Test whether two pipelines' F1 on the same documents differ.

    Null hypothesis: in each document, the two outputs might as well be exchanged. Each round
    exchanges them at random; the p-value is the share of rounds, the real one counted among them,
    that differ at least as much. The interval is of the difference, drawn with the same documents
    for both.

    first, second (Array): Counts of each document, shape (n_docs, 3).
    settings (Settings): How to draw.
    RETURNS (dict[str, Any]): `first`, `second`, `difference` (second less first), `low`, `high`,
        `p`; None where a score isn't defined.
    """
    scores = [float(precision_recall_f(c.sum(axis=0))[2]) for c in (first, second)]
    difference = scores[1] - scores[0]
    both = numpy.stack([first, second], axis=1)
    drawn = _draw_scores(both, settings)[..., 2]
    low, high = _percentiles((drawn[:, 1] - drawn[:, 0])[:, None], settings.level)[0]
    as_much = numpy.abs(_exchanged(first, second, settings)) >= abs(difference) - 1e-12
    p = (as_much.sum() + 1) / (settings.samples + 1)
    numbers = {"first": scores[0], "second": scores[1], "difference": difference}
    numbers |= {"low": low, "high": high, "p": p if difference == difference else numpy.nan}
    return {name: as_json(value) for name, value in numbers.items()}


def as_json(value: float) -> float | None:
    """RETURNS (float | None): None for NaN, which JSON doesn't know."""
    return None if numpy.isnan(value) else float(value)


def _draw_scores(counts: Array, settings: Settings) -> Array:
    """Scores of each round, shape (samples, ..., 3)."""
    random = numpy.random.default_rng(settings.seed)
    n_docs = len(counts)
    flat = counts.reshape(n_docs, math.prod(counts.shape[1:])).astype("float64")
    parts = [numpy.zeros((0, flat.shape[1]))]
    for size in _chunks(settings.samples if n_docs else 0):
        weights = random.multinomial(n_docs, numpy.full(n_docs, 1 / n_docs), size=size)
        parts.append(weights @ flat)
    return precision_recall_f(numpy.concatenate(parts).reshape(-1, *counts.shape[1:]))


def _exchanged(first: Array, second: Array, settings: Settings) -> Array:
    """Differences of F1 with some documents' outputs exchanged, shape (samples,)."""
    random = numpy.random.default_rng(settings.seed)
    change = (second - first).astype("float64")
    found = []
    for size in _chunks(settings.samples):
        moved = random.integers(0, 2, (size, len(first))) @ change
        one = precision_recall_f(first.sum(axis=0) + moved)[:, 2]
        other = precision_recall_f(second.sum(axis=0) - moved)[:, 2]
        found.append(numpy.nan_to_num(other - one))
    return numpy.concatenate(found)


def _percentiles(drawn: Array, level: float) -> Array:
    """Low and high over the first axis, leaving NaN out."""
    bounds = numpy.full((*drawn.shape[1:], 2), numpy.nan)
    for place in numpy.ndindex(drawn.shape[1:]):
        values = drawn[(slice(None), *place)]
        values = values[~numpy.isnan(values)]
        if len(values):
            bounds[place] = numpy.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return bounds


def _chunks(samples: int) -> list[int]:
    return [min(CHUNK, samples - start) for start in range(0, samples, CHUNK)]
