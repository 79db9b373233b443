"""Processes that are killed while they write: at each change on the disk in turn, or some time."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any

from tqdm import tqdm

CALLS = ("open", "mkdir", "fsync", "chmod", "replace", "rmdir", "unlink")
FORK = multiprocessing.get_context("fork")


def killed_at(step: int, job: Callable[[], Any], names: tuple[str, ...] = CALLS) -> bool:
    """Do a job in a process that is killed at the n-th call of these functions of `os`.

    RETURNS (bool): Whether it was; it may have fewer calls.
    """

    def dying() -> None:
        calls = 0
        for name in names:
            original = getattr(os, name)

            def counted(*args: Any, original: Any = original, **kwargs: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*args, **kwargs)

            setattr(os, name, counted)
        job()

    process = FORK.Process(target=dying)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def killed_after(seconds: float, job: Callable[[], Any]) -> bool:
    """Do a job in a process that is killed after a time.

    RETURNS (bool): Whether it was still at it.
    """

    def alone() -> None:
        tqdm.set_lock(RLock())  # tqdm's own is shared, and would stay locked
        job()

    process = FORK.Process(target=alone)
    process.start()
    time.sleep(seconds)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder, and folders as such."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"/"
        for path in folder.rglob("*")
    }
