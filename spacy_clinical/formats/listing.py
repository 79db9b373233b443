"""The files of a corpus that is a file or a folder."""

from pathlib import Path

from .registry import HEAD


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
