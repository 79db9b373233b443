"""Writing a corpus that is a folder with files for each document, named by its id."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
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
    records: Iterable[Record],
    folder: Path,
    make: Make,
    rejects: list[Reject] | None,
    left_out: Counter[str] | None,
) -> int:
    """Write the files of documents; one whose name stands twice fails.

    records (Iterable[Record]): The documents.
    folder (Path): An empty folder.
    make (Callable[[Record], Mapping[str, bytes]]): Gives the files of a document.
    rejects (list[Reject] | None): As for `settle`.
    left_out (Counter[str] | None): Ids that can't be file names are changed, and counted here;
        None: the document fails.
    RETURNS (int): How many documents were written.
    """
    written: set[str] = set()
    parts = ((x.id, partial(_made, x, make, written, left_out)) for x in records)
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


def _made(
    record: Record, make: Make, written: set[str], left_out: Counter[str] | None
) -> Mapping[str, bytes]:
    name = _fitted(record.id, left_out)
    if name in written:
        raise FormatError(Errors.SC025.format(doc=record.id))
    files = make(replace(record, id=name))
    if name != record.id and left_out is not None:
        left_out["ids that can't be file names, changed to fit"] += 1
    written.add(name)
    return files


def _fitted(doc: str, left_out: Counter[str] | None) -> str:
    """An id as a file name: "a.jsonl:3", as readers name documents, is "a.jsonl-3"."""
    data = encode(_UNFIT.sub("-", doc).strip().lstrip("."), doc)[:_LONGEST]
    name = doc if left_out is None else data.decode("utf-8", "ignore").strip()
    check_name(name or doc)
    return name
