"""Processor time of a command and of all that it starts, by what each process is.

Spark's daemon of Python workers ignores the end of its children, so the system adds their time to
nobody's: each process is looked at while it runs, ten times a second, and its last time counts.
"""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")
EVERY = 0.1


class Seen(NamedTuple):
    """A process as it was last seen: its parent, what it is, and its processor seconds."""

    parent: int
    kind: str
    seconds: float


def look(pid: int) -> Seen | None:
    """RETURNS (Seen | None): A process as it is now, None if it is gone."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if not line:  # it has ended
        return None
    java = line.partition(b"\0")[0].endswith(b"java")
    daemon = b"-m" in (words := line.split(b"\0")) and any(x.endswith(b".daemon") for x in words)
    kind = "JVM" if java else "workers" if daemon else "driver"
    return Seen(int(fields[1]), kind, (int(fields[11]) + int(fields[12])) / TICKS)


class Tree:
    """A process and its descendants, also those whose parent is gone.

    root (int): The process.
    """

    def __init__(self, root: int):
        self.root = root
        self.seen: dict[int, Seen] = {}

    def look(self) -> None:
        """Look at all of them."""
        pids = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
        there = {pid: seen for pid in pids if (seen := look(pid))}
        known = {pid for pid in self.seen if pid in there} | {self.root}
        found = set(self._below(there, known))
        self.seen |= {pid: there[pid] for pid in found if pid in there}

    def _below(self, there: dict[int, Seen], known: set[int]) -> Iterator[int]:
        children: dict[int, list[int]] = {}
        for pid, seen in there.items():
            children.setdefault(seen.parent, []).append(pid)
        waiting, done = list(known), set[int]()
        while waiting:
            pid = waiting.pop()
            if pid not in done:
                done.add(pid)
                yield pid
                waiting += children.get(pid, ())

    def workers(self) -> list[tuple[int, float]]:
        """RETURNS (list[tuple[int, float]]): Python workers of Spark's: process and seconds, those
        that were forked by their daemon."""
        return [
            (pid, seen.seconds)
            for pid, seen in self.seen.items()
            if seen.kind == "workers" and seen.parent in self.seen
            if self.seen[seen.parent].kind == "workers"
        ]


class Counted(NamedTuple):
    """What a command took.

    parts (Counter[str]): Processor seconds of JVM, workers and driver.
    waited (float): Processor seconds that the system knows of: of those that were waited for.
    output (str): What was printed.
    """

    parts: Counter[str]
    waited: float
    output: str

    @property
    def total(self) -> float:
        """RETURNS (float): Of all."""
        return max(self.waited, sum(self.parts.values()))

    @property
    def told(self) -> str:
        """RETURNS (str): All, and each part."""
        parts = ", ".join(f"{name} {x:.1f}" for name, x in sorted(self.parts.items()))
        return f"{self.total:.1f} s of processor ({parts})"


def count(command: list[str], watch: Callable[[Tree], None] | None = None) -> Counted:
    """Run a command, and count.

    command (list[str]): What is run.
    watch (Callable[[Tree], None] | None): Called after each look.
    RETURNS (Counted): What it took. Ends the program where the command fails.
    """
    before = os.times()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    tree, ended = Tree(process.pid), threading.Event()

    def looking() -> None:
        while not ended.wait(EVERY):
            tree.look()
            if watch is not None:
                watch(tree)

    looker = threading.Thread(target=looking)
    looker.start()
    output = process.communicate()[0]
    ended.set()
    looker.join()
    after = os.times()
    if process.returncode:
        sys.exit(output[-3000:])
    parts = Counter[str]()
    for seen in tree.seen.values():
        parts[seen.kind] += seen.seconds
    waited = after.children_user - before.children_user
    waited += after.children_system - before.children_system
    return Counted(parts, waited, output)
