"""What the readers share: numbered lines and rows, each with a place to name in a message."""

import csv
import gzip
import re
import string
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Literal, cast

from ...errors import Errors, KnowledgeError

Row = tuple[int, dict[str, str]]
_ASCII = "\t+-~}" + string.digits + string.ascii_letters + "\\u0041"  # shifts, escapes of some
_SHOWN = 40  # characters of an encoding's name
_SEPARATOR = re.compile(r'"?sep=([,;|\t])"?\s*', re.IGNORECASE)  # as spreadsheets begin a table
_QUOTED = re.compile(r'"[^"]*"')


def problem(path: Path, line: int, found: str, expected: str) -> KnowledgeError:
    """Make the error for a line that the format doesn't know."""
    message = Errors.SC601.format(path=path, line=line, found=found, expected=expected)
    return KnowledgeError(message)


def check_encoding(encoding: str) -> None:
    """Raise KnowledgeError unless an encoding is one of texts in which ASCII stands for itself, as
    it doesn't in rot13, base64 or UTF-16.

    encoding (str): Its name.
    """
    try:
        fits = _ASCII.encode("ascii").decode(encoding) == _ASCII
    except (LookupError, ValueError):
        fits = False
    if not fits:
        raise KnowledgeError(Errors.SC602.format(encoding=encoding[:_SHOWN]))


def read_lines(path: Path, encoding: str = "utf-8") -> Iterator[tuple[int, str]]:
    """Stream the lines of a text file, gzipped or not, ended by LF or CR LF.

    path (Path): The file.
    encoding (str): One that is a superset of ASCII, such as "utf-8" or "cp1252".
    YIELDS (tuple[int, str]): Line number from 1, and the line without its end.
    """
    check_encoding(encoding)
    number = 0
    try:
        with _open(path) as file:
            for number, data in enumerate(file, start=1):
                line = data.removesuffix(b"\n").removesuffix(b"\r").decode(encoding)
                if "\0" in line:
                    raise problem(path, number, "a null character", f"text in {encoding}")
                yield number, line.removeprefix("\ufeff") if number == 1 else line
    except UnicodeDecodeError:
        message = Errors.SC603.format(path=path, line=number, encoding=encoding)
        raise KnowledgeError(message) from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        expected = "a whole gzip file: copy it again"
        raise problem(path, number + 1, "a broken gzip stream", expected) from None
    except OSError as error:
        raise KnowledgeError(Errors.SC604.format(path=path, what=error.strerror)) from None


def read_table(
    path: Path,
    required: Sequence[str],
    *,
    delimiter: str = ",",
    quoted: bool = True,
    encoding: str = "utf-8",
) -> Iterator[Row]:
    """Stream the rows of a table whose first line names its columns.

    path (Path): The file.
    required (Sequence[str]): Columns that it must have, in any order and case.
    delimiter (str): Between cells.
    quoted (bool): Whether cells may be quoted.
    encoding (str): Of the text.
    YIELDS (Row): Line number, and column name as in the first line to cell; the second of two
        columns with a name has a 2 behind it.
    """
    header, rows = read_rows(path, 1, delimiter=delimiter, quoted=quoted, encoding=encoding)
    missing = [name for name in required if name not in header]
    if missing:
        found = f"the columns {', '.join(header) or 'none'}"
        raise problem(path, 1, found, f"a first line that names {', '.join(required)}")
    yield from rows


def read_rows(
    path: Path,
    first: int,
    *,
    delimiter: str = ",",
    quoted: bool = True,
    encoding: str = "utf-8",
) -> tuple[list[str], Iterator[Row]]:
    """Read a table from a line on.

    path, delimiter, quoted, encoding: As for `read_table`.
    first (int): The line of the headings.
    RETURNS (tuple[list[str], Iterator[Row]]): The headings, and the rows below them.
    """
    rows = _split(path, delimiter, quoted, encoding, first)
    header = name_columns(next(rows, (0, []))[1])
    return header, _by_column(path, header, rows)


def _by_column(
    path: Path, header: list[str], rows: Iterator[tuple[int, list[str]]]
) -> Iterator[Row]:
    for line, cells in rows:
        kept, behind = cells[: len(header)], cells[len(header) :]
        if len(kept) != len(header) or any(map(str.strip, behind)):
            found, expected = f"{len(cells)} cells", f"{len(header)} as in the headings"
            raise problem(path, line, found, expected)
        yield line, dict(zip(header, kept, strict=True))


def delimiter_of(line: str, usual: str) -> tuple[str, bool]:
    """Tell what stands between a table's cells.

    line (str): A line of it.
    usual (str): Between the cells of tables with such a name.
    RETURNS (tuple[str, bool]): What the line has most of, outside of quotes; or what it says
        ("sep=;"), and that it does.
    """
    said = _SEPARATOR.fullmatch(line)
    counts = Counter(_QUOTED.sub("", line))
    return (said[1], True) if said else (max((usual, *",;\t|"), key=counts.__getitem__), False)


def split_line(line: str, delimiter: str) -> list[str]:
    """RETURNS (list[str]): A line's cells; none of one that isn't quoted rightly."""
    try:
        return next(csv.reader(_limited([line]), delimiter=delimiter), [])
    except csv.Error:
        return []


def name_columns(cells: Iterable[str]) -> list[str]:
    """RETURNS (list[str]): Headings without blanks around them; the second of two has a 2."""
    seen: Counter[str] = Counter()
    names = []
    for name in map(str.strip, cells):
        seen[name] += 1
        names.append(f"{name} {seen[name]}" if name and seen[name] > 1 else name)
    return names


def require(row: Mapping[str, str], name: str, path: Path, line: int) -> str:
    """RETURNS (str): A cell, which must not be empty."""
    value = row[name].strip()
    if not value:
        raise problem(path, line, f"an empty '{name}'", "a value")
    return value


def find_file(folder: Path, pattern: str, what: str) -> Path:
    """Find the one file that a release must have.

    folder (Path): Where to look, in subfolders too; or the file itself.
    pattern (str): A glob of its name.
    what (str): What it is, for the message.
    RETURNS (Path): The first by name.
    """
    found = find_files(folder, pattern)
    if not found:
        raise KnowledgeError(Errors.SC605.format(folder=folder, pattern=pattern, what=what))
    return found[0]


def find_files(folder: Path, pattern: str) -> list[Path]:
    """RETURNS (list[Path]): The files of a release that fit a glob, in subfolders too, by name."""
    if folder.is_file():
        return [folder] if folder.match(pattern) else sorted(folder.parent.glob(pattern))
    return sorted(path for path in folder.rglob(pattern) if path.is_file())


def _open(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _split(
    path: Path, delimiter: str, quoted: bool, encoding: str, first: int = 1
) -> Iterator[tuple[int, list[str]]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    numbered = islice(read_lines(path, encoding), first - 1, None)
    lines = (f"{'' if n == 1 and _SEPARATOR.fullmatch(x) else x}\n" for n, x in numbered)
    reader = csv.reader(_limited(lines), delimiter=delimiter, quoting=quoting, strict=quoted)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield reader.line_num + first - 1, cells
    except csv.Error as error:
        found = f"a cell that isn't closed or quoted rightly ({error})"
        raise problem(path, reader.line_num + first - 1, found, "rows of cells") from None


def _limited(lines: Iterable[str]) -> Iterable[str]:
    csv.field_size_limit(1 << 20)
    return lines
