"""ATC, the Anatomical Therapeutic Chemical classification, as the user has it.

A table of codes and names, such as the WHO Collaborating Centre's index; a code's parent is the
code of the level above it (https://atcddd.fhi.no/atc/structure_and_principles/): A10BA02, A10BA,
A10B, A10, A.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ..terminology_facts import CROSSREF, NAME, PARENT, TYPE, Fact
from .lines import problem, require
from .table import check_columns, tell_columns
from .table_columns import Given, choose_columns
from .table_files import open_table

CODE = re.compile(r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?")
LEVELS = (1, 3, 4, 5, 7)  # characters of a code of each level


def read_atc(
    path: Path, *, columns: Given | None = None, encoding: str = "utf-8"
) -> Iterator[Fact]:
    """Read a table of ATC codes.

    path (Path): A table, see `read_csv`.
    columns (Given | None): What it calls `id` and `name`, where it calls them otherwise.
    encoding (str): Of the text.
    YIELDS (Fact): What it says; a concept's type is "ATC level 1" to "ATC level 5".
    """
    table = open_table(path, lambda x: choose_columns(x, columns).is_enough, encoding=encoding)
    chosen = choose_columns(table.header, columns)
    check_columns(path, table, chosen, columns or {})
    yield from tell_columns(path, chosen)
    id, name = chosen.id, (chosen.fields.get("name") or chosen.fields["aliases"])[0]
    for line, row in table.rows:
        code = require(row, id, path, line).upper()
        if not CODE.fullmatch(code):
            raise problem(path, line, f"'{code[:20]}'", "an ATC code such as A10BA02")
        level = LEVELS.index(len(code))
        yield Fact(code, NAME, require(row, name, path, line))
        yield Fact(code, CROSSREF, f"ATC:{code}")
        yield Fact(code, TYPE, f"ATC level {level + 1}")
        if level:
            yield Fact(code, PARENT, code[: LEVELS[level - 1]])
