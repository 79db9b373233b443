"""Whether a trail is what was written: every line, every file, and its end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..errors import AuditError, Errors
from .trail_head import HEAD, Head, day_files, read_head
from .trail_lines import START, hash_of, row_of, this_of
from .trail_lines import TAIL as TAIL_LENGTH

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
) -> Checked:
    """Go through a trail.

    folder (str | Path): The trail's.
    head (str | Path | None): A copy of the head that was kept elsewhere, beside the folder's own.
    progress (Callable): Is told how many bytes were read.
    RETURNS (Checked): What was found. Raises AuditError where there is no trail.
    """
    folder = Path(folder)
    files = day_files(folder)
    if not files and not (folder / HEAD).is_file():
        raise AuditError(Errors.SC943.format(folder=folder, found="no file of a day, no HEAD"))
    checked = Checked(len(files))
    witnesses = [folder / HEAD, *([Path(head)] if head is not None else [])]
    wanted = {path: read_head(path) for path in witnesses}
    unseen = {path for path, known in wanted.items() if known is not None and known.n >= 0}
    former = START
    last = ""
    for path in files:
        for number, line, this in _lines(path, former, last, checked):
            if this is None:
                continue
            former = this
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
    path: Path, former: str, former_file: str, checked: Checked
) -> Iterator[tuple[int, bytes, str | None]]:
    """The lines of a file, each compared with the one before."""
    number = 0
    with path.open("rb") as file:
        for number, ended in enumerate(file, 1):
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
            yield number, line, this
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
