"""What isn't finished yet on the disk: its name, its lock, and what the disk says against it."""

import ctypes
import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import Errors, FileError

try:
    import fcntl
except ImportError:  # Windows: nothing is locked there, so nothing is cleared
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".spacy-clinical.tmp"
_CLEARED = 4  # slots that each writer looks through
_SLOTS = 1000
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2
_NAME_BYTES = 180  # of the target's name, as names have 255 at most
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_RUST = re.compile(r"\(os error (\d+)\)")
_PLAIN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@contextmanager
def made_parent(path: Path) -> Iterator[None]:
    """Make the folder of a target, unless it is there; if the block raises, folders that were made
    and are empty go again. Raises FileError where none can be made.

    path (Path): The target, absolute.
    """
    missing = [folder for folder in path.parents if not os.path.lexists(folder)]
    try:
        with telling(path):
            _make_parent(path)
        yield
    except BaseException:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
        raise


def _make_parent(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        number = errno.ENOTDIR
        raise NotADirectoryError(number, os.strerror(number), str(path.parent)) from error


def claim(path: Path, *, folder: bool) -> tuple[Path, int]:
    """Make an empty file or folder beside a target that is this process's alone.

    path (Path): The target. What dead writers of it left is removed.
    folder (bool): A folder, with rights 0700, else a file, with 0600.
    RETURNS (tuple[Path, int]): Its path, and its lock, to be let go of.
    """
    places = [path.with_name(_name_of(path.name, slot)) for slot in range(_SLOTS)]
    for place in places[:_CLEARED]:
        clear(place)
    for place in places:
        with suppress(FileExistsError):
            _make(place, folder)
            lock = _lock(place)
            if lock is not None:
                return place, lock
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(places[0]))


def clear(path: Path) -> None:
    """Remove what a dead process left under a name. What lives, and what isn't ours, stays."""
    if fcntl is None or path.is_symlink() or not path.exists():
        return
    lock = _lock(path)
    if lock is not None and lock >= 0:
        remove(path)
        let_go(lock)


def clear_all(folder: Path, name: str) -> None:
    """Remove what dead processes left in a folder.

    folder (Path): The folder.
    name (str): How the targets' names begin.
    """
    for path in folder.glob(f".{name}*{SUFFIX}"):
        clear(path)


def let_go(lock: int) -> None:
    """Let go of a lock."""
    if lock >= 0:
        os.close(lock)


def is_held(path: Path, lock: int) -> bool:
    """RETURNS (bool): Whether a name is still that of what was locked."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return lock < 0 or os.path.samestat(os.fstat(lock), found)


def swap(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step, so that each always has one of them.

    one, other (Path): The folders, on one disk.
    RETURNS (bool): Whether it was done: Linux can, on most kinds of disks.
    """
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)  # glibc 2.28, musl 1.2.4
    first, second = (ctypes.c_char_p(os.fsencode(path.absolute())) for path in (one, other))
    here = ctypes.c_int(-100)  # AT_FDCWD
    return rename is not None and not rename(here, first, here, second, ctypes.c_uint(_EXCHANGE))


def remove(path: Path) -> None:
    """Remove a file or folder, as far as that is allowed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


@contextmanager
def telling(path: Path, *, full_only: bool = False) -> Iterator[None]:
    """Raise what the disk says as a FileError that names the target.

    path (Path): The target.
    full_only (bool): Only that it is full, over its quota or read-only: other errors may be those
        of what is read meanwhile.
    """
    try:
        yield
    except OSError as error:
        number = error.errno or 0
        if full_only and number not in FULL:
            raise
        raise _refusal(path, number) from error
    except Exception as error:
        said = _RUST.search(str(error))  # libraries in Rust have exceptions of their own
        if said is None or int(said[1]) not in FULL:
            raise
        raise _refusal(path, int(said[1])) from error


def _refusal(path: Path, number: int) -> FileError:
    found = os.strerror(number) if number else "the disk refuses"
    shown = str(path).encode("utf-8", "backslashreplace").decode()
    return FileError(Errors.SC031.format(path=shown, found=found))


def _name_of(name: str, slot: int) -> str:
    short = os.fsdecode(os.fsencode(name)[:_NAME_BYTES])
    return f".{short}.{slot}{SUFFIX}"


def _make(path: Path, folder: bool) -> None:
    if folder:
        os.mkdir(path, 0o700)
    else:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _lock(path: Path) -> int | None:
    """RETURNS (int | None): A lock, -1 where there are none, None where another has it or what was
    locked no longer has the name."""
    if fcntl is None:
        return -1
    try:
        lock = os.open(path, _PLAIN)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except OSError:  # a file system without locks
        os.close(lock)
        return -1
    if is_held(path, lock):
        return lock
    os.close(lock)
    return None
