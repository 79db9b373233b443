"""Files and folders that take their name only once they are complete, and on the disk.

Until then they stand beside their target as `.NAME.N.spacy-clinical.tmp`: readable to the owner
only, and locked, so that the next writer of the same target clears what a killed one left.
"""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from .errors import CommandError, Errors, FormatError
from .temporary_files import claim, is_held, let_go, made_parent, remove, swap, telling

_ADDRESS = re.compile(
    r"^[a-z][a-z0-9+.-]+:/|/[a-z][a-z0-9+.-]+:/.*@|(?:^|[\s/?&;])password\s*=", re.IGNORECASE
)
_AT_ONCE = 8  # files that are flushed side by side, which disks do in one turn


def refuse_address(path: Path) -> None:
    """Raise FormatError if a name is a server's address: it may hold a password, which no message
    and no folder's name may have.

    path (Path): What is to be written.
    """
    if _ADDRESS.search(path.as_posix()):
        raise FormatError(Errors.SC033)


def check_outputs(
    *paths: Path | None, force: bool = False, sources: Iterable[Path | None] = ()
) -> None:
    """Refuse, before the work and not after it, what would take the place of something.

    paths (Path | None): Files to be written, or new folders; None is passed over.
    force (bool): Files may be replaced; never folders with something in them, what is neither
        (a pipe, a device), or a source.
    sources (Iterable[Path | None]): What is read. Raises CommandError.
    """
    known = [source for source in sources if source is not None and source.exists()]
    for path in filter(None, paths):
        check_place(path)
        for source in known:
            if _takes_place_of(path, source):
                raise CommandError(Errors.SC567.format(target=path, source=source))
        if path.is_dir() and any(path.iterdir()):
            found = Errors.SC521 if path.suffix else Errors.SC022
            raise CommandError(found.format(path=path))
        if _is_no_file(path):
            raise CommandError(Errors.SC582.format(path=path))
        if os.path.lexists(path) and not (path.is_dir() or force):
            raise CommandError(Errors.SC551.format(path=path))
    _refuse_same(paths)


def check_place(path: Path) -> None:
    """Refuse a name that nothing could take once the work is done.

    path (Path): What is to be written. Raises CommandError for a folder that is a link or a disk of
        its own, FileError where no folder can be or may be written to.
    """
    with telling(path):
        if path.is_dir() and (path.is_symlink() or path.is_mount()):
            found = "a link to a folder" if path.is_symlink() else "where a disk is mounted"
            raise CommandError(Errors.SC581.format(path=path, found=found))
        parent = next(one for one in path.absolute().parents if os.path.lexists(one))
        if not parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(parent, os.W_OK | os.X_OK):
            mounted_so = hasattr(os, "statvfs") and os.statvfs(parent).f_flag & os.ST_RDONLY
            number = errno.EROFS if mounted_so else errno.EACCES
            raise OSError(number, os.strerror(number))


def _is_no_file(path: Path) -> bool:
    """Whether a name is that of a pipe or a device, or of a link to one or to what a process has
    open, such as /dev/stdout."""
    if path.is_symlink() and os.readlink(path).startswith("/proc/"):
        return True
    return path.exists() and not (path.is_file() or path.is_dir())


def _takes_place_of(path: Path, source: Path) -> bool:
    """Whether what is there is a source, or stands in a folder that is one."""
    if not path.exists():
        return False
    return path.samefile(source) or source.resolve() in path.resolve().parents


def _refuse_same(paths: Iterable[Path | None]) -> None:
    """One output would take the place of another."""
    seen: set[Path] = set()
    for path in filter(None, paths):
        place = path.parent.resolve() / path.name
        if place in seen:
            raise CommandError(Errors.SC580.format(path=path))
        seen.add(place)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name when the block ends and the disk has it, and vanishes if the
    block raises. Raises FileError where the disk is full or refuses."""
    refuse_address(path)
    path = path.absolute()
    with telling(path):
        mode = _mode_of(path, 0o666)
    with made_parent(path), _claimed(path, folder=False) as temporary:
        with telling(path, full_only=True), temporary.open("wb") as file:
            yield file
            with telling(path):
                file.flush()
                os.fsync(file.fileno())
        with telling(path):
            temporary.chmod(mode)
            os.replace(temporary, path)
            flush(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Make a folder that takes its name when the block ends and the disk has all of it, and
    vanishes if the block raises. Raises FormatError where the name is taken, FileError where the
    disk is full or refuses."""
    refuse_address(path)
    path = path.absolute()
    with telling(path):
        if path.exists() and not (path.is_dir() and not any(path.iterdir())):
            raise FormatError(Errors.SC022.format(path=path))
    with working_folder(path) as temporary:
        yield temporary
        place_folder(temporary, path)


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """Make a folder that takes the place of the old one when the block ends."""
    with working_folder(path) as temporary:
        yield temporary
        place_folder(temporary, path.absolute())


@contextmanager
def working_folder(path: Path) -> Iterator[Path]:
    """Make a folder beside a target, to work in, which goes in any case unless it was placed.

    path (Path): The target, by whose name the folder is called.
    """
    refuse_address(path)
    check_place(path)
    path = path.absolute()
    with (
        made_parent(path),
        _claimed(path, folder=True) as temporary,
        telling(path, full_only=True),
    ):
        yield temporary


def place_folder(folder: Path, path: Path) -> None:
    """Give a finished folder its name, in the place of what has it.

    folder (Path): Flushed to the disk before. On the same disk as the target.
    path (Path): The target.
    """
    with telling(path):
        mode = _mode_of(path, 0o777)
        _flush_all(folder)
        folder.chmod(mode)
        if not path.exists():
            os.replace(folder, path)
        elif not any(path.iterdir()):
            path.rmdir()
            os.replace(folder, path)
        elif swap(folder, path):
            flush(path.parent)
            remove(folder)  # the old one
        else:
            _replace_in_two_steps(folder, path)
        flush(path.parent)


def _replace_in_two_steps(folder: Path, path: Path) -> None:
    """For systems that can't exchange names: between the steps nothing has the name."""
    with _claimed(path, folder=True) as old:
        os.replace(path, old)
        try:
            os.replace(folder, path)
        except BaseException:
            os.replace(old, path)
            raise
        remove(old)


def remove_folder(path: Path) -> None:
    """Delete a folder at once: what a killed process leaves of it has another name, and goes with
    the next one of this name that is written or deleted.

    path (Path): The folder. Raises FileError where it may not be.
    """
    path = path.absolute()
    with telling(path), _claimed(path, folder=True) as old:
        os.replace(path, old)
        remove(old)


def copy_folder(source: Path, target: Path) -> None:
    """Copy what a folder holds. Copies have the rights of new files: of what is read-only too."""
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        copy = copy_folder if path.is_dir() else shutil.copyfile
        copy(path, target / path.name)


@contextmanager
def _claimed(path: Path, *, folder: bool) -> Iterator[Path]:
    with telling(path):
        temporary, lock = claim(path, folder=folder)
    try:
        yield temporary
    finally:
        if is_held(temporary, lock):  # not placed
            remove(temporary)
        let_go(lock)


def _mode_of(path: Path, default: int) -> int:
    """The rights of what will be replaced, else those that the process gives to new files."""
    with suppress(FileNotFoundError):
        found = path.lstat().st_mode
        if not stat.S_ISLNK(found):
            return stat.S_IMODE(found)
    mask = os.umask(0o077)  # there is no other way to read it; stricter meanwhile, never laxer
    os.umask(mask)
    return default & ~mask


def _flush_all(folder: Path) -> None:
    folders, files = [], []
    for parent, _, names in os.walk(folder):
        folders.append(Path(parent))
        files += [Path(parent, name) for name in names]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(flush, files))
    for path in reversed(folders):
        flush(path)


def append(path: Path, data: bytes, *, new: bool = False) -> None:
    """Add to the end of a file that only its owner may read, all of it or nothing. Raises FileError
    where the disk is full or refuses.

    path (Path): Made if it isn't there.
    data (bytes): What is added.
    new (bool): It must not be there.
    """
    with telling(path):
        known = os.path.lexists(path)
        flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_APPEND)
        descriptor = os.open(path, flags, 0o600)
        try:
            append_to(descriptor, data)
            os.fsync(descriptor)
        except OSError:
            if not known:
                remove(path)
            raise
        finally:
            os.close(descriptor)


def append_to(descriptor: int, data: bytes) -> None:
    """Add to the end of an open file: where the disk is full, nothing of it stays."""
    end, rest = os.fstat(descriptor).st_size, memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError:
        os.ftruncate(descriptor, end)
        raise


def flush(path: Path) -> None:
    """Wait until the disk has a file, or the names that a folder holds."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
