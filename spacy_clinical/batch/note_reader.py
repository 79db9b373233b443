"""Notes from wherever they lie: files of all kinds, folders, standard input."""

import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Annotated, BinaryIO, TextIO

from spacy.tokens import Doc
from typer import Argument, Option

from ..docs import get_name
from ..errors import CommandError, Errors
from ..note import Note
from ..records import Record
from ..tsv import WORKBOOKS
from .note_formats.delimited import read_delimited
from .note_formats.documents import DOCUMENTS, read_documents
from .note_formats.format_detection import KINDS, kind_in_folder, kind_of
from .note_formats.json_lines import read_json_lines
from .note_formats.note_rows import Row, check_note, to_note
from .note_formats.parquet import read_parquet
from .note_formats.text_files import find_notes, is_text, name_text, note_of, open_bytes, read_text

STDIN = "-"
NoteSource = str | Path | Iterable[Note | Record | Doc]
_MARKS = {"csv": ",", "tsv": "\t"}


def read_notes(
    *sources: str | Path, kind: str | None = None, text_field: str = "text", id_field: str = "id"
) -> "Notes":
    """Read notes from wherever they lie.

    sources (str | Path): Files (.txt, .rtf, .jsonl, .csv, .tsv, .parquet, .hl7, .xml for CDA, .json
        and .ndjson for FHIR), folders that are searched for texts, HL7, CDA and FHIR, or "-" for
        standard input; all also with .gz.
    kind (str | None): One of cda, csv, fhir, hl7, jsonl, parquet, tsv, txt; None to go by the
        suffix.
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

    sources (list[Path]): Notes: .txt, .rtf, .jsonl, .csv, .tsv, .parquet, HL7, CDA, FHIR, folders
        of them, - for stdin.
    kind (str | None): Input: cda, csv, fhir, hl7, jsonl, parquet, tsv, txt; else by the suffix.
    text_field (str): Field or column with the text.
    id_field (str): Field or column with the note's id.
    passed_over (Counter[str]): Files of folders that hold no notes, by ending, and what messages
        and resources hold that is no note, by kind, as of the last reading.
    """

    sources: Annotated[list[Path], Argument()]
    kind: Annotated[str | None, Option("--format", "-f")] = None
    text_field: Annotated[str, Option("--text-field")] = "text"
    id_field: Annotated[str, Option("--id-field")] = "id"
    passed_over: Counter[str] = field(default_factory=Counter, init=False)
    _stdin: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in (None, *KINDS):
            known = ", ".join(KINDS)
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
        files = list(find_notes(folder, passed_over, kind_in_folder))
        self.passed_over += passed_over
        if not files:
            found = ", ".join(f"{n} {ending}" for ending, n in passed_over.items()) or "nothing"
            raise CommandError(Errors.SC503.format(path=folder, found=found))
        for name, path, kind in files:
            if kind == "txt" or (self.kind == "txt" and is_text(path)):
                yield read_text(path, name)
            else:
                yield from self._read_inner(path, name, kind)

    def _read_inner(self, path: Path, name: str, kind: str) -> Iterator[Note]:
        """The notes of a file in a folder, named by it; what is wrong with it stops no other."""
        try:
            for row in self._rows(path, kind):
                place = name + row.place.removeprefix(path.name)
                yield to_note(row._replace(place=place), path, self.text_field, self.id_field)
        except (OSError, EOFError, zlib.error) as error:
            found = type(error).__name__
            yield Note(name, "", fault=Errors.SC566.format(path=path, found=found))

    def _read_file(self, source: Path) -> Iterator[Note]:
        kind = self.kind or ("jsonl" if str(source) == STDIN else kind_of(source))
        if kind is None:
            workbook = source.suffix.lower() in WORKBOOKS
            found = "a workbook, to be saved as CSV" if workbook else "a suffix of no known kind"
            raise CommandError(Errors.SC510.format(path=source, found=found))
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
        if kind in DOCUMENTS:
            with self._open_bytes(source) as file:
                yield from read_documents(file, source, kind, self.text_field, self.passed_over)
            return
        with self._open(source) as lines:
            if kind == "jsonl":
                yield from read_json_lines(lines, source, self.text_field)
            else:
                yield from read_delimited(lines, source, _MARKS[kind], self.text_field)

    def _open(self, source: Path) -> TextIO:
        return TextIOWrapper(self._open_bytes(source), "utf-8-sig", "surrogateescape", newline="")

    def _open_bytes(self, source: Path) -> BinaryIO:
        if str(source) != STDIN:
            return open_bytes(source)
        if self._stdin is None:
            self._stdin = sys.stdin.buffer.read()
        return BytesIO(self._stdin)

    def _read_text(self, source: Path) -> Note:
        if str(source) != STDIN:
            return read_text(source, name_text(source))
        with self._open_bytes(source) as file:
            return note_of(file.read().removeprefix(b"\xef\xbb\xbf"), source, "stdin")


def texts_by_id(source: Path | None) -> tuple[dict[str, str], int]:
    """RETURNS (tuple[dict[str, str], int]): The text of each note that `read_notes` reads, none for
    None; and how many notes can't be read."""
    notes = [] if source is None else list(read_notes(source))
    texts = {note.id: note.text for note in notes if not note.fault}
    return texts, sum(bool(note.fault) for note in notes)


def with_text(text: str | None, sources: Sequence[Path]) -> Iterator[Note]:
    """Put a text before the notes of files.

    text (str | None): A note called "text"; None for none.
    sources (Sequence[Path]): As `read_notes` takes them.
    YIELDS (Note): The notes.
    """
    if text is not None:
        yield Note("text", text)
    yield from Notes(list(sources))
