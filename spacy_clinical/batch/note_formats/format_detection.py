"""Which kind of notes a file holds: by its name, and where that doesn't tell, by its beginning."""

import zlib
from pathlib import Path

from .text_files import TEXTS, open_bytes, suffix_of

_BEGINNING = 2**20  # bytes; "resourceType" may stand behind other keys
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".hl7": "hl7",
    ".cda": "cda",
    ".ccda": "cda",
    ".xml": "cda",
    ".json": "fhir",
    **dict.fromkeys(TEXTS, "txt"),
}
KINDS = tuple(sorted(set(_SUFFIXES.values())))
_SIGNS = {"cda": b"ClinicalDocument", "fhir": b'"resourceType"'}


def kind_of(path: Path) -> str | None:
    """RETURNS (str | None): One of KINDS for a file that was named, None where its ending is of no
    known kind."""
    kind = _SUFFIXES.get(suffix_of(path))
    return "fhir" if suffix_of(path) == ".ndjson" and _is(path, "fhir") else kind


def kind_in_folder(path: Path) -> str | None:
    """RETURNS (str | None): One of KINDS that files of a folder may have; None for files that are
    passed over: tables, and JSON and XML of other kinds."""
    kind = kind_of(path)
    if kind in _SIGNS:
        return kind if _is(path, kind) else None
    return kind if kind in ("txt", "hl7") else None


def _is(path: Path, kind: str) -> bool:
    if not path.is_file():
        return False
    try:
        with open_bytes(path) as file:
            return _SIGNS[kind] in file.read(_BEGINNING)
    except (OSError, EOFError, zlib.error):
        return False
