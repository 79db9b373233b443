"""Notes from wherever they lie: text files, folders, JSONL, CSV, Parquet, standard input."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

from spacy.tokens import Doc

from ..docs import get_name
from ..errors import CommandError, Errors
from ..installed import need_extra
from ..note import Note
from ..records import Record

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
_NEVER = ("text", "id", "entities", "relations", "attributes", "concept_relations", "meta")
Row = tuple[str, Mapping[str, Any] | None]


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
        return Note(name, note.text, meta)
    return Note(note.id, note.text, note.meta) if isinstance(note, Record) else note


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
        elif kind == "parquet":
            yield from self._notes(source, _parquet_rows(source, self.text_field, self.id_field))
        elif kind == "jsonl":
            with self._open(source) as lines:
                yield from self._notes(source, _jsonl_rows(lines, source, self.text_field))
        else:
            with self._open(source) as lines:
                yield from self._notes(source, _csv_rows(lines, source, kind, self.text_field))

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
            return _checked(Note("stdin", stream.read()), source)

    def _notes(self, source: Path, rows: Iterable[Row]) -> Iterator[Note]:
        for place, row in rows:
            if row is None:
                yield Note(place, "", fault=Errors.SC505.format(path=source, line=_line(place)))
                continue
            name = row.get(self.id_field)
            meta = {**row.get("meta", {})} if isinstance(row.get("meta"), dict) else {}
            skipped = (self.text_field, self.id_field, *_NEVER)
            plain = (str, int, float, bool)
            meta |= {k: v for k, v in row.items() if k not in skipped and isinstance(v, plain)}
            id = place if name is None or name == "" else str(name)
            yield _checked(Note(id, row[self.text_field], meta), source)


def _checked(note: Note, source: Path) -> Note:
    """The note, or a fault where its bytes weren't UTF-8."""
    try:
        note.text.encode("utf-8")
    except UnicodeEncodeError:
        return Note(ascii(note.id)[1:-1], "", fault=Errors.SC504.format(path=source))
    return note


def _read_folder(folder: Path) -> Iterator[Note]:
    files = sorted(folder.rglob("*.txt"))
    if not files:
        raise CommandError(Errors.SC503.format(path=folder))
    for file in files:
        yield _read_file(file, file.relative_to(folder).with_suffix("").as_posix())


def _read_file(file: Path, name: str) -> Note:
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as stream:
        return _checked(Note(name, stream.read()), file)


def _line(place: str) -> str:
    return place.rpartition(":")[2]


def _place(source: Path, number: int) -> str:
    return f"{'stdin' if str(source) == STDIN else source.name}:{number}"


def _jsonl_rows(lines: TextIO, source: Path, text_field: str) -> Iterator[Row]:
    """Rows of a JSON lines file, whose lines end in LF and in no other character."""
    for number, line in enumerate(_split(lines), 1):
        if line.strip():
            yield _place(source, number), _parse(line, text_field)


def _split(stream: TextIO) -> Iterator[str]:
    """Lines by LF alone: `newline=""` splits at a lone CR too, which JSON takes for a blank."""
    kept = ""
    for line in stream:
        kept += line
        if line.endswith("\n"):
            yield kept
            kept = ""
    yield kept


def _parse(line: str, text_field: str) -> Mapping[str, Any] | None:
    try:
        row = json.loads(line)
        row[text_field].encode("utf-8", errors="surrogateescape")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return row  # type: ignore[no-any-return]


def _csv_rows(lines: TextIO, source: Path, kind: str, text_field: str) -> Iterator[Row]:
    csv.field_size_limit(2**31 - 1)
    reader = csv.DictReader(lines, delimiter="\t" if kind == "tsv" else ",")
    _check_column(source, text_field, reader.fieldnames or ())
    for number, row in enumerate(reader, 1):
        whole = None not in row and isinstance(row[text_field], str)
        yield _place(source, number), row if whole else None


def _parquet_rows(source: Path, text_field: str, id_field: str) -> Iterator[Row]:
    parquet = need_extra("pyarrow.parquet", "Parquet", "parquet")
    with parquet.ParquetFile(source) as file:
        _check_column(source, text_field, file.schema_arrow.names)
        number = 0
        for batch in file.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                number += 1
                yield _place(source, number), row if isinstance(row[text_field], str) else None


def _check_column(source: Path, column: str, known: Iterable[str]) -> None:
    if column not in known:
        names = ", ".join(sorted(known)) or "none"
        raise CommandError(Errors.SC511.format(path=source, column=column, known=names))
