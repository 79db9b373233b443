"""Where the lines of notes and runs stand in a long trail, so that not all of it is gone through.

The trail is checked whole once. What was found then is kept in a file beside it: the chain's hash
and place at every so many lines, and in which of these blocks each note and each run has lines. It
is sealed by the site's key, so that nobody else can write one, and not trusted alone: the blocks
that it leads to are checked again, line by line, from the hash before them to the hash behind
them, and so is all that was written since.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy

from .hash_chain import TAIL, hash_of, this_of
from .keyed_hashes import AuditKey
from .trail_check import BEGIN, Checked, Fault, Place, check_trail, refuse_faults
from .trail_head import HEAD, day_files, read_head

INDEX = "INDEX"
FORMAT = "spacy-clinical-audit-index-1"
BLOCK = 2048  # lines
_WHOSE = re.compile(
    rb'\{"n":\d+,"time":"[^"]*","event":"(?:note","run":"[^"]*","note":\{"id":"(?P<note>[\w-]+)"'
    rb'|names","run":"(?P<names>\w+)"|[^"]*","run":"(?P<run>\w+)","actor":)'
)
_KEYS, _BLOCKS = numpy.dtype("<u8"), numpy.dtype("<u4")


class Block(NamedTuple):
    """Some lines of one file.

    start (Place): Before its first line.
    end (Place): Behind its last one.
    """

    start: Place
    end: Place


@dataclass
class TrailIndex:
    """What a trail holds, up to some line.

    folder (Path): The trail's.
    blocks (list[Block]): Its lines, one block behind the other.
    keys (numpy.ndarray): A hash of each note and run, in order, shape (entries,).
    places (numpy.ndarray): The number of a block that has a line of it, shape (entries,).
    """

    folder: Path
    blocks: list[Block] = field(default_factory=list)
    keys: numpy.ndarray = field(default_factory=lambda: numpy.empty(0, _KEYS))
    places: numpy.ndarray = field(default_factory=lambda: numpy.empty(0, _BLOCKS))

    @property
    def end(self) -> Place:
        """RETURNS (Place): Up to where it goes."""
        return self.blocks[-1].end if self.blocks else BEGIN

    def lines(self, kind: str, id: str) -> Iterator[tuple[str, bytes]]:
        """Find the lines of a note or of a run, and check the blocks that they stand in.

        kind (str): "note" or "run".
        id (str): The note's hash, or the run's id.
        YIELDS (tuple[str, bytes]): The file's name and the line. Raises AuditError where a block
            isn't what it was.
        """
        key = numpy.array(_key(kind, id.encode()), _KEYS)
        first, last = (numpy.searchsorted(self.keys, key, side) for side in ("left", "right"))
        for number in sorted(set(self.places[first:last].tolist())):
            block = self.blocks[number]
            for line in self._checked(block):
                if (kind, id.encode()) == _whose(line):
                    yield block.start.file, line

    def _checked(self, block: Block) -> list[bytes]:
        with (self.folder / block.start.file).open("rb") as file:
            file.seek(block.start.offset)
            lines = file.read(block.end.offset - block.start.offset).splitlines()
        this, number = block.start.this, block.start.line
        for line in lines:
            number += 1
            this = hash_of(line[:-TAIL], this)
            if this_of(line) != this:
                break
        if this != block.end.this or number != block.end.line:
            fault = Fault(block.start.file, number, "isn't what was written behind the line before")
            refuse_faults(self.folder, Checked(faults=[fault]))
        return lines


def index_trail(
    folder: Path, key: AuditKey, progress: Callable[[int], object] = lambda size: None
) -> TrailIndex:
    """Check a trail, from where an index of it ends, and bring the index up to date.

    folder (Path): The trail's.
    key (AuditKey): Seals the index.
    progress (Callable): Is told how many bytes were read.
    RETURNS (TrailIndex): Of all lines. Raises AuditError where the trail isn't whole.
    """
    known = read_index(folder, key)
    index = known if known is not None and _fits(known) else TrailIndex(folder)
    collected = _Collector(index)
    checked = check_trail(folder, progress=progress, since=index.end, see=collected.see)
    refuse_faults(folder, checked)
    collected.close()
    if collected.added >= BLOCK:
        _write_index(index, key)
    return index


class _Collector:
    """Adds lines to an index, as they are checked."""

    def __init__(self, index: TrailIndex):
        self._index = index
        self._keys: list[int] = []
        self._places: list[int] = []
        self._start = self._end = index.end
        self.added = 0

    def see(self, line: bytes, after: Place) -> None:
        """Add a line.

        line (bytes): Without its end.
        after (Place): Behind it.
        """
        if after.file != self._end.file:
            self._cut()
            self._start = self._end._replace(file=after.file, offset=0, line=0)
        self._end = after
        self.added += 1
        whose = _whose(line)
        if whose is not None:
            self._keys.append(_key(*whose))
            self._places.append(len(self._index.blocks))
        if after.n - self._start.n >= BLOCK:
            self._cut()

    def _cut(self) -> None:
        if self._end.n > self._start.n:
            self._index.blocks.append(Block(self._start, self._end))
            self._start = self._end

    def close(self) -> None:
        """End the last block, and put all in order."""
        self._cut()
        keys = numpy.concatenate([self._index.keys, numpy.array(self._keys, _KEYS)])
        places = numpy.concatenate([self._index.places, numpy.array(self._places, _BLOCKS)])
        order = numpy.argsort(keys, kind="stable")
        self._index.keys, self._index.places = keys[order], places[order]


def _whose(line: bytes) -> tuple[str, bytes] | None:
    """The note or the run that a line is of; the lines of notes aren't their runs'."""
    match = _WHOSE.match(line)
    if match is None:
        return None
    return ("note", match["note"]) if match["note"] else ("run", match["names"] or match["run"])


def _key(kind: str, id: bytes) -> int:
    return int.from_bytes(blake2b(kind.encode() + b" " + id, digest_size=8).digest(), "little")


def _fits(index: TrailIndex) -> bool:
    """Whether the files are there as far as an index goes, and HEAD isn't before its end."""
    head = read_head(index.folder / HEAD)
    sizes = {path.name: path.stat().st_size for path in day_files(index.folder)}
    ends = {block.end.file: block.end.offset for block in index.blocks}
    last = index.end.file
    whole = all(sizes.get(file) == size for file, size in ends.items() if file != last)
    known = list(sizes)[: len(ends)] == list(ends)
    return (
        known and whole and sizes[last] >= ends[last] and bool(head and head.n >= index.end.n - 1)
    )


def read_index(folder: Path, key: AuditKey) -> TrailIndex | None:
    """RETURNS (TrailIndex | None): The index beside a trail, None where there is none, or it isn't
    one that was sealed by this key."""
    try:
        seal, _, rest = (folder / INDEX).read_bytes().partition(b"\n")
        if not key.has_sealed(rest, seal.decode("latin-1")):
            return None
        header, _, data = rest.partition(b"\n")
        told = json.loads(header)
        if told["format"] != FORMAT:
            return None
        size, entries = _KEYS.itemsize, told["entries"]
        blocks = [Block(Place(*start), Place(*end)) for start, end in told["blocks"]]
        keys = numpy.frombuffer(data, _KEYS, entries)
        places = numpy.frombuffer(data, _BLOCKS, entries, size * entries)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return TrailIndex(folder, blocks, keys, places) if blocks else None


def _write_index(index: TrailIndex, key: AuditKey) -> None:
    """Keep an index, whole or not at all; who may only read the folder goes without."""
    header = {"format": FORMAT, "entries": len(index.keys), "blocks": index.blocks}
    rest = json.dumps(header).encode() + b"\n" + index.keys.tobytes() + index.places.tobytes()
    temporary = index.folder / f".{INDEX}.{os.getpid()}.tmp"
    try:
        temporary.touch(0o600)
        temporary.write_bytes(key.seal(rest).encode() + b"\n" + rest)
        os.replace(temporary, index.folder / INDEX)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
