"""The room's tables: TSV files with a header, `#` begins a comment line."""

from collections.abc import Iterator
from pathlib import Path

from .. import tsv

TABLES = Path(__file__).parent / "data"
SEVERAL = "|"


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Read a packaged table.

    name (str): Its name, such as "units".
    YIELDS (dict[str, str]): A row by its columns.
    """
    (_, header), *rows = tsv.numbered_rows(TABLES / f"{name}.tsv")
    for _, cells in rows:
        yield dict(zip(header, cells, strict=True))


def read_forms(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Read a packaged table form by form.

    name (str): Its name; the column `forms` holds several parted by `|`.
    YIELDS (tuple[str, dict[str, str]]): A form and its row.
    """
    for row in read_rows(name):
        for form in row["forms"].split(SEVERAL):
            yield form, row
