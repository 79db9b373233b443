"""Corpus formats by name. Each reads files into Records, and most write Records into files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..errors import Errors, FormatError
from ..records import Record
from .brat import holds_brat, read_brat, write_brat
from .jsonl import holds_jsonl, read_jsonl, write_jsonl
from .pubtator import holds_pubtator, read_pubtator, write_pubtator
from .registry import Format, check_format, find_format, name_format, unknown_format
from .rejects import Reject

__all__ = [
    "FORMATS",
    "Format",
    "Reject",
    "guess_format",
    "read",
    "read_brat",
    "read_jsonl",
    "read_pubtator",
    "write",
    "write_brat",
    "write_jsonl",
    "write_pubtator",
]

FORMATS = {
    "brat": Format("brat standoff", holds_brat, read_brat, write_brat, ("",)),
    "pubtator": Format("PubTator", holds_pubtator, read_pubtator, write_pubtator, (".pubtator",)),
    "jsonl": Format("this package's JSONL", holds_jsonl, read_jsonl, write_jsonl, (".jsonl",)),
}
"""The formats. Of those that may be meant by a file's contents the first one is taken."""


def read(
    path: str | Path,
    format: str | None = None,
    *,
    rejects: list[Reject] | None = None,
    **options: Any,
) -> Iterator[Record]:
    """Stream the documents of a corpus.

    path (str | Path): The file or folder.
    format (str | None): A name in FORMATS, or None to guess it.
    rejects (list[Reject] | None): Documents that can't be read are put there, and the others are
        read. None: an error names all of them when the others are read.
    options (Any): What the format's reader takes, such as PubTator's `strict`.
    RETURNS (Iterator[Record]): The documents, in the order of the files.
    """
    name = _known(path, format) if format else guess_format(path)
    check_format(Path(path), name, FORMATS)
    return FORMATS[name].read(path, rejects=rejects, **options)


def write(
    records: Iterable[Record],
    path: str | Path,
    format: str | None = None,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a corpus.

    records (Iterable[Record]): The documents.
    path (str | Path): The file or folder. It is there, or replaced, when all is written.
    format (str | None): A name in FORMATS, or None to go by the suffix.
    left_out (Counter[str] | None): What the format has no place for is left out and counted there
        by kind. None: it is refused.
    rejects (list[Reject] | None): Documents that can't be written are put there. None: an error
        names all of them, and nothing is written.
    RETURNS (int): How many documents were written.
    """
    name = _known(path, format) if format else name_format(Path(path), FORMATS)
    writer = FORMATS[name].write
    if writer is None:
        raise FormatError(Errors.SC018.format(format=FORMATS[name].title))
    return writer(records, path, left_out=left_out, rejects=rejects)


def guess_format(path: str | Path) -> str:
    """Tell a corpus's format by what it holds, by its suffix where that doesn't tell.

    path (str | Path): The file or folder.
    RETURNS (str): A name in FORMATS.
    """
    return find_format(Path(path), FORMATS)


def _known(path: str | Path, name: str) -> str:
    if name not in FORMATS:
        raise unknown_format(path, f"'{name}' is no format", FORMATS)
    return name
