"""CSV and TSV of anybody's own: a row a concept, or a row a name."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ...errors import CommandError, Errors
from ..terminology_facts import CROSSREF, DEFINITION, NAME, PARENT, TYPE, Fact
from .lines import read_table, require

FIELDS = {
    "name": NAME,
    "aliases": NAME,
    "types": TYPE,
    "definition": DEFINITION,
    "xrefs": CROSSREF,
    "parents": PARENT,
}
SEVERAL = ("aliases", "types", "xrefs", "parents")
SEPARATOR = "|"


def read_csv(
    path: Path, *, columns: Mapping[str, str] | None = None, encoding: str = "utf-8"
) -> Iterator[Fact]:
    """Read a table whose first line names its columns.

    Needed are `id` and one of `name`, `aliases`; `types`, `definition`, `xrefs` ("SYSTEM:CODE"),
    `parents` (identifiers), `source` and `language` are read where they are. Several aliases,
    types, cross-references or parents stand in one cell with bars between them, or in rows of the
    same id.

    path (Path): .tsv, .txt or .tab with tabs, others with commas.
    columns (Mapping[str, str] | None): What the file calls these, where it calls them otherwise.
    encoding (str): Of the text.
    YIELDS (Fact): What it says.
    """
    called = {name: name for name in ("id", *FIELDS, "source", "language")} | dict(columns or {})
    suffixes = [suffix.lower() for suffix in path.suffixes]
    delimiter = "\t" if {".tsv", ".txt", ".tab"} & set(suffixes) else ","
    needed = [called["id"], *(name for name in (columns or {}).values())]
    if not columns:
        needed.append(called["name"])
    for line, row in read_table(path, needed, delimiter=delimiter, encoding=encoding):
        concept = require(row, called["id"], path, line)
        source = row.get(called["source"], "").strip()
        language = row.get(called["language"], "").strip().lower()
        for name, field in FIELDS.items():
            cell = row.get(called[name], "")
            for value in cell.split(SEPARATOR) if name in SEVERAL else [cell]:
                if value.strip():
                    rank = int(name == "aliases")
                    yield Fact(concept, field, value, rank, source, language)


def read_columns(pairs: Iterable[str]) -> dict[str, str]:
    """Read what a table calls its columns.

    pairs (Iterable[str]): FIELD=COLUMN, such as "id=code".
    RETURNS (dict[str, str]): Field to column. Raises CommandError for anything else.
    """
    columns = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise CommandError(Errors.SC620.format(found=pair))
        columns[field] = column
    return columns
