"""CSV and TSV of anybody's own: a row a concept, or a row a name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ...errors import CommandError, Errors
from ..terminology_facts import CROSSREF, DEFINITION, NAME, PARENT, TYPE, UNREAD, Fact
from .lines import read_header, read_table, require

FIELDS = {
    "name": NAME,
    "aliases": NAME,
    "types": TYPE,
    "definition": DEFINITION,
    "xrefs": CROSSREF,
    "parents": PARENT,
}
# What columns are usually called, in any case and with blanks or hyphens for the underscore.
USUAL = {
    "id": ("id", "concept_id", "code", "cui", "identifier"),
    "name": ("name", "preferred_name", "preferred_term", "concept_name", "term"),
    "aliases": ("aliases", "alias", "synonyms", "synonym"),
    "types": ("types", "type", "semantic_types", "semantic_type"),
    "definition": ("definition", "description"),
    "xrefs": ("xrefs", "xref"),
    "parents": ("parents", "parent"),
    "source": ("source", "vocabulary"),
    "language": ("language", "lang"),
}
SEVERAL = ("aliases", "types", "xrefs", "parents")
SEPARATOR = "|"


def read_csv(
    path: Path, *, columns: Mapping[str, str] | None = None, encoding: str = "utf-8"
) -> Iterator[Fact]:
    """Read a table whose first line names its columns.

    Needed are `id` and one of `name`, `aliases`; `types`, `definition`, `xrefs` ("SYSTEM:CODE"),
    `parents` (identifiers), `source` and `language` are read where they are, also under other
    usual names, such as `code`, `term`, `synonyms`, `type`; what further columns there are is told.
    Several aliases, types, cross-references or parents stand in one cell with bars between them, or
    in rows of the same id.

    path (Path): .tsv, .txt or .tab with tabs, others with commas.
    columns (Mapping[str, str] | None): What the file calls these, where it calls them otherwise.
    encoding (str): Of the text.
    YIELDS (Fact): What it says.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    delimiter = "\t" if {".tsv", ".txt", ".tab"} & set(suffixes) else ","
    header = read_header(path, delimiter=delimiter, encoding=encoding)
    called = _usual_columns(header, columns or {})
    for column in header:
        if column not in called.values():
            yield Fact("", UNREAD, column)
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


def _usual_columns(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Each field's column: the one that the user names, else the first with a usual name."""
    said = set(columns.values())
    known = {"_".join(x.lower().replace("-", " ").replace("_", " ").split()): x for x in header}
    free = {name: column for name, column in known.items() if column not in said}
    found = {}
    for field, names in USUAL.items():
        found[field] = next((free[name] for name in names if name in free), field)
    return found | dict(columns)


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
