"""Tables that a person edits: a row a line, cells between tabs, `#` begins a comment line."""

from collections.abc import Iterator
from pathlib import Path

from .errors import Errors, FormatError

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers"})  # of spreadsheets


def read_utf8(path: Path) -> str:
    """RETURNS (str): The text of a file that somebody gives. Raises FormatError where it isn't
    UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(Errors.SC015.format(where=f"'{path}'")) from None


def numbered_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Read a table line by line, for one whose faults are told by line.

    path (Path): UTF-8.
    YIELDS (tuple[int, list[str]]): Number and cells of each line, the header's too; empty lines and
        comments are left out. Raises FormatError where it isn't UTF-8.
    """
    for number, line in enumerate(read_utf8(path).splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.split("\t")


def read_rows(path: Path) -> list[list[str]]:
    """RETURNS (list[list[str]]): The cells of each row of a table, without its header."""
    return [cells for _, cells in numbered_rows(path)][1:]
