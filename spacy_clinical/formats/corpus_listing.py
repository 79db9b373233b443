"""The files of a corpus that is a file or a folder."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..errors import SpacyClinicalError
from .format_registry import HEAD
from .rejected_documents import Part

T = TypeVar("T")


def file_parts(
    path: Path, find: Callable[[Path], Iterable[Part[T]]], *suffixes: str
) -> Iterator[Part[T]]:
    """Find the documents of a corpus, file by file.

    path (Path): A file, or a folder.
    find (Callable[[Path], Iterable[Part]]): Finds those of a file. Where it raises, what isn't
        found yet stands as one document that can't be read, and the other files are read.
    suffixes (str): Those of the files in a folder, in lower case.
    YIELDS (Part): The documents.
    """
    for file in files_of(path, *suffixes):
        yield from value_parts(str(file), partial(find, file))


def value_parts(where: str, find: Callable[[], Iterable[Part[T]]]) -> Iterator[Part[T]]:
    """Find the documents of one file, or of a value in it, as `file_parts` does.

    where (str): Its place, for messages.
    find (Callable[[], Iterable[Part]]): Finds the documents.
    YIELDS (Part): The documents.
    """
    try:
        yield from find()
    except (SpacyClinicalError, OSError) as error:
        yield where, partial(_raise, error)


def _raise(error: Exception) -> Any:
    raise error


def files_of(path: Path, *suffixes: str) -> list[Path]:
    """List the files of a corpus by name, hidden ones passed over.

    path (Path): A file, or a folder.
    suffixes (str): Those of the files in a folder, in lower case.
    RETURNS (list[Path]): The file itself, or the folder's files.
    """
    if not path.is_dir():
        return [path]
    names = (file for file in path.iterdir() if file.name[0] != "." and file.is_file())
    return sorted(file for file in names if file.name.lower().endswith(suffixes))


def head_of(path: Path, head: str, *suffixes: str) -> str:
    """Give the beginning of a file, or of the first file of a folder.

    path (Path): The file or folder.
    head (str): The file's beginning, "" for a folder.
    suffixes (str): Those of the files in a folder.
    RETURNS (str): The beginning, "" if there is none.
    """
    files = [] if head else files_of(path, *suffixes) if path.is_dir() else []
    if not files:
        return head
    with files[0].open("rb") as file:
        return file.read(HEAD).decode("utf-8", errors="replace").removeprefix("\ufeff")


def files_under(path: Path, *suffixes: str) -> list[Path]:
    """List the files of a folder and of the folders in it by name, hidden ones passed over.

    path (Path): The folder.
    suffixes (str): Those of the files, in lower case.
    RETURNS (list[Path]): The files.
    """
    names = (file for file in path.rglob("*") if file.name.lower().endswith(suffixes))
    return sorted(file for file in names if file.name[0] != "." and file.is_file())
