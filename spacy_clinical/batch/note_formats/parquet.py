"""Notes in Parquet tables."""

import math
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from ...errors import CommandError, Errors
from ...installed import need_extra
from .note_rows import Row, check_columns, name_place


def read_parquet(source: Path, text_field: str) -> Iterator[Row]:
    """Read a table. Raises CommandError where the file is damaged.

    source (Path): The file.
    text_field (str): The column of the text.
    RETURNS (Iterator[Row]): One a row, named by its number. Dates and times are ISO 8601, decimals
        strings, NaN (how pandas says that there is nothing) null.
    """
    pyarrow = need_extra("pyarrow", "Parquet", "parquet")
    try:
        for number, fields in enumerate(_rows(source, text_field), 1):
            place = name_place(source, number)
            if isinstance(fields[text_field], str):
                yield Row(place, fields)
            else:
                yield Row(place, {}, Errors.SC505.format(path=source, line=number))
    except (pyarrow.ArrowException, OSError) as error:
        kind = type(error).__name__
        raise CommandError(Errors.SC565.format(path=source, kind=kind)) from None


def _rows(source: Path, text_field: str) -> Iterator[dict[str, Any]]:
    parquet = need_extra("pyarrow.parquet", "Parquet", "parquet")
    with parquet.ParquetFile(source) as file:
        check_columns(source, file.schema_arrow.names, text_field)
        for batch in file.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                yield {name: plain_value(value) for name, value in row.items()}


def plain_value(value: Any) -> Any:
    """RETURNS (Any): A value of a table in JSON's terms."""
    if isinstance(value, list):
        return [plain_value(part) for part in value]
    if isinstance(value, dict):
        return {key: plain_value(part) for key, part in value.items()}
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
