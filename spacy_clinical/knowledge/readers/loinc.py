"""LOINC: Loinc.csv of the LOINC Table File."""

from collections.abc import Iterator
from pathlib import Path

from ..terminology_facts import CROSSREF, DEFINITION, NAME, TYPE, Fact
from .lines import find_file, read_table, require

REQUIRED = ("LOINC_NUM", "COMPONENT", "CLASS", "STATUS", "SHORTNAME", "LONG_COMMON_NAME")
# By how good a name each is; the first that isn't empty is canonical.
NAMES = ("LONG_COMMON_NAME", "DisplayName", "CONSUMER_NAME", "SHORTNAME", "COMPONENT")


def read_loinc(path: Path, *, encoding: str = "utf-8") -> Iterator[Fact]:
    """Read the LOINC table.

    Deprecated codes are left out. A concept's type is its class.

    path (Path): Loinc.csv or the release's folder.
    encoding (str): Of the text.
    YIELDS (Fact): What it says.
    """
    file = path if path.is_file() else find_file(path, "Loinc.csv", "LOINC's main table")
    for line, row in read_table(file, REQUIRED, encoding=encoding):
        code = require(row, "LOINC_NUM", file, line)
        if row["STATUS"] == "DEPRECATED":
            continue
        for rank, column in enumerate(NAMES):
            if row.get(column):
                yield Fact(code, NAME, row[column], rank, language="en")
        if row["CLASS"]:
            yield Fact(code, TYPE, row["CLASS"])
        if row.get("DefinitionDescription"):
            yield Fact(code, DEFINITION, row["DefinitionDescription"])
        yield Fact(code, CROSSREF, f"LOINC:{code}")
