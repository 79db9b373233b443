"""Precision-recall curves and reliability diagrams as SVG inside a page, in the page's colours."""

import re
from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from ..errors import Errors, ViewerError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, LINE = "#010203", "#040506"  # stand-ins: the page's own colours take their place


def plot_curve(curve: dict[str, Any], title: str) -> str:
    """Draw precision over recall.

    curve (dict[str, Any]): As `curve_to_json` gives it.
    title (str): What a screen reader says.
    RETURNS (str): SVG.
    """
    figure, axes = _axes("recall", "precision")
    points = [(r, p) for _, p, r in curve["points"]]
    recall, precision = zip(*[(0.0, points[0][1]), *points], strict=True)
    axes.step(recall, precision, where="pre", color=LINE, linewidth=1.8)
    axes.plot(recall[-1:], precision[-1:], "o", color=LINE, markersize=4)
    return _to_svg(figure, title)


def plot_reliability(bins: Sequence[dict[str, Any]], title: str) -> str:
    """Draw the share of right predictions over their score, and how many there are.

    bins (Sequence[dict[str, Any]]): As `reliability_to_json` gives them.
    title (str): What a screen reader says.
    RETURNS (str): SVG.
    """
    figure, axes = _axes("score", "share right")
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--")
    most = max(row["count"] for row in bins)
    for row in bins:
        height = 0.25 * row["count"] / most
        width = row["to"] - row["from"]
        axes.bar(row["from"], height, width, align="edge", color=LINE, alpha=0.25, linewidth=0)
    scores = [row["mean_score"] for row in bins]
    axes.plot(scores, [row["share_right"] for row in bins], "o-", color=LINE, linewidth=1.6)
    return _to_svg(figure, title)


def _axes(x: str, y: str) -> tuple["Figure", Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ViewerError(Errors.SC707.format(error=error)) from None
    figure = Figure(figsize=(3.2, 2.9), layout="tight")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.set(xlabel=x, ylabel=y, xlim=(0, 1.005), ylim=(0, 1.02))
    parts: list[Any] = [axes.xaxis.label, axes.yaxis.label, *axes.spines.values()]
    for part in parts:
        part.set_color(INK)
    axes.tick_params(colors=INK, labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.2, color=INK)
    return figure, axes


def _to_svg(figure: "Figure", title: str) -> str:
    from html import escape

    from matplotlib import rc_context

    target = StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": title, "font.family": "sans-serif"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    svg = target.getvalue()
    svg = svg[svg.index("<svg") :]
    start, end = svg.index("<metadata>"), svg.index("</metadata>") + len("</metadata>")
    svg = re.sub(
        r' id="(?:figure|axes|patch|matplotlib|xtick|ytick|line2d|text)[\w.]*"',
        "",
        svg[:start] + svg[end:],
    )
    svg = svg.replace(INK, "currentColor").replace(LINE, "var(--plot)")
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1)
