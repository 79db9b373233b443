"""Terminology formats by name. Each reads files into Facts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...errors import Errors, KnowledgeError
from ...tsv import WORKBOOKS
from ..terminology_facts import Fact
from .atc import read_atc
from .given_columns import GivenColumns
from .icd10cm import read_icd10cm
from .jsonl import read_jsonl
from .loinc import read_loinc
from .obo import read_obo
from .openfda import read_openfda
from .rxnorm import read_rxnorm
from .snomed import read_snomed
from .table import read_csv
from .table_columns import Given, choose_columns
from .table_files import open_table
from .umls import read_umls

FORMATS: dict[str, Callable[..., Iterator[Fact]]] = {
    "atc": read_atc,
    "csv": read_csv,
    "icd10cm": read_icd10cm,
    "jsonl": read_jsonl,
    "loinc": read_loinc,
    "obo": read_obo,
    "openfda": read_openfda,
    "rxnorm": read_rxnorm,
    "snomed": read_snomed,
    "umls": read_umls,
}
_BY_NAME = {
    "MRCONSO.RRF*": "umls",
    "RXNCONSO.RRF*": "rxnorm",
    "sct2_Description_*.txt*": "snomed",
    "[Ll]oinc.csv*": "loinc",
    "icd10cm*": "icd10cm",
    "*[Aa][Tt][Cc]_*.[ct]sv": "atc",
    "*.obo": "obo",
    "*.obo.gz": "obo",
    "drug-label*.json*": "openfda",
    "drug-ndc*.json*": "openfda",
    "*.jsonl": "jsonl",
    "*.jsonl.gz": "jsonl",
    "*.csv": "csv",
    "*.csv.gz": "csv",
    "*.tsv": "csv",
    "*.tsv.gz": "csv",
    "*.parquet": "csv",
}
_TABLES = {"*.txt", "*.txt.gz", "*.tab"}  # of single files: a folder has them for other reasons
_WITH_HEADINGS = frozenset({".csv", ".tsv", ".txt", ".tab"})
# Whose identifiers a release of each has as they stand.
SYSTEM_OF = {"snomed": "SNOMEDCT", "rxnorm": "RXNORM", "icd10cm": "ICD10CM", "atc": "ATC"}


def read_terminology(path: Path, format: str | None = None, **options: Any) -> Iterator[Fact]:
    """Stream what a terminology says.

    path (Path): The file, or a release's folder.
    format (str | None): A name in FORMATS, or None to tell it by the files' names.
    options (Any): What the format's reader takes: `encoding`; for tables see `read_csv`.
    RETURNS (Iterator[Fact]): The facts, in the files' order.
    """
    _refuse_workbook(path)
    name = format or guess_format(path)
    if name not in FORMATS:
        raise _unknown(path, f"'{name}' is no format")
    if not path.exists():
        raise KnowledgeError(Errors.SC604.format(path=path, what="there is no such file or folder"))
    return FORMATS[name](path, **options)


def read_terminologies(
    paths: Sequence[Path],
    format: str | None = None,
    *,
    columns: Iterable[str] | Given = (),
    inactive: bool = False,
    encoding: str = "utf-8",
    **options: Any,
) -> Iterator[Fact]:
    """Stream what several terminologies say.

    paths (Sequence[Path]): Files, or releases' folders.
    format (str | None): Of all, as for `read_terminology`.
    columns (Iterable[str] | Given): What tables call their fields, see `GivenColumns`.
    inactive (bool): Keep the rows of tables that say that they hold no more.
    encoding (str): Of all texts.
    options (Any): What the format's reader takes besides.
    YIELDS (Fact): The facts, one terminology's after another's.
    """
    for path in paths:
        _refuse_workbook(path)
    formats = {path: format or guess_format(path) for path in paths}
    tables = [path for path in paths if formats[path] in ("csv", "atc") and path.exists()]
    given = GivenColumns(columns, tables, encoding=encoding)
    elsewhere: dict[int, str] = {}
    for path in paths:
        others = {SYSTEM_OF.get(formats[other], "") for other in paths if other != path}
        own: dict[str, Any] = {}
        if path in tables:
            own["columns"] = given.of(path)
        if formats[path] == "csv":
            own |= {"inactive": inactive, "bare": others, "elsewhere": elsewhere}
        yield from read_terminology(path, formats[path], encoding=encoding, **own, **options)


def guess_format(path: Path) -> str:
    """Tell a terminology's format by the names of its files.

    path (Path): A file or folder.
    RETURNS (str): A name in FORMATS.
    """
    for pattern, name in _BY_NAME.items():
        if path.match(pattern) or (path.is_dir() and any(path.rglob(pattern))):
            return "csv" if name in ("icd10cm", "atc") and _is_other(path, name) else name
    if any(map(path.match, _TABLES)):
        return "csv"
    raise _unknown(path, "no file name that tells")


def _is_other(path: Path, name: str) -> bool:
    """Whether a file that is named after a list of codes is a table with more: of ICD-10-CM one
    with headings, of ATC one with more than codes and names."""
    if not path.is_file() or _WITH_HEADINGS.isdisjoint(map(str.lower, path.suffixes)):
        return False
    try:
        header = open_table(path, lambda cells: choose_columns(cells).is_enough).header
    except KnowledgeError:
        return False  # its reader tells what is wrong
    chosen = choose_columns(header)
    plain = set(chosen.fields) == {"id", "name"} and set(chosen.systems) <= {chosen.id}
    return chosen.is_enough and not (name == "atc" and plain)


def _refuse_workbook(path: Path) -> None:
    if path.suffix.lower() in WORKBOOKS:
        raise KnowledgeError(Errors.SC624.format(path=path))


def _unknown(path: Path, found: str) -> KnowledgeError:
    known = ", ".join(sorted(FORMATS))
    return KnowledgeError(Errors.SC606.format(path=path, found=found, known=known))
