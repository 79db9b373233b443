"""Notes in CSV (RFC 4180) and in tables with tabs, read strictly."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from ...errors import CommandError, Errors
from .note_rows import Row, check_columns, name_place


def read_delimited(lines: TextIO, source: Path, mark: str, text_field: str) -> Iterator[Row]:
    """Read a table. Raises CommandError where a column stands twice, and where quotes don't pair:
    which lines are notes can't be told from there on.

    lines (TextIO): The open file, with its line ends as they are.
    source (Path): Its name.
    mark (str): What stands between columns.
    text_field (str): The column of the text.
    RETURNS (Iterator[Row]): One a record, named by the line that it begins on; with a fault where
        it has another width than the header.
    """
    records = _records(lines, source, mark)
    _, header = next(records, (1, []))
    check_columns(source, header, text_field)
    for line, fields in records:
        place = name_place(source, line)
        if len(fields) == len(header):
            yield Row(place, dict(zip(header, fields, strict=True)))
        elif fields:
            widths = {"found": len(fields), "expected": len(header)}
            yield Row(place, {}, Errors.SC563.format(path=source, line=line, **widths))


def _records(lines: TextIO, source: Path, mark: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(lines, delimiter=mark, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error:
            raise CommandError(Errors.SC561.format(path=source, line=line)) from None
        if record is None:
            return
        yield line, record
