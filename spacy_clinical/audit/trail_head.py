"""The head of the trail: how far it goes, in a file that the operator may copy elsewhere.

A chain alone can be rewritten whole, or cut at its end, by whoever may write the folder. A copy of
the head, kept where that person can't write, is the witness against both.
"""

import json
import os
from pathlib import Path
from typing import NamedTuple

HEAD = "HEAD"


class Head(NamedTuple):
    """The last line that is known to be on the disk.

    file (str): The day's file.
    n (int): The line's number in the whole trail, from 0.
    this (str): Its hash.
    """

    file: str
    n: int
    this: str

    def to_bytes(self) -> bytes:
        """RETURNS (bytes): As the file holds it, in one way only."""
        return (json.dumps(self._asdict()) + "\n").encode()


def read_head(path: Path) -> Head | None:
    """RETURNS (Head | None): What a head's file says, None where there is none or it is none."""
    try:
        data = path.read_bytes()
        head = Head(**json.loads(data))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    typed = (type(head.file), type(head.n), type(head.this)) == (str, int, str)
    return head if typed and head.to_bytes() == data else None


def write_head(folder: Path, head: Head) -> None:
    """Replace the head, whole or not at all.

    folder (Path): The trail's.
    head (Head): The new one.
    """
    temporary = folder / f".{HEAD}.{os.getpid()}.tmp"
    try:
        temporary.write_bytes(head.to_bytes())
        os.replace(temporary, folder / HEAD)
    finally:
        temporary.unlink(missing_ok=True)


def trail_size(folder: Path) -> int:
    """RETURNS (int): Bytes of the trail's files."""
    return sum(path.stat().st_size for path in day_files(folder))


def day_files(folder: Path) -> list[Path]:
    """RETURNS (list[Path]): The trail's files, in their order."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].jsonl"))
