"""Notes that stand in messages, documents and resources: HL7 v2, CDA, FHIR."""

from collections import Counter
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from ...errors import Errors
from .base64_and_charsets import UnreadableError
from .cda import read_cda
from .fhir import read_fhir, read_fhir_lines
from .hl7 import read_hl7
from .note_rows import Row
from .text_files import MAX_BYTES, suffix_of

DOCUMENTS = ("cda", "fhir", "hl7")


def read_documents(
    file: BinaryIO, source: Path, kind: str, text_field: str, passed_over: Counter[str]
) -> Iterator[Row]:
    """Read the notes of a file.

    file (BinaryIO): Its bytes.
    source (Path): Its name.
    kind (str): One of DOCUMENTS.
    text_field (str): The field of the row that gets the text.
    passed_over (Counter[str]): Counts what isn't read, by kind.
    RETURNS (Iterator[Row]): One a note; a bad one has a fault, and doesn't stop the others.
    """
    if kind == "hl7":
        with TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=None) as lines:
            yield from read_hl7(lines, source, text_field, passed_over)
    elif kind == "fhir" and suffix_of(source) in (".ndjson", ".jsonl"):
        with TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="") as lines:
            yield from read_fhir_lines(lines, source, text_field, passed_over)
    else:
        yield from _read_whole(file.read(MAX_BYTES + 1), source, kind, text_field, passed_over)


def _read_whole(
    data: bytes, source: Path, kind: str, text_field: str, passed_over: Counter[str]
) -> Iterator[Row]:
    if len(data) > MAX_BYTES:
        found = f"more than {MAX_BYTES:,} bytes"
        yield Row(source.name, {}, Errors.SC566.format(path=source, found=found))
    elif kind == "fhir":
        text = data.decode("utf-8-sig", "surrogateescape")
        yield from read_fhir(text, source, text_field, passed_over)
    else:
        try:
            text, meta = read_cda(data)
        except UnreadableError as error:
            yield Row(source.name, {}, Errors.SC573.format(path=source, found=error))
        else:
            yield Row(source.name, {**meta, text_field: text})
