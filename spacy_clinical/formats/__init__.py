"""Corpus formats by name. Each reads files into Records, and writes Records into files."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import Errors, FormatError
from ..records import Record
from .brat import read_brat, write_brat
from .files import read_lines
from .jsonl import read_jsonl, write_jsonl
from .pubtator import read_pubtator, write_pubtator

__all__ = [
    "FORMATS",
    "Format",
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


class Format(NamedTuple):
    """How a format is read and written.

    read (Callable): Path to a stream of Records. May have options, keyword-only.
    write (Callable): Records and path to the number written.
    """

    read: Callable[..., Iterator[Record]]
    write: Callable[[Iterable[Record], str | Path], int]


FORMATS = {
    "brat": Format(read_brat, write_brat),
    "jsonl": Format(read_jsonl, write_jsonl),
    "pubtator": Format(read_pubtator, write_pubtator),
}

_SUFFIXES = {".jsonl": "jsonl", ".pubtator": "pubtator"}


def read(path: str | Path, format: str | None = None, **options: Any) -> Iterator[Record]:
    """Stream the documents of a corpus.

    path (str | Path): The file or folder.
    format (str | None): A name in FORMATS, or None to guess it.
    options (Any): What the format's reader takes, such as PubTator's `strict`.
    RETURNS (Iterator[Record]): The documents, in the order of the files.
    """
    return _get(path, format).read(path, **options)


def write(records: Iterable[Record], path: str | Path, format: str | None = None) -> int:
    """Write a corpus.

    records (Iterable[Record]): The documents.
    path (str | Path): The file or folder. It is there, or replaced, when all is written.
    format (str | None): A name in FORMATS, or None to guess it.
    RETURNS (int): How many documents were written.
    """
    return _get(path, format).write(records, path)


def guess_format(path: str | Path) -> str:
    """Tell a corpus's format by its suffix or, where it exists, by what it holds.

    path (str | Path): The file or folder.
    RETURNS (str): A name in FORMATS.
    """
    path = Path(path)
    if path.is_dir() and any(path.glob("*.ann")):
        return "brat"
    if not path.is_dir() and path.suffix.lower() in _SUFFIXES:
        return _SUFFIXES[path.suffix.lower()]
    if path.is_file() and _holds_pubtator(path):
        return "pubtator"
    found = "a folder without .ann files" if path.is_dir() else "no suffix or contents that tell"
    raise _unknown(path, found if path.exists() else "it isn't there, and its suffix doesn't tell")


def _get(path: str | Path, name: str | None) -> Format:
    name = name or guess_format(path)
    if name not in FORMATS:
        raise _unknown(path, f"'{name}' is no format")
    return FORMATS[name]


def _holds_pubtator(path: Path) -> bool:
    first = next((line for _, line in read_lines(path) if line.strip()), "")
    return "|t|" in first


def _unknown(path: str | Path, found: str) -> FormatError:
    known = ", ".join(sorted(FORMATS))
    return FormatError(Errors.SC024.format(path=path, found=found, known=known))
