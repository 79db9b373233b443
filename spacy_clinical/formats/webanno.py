"""WebAnno TSV 3.x, as INCEpTION exports it: tokens, and layers of spans, relations, slots, chains.

A span of a layer is a mention: its label is the feature `value` (or `label`, `type`, `category`, or
the only one; else the layer's short name), an `identifier` the concept, other features attributes.
Relations and slots (by role) are relations from source to target, and chains relations from each
link to the next. A file's layers are kept in `meta["webanno"]`. Spans of no length, and what is
said by relations and slots beside their label, have no place in a Record: left out, and counted.
Offsets count in UTF-16. Source: INCEpTION's user guide, "WebAnno TSV 3.3 File format", and its
test suite tsv3-suite.

Written are NamedEntity (identifier, value and the attributes as features), and the layer
`webanno.custom.Relation`, whose feature is `label`; INCEpTION needs them in the project.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from ..files import new_folder
from ..records import Record
from .corpus_listing import files_of, head_of
from .document_files import write_document_files
from .file_reading import decode, encode, located
from .rejected_documents import Part, Reject, settle
from .webanno_reader import read_document
from .webanno_writer import write_document

MAGIC = "#FORMAT=WebAnno TSV"
_OLD = re.compile(r"(?:\s*#[^\n]*\n)+\s*1-1\t")


def holds_webanno(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins as WebAnno's TSV does, that of versions 1 and 2 too,
    which is told and not read."""
    head = head_of(path, head, ".tsv")
    return head.startswith(MAGIC) or bool(_OLD.match(head))


def read_webanno(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of a folder.

    path (str | Path): A file, or a folder of files.
    left_out (Counter[str] | None): What has no place in a Record is counted here.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a file, named as it is.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    return settle(_parts(Path(path), counts), rejects)


def write_webanno(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a folder of TSV files.

    records (Iterable[Record]): The documents.
    path (str | Path): A new or empty folder, which is there when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    with new_folder(Path(path)) as folder:
        return write_document_files(
            records, folder, partial(_file, left_out=left_out), rejects, left_out
        )


def _parts(path: Path, left_out: Counter[str]) -> Iterator[Part[Record]]:
    for file in files_of(path, ".tsv"):
        yield str(file), partial(_record, file, left_out)


def _record(path: Path, left_out: Counter[str]) -> Record:
    data = decode(path.read_bytes(), str(path)).removeprefix("\ufeff")
    with located(str(path)):
        return read_document(data, path.stem, str(path), left_out)


def _file(record: Record, left_out: Counter[str] | None) -> dict[str, bytes]:
    return {f"{record.id}.tsv": encode(write_document(record, left_out), record.id)}
