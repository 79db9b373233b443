"""Notes from wherever they lie: text files, folders, JSONL, CSV, Parquet, standard input."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
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

STDIN = "-"
NoteSource = str | Path | Iterable[Note | Record | Doc]
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".txt": "txt",
}
_MARKS = {"csv": ",", "tsv": "\t"}


def read_notes(
    *sources: str | Path, kind: str | None = None, text_field: str = "text", id_field: str = "id"
) -> "Notes":
    """Read notes from wherever they lie.

    sources (str | Path): Files (.txt, .jsonl, .csv, .tsv, .parquet), folders that are searched for
        .txt files, or "-" for standard input.
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

    sources (list[Path]): Files, folders that are searched for .txt files, or "-".
    kind (str | None): One of jsonl, csv, tsv, parquet, txt; None to go by the suffix.
    text_field, id_field (str): Names of fields or columns.
    """

    sources: list[Path]
    kind: str | None = None
    text_field: str = "text"
    id_field: str = "id"
    _stdin: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in (None, *_SUFFIXES.values()):
            known = ", ".join(sorted(set(_SUFFIXES.values())))
            raise CommandError(
                Errors.SC519.format(what="input format", name=self.kind, known=known)
            )

    def __iter__(self) -> Iterator[Note]:
        for source in self.sources:
            yield from self._read(source)

    def _read(self, source: Path) -> Iterator[Note]:
        if source.is_dir():
            yield from _read_folder(source)
        elif not (str(source) == STDIN or source.is_file()):
            raise CommandError(Errors.SC510.format(path=source, found="nothing there"))
        else:
            yield from self._read_file(source)

    def _read_file(self, source: Path) -> Iterator[Note]:
        kind = self.kind or ("jsonl" if str(source) == STDIN else _SUFFIXES.get(source.suffix))
        if kind is None:
            raise CommandError(Errors.SC510.format(path=source, found="a suffix of no known kind"))
        if kind == "txt":
            yield self._read_text(source)
            return
        for row in self._rows(source, kind):
            yield to_note(row, source, self.text_field, self.id_field)

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
        return source.open(encoding="utf-8-sig", errors="surrogateescape", newline="")

    def _read_text(self, source: Path) -> Note:
        if str(source) != STDIN:
            return _read_file(source, source.stem)
        with self._open(source) as stream:
            return check_note(Note("stdin", stream.read()), source, "stdin")


def _read_folder(folder: Path) -> Iterator[Note]:
    files = sorted(folder.rglob("*.txt"))
    if not files:
        raise CommandError(Errors.SC503.format(path=folder))
    for file in files:
        yield _read_file(file, file.relative_to(folder).with_suffix("").as_posix())


def _read_file(file: Path, name: str) -> Note:
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as stream:
        return check_note(Note(name, stream.read()), file, name)
