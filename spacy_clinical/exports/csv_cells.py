"""Cells of CSV files that a spreadsheet would run as formulas."""

from typing import Any

# OWASP, "CSV Injection" (owasp.org/www-community/attacks/CSV_Injection): how formulas begin.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guard_row(row: dict[str, Any], longest: int | None = None) -> dict[str, Any]:
    """Put an apostrophe before texts that a spreadsheet would run as formulas, as OWASP advises.

    row (dict[str, Any]): Column to cell; numbers stay as they are.
    longest (int | None): Characters that a cell with an apostrophe may have.
    RETURNS (dict[str, Any]): A row in which no text begins as a formula does.
    """
    return {name: _guard(cell, longest) for name, cell in row.items()}


def _guard(cell: Any, longest: int | None) -> Any:
    is_formula = isinstance(cell, str) and cell.startswith(FORMULA)
    return f"'{cell}"[:longest] if is_formula else cell
