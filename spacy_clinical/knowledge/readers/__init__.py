"""Terminology formats by name. Each reads files into Facts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...errors import Errors, KnowledgeError
from ..terminology_facts import Fact
from .atc import read_atc
from .icd10cm import read_icd10cm
from .jsonl import read_jsonl
from .loinc import read_loinc
from .obo import read_obo
from .openfda import read_openfda
from .rxnorm import read_rxnorm
from .snomed import read_snomed
from .table import read_csv
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
}


def read_terminology(path: Path, format: str | None = None, **options: Any) -> Iterator[Fact]:
    """Stream what a terminology says.

    path (Path): The file, or a release's folder.
    format (str | None): A name in FORMATS, or None to tell it by the files' names.
    options (Any): What the format's reader takes: `encoding`, and `columns` for CSV.
    RETURNS (Iterator[Fact]): The facts, in the files' order.
    """
    name = format or guess_format(path)
    if name not in FORMATS:
        raise _unknown(path, f"'{name}' is no format")
    if not path.exists():
        raise KnowledgeError(Errors.SC604.format(path=path, what="there is no such file or folder"))
    return FORMATS[name](path, **options)


def guess_format(path: Path) -> str:
    """Tell a terminology's format by the names of its files.

    path (Path): A file or folder.
    RETURNS (str): A name in FORMATS.
    """
    for pattern, name in _BY_NAME.items():
        if path.match(pattern) or (path.is_dir() and any(path.rglob(pattern))):
            return name
    raise _unknown(path, "no file name that tells")


def _unknown(path: Path, found: str) -> KnowledgeError:
    known = ", ".join(sorted(FORMATS))
    return KnowledgeError(Errors.SC606.format(path=path, found=found, known=known))
