"""ATC, the Anatomical Therapeutic Chemical classification, as the user has it.

A table of codes and names, such as the WHO Collaborating Centre's index; a code's parent is the
code of the level above it (https://atcddd.fhi.no/atc/structure_and_principles/): A10BA02, A10BA,
A10B, A10, A.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..terminology_facts import CROSSREF, NAME, PARENT, TYPE, Fact
from .lines import problem, read_table, require

CODE = re.compile(r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?")
LEVELS = (1, 3, 4, 5, 7)  # characters of a code of each level


def read_atc(
    path: Path, *, columns: Mapping[str, str] | None = None, encoding: str = "utf-8"
) -> Iterator[Fact]:
    """Read a table of ATC codes.

    path (Path): .tsv with tabs, others with commas; the first line names the columns.
    columns (Mapping[str, str] | None): What it calls `id` and `name`, where it calls them
        otherwise.
    encoding (str): Of the text.
    YIELDS (Fact): What it says; a concept's type is "ATC level 1" to "ATC level 5".
    """
    called = {"id": "id", "name": "name"} | dict(columns or {})
    delimiter = "\t" if ".tsv" in path.suffixes else ","
    needed = [called["id"], called["name"]]
    for line, row in read_table(path, needed, delimiter=delimiter, encoding=encoding):
        code = require(row, called["id"], path, line).upper()
        if not CODE.fullmatch(code):
            raise problem(path, line, f"'{code[:20]}'", "an ATC code such as A10BA02")
        level = LEVELS.index(len(code))
        yield Fact(code, NAME, require(row, called["name"], path, line))
        yield Fact(code, CROSSREF, f"ATC:{code}")
        yield Fact(code, TYPE, f"ATC level {level + 1}")
        if level:
            yield Fact(code, PARENT, code[: LEVELS[level - 1]])
