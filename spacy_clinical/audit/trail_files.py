"""The trail's files: one a day, lines that are only ever added, each chained to the one before.

Several processes and threads may write: each adds its lines under a lock, behind whatever is there.
A process that is killed leaves at most a torn last line; whoever comes next cuts it off and says
so in a line of its own.
"""

import errno
import os
import threading
import time
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from os.path import lexists
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from ..errors import AuditError, Errors
from .hash_chain import FORMAT, START, is_sound, now, row_of, seal, this_of
from .keyed_hashes import SIZE, encode
from .trail_head import HEAD, Head, day_files, read_head, write_head

PATIENCE = 30.0  # seconds to wait for another process's few lines
SYNC = 1.0  # seconds after which lines are forced to the disk, and the head moves
BLOCK = 1 << 16


class Tail(NamedTuple):
    """Where the trail ends.

    file (str): The last file's name, "" before the first.
    size (int): Its bytes.
    n (int): The number of its last line, -1 before the first.
    this (str): The hash of that line.
    """

    file: str = ""
    size: int = 0
    n: int = -1
    this: str = START


class Chain:
    """A folder of chained lines.

    folder (Path): Made with the first lines if it isn't there; no other program writes into it.
        Raises AuditError where none can be.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self._thread = threading.Lock()
        self._tail: Tail | None = None
        self._untold: list[dict[str, Any]] = []
        self._synced = 0.0
        self._check_place()
        self._lock = FileLock(self.folder / "lock", timeout=PATIENCE)

    def add(self, rows: Sequence[Mapping[str, Any]], *, sync: bool = False) -> None:
        """Add lines, all of them or none: what raises, such as Ctrl-C, takes them back. Raises
        AuditError where they can't be written.

        rows (Sequence[Mapping[str, Any]]): What they say; numbers and times are added.
        sync (bool): Force them to the disk now, and move the head.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._thread, self._lock:
                tail, found = self._find_tail()
                head = read_head(self.folder / HEAD)
                try:
                    self._add(tail, [*found, *rows])
                    if sync or time.monotonic() - self._synced > SYNC:
                        self._sync()
                except BaseException:
                    self._take_back(tail, head)
                    raise
                self._untold.clear()
        except (OSError, Timeout) as error:
            self._tail = None
            raise self._refused(error) from None

    def _check_place(self) -> None:
        """Refuse, before the work, a folder that could neither be made nor written to."""
        place = next(p for p in (self.folder, *self.folder.absolute().parents) if lexists(p))
        number = None if place.is_dir() else errno.ENOTDIR
        if number is None and not os.access(place, os.W_OK | os.X_OK):
            number = errno.EACCES
        if number is not None:
            raise self._refused(OSError(number, os.strerror(number)))

    def _add(self, tail: Tail, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add lines behind the trail's end."""
        moment = now()
        file = max(f"{moment[:10]}.jsonl", tail.file)  # a clock put back starts no former day
        told = list(rows)
        if file != tail.file:
            opening = {"event": "open", "format": FORMAT, "file": file, "former": tail.file}
            told.insert(0, {**opening, "prev": tail.this})
        lines, n, this = [], tail.n, tail.this
        for row in told:
            n += 1
            line, this = seal({"n": n, "time": moment, **row}, this)
            lines.append(line)
        self._tail = Tail(file, _append(self.folder / file, b"".join(lines)), n, this)

    def _take_back(self, tail: Tail, head: Head | None) -> None:
        """Take back all that stands behind what was the trail's end, after the head, if that has
        moved: it never names a line that isn't there. A file that was new is no file of a day."""
        self._tail = None
        if head is None:
            (self.folder / HEAD).unlink(missing_ok=True)
        elif read_head(self.folder / HEAD) != head:
            write_head(self.folder, head)
        for path in day_files(self.folder):
            if path.name > tail.file:
                path.unlink()
            elif path.name == tail.file and path.stat().st_size > tail.size:
                os.truncate(path, tail.size)

    def _sync(self) -> None:
        assert self._tail is not None
        with (self.folder / self._tail.file).open("rb") as file:
            os.fsync(file.fileno())
        write_head(self.folder, Head(self._tail.file, self._tail.n, self._tail.this))
        self._synced = time.monotonic()

    def _find_tail(self) -> tuple[Tail, list[dict[str, Any]]]:
        """The end of the trail, repaired, and what is to be told of the repair."""
        known = self._tail
        if known is not None:
            path = self.folder / known.file
            days = day_files(self.folder)
            if path.stat().st_size == known.size and days and days[-1].name == known.file:
                return known, []
        tail, torn = _read_tail(self.folder)
        if torn is not None:
            digest = encode(blake2b(torn, digest_size=SIZE).digest())
            self._untold.append({"event": "repair", "torn": len(torn), "hash": digest})
        return tail, [*self._untold, *self._compare(tail)]

    def _compare(self, tail: Tail) -> list[dict[str, Any]]:
        """What is to be told of a trail that doesn't reach its head, or has none. The head is
        written before the first line, so that it is never missing behind a crash."""
        head = read_head(self.folder / HEAD)
        if head is None and tail.n < 0:
            write_head(self.folder, Head("", -1, START))
        elif head is None:
            return [{"event": "repair", "lines": tail.n + 1, "head": "none"}]
        elif head.n > tail.n or (head.n == tail.n and head.this != tail.this):
            return [{"event": "repair", "missing": head.n - tail.n, "head": head.this}]
        return []

    def _refused(self, error: OSError | Timeout) -> AuditError:
        found = getattr(error, "strerror", None) or type(error).__name__
        return AuditError(Errors.SC940.format(folder=self.folder, error=found))


def _append(path: Path, data: bytes) -> int:
    """Add bytes to a file, all or none. RETURNS (int): Its new size."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except BaseException:
            os.ftruncate(descriptor, size)
            raise
        return size + len(data)
    finally:
        os.close(descriptor)


def _read_tail(folder: Path) -> tuple[Tail, bytes | None]:
    """The last line of all; what was torn behind it is cut off, and given back."""
    torn: bytes | None = None
    for path in reversed(day_files(folder)):
        before, last, rest = _last_lines(path)
        if rest and last is not None and is_sound(rest, this_of(last) or START):
            _append(path, b"\n")  # only the line's end was lost
            last, rest = rest, b""
        if rest:
            torn = rest
            os.truncate(path, before)
        if last is not None:
            n, this = row_of(last).get("n"), this_of(last)
            size = path.stat().st_size
            return Tail(path.name, size, n if isinstance(n, int) else -1, this or START), torn
        path.unlink()  # a day that never had a whole line
    return Tail(), torn


def _last_lines(path: Path) -> tuple[int, bytes | None, bytes]:
    """Where the last whole line ends; that line; and what stands behind it."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        data, start = b"", end
        while start and data.count(b"\n") < 2:
            step = min(BLOCK, start)
            start -= step
            file.seek(start)
            data = file.read(step) + data
    whole, mark, rest = data.rpartition(b"\n")
    if not mark:
        return 0, None, data
    return end - len(rest), whole.rpartition(b"\n")[2], rest
