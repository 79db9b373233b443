"""Signals in files: a CSV of all pairs, and a page with a picture of them."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from ..exports.csv_cells import guard_row
from ..files import new_file
from ..viewer.html_page import render_page
from .disproportionality import Signal, SignalTable

COLUMNS = tuple(f.name for f in fields(Signal))
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 720, 380, 56, 12, 48
_MOST_P = 30
_DOTS = 4000  # a page with more would be slow to draw


class Dot(NamedTuple):
    """A pair in the picture.

    x, y (float): Its place.
    flagged (bool): Whether a rule flags it.
    row (int): Its row on the page, 0 for none.
    title (str): What a pointer shows.
    """

    x: float
    y: float
    flagged: bool
    row: int
    title: str


def write_signals(table: SignalTable, path: Path, *, guard_formulas: bool = False) -> None:
    """Write all pairs, the flagged ones first.

    table (SignalTable): The pairs.
    path (Path): A CSV; empty cells aren't estimable.
    guard_formulas (bool): Put an apostrophe before what a spreadsheet would run.
    """
    with new_file(path) as file:
        text = TextIOWrapper(file, "utf-8", newline="")
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for signal in table.signals(table.ranked()):
            row = {name: _cell(getattr(signal, name)) for name in COLUMNS}
            writer.writerow(guard_row(row) if guard_formulas else row)
        text.detach()


def render_signals(
    table: SignalTable,
    evidence: Mapping[tuple[str, str], Sequence[object]] | None = None,
    *,
    title: str = "Signals",
    unit: str = "report",
    limit: int = 200,
) -> str:
    """Make a page: a volcano plot, and the flagged pairs with where they are said.

    table (SignalTable): The pairs.
    evidence (Mapping | None): Where each pair is said, as `graph_reports` gives it.
    title (str): Its title.
    unit (str): What counts once: "report", "patient" or "document".
    limit (int): Rows at most.
    RETURNS (str): HTML.
    """
    places = table.ranked(flagged=True)[:limit]
    signals, known = list(table.signals(places)), evidence or {}
    said = [[str(place) for place in known.get((s.drug, s.event), ())] for s in signals]
    numbers = range(1, len(signals) + 1)
    rows = list(zip(numbers, signals, said, strict=True))
    dots = list(_dots(table, dict(zip(places, numbers, strict=True))))
    return render_page(
        "signals.html",
        title=title,
        unit=unit,
        table=table,
        rows=rows,
        dots=dots,
        axes=_axes(table),
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        base=_HEIGHT - _BOTTOM,
        flagged=len(table.ranked(flagged=True)),
        left_out=sorted(table.left_out.items()),
        number=_number,
    )


def _dots(table: SignalTable, rows: Mapping[int, int]) -> Iterator[Dot]:
    shown = table.ranked()[:_DOTS][::-1]  # the flagged ones are drawn last, on top
    (low, high), most = _span(table), _most(table)
    for place, signal in zip(shown, table.signals(shown), strict=True):
        lift = min(most, -math.log10(max(signal.p, 1e-300)))
        ratio = math.log2((signal.a + 0.5) / (signal.expected + 0.5))
        title = f"{signal.drug} and {signal.event}: {signal.a} of {signal.expected:.2f} expected"
        x, y = _x(ratio, low, high), _y(lift, most)
        yield Dot(x, y, bool(signal.flags), rows.get(place, 0), title)


def _axes(table: SignalTable) -> list[tuple[str, float, str]]:
    """Ticks of both axes: "x" or "y", place, label."""
    low, high = _span(table)
    step = max(1, math.ceil((high - low) / 8))
    ticks = [("x", _x(v, low, high), f"{2.0**v:g}") for v in range(low, high + 1, step)]
    most = _most(table)
    rises = range(0, most + 1, max(1, most // 4))
    return [*ticks, *(("y", _y(v, most), f"1e-{v}" if v else "1") for v in rises)]


def _most(table: SignalTable) -> int:
    """The power of ten that the picture reaches to."""
    least = float(table.columns["p"].min()) if len(table) else 1.0
    return min(_MOST_P, max(2, math.ceil(-math.log10(max(least, 1e-300)))))


def _span(table: SignalTable) -> tuple[int, int]:
    ratios = [
        math.log2((a + 0.5) / (e + 0.5))
        for a, e in zip(table.cells.a.tolist(), table.cells.expected.tolist(), strict=True)
    ]
    return math.floor(min(ratios, default=0.0)), max(1, math.ceil(max(ratios, default=1.0)))


def _x(ratio: float, low: int, high: int) -> float:
    share = (ratio - low) / max(high - low, 1)
    return round(_LEFT + share * (_WIDTH - _LEFT - 16), 1)


def _y(lift: float, most: int) -> float:
    return round(_HEIGHT - _BOTTOM - lift / most * (_HEIGHT - _BOTTOM - _TOP), 1)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    return f"{value:.6g}" if isinstance(value, float) else value
