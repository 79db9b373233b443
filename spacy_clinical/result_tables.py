"""Tables of results, the same for the terminal and for a notebook: what a command shows, the
function of its room gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wasabi import table as align

COUNT = ("", "count")


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
        if not self.rows:
            return ""
        aligns: list[Any] = [
            "l" if isinstance(cell, str) and not _is_number(cell) else "r" for cell in self.rows[0]
        ]
        cells = [[str(cell) for cell in row] for row in self.rows]
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


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.replace(".", "", 1).isdigit()
