"""What a run of `annotate` is to do: its notes in blocks, and whether they still are the same."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..errors import CommandError, Errors, FormatError
from ..formats.document_files import check_name
from ..note import Note

BLOCK = 128  # notes


@dataclass
class Manifest:
    """What is to be done.

    blocks (list[tuple[int, int]]): Notes and characters of each block.
    digests (list[bytes]): A hash of each block.
    digest (str): A hash of everything.
    as_files (bool): Whether each note is to be a file of its id's name.
    """

    blocks: list[tuple[int, int]]
    digests: list[bytes]
    digest: str
    as_files: bool = False

    @classmethod
    def read(cls, notes: Iterable[Note], *, as_files: bool = False) -> "Manifest":
        """Read all notes. Raises CommandError where two have one id.

        notes (Iterable[Note]): The notes.
        as_files (bool): Set aside notes whose ids can't be file names.
        RETURNS (Manifest): The blocks.
        """
        seen: set[str] = set()
        blocks, digests = [], []
        for _, block in _blocks(notes, as_files):
            for note in block:
                if note.id in seen:
                    raise CommandError(Errors.SC514.format(id=note.id))
                seen.add(note.id)
            blocks.append((len(block), sum(len(note.text) for note in block)))
            digests.append(_digest(block))
        whole = hashlib.blake2b(b"".join(digests), digest_size=16)
        return cls(blocks, digests, whole.hexdigest(), as_files)

    def first(self, block: int) -> int:
        """RETURNS (int): The number of a block's first note, counted from 1."""
        return block * BLOCK + 1  # all blocks but the last are full

    def same(self, notes: Iterable[Note]) -> Iterator[tuple[int, list[Note]]]:
        """Read all notes again. Raises CommandError where they aren't what they were.

        notes (Iterable[Note]): The notes.
        YIELDS (tuple[int, list[Note]]): Number and notes of each block.
        """
        read = 0
        for number, block in _blocks(notes, self.as_files):
            if self.digests[number : number + 1] != [_digest(block)]:
                raise CommandError(Errors.SC568.format(first=self.first(number)))
            read = number + 1
            yield number, block
        if read < len(self.blocks):
            raise CommandError(Errors.SC568.format(first=self.first(read)))


def _digest(block: list[Note]) -> bytes:
    found = hashlib.blake2b(digest_size=16)
    for note in block:
        row = json.dumps([note.id, note.text, note.meta, note.fault], sort_keys=True)
        found.update(hashlib.blake2b(row.encode()).digest())
    return found.digest()


def _blocks(notes: Iterable[Note], as_files: bool) -> Iterator[tuple[int, list[Note]]]:
    block: list[Note] = []
    number = 0
    for note in notes:
        block.append(_as_file(note) if as_files else note)
        if len(block) == BLOCK:
            yield number, block
            number, block = number + 1, []
    if block:
        yield number, block


def _as_file(note: Note) -> Note:
    """The note, with its fault if its id can't be a file name."""
    try:
        check_name(note.id)
    except FormatError as error:
        return note if note.fault else note._replace(fault=str(error))
    return note
