"""Tables of results, the same for the terminal and for a notebook: what a command shows, the
function of its room gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from wasabi import table as align

COUNT = ("", "count")
GAP = 3  # blanks between columns
LEAST = 15  # characters of a cell that is wrapped


@dataclass(frozen=True)
class Table:
    """Results in rows.

    title (str): Above the rows.
    header (Sequence[str]): A name for each column.
    rows (Sequence[Sequence[Any]]): The cells.
    notes (Sequence[str]): Sentences below; a table may be nothing but them.
    """

    title: str = ""
    header: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        """RETURNS (str): The rows, aligned, numbers to the right; empty where there are none."""
        return self._align([[str(cell) for cell in row] for row in self.rows])

    def within(self, width: int) -> str:
        """Write the table so that it fits a terminal.

        width (int): Characters in a line.
        RETURNS (str): The rows, the cells of the widest columns in several lines if need be; as it
            is where that leaves a column fewer than `LEAST`.
        """
        cells = [[str(cell) for cell in row] for row in self.rows]
        columns = zip(self.header, *cells, strict=True)
        most = _fit([max(map(len, column)) for column in columns], width)
        if most is None:
            return self._align(cells)
        wrapped = [
            [wrap(cell, most, break_on_hyphens=False) or [""] for cell in row] for row in cells
        ]
        lines = [zip_longest(*row, fillvalue="") for row in wrapped]
        return self._align([list(line) for row in lines for line in row])

    def _align(self, cells: list[list[str]]) -> str:
        if not cells:
            return ""
        aligns: list[Any] = [
            "l" if isinstance(cell, str) and not _is_number(cell) else "r" for cell in self.rows[0]
        ]
        text = align(cells, header=self.header, divider=True, aligns=aligns, max_col=60)
        return str(text).strip("\n")


@dataclass(frozen=True)
class Message:
    """A sentence beside tables: what was done, or what to heed.

    text (str): The sentence.
    kind (str): "good" for what was done, "warn" for what to heed, "info" and "text" for
        what else there is to know, "fail" for a fault.
    advice (str): What to do about it.
    """

    text: str
    kind: str = "good"
    advice: str = ""

    def __str__(self) -> str:
        """RETURNS (str): The sentence."""
        return self.text


Result = Table | Message


def count_table(title: str, counts: Mapping[Any, Any], header: Sequence[str] = COUNT) -> Table:
    """Lay counts out, sorted by what is counted.

    title (str): Above the table.
    counts (Mapping[str | tuple[str, ...], int]): What is counted, in one cell or several, to how
        many.
    header (Sequence[str]): A name for each column.
    RETURNS (Table): A row for each count, also for one of 0.
    """
    rows = [(*(x if isinstance(x, tuple) else (x,)), n) for x, n in sorted(counts.items())]
    return Table(title, header, rows)


def score_table(title: str, rows: Mapping[str, Mapping[str, float | None]]) -> Table:
    """Lay precision, recall and F1 out, in percent.

    title (str): Above the table.
    rows (Mapping): Name to `p`, `r` and `f` in 0..1, missing or None where not measured.
    RETURNS (Table): A row for each name.
    """
    cells = [(name, *(percent(scores.get(x)) for x in "prf")) for name, scores in rows.items()]
    return Table(title, ("", "P", "R", "F"), cells)


def percent(share: float | None, digits: int = 2) -> str:
    """RETURNS (str): A share in 0..1 in percent with so many digits behind the point, "-" for
    None."""
    return decimal(None if share is None else 100 * share, digits)


def decimal(value: float | None, digits: int = 2) -> str:
    """RETURNS (str): A number with so many digits behind the point, "-" for None."""
    return "-" if value is None else f"{value:.{digits}f}"


def _fit(widths: Sequence[int], width: int) -> int | None:
    """The most characters of a cell with which columns fit a line; None if they do anyway, or
    never."""
    room = width - GAP * (len(widths) - 1)
    if sum(widths) <= room:
        return None
    fitting = (most for most in range(max(widths), LEAST, -1) if _sum(widths, most) <= room)
    return next(fitting, None)


def _sum(widths: Sequence[int], most: int) -> int:
    return sum(min(one, most) for one in widths)


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.replace(".", "", 1).isdigit()
