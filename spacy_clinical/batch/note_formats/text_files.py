"""Notes that are a file each, text or RTF, alone or in folders, plain or compressed by gzip."""

import gzip
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from ...errors import Errors
from ...note import Note
from .base64_and_charsets import UnreadableError
from .note_rows import check_note
from .rtf import is_rtf, rtf_to_text

TEXTS = (".txt", ".text", ".rtf", ".gz")
MAX_BYTES = 2**26
_OURS = (".unfinished", ".finished", ".tmp")


def suffix_of(path: Path) -> str:
    """RETURNS (str): The ending that tells what a file holds, in small letters: ".txt" of "a.TXT"
    and of "a.txt.gz"; of "a.gz" ".gz"."""
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return (name.suffix or path.suffix).lower()


def is_text(path: Path) -> bool:
    """RETURNS (bool): Whether a file's name is that of a text."""
    return suffix_of(path) in TEXTS


def find_notes(
    folder: Path, passed_over: Counter[str], kind_of: Callable[[Path], str | None]
) -> Iterator[tuple[str, Path, str]]:
    """Search a folder and those in it, but not those that links lead to.

    folder (Path): The folder.
    passed_over (Counter[str]): Counts files of other kinds, by ending.
    kind_of (Callable): Tells a file's kind, None for others.
    RETURNS (Iterator[tuple[str, Path, str]]): Id, path and kind, in order of paths. The id is the
        path without its ending, with it where two would have one id.
    """
    found = []
    for path in _walk(folder, passed_over):
        if path.is_symlink() and path.is_dir() and not is_text(path):
            passed_over["links to folders"] += 1
        elif (kind := kind_of(path)) is not None:
            found.append((path, kind))
        elif not path.is_dir():
            passed_over[suffix_of(path) or "without ending"] += 1
    stems = Counter(_stem(path.relative_to(folder)) for path, _ in found)
    for path, kind in sorted(found):
        inner = path.relative_to(folder)
        name = _stem(inner)
        yield (name if stems[name] == 1 else inner.as_posix()), path, kind


def _walk(folder: Path, passed_over: Counter[str]) -> Iterator[Path]:
    def count(error: OSError) -> None:
        passed_over["unreadable folders"] += 1

    for parent, folders, files in os.walk(folder, onerror=count):
        folders[:] = [name for name in folders if not _is_ours(name)]
        yield from (Path(parent, name) for name in [*folders, *files] if not _is_ours(name))


def _is_ours(name: str) -> bool:
    """Whether it is what an unfinished run left."""
    return name.startswith(".") and name.endswith(_OURS)


def _stem(path: Path) -> str:
    return (
        (path.with_suffix("") if path.suffix.lower() == ".gz" else path).with_suffix("").as_posix()
    )


def name_text(path: Path) -> str:
    """RETURNS (str): The id of a note that is a file: its name without the ending."""
    return _stem(Path(path.name))


def read_text(path: Path, name: str) -> Note:
    """Read a file as one note, of plain text or RTF.

    path (Path): The file.
    name (str): The note's id.
    RETURNS (Note): With a fault where it isn't a file, can't be read, is damaged or not UTF-8, or
        is larger than MAX_BYTES.
    """
    try:
        if not path.is_file():
            return _set_aside(name, path, "no file, or a link to none")
        with open_bytes(path) as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        return _set_aside(name, path, type(error).__name__)
    if len(data) > MAX_BYTES:
        return _set_aside(name, path, f"more than {MAX_BYTES:,} bytes")
    return note_of(data, path, name)


def note_of(data: bytes, path: Path, name: str) -> Note:
    """Make a note of a file's bytes, which are RTF if they begin so, or the file's name says so.

    data (bytes): The bytes.
    path (Path): The file.
    name (str): The note's id.
    RETURNS (Note): With a fault where it is damaged or not UTF-8.
    """
    if not (is_rtf(data) or suffix_of(path) == ".rtf"):
        return check_note(Note(name, data.decode("utf-8", errors="surrogateescape")), path, name)
    try:
        return check_note(Note(name, rtf_to_text(data)), path, name)
    except UnreadableError as error:
        id, where = _printable(name), _printable(path)
        return Note(id, "", fault=Errors.SC571.format(path=where, found=error))


def open_bytes(path: Path) -> BinaryIO:
    """Open a file, whose name tells whether it is compressed.

    path (Path): The file.
    RETURNS (BinaryIO): Its bytes.
    """
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


def _set_aside(name: str, path: Path, found: str) -> Note:
    return Note(_printable(name), "", fault=Errors.SC566.format(path=_printable(path), found=found))


def _printable(name: str | Path) -> str:
    return str(name).encode("utf-8", errors="backslashreplace").decode()
