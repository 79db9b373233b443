"""Which kind of notes a file holds: by its name, and where that doesn't tell, by its beginning."""

import re
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
_FIRST = {
    "cda": re.compile(rb"<\?xml\s|<(?:[\w.-]+:)?ClinicalDocument[\s>]"),
    "fhir": re.compile(rb'\{\s*"'),
}
# Of a message or a batch: its marks, and the first of them again; \x0b is of MLLP.
_MESSAGE = re.compile(rb"[\x0b\s]*(?:MSH|FHS|BHS)(?P<mark>[^\w\s])[^\w\s]{1,5}(?P=mark)")


def kind_of(path: Path) -> str | None:
    """RETURNS (str | None): One of KINDS for a file that was named, None where its ending is of no
    known kind. Texts that begin as messages, documents or resources do are those."""
    kind = _SUFFIXES.get(suffix_of(path))
    if kind == "txt":
        return _told_by_beginning(path) or kind
    return "fhir" if suffix_of(path) == ".ndjson" and _is(path, "fhir") else kind


def kind_in_folder(path: Path) -> str | None:
    """RETURNS (str | None): One of KINDS that files of a folder may have; None for files that are
    passed over: tables, and JSON and XML of other kinds."""
    kind = kind_of(path)
    if kind in _SIGNS:
        return kind if _is(path, kind) else None
    return kind if kind in ("txt", "hl7") else None


def _told_by_beginning(path: Path) -> str | None:
    head = _beginning(path, 100).removeprefix(b"\xef\xbb\xbf").lstrip()
    if _MESSAGE.match(head):
        return "hl7"
    found = (kind for kind, first in _FIRST.items() if first.match(head) and _is(path, kind))
    return next(found, None)


def _is(path: Path, kind: str) -> bool:
    return _SIGNS[kind] in _beginning(path, _BEGINNING)


def _beginning(path: Path, size: int) -> bytes:
    """RETURNS (bytes): The first of a file, b"" for what is none or can't be read."""
    try:
        if not path.is_file():
            return b""
        with open_bytes(path) as file:
            return file.read(size)
    except (OSError, EOFError, zlib.error):
        return b""
