"""Whether a trail is what was written: every line, every file, and its end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..errors import AuditError, Errors
from ..result_tables import COUNT, Message, Result, Table
from .hash_chain import START, hash_of, row_of, this_of
from .hash_chain import TAIL as TAIL_LENGTH
from .trail_head import HEAD, Head, day_files, read_head

SHOWN = 10


class Fault(NamedTuple):
    """Something that isn't what was written.

    file (str): Where.
    line (int): From 1; 0 for the file as a whole.
    what (str): What is wrong.
    """

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.what}"


class Place(NamedTuple):
    """A place behind a line.

    file (str): The file's name, "" before the first.
    offset (int): Bytes of the file before it.
    line (int): Lines of the file before it.
    n (int): Lines of the whole trail before it.
    this (str): The hash of the line before it.
    """

    file: str
    offset: int
    line: int
    n: int
    this: str


BEGIN = Place("", 0, 0, 0, START)


@dataclass
class Checked:
    """A trail, gone through.

    files, lines (int): How many.
    faults (list[Fault]): What is wrong; none if it is whole.
    notes (list[str]): What is worth to know: repairs after a crash, lines behind the head.
    head (Head | None): Where it ends.
    """

    files: int = 0
    lines: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    head: Head | None = None


def check_trail(
    folder: str | Path,
    head: str | Path | None = None,
    progress: Callable[[int], object] = lambda size: None,
    since: Place = BEGIN,
    see: Callable[[bytes, Place], object] = lambda line, after: None,
) -> Checked:
    """Go through a trail.

    folder (str | Path): The trail's.
    head (str | Path | None): A copy of the head that was kept elsewhere, beside the folder's own.
    progress (Callable): Is told how many bytes were read.
    since (Place): Up to where the trail is known to be whole; HEAD must not be before it.
    see (Callable): Is given each sound line, without its end, and the place behind it.
    RETURNS (Checked): What was found. Raises AuditError where there is no trail.
    """
    folder = Path(folder)
    files = day_files(folder)
    if not files and not (folder / HEAD).is_file():
        raise AuditError(Errors.SC943.format(folder=folder, found="no file of a day, no HEAD"))
    checked = Checked(len(files), since.n)
    witnesses = [folder / HEAD, *([Path(head)] if head is not None else [])]
    wanted = {path: read_head(path) for path in witnesses}
    unseen = {path for path, known in wanted.items() if known is not None and known.n >= 0}
    if since.n:
        checked.head = Head(since.file, since.n - 1, since.this)
        unseen -= {w for w in unseen if wanted[w] == checked.head}
    former = since.this
    last = since.file
    for path in (path for path in files if path.name >= since.file):
        begin = since if path.name == since.file else BEGIN._replace(this=former)
        for number, line, this, offset in _lines(path, begin, last, checked):
            if this is None:
                continue
            former = this
            see(line, Place(path.name, offset, number, checked.lines, this))
            checked.head = Head(path.name, checked.lines - 1, this)
            unseen -= {w for w in unseen if wanted[w] == checked.head}
            if b'"event":"repair"' in line:
                _tell_repair(path.name, number, line, checked)
        last = path.name
        progress(path.stat().st_size)
    for path in witnesses:
        _compare(path, wanted[path], path in unseen, checked)
    if not checked.lines and not checked.faults:
        raise AuditError(Errors.SC943.format(folder=folder, found="no line"))
    return checked


def _lines(
    path: Path, begin: Place, former_file: str, checked: Checked
) -> Iterator[tuple[int, bytes, str | None, int]]:
    """The lines of a file from a place on, each compared with the one before: number, line, hash,
    and where it ends."""
    number, offset, former = begin.line, begin.offset, begin.this
    with path.open("rb") as file:
        file.seek(offset)
        for number, ended in enumerate(file, begin.line + 1):
            offset += len(ended)
            line = ended.removesuffix(b"\n")
            this = this_of(line)
            checked.lines += 1
            if number == 1:
                _check_opening(path, line, former, former_file, checked)
            if this is None or line == ended:
                what = "isn't a whole line" if this is None else "its end is torn"
                checked.faults.append(Fault(path.name, number, what))
            elif this != hash_of(line[:-TAIL_LENGTH], former):
                what = "isn't what was written behind the line before"
                checked.faults.append(Fault(path.name, number, what))
            former = this or former
            yield number, line, this, offset
    if not number:
        checked.faults.append(Fault(path.name, 0, "is empty"))


def _check_opening(path: Path, line: bytes, former: str, last: str, checked: Checked) -> None:
    row = row_of(line)
    if row.get("event") != "open" or row.get("file") != path.name:
        checked.faults.append(Fault(path.name, 1, "isn't the first line of this file"))
    elif (row.get("former"), row.get("prev")) != (last, former):
        named = row.get("former") or "no file"
        what = f"was begun behind {named}, of which the end isn't here"
        checked.faults.append(Fault(path.name, 1, what))


def _tell_repair(file: str, number: int, line: bytes, checked: Checked) -> None:
    row = row_of(line)
    if "missing" in row:
        what = f"{row['missing']} lines before this one, of which the head knew, are gone"
        checked.faults.append(Fault(file, number, what))
    elif row.get("head") == "none":
        what = (
            f"HEAD was missing when this was written behind {row.get('lines')} lines: was it cut?"
        )
        checked.faults.append(Fault(file, number, what))
    else:
        checked.notes.append(
            f"{file}, line {number}: the line before it was torn ({row.get('torn')} bytes) when "
            "its writer was stopped, and cut off"
        )


def _compare(path: Path, head: Head | None, unseen: bool, checked: Checked) -> None:
    if head is None:
        checked.faults.append(Fault(path.name, 0, "is missing, or isn't a head"))
    elif unseen:
        what = f"the trail doesn't hold line {head.n} as the head knew it: it was cut or rewritten"
        checked.faults.append(Fault(path.name, 0, what))
    elif checked.head is not None and checked.head.n > head.n and path.name == HEAD:
        behind = checked.head.n - head.n
        checked.notes.append(
            f"{behind} lines behind the head: its writer runs, or was stopped before it moved it"
        )


def refuse_faults(folder: str | Path, checked: Checked) -> None:
    """Raise AuditError if a trail isn't whole.

    folder (str | Path): The trail's.
    checked (Checked): What was found.
    """
    if checked.faults:
        shown = checked.faults[:SHOWN]
        faults = "\n".join(map(str, shown))
        n = len(checked.faults)
        message = Errors.SC944.format(folder=folder, n=n, shown=len(shown), faults=faults)
        raise AuditError(message)


def check_results(folder: str | Path, checked: Checked) -> Iterator[Result]:
    """Lay out what was gone through of a trail.

    folder (str | Path): The trail's.
    checked (Checked): What was found.
    YIELDS (Result): What is worth to know, how much there is, and where it ends. Raises AuditError
        if the trail isn't whole.
    """
    yield from (Message(note, "warn") for note in checked.notes)
    refuse_faults(folder, checked)
    assert checked.head is not None
    yield Table("Verified", COUNT, [("files", checked.files), ("lines", checked.lines)])
    yield Message(f"{folder}: line {checked.head.n}, {checked.head.this}")
