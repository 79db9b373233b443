"""The room's tables: TSV files with a header, `#` begins a comment line."""

from collections.abc import Iterator
from importlib.resources import files

SEVERAL = "|"


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Read a packaged table.

    name (str): Its name, such as "units".
    YIELDS (dict[str, str]): A row by its columns.
    """
    text = (files(__package__) / "data" / f"{name}.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    header = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(header, line.split("\t"), strict=True))


def read_forms(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Read a packaged table form by form.

    name (str): Its name; the column `forms` holds several parted by `|`.
    YIELDS (tuple[str, dict[str, str]]): A form and its row.
    """
    for row in read_rows(name):
        for form in row["forms"].split(SEVERAL):
            yield form, row
