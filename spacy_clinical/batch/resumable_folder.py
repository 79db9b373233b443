"""The folder of an unfinished run: what is done of it survives the process."""

import json
import os
import re
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import srsly
from filelock import FileLock, Timeout

from ..errors import CommandError, Errors
from ..files import flush, new_file
from ..installed import fingerprint_model as fingerprint_model
from ..temporary_files import telling
from .worker_pool import Result

Fingerprint = dict[str, str]
_OURS = re.compile(r"lock|run\.json|assembled|\d{7,}\.block|output(\..*)?|\..*\.tmp")
PATIENCE = 10.0  # seconds: the workers of a killed run let go of its lock when they notice


class Work:
    """A run's blocks, each in a file that takes its name when it is whole.

    The folder lies beside the target, under a name with a leading dot, readable to its owner only
    (it holds the notes), and goes when the target is in place. There is no other journal: a block
    is done if its file is there.

    target (Path): What the run is to write.

    output (Path): Where it is assembled.
    started (str): When the run was first begun, in ISO 8601, UTC.
    """

    def __init__(self, target: Path):
        self.target = target.absolute()
        self.folder = self.target.with_name(f".{target.name}.unfinished")
        self.output = self.folder / f"output{target.suffix}"
        self._spent = self.target.with_name(f".{target.name}.finished")
        self._assembled = self.folder / "assembled"
        self.started = ""

    def clear(self) -> None:
        """Remove what a run that was killed at its very end has left. Raises CommandError where
        that isn't ours."""
        _check_ours(self._spent)
        shutil.rmtree(self._spent, ignore_errors=True)

    @contextmanager
    def opened(self, fingerprint: Fingerprint, *, anew: bool = False) -> Iterator[None]:
        """Hold the folder, which no other process may use meanwhile, and leave none of a run that
        fails before its first block. Raises CommandError where it is a link or holds what no run
        wrote: that is never emptied.

        fingerprint (Fingerprint): Of model, notes and versions. Raises CommandError if the folder
            holds what was done with another.
        anew (bool): Discard what the folder holds.
        """
        _check_ours(self.folder)
        self.clear()
        with telling(self.target):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
        try:
            with FileLock(self.folder / "lock", timeout=PATIENCE), self._gone_if_empty():
                self._prepare(fingerprint, anew)
                yield
        except Timeout:
            raise CommandError(Errors.SC515.format(path=self.target)) from None

    @contextmanager
    def _gone_if_empty(self) -> Iterator[None]:
        """Remove the folder, while it is held, where a run fails before its first block."""
        try:
            yield
        except Exception:
            if self.folder.is_dir() and not self._blocks():
                self.discard()
            raise

    def _prepare(self, fingerprint: Fingerprint, anew: bool) -> None:
        run = self.folder / "run.json"
        if anew or not run.is_file():
            self._clear()
            now = datetime.now(UTC).isoformat(timespec="seconds")
            with new_file(run) as file:
                file.write(json.dumps({**fingerprint, "started": now}).encode())
        stored = _read_state(run)
        different = [key for key in fingerprint if stored.get(key) != fingerprint[key]]
        if different:
            done, what = len(self._blocks()), " and ".join(different)
            raise CommandError(Errors.SC513.format(folder=self.folder, what=what, done=done))
        self.started = stored["started"]
        for left in self.folder.glob(".*.tmp"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    def _clear(self) -> None:
        for path in self.folder.iterdir():
            if path.name != "lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _blocks(self) -> list[Path]:
        return list(self.folder.glob("*.block"))

    def _path(self, block: int) -> Path:
        return self.folder / f"{block:07}.block"

    def has(self, block: int) -> bool:
        """RETURNS (bool): Whether a block is done."""
        return self._path(block).is_file()

    def write(self, block: int, results: list[Result]) -> None:
        """Store a block.

        block (int): Its number.
        results (list[Result]): One a note, in order.
        """
        with new_file(self._path(block)) as file:
            file.write(zlib.compress(srsly.msgpack_dumps(results), 1))

    def read(self, block: int, size: int) -> list[Result]:
        """Read a block. Raises CommandError if it is damaged.

        block (int): Its number.
        size (int): How many notes it has.
        RETURNS (list[Result]): What it holds.
        """
        path = self._path(block)
        try:
            rows = srsly.msgpack_loads(zlib.decompress(path.read_bytes()))
            results = [Result(*row) for row in rows]
        except (OSError, zlib.error, ValueError, TypeError):
            raise CommandError(Errors.SC570.format(path=path)) from None
        if len(results) != size:
            raise CommandError(Errors.SC570.format(path=path))
        return results

    @property
    def begun(self) -> bool:
        """RETURNS (bool): Whether an interrupted run is there to go on with."""
        return (self.folder / "run.json").is_file()

    @property
    def placed(self) -> bool:
        """RETURNS (bool): Whether the target is in place: only the end was interrupted."""
        return self._assembled.is_file() and not self.output.exists()

    def place(self) -> None:
        """Give the finished output the target's name."""
        with new_file(self._assembled):
            pass
        with telling(self.target):
            os.replace(self.output, self.target)
            flush(self.target.parent)

    def discard(self) -> None:
        """Remove the folder. A name of its own first: half a folder must not look like a run."""
        os.replace(self.folder, self._spent)
        shutil.rmtree(self._spent, ignore_errors=True)


def _check_ours(folder: Path) -> None:
    if folder.is_symlink():
        found = "a link"
    elif not folder.exists():
        return
    elif not folder.is_dir():
        found = "a file"
    elif hasattr(os, "geteuid") and folder.stat().st_uid != os.geteuid():
        found = "that of another user"
    elif any(path.is_symlink() or not _OURS.fullmatch(path.name) for path in folder.iterdir()):
        found = "files that no run writes"
    else:
        return
    raise CommandError(Errors.SC569.format(path=folder, found=found))


def _read_state(path: Path) -> dict[str, str]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        stored = None
    if not isinstance(stored, dict) or not isinstance(stored.get("started"), str):
        raise CommandError(Errors.SC570.format(path=path))
    return stored


def versions() -> str:
    """RETURNS (str): What may change a pipeline's predictions beside itself."""
    names = ("spacy-clinical", "spacy", "torch", "transformers")
    return ", ".join(f"{name} {version(name)}" for name in names)


def describe(results: list[Result]) -> list[dict[str, Any]]:
    """RETURNS (list[dict[str, Any]]): The notes that failed: id, code and error."""
    return [{"id": r.id, "code": r.code, "error": r.error} for r in results if r.doc is None]
