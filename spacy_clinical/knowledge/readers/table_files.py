"""A table's file, whatever it is: text with commas, semicolons, tabs or bars, or Parquet."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import CommandError, Errors
from ...installed import need_extra
from .lines import Row, delimiter_of, name_columns, read_lines, read_rows, split_line

LOOKED_AT = 10  # lines, of which one has the headings
PARQUET = ".parquet"


class Table(NamedTuple):
    """A table that is open.

    header (list[str]): The headings.
    line (int): Where they stand, 0 where that isn't a line.
    rows (Iterator[Row]): Number and cells of each row.
    """

    header: list[str]
    line: int
    rows: Iterator[Row]


def open_table(
    path: Path, is_enough: Callable[[Sequence[str]], bool], *, encoding: str = "utf-8"
) -> Table:
    """Open a table.

    path (Path): The file.
    is_enough (Callable[[Sequence[str]], bool]): Whether headings name what is needed. The first of
        ten lines that does has the headings, the first of all where none does.
    encoding (str): Of a text.
    RETURNS (Table): Its headings and rows.
    """
    if path.suffix.lower() == PARQUET:
        return _open_parquet(path)
    line, delimiter = _find_headings(path, is_enough, encoding)
    header, rows = read_rows(path, line, delimiter=delimiter, encoding=encoding)
    return Table(header, line, rows)


def first_cells(path: Path, *, encoding: str = "utf-8") -> set[str]:
    """RETURNS (set[str]): All cells of the lines of which one has a table's headings."""
    if path.suffix.lower() == PARQUET:
        return set(_open_parquet(path).header)
    return {cell for _, _, cells in _first_lines(path, encoding) for cell in cells}


def _find_headings(
    path: Path, is_enough: Callable[[Sequence[str]], bool], encoding: str
) -> tuple[int, str]:
    lines = list(_first_lines(path, encoding))
    line, delimiter, _ = lines[0] if lines else (1, ",", [])
    found = ((n, between) for n, between, cells in lines if is_enough(cells))
    return next(found, (line, delimiter))


def _first_lines(path: Path, encoding: str) -> Iterator[tuple[int, str, list[str]]]:
    """Number, what stands between its cells, and cells of each of the first lines with text."""
    suffixes = {suffix.lower() for suffix in path.suffixes}
    usual = "\t" if suffixes & {".tsv", ".txt", ".tab"} else ","
    said = ""
    for number, text in islice(read_lines(path, encoding), LOOKED_AT):
        delimiter, is_said = delimiter_of(text, said or usual)
        if is_said:
            said = delimiter
        elif text.strip():
            delimiter = said or delimiter
            yield number, delimiter, name_columns(split_line(text, delimiter))


def _open_parquet(path: Path) -> Table:
    arrow = need_extra("pyarrow", "Parquet", "parquet")
    parquet = need_extra("pyarrow.parquet", "Parquet", "parquet")
    try:
        names = parquet.read_schema(path).names
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(path, error) from None
    return Table(name_columns(names), 0, _parquet_rows(path, name_columns(names)))


def _parquet_rows(path: Path, header: list[str]) -> Iterator[Row]:
    arrow = need_extra("pyarrow", "Parquet", "parquet")
    parquet = need_extra("pyarrow.parquet", "Parquet", "parquet")
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1024):
                columns = [column.to_pylist() for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield number, dict(zip(header, map(_text, cells), strict=True))
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(path, error) from None


def _text(value: Any) -> str:
    """A value as a cell of text: whole numbers without a point, several values with bars."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | time):
        return value.isoformat()
    return "|".join(map(_text, value)) if isinstance(value, list) else str(value)


def _damaged(path: Path, error: Exception) -> CommandError:
    return CommandError(Errors.SC565.format(path=path, kind=type(error).__name__))
