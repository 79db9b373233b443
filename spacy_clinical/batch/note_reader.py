"""Notes from wherever they lie: text files, folders, JSONL, CSV, Parquet, standard input."""

import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

from spacy.tokens import Doc

from ..docs import get_name
from ..errors import CommandError, Errors
from ..note import Note
from ..records import Record
from .note_formats.delimited import read_delimited
from .note_formats.json_lines import read_json_lines
from .note_formats.parquet import read_parquet
from .note_formats.rows import Row, check_note, to_note
from .note_formats.text_files import (
    TEXTS,
    find_texts,
    name_text,
    open_bytes,
    read_text,
    suffix_of,
)

STDIN = "-"
NoteSource = str | Path | Iterable[Note | Record | Doc]
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    **dict.fromkeys(TEXTS, "txt"),
}
_MARKS = {"csv": ",", "tsv": "\t"}


def read_notes(
    *sources: str | Path, kind: str | None = None, text_field: str = "text", id_field: str = "id"
) -> "Notes":
    """Read notes from wherever they lie.

    sources (str | Path): Files (.txt, .jsonl, .csv, .tsv, .parquet), folders that are searched for
        texts (.txt, .text, also with .gz), or "-" for standard input.
    kind (str | None): One of jsonl, csv, tsv, parquet, txt; None to go by the suffix.
    text_field, id_field (str): Names of fields or columns.
    RETURNS (Notes): To be iterated, however often. A note that can't be read has its `fault`, a
        message with a code; a source that can't be read at all raises CommandError.
    """
    return Notes([Path(source) for source in sources], kind, text_field, id_field)


def as_notes(notes: NoteSource) -> Iterable[Note]:
    """Take notes in any form.

    notes (str | Path | Iterable[Note | Record | Doc]): A file or folder, or the notes themselves;
        of a Record or a Doc its id, text and meta are taken, not its annotation.
    RETURNS (Iterable[Note]): To be iterated, however often.
    """
    if isinstance(notes, str | Path):
        return read_notes(notes)
    return notes if isinstance(notes, Notes) else [*map(_as_note, notes)]


def _as_note(note: Note | Record | Doc) -> Note:
    if isinstance(note, Doc):
        name, meta = get_name(note)
        note = Note(name, note.text, meta)
    elif isinstance(note, Record):
        note = Note(note.id, note.text, note.meta)
    return note if note.fault else check_note(note, Path("-"), ascii(note.id)[1:40])


@dataclass
class Notes:
    """The notes of some files, in order; read anew whenever they are iterated.

    Standard input can be read only once, and is held in memory.

    sources (list[Path]): Files, folders that are searched for texts, or "-".
    kind (str | None): One of jsonl, csv, tsv, parquet, txt; None to go by the suffix.
    text_field, id_field (str): Names of fields or columns.
    passed_over (Counter[str]): Files of folders that hold no notes, by ending, as of the last
        reading.
    """

    sources: list[Path]
    kind: str | None = None
    text_field: str = "text"
    id_field: str = "id"
    passed_over: Counter[str] = field(default_factory=Counter, init=False)
    _stdin: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in (None, *_SUFFIXES.values()):
            known = ", ".join(sorted(set(_SUFFIXES.values())))
            raise CommandError(
                Errors.SC519.format(what="input format", name=self.kind, known=known)
            )

    def __iter__(self) -> Iterator[Note]:
        self.passed_over = Counter()
        for source in self.sources:
            yield from self._read(source)

    def _read(self, source: Path) -> Iterator[Note]:
        if source.is_dir():
            yield from self._read_folder(source)
        elif not (str(source) == STDIN or source.is_file()):
            found = "no file" if source.exists() else "nothing there"
            raise CommandError(Errors.SC510.format(path=source, found=found))
        else:
            yield from self._read_file(source)

    def _read_folder(self, folder: Path) -> Iterator[Note]:
        passed_over: Counter[str] = Counter()
        files = list(find_texts(folder, passed_over))
        self.passed_over += passed_over
        if not files:
            found = ", ".join(f"{n} {ending}" for ending, n in passed_over.items()) or "nothing"
            raise CommandError(Errors.SC503.format(path=folder, found=found))
        for name, path in files:
            yield read_text(path, name)

    def _read_file(self, source: Path) -> Iterator[Note]:
        kind = self.kind or ("jsonl" if str(source) == STDIN else _SUFFIXES.get(suffix_of(source)))
        if kind is None:
            raise CommandError(Errors.SC510.format(path=source, found="a suffix of no known kind"))
        if kind == "txt":
            yield self._read_text(source)
            return
        try:
            for row in self._rows(source, kind):
                yield to_note(row, source, self.text_field, self.id_field)
        except (OSError, EOFError, zlib.error) as error:
            found = type(error).__name__
            raise CommandError(Errors.SC566.format(path=source, found=found)) from None

    def _rows(self, source: Path, kind: str) -> Iterator[Row]:
        if kind == "parquet":
            yield from read_parquet(source, self.text_field)
            return
        with self._open(source) as lines:
            if kind == "jsonl":
                yield from read_json_lines(lines, source, self.text_field)
            else:
                yield from read_delimited(lines, source, _MARKS[kind], self.text_field)

    def _open(self, source: Path) -> TextIO:
        if str(source) == STDIN:
            if self._stdin is None:
                data = sys.stdin.buffer.read()
                self._stdin = data.decode("utf-8", errors="surrogateescape")
            return StringIO(self._stdin.removeprefix("\ufeff"), newline="")
        return TextIOWrapper(open_bytes(source), "utf-8-sig", "surrogateescape", newline="")

    def _read_text(self, source: Path) -> Note:
        if str(source) != STDIN:
            return read_text(source, name_text(source))
        with self._open(source) as stream:
            return check_note(Note("stdin", stream.read()), source, "stdin")
