"""How formats are told from one another, by what a file holds and by its suffix."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import Errors, FormatError
from ..records import Record

HEAD = 1 << 20
"""Bytes of a file that are looked at to tell its format."""
_LOOKED_AT = 20  # files and folders in a folder


class Format(NamedTuple):
    """How a format is named, told from others, read and written.

    title (str): As its makers call it.
    holds (Callable[[Path, str], bool]): Whether this is what is there: the path, and the
        beginning of the file as text, "" for a folder.
    read (Callable[..., Iterator[Record]]): Path to a stream of Records; keyword `rejects` as for
        `settle`, and those of `takes`.
    write (Callable[..., int] | None): Records and path to the number written; keywords `rejects`
        as for `settle`, and `left_out`, a Counter in which what the format has no place for is
        counted by kind. Without the Counter it is refused. None for what is only read.
    suffixes (tuple[str, ...]): Of its files, in lower case; "" for a folder.
    takes (tuple[str, ...]): Further keywords of the reader: "left_out", a Counter in which what has
        no place in a Record is counted by kind; "strict", False to take mentions whose text
        differs from the document's.
    """

    title: str
    holds: Callable[[Path, str], bool]
    read: Callable[..., Iterator[Record]]
    write: Callable[..., int] | None = None
    suffixes: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def find_format(path: Path, formats: Mapping[str, Format]) -> str:
    """Tell a corpus's format.

    What a file holds decides, the suffix where several formats may be meant or nothing is there.

    path (Path): The file or folder.
    formats (Mapping[str, Format]): Name to format, the more specific ones first.
    RETURNS (str): A name. Raises FormatError if there is none.
    """
    found = recognise(path, formats)
    named = [name for name in formats if has_suffix(path, formats[name])]
    for name in [*(x for x in found if x in named), *found, *named]:
        return name
    raise unknown_format(path, _describe(path, formats), formats)


def name_format(path: Path, formats: Mapping[str, Format]) -> str:
    """RETURNS (str): The format that a name's suffix stands for, whatever is there. Raises
    FormatError if there is none."""
    for name in (name for name, format in formats.items() if has_suffix(path, format)):
        return name
    raise unknown_format(path, "its suffix doesn't tell", formats)


def check_format(path: Path, name: str, formats: Mapping[str, Format]) -> None:
    """Raise FormatError where a path evidently has another format than it is to be read as.

    path (Path): The file or folder.
    name (str): The format that it is to be read as.
    formats (Mapping[str, Format]): All that are known.
    """
    found = recognise(path, formats)
    if found and name not in found:
        titles = {"found": formats[found[0]].title, "given": formats[name].title}
        raise FormatError(Errors.SC029.format(path=path, name=found[0], **titles))


def recognise(path: Path, formats: Mapping[str, Format]) -> list[str]:
    """RETURNS (list[str]): Names of the formats that a path's contents may be meant as."""
    if not path.exists():
        return []
    head = _read_head(path)
    return [name for name, format in formats.items() if format.holds(path, head)]


def has_suffix(path: Path, format: Format) -> bool:
    """RETURNS (bool): Whether a path's name ends as a format's files do."""
    name = path.name.lower()
    return not path.is_dir() and any(s and name.endswith(s) for s in format.suffixes)


def unknown_format(path: str | Path, found: str, names: Iterable[str]) -> FormatError:
    """Make the error for a format that isn't known.

    path (str | Path): The corpus.
    found (str): Why it isn't.
    names (Iterable[str]): What is known.
    """
    known = ", ".join(sorted(names))
    return FormatError(Errors.SC024.format(path=path, found=found, known=known))


def _read_head(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(HEAD).decode("utf-8", errors="replace").removeprefix("\ufeff")


def _describe(path: Path, formats: Mapping[str, Format]) -> str:
    if not path.exists():
        return "it isn't there, and its suffix doesn't tell"
    if not path.is_dir():
        return "no suffix or contents that tell"
    titles = [f"{p.name!a} ({formats[x].title})" for p, x in _inner_corpora(path, formats)]
    if titles:
        some = ", ".join([*titles[:3], *(["..."] if titles[3:] else [])])
        return f"a folder of corpora, which are read one at a time: {some}"
    return "a folder without files of a known format"


def _inner_corpora(folder: Path, formats: Mapping[str, Format]) -> Iterator[tuple[Path, str]]:
    """The first few corpora in a folder, each with its format's name."""
    seen = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in seen[:_LOOKED_AT]:
        named = any(has_suffix(path, format) for format in formats.values())
        found = recognise(path, formats) if path.is_dir() or named else []
        if found:
            yield path, found[0]
