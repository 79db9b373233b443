"""CSV and TSV of anybody's own: a row a concept, or a row a name."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from ...errors import CommandError, Errors
from ..name_forms import fold
from ..name_variants import split_tag
from ..terminology_facts import CROSSREF, DEFINITION, NAME, PARENT, TYPE, UNREAD, Fact
from .lines import find_delimiter, read_header, read_table, require

FIELDS = {
    "name": NAME,
    "aliases": NAME,
    "types": TYPE,
    "definition": DEFINITION,
    "xrefs": CROSSREF,
    "parents": PARENT,
}
# What columns are usually called in English, German and Spanish, in any case, without accents and
# with blanks or hyphens for the underscore.
USUAL = {
    "id": (
        "id concept_id conceptid concept_code code cui sctid identifier class_id icd icd10 icd_10"
        " icd_code icd10_code icd_10_code icd10cm_code icd_10_cm_code kode schlussel codigo"
    ),
    "name": (
        "name preferred_name preferred_term preferred_label concept_name term label display fsn"
        " display_name title long_title long_name diagnosis bezeichnung begriff klartext titel"
        " nombre termino denominacion description long_description descripcion beschreibung"
    ),
    "aliases": (
        "aliases alias synonyms synonym other_names abbreviation abbreviations"
        " synonyme abkurzung abkurzungen sinonimos sinonimo"
    ),
    "types": (
        "types type semantic_types semantic_type semantic_tag typ tipo category kategorie categoria"
    ),
    "definition": "definition definitions description beschreibung definicion descripcion",
    "xrefs": "xrefs xref",
    "parents": "parents parent",
    "source": "source vocabulary",
    "language": "language lang",
}
SEVERAL = ("aliases", "types", "xrefs", "parents")
SEPARATORS = "|", ";"
_NUMBERED = re.compile(r"_?\d+\Z")  # "synonym 2"


def read_csv(
    path: Path, *, columns: Mapping[str, str] | None = None, encoding: str = "utf-8"
) -> Iterator[Fact]:
    """Read a table whose first line names its columns.

    Needed are `id` and one of `name`, `aliases`; `types`, `definition`, `xrefs` ("SYSTEM:CODE"),
    `parents` (identifiers), `source` and `language` are read where they are, also under other
    usual names, such as `code`, `term`, `synonyms`, `type`; what further columns there are is told.
    Several aliases, types, cross-references or parents stand in one cell with bars between them,
    or semicolons where it has no bar, in several columns, or in rows of the same id. A row's names
    with a semantic tag of SNOMED CT at their end tell its type where no cell does.

    path (Path): With commas, semicolons, tabs or bars between the cells.
    columns (Mapping[str, str] | None): What the file calls these, where it calls them otherwise.
    encoding (str): Of the text.
    YIELDS (Fact): What it says; for a row without a name its identifier without a value.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    usual = "\t" if {".tsv", ".txt", ".tab"} & set(suffixes) else ","
    delimiter = find_delimiter(path, usual, encoding=encoding)
    header = read_header(path, delimiter=delimiter, encoding=encoding)
    called = _usual_columns(header, columns or {})
    for column in header:
        if column not in chain.from_iterable(called.values()):
            yield Fact("", UNREAD, column)
    needed = [called["id"][0], *(columns or {}).values()]
    if not columns:
        needed.append(called["name"][0])
    for line, row in read_table(path, needed, delimiter=delimiter, encoding=encoding):
        concept = require(row, called["id"][0], path, line)
        yield from _read_row(concept, {x: [row.get(c, "") for c in called[x]] for x in called})


def _read_row(concept: str, cells: Mapping[str, Sequence[str]]) -> Iterator[Fact]:
    """What a row says, by field."""
    source, language = cells["source"][0].strip(), cells["language"][0].strip().lower()
    said = {
        name: [
            value
            for cell in cells[name]
            for value in (_split(cell) if name in SEVERAL else [cell])
            if value.strip()
        ]
        for name in FIELDS
    }
    if not said["types"]:
        tags = (split_tag(value.strip())[1] for value in said["name"] + said["aliases"])
        said["types"] = list(filter(None, tags))
    if not said["name"] and not said["aliases"]:
        yield Fact(concept, NAME, "", 0, source, language)  # it is counted
    for name, field in FIELDS.items():
        for value in said[name]:
            yield Fact(concept, field, value, int(name == "aliases"), source, language)


def _split(cell: str) -> list[str]:
    return cell.split(next((one for one in SEPARATORS if one in cell), SEPARATORS[0]))


def _usual_columns(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, list[str]]:
    """Each field's columns: the one that the user names, else the first with a usual name, for
    several values all of them; its own name where there is none."""
    free = {column: fold(column).replace(" ", "_") for column in header}
    found = {field: [column] for field, column in columns.items()}
    for column in columns.values():
        free.pop(column, None)
    for field, names in USUAL.items():
        if field in columns:
            continue
        mine = [
            column
            for name in names.split()
            for column, said in free.items()
            if name == (_NUMBERED.sub("", said) if field in SEVERAL else said)
        ]
        found[field] = (mine if field in SEVERAL else mine[:1]) or [field]
        for column in found[field]:
            free.pop(column, None)
    return found


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
