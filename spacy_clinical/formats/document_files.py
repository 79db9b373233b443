"""Writing a corpus that is a folder with files for each document, named by its id."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from ..errors import Errors, FormatError
from ..records import Record
from .file_reading import encode
from .rejected_documents import Reject, settle

_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")
_LONGEST = 200

Make = Callable[[Record], Mapping[str, bytes]]
"""Gives the files of a document: their names in the folder, and what they hold."""


def write_document_files(
    records: Iterable[Record], folder: Path, make: Make, rejects: list[Reject] | None
) -> int:
    """Write the files of documents; one whose id can't be a file name, or stands twice, fails.

    records (Iterable[Record]): The documents.
    folder (Path): An empty folder.
    make (Callable[[Record], Mapping[str, bytes]]): Gives the files of a document.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    written: set[str] = set()
    parts = ((record.id, partial(_made, record, make, written)) for record in records)
    for files in settle(parts, rejects):
        for name, data in files.items():
            (folder / name).write_bytes(data)
    return len(written)


def check_name(doc: str) -> None:
    """Raise FormatError unless a document's id can be a file name.

    doc (str): The id.
    """
    size = len(encode(doc, doc))
    if not 0 < size <= _LONGEST or doc != doc.strip() or doc[0] == "." or _UNFIT.search(doc):
        raise FormatError(Errors.SC021.format(doc=doc))


def _made(record: Record, make: Make, written: set[str]) -> Mapping[str, bytes]:
    check_name(record.id)
    if record.id in written:
        raise FormatError(Errors.SC025.format(doc=record.id))
    files = make(record)
    written.add(record.id)
    return files
