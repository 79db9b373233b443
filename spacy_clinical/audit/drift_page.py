"""Drift as one self-contained page: a table for each period, a line for each measure that moved."""

from math import log2
from typing import Any, NamedTuple

from ..viewer.html_page import render_page
from .drift import STEADY, Drift, Measure, Period

HEIGHT, MARGIN = 30, 4  # of a row of dots, in pixels, and of it above and below the scale
MOST = 3.0  # a ratio of 8 or an eighth, in powers of two, is the end of the scale


class Dot(NamedTuple):
    """A period on a measure's line.

    x, y (float): Middle: hundredths of the row's width, and pixels from its top.
    top, bottom (float): The interval's ends, in pixels.
    status (str): Its colour.
    title (str): What it says.
    """

    x: float
    y: float
    top: float
    bottom: float
    status: str
    title: str


class Line(NamedTuple):
    """A measure over all periods.

    name (str): The measure.
    dots (list[Dot]): In order.
    """

    name: str
    dots: list[Dot]


def render_drift(drift: Drift) -> str:
    """Draw drift.

    drift (Drift): As `find_drift` gives it.
    RETURNS (str): HTML: numbers and labels only.
    """
    judged = [period for period in drift.periods if period.measures]
    names = [m.name for period in judged for m in period.measures if m.status != STEADY]
    lines = [_line(name, judged) for name in dict.fromkeys(names)]
    return render_page("drift.html", drift=drift, lines=lines, height=HEIGHT, cell=cell)


def cell(value: Any) -> str:
    """RETURNS (str): A number as a table shows it."""
    if value is None:
        return ""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _line(name: str, periods: list[Period]) -> Line:
    step = 100 / max(1, len(periods))
    dots = []
    for i, period in enumerate(periods):
        measure = next((m for m in period.measures if m.name == name), None)
        if measure is not None:
            dots.append(_dot(measure, period.name, round((i + 0.5) * step, 2)))
    return Line(name, dots)


def _dot(measure: Measure, period: str, x: float) -> Dot:
    def height(ratio: float) -> float:
        power = max(-MOST, min(MOST, log2(max(ratio, 1e-9))))
        return place(0.5 + power / MOST / 2)

    def place(share: float) -> float:
        """How far from the top a share of the scale is."""
        return round(MARGIN + (HEIGHT - 2 * MARGIN) * (1 - share), 2)

    if measure.ratio is None or measure.low is None or measure.high is None:
        y = place(min(1.0, measure.psi or 0.0))
        return Dot(x, y, y, y, measure.status, f"{period}: PSI {measure.psi:.3f}")
    title = f"{period}: {measure.ratio:.2f} ({measure.low:.2f} to {measure.high:.2f})"
    ends = (height(measure.high), height(measure.low))
    return Dot(x, height(measure.ratio), *ends, measure.status, title)
