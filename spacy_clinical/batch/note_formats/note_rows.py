"""A row of a file of notes, and whether the note that it becomes can be stored."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import CommandError, Errors
from ...note import Note

_ANNOTATION = ("entities", "relations", "attributes", "concept_relations", "meta")
MAX_ID = 1000
_MAX_DEPTH = 32
_NAMED = 50


class Row(NamedTuple):
    """A row of a file.

    place (str): File and line.
    fields (Mapping[str, Any]): What stands in it.
    fault (str): Why it can't be read, a message with a code; "" if it can.
    """

    place: str
    fields: Mapping[str, Any]
    fault: str = ""


def name_place(source: Path, line: int) -> str:
    """RETURNS (str): A line's name, such as "notes.csv:7"."""
    return f"{'stdin' if str(source) == '-' else source.name}:{line}"


def to_note(row: Row, source: Path, text_field: str, id_field: str) -> Note:
    """Take what is a note's. All else but annotation becomes its meta.

    row (Row): The row, whose text is a string if it has no fault.
    source (Path): Its file, for messages.
    text_field, id_field (str): Names of fields or columns.
    RETURNS (Note): With a fault if it can't be stored.
    """
    if row.fault:
        return Note(row.place, "", fault=row.fault)
    fields = row.fields
    name, more = fields.get(id_field), fields.get("meta")
    meta = {**more} if isinstance(more, dict) else {} if more is None else {"meta": more}
    skipped = (text_field, id_field, *_ANNOTATION)
    meta |= {key: value for key, value in fields.items() if key not in skipped}
    if isinstance(name, dict | list):
        return Note(
            row.place, "", fault=_unstorable(source, row.place, "id", "a list or an object")
        )
    id = row.place if name is None or name == "" else str(name)
    return check_note(Note(id, fields[text_field], meta), source, row.place)


def check_note(note: Note, source: Path, place: str) -> Note:
    """Check that a note can be stored.

    note (Note): The note.
    source (Path): Its file, for messages.
    place (str): Its name if the id can't be stored.
    RETURNS (Note): The note, or its name with a fault.
    """
    wrong = _find_in_id(note.id)
    if wrong:
        return Note(_printable(place), "", fault=_fault(source, place, "id", wrong))
    for part, value in (("text", note.text), ("meta", note.meta)):
        if wrong := _find_wrong(value):
            return Note(note.id, "", fault=_fault(source, place, part, wrong))
    return note


def check_columns(source: Path, names: Iterable[str], text_field: str) -> None:
    """Raises CommandError where a column stands twice, or none has the text.

    source (Path): The file.
    names (Iterable[str]): Its columns. Those that look like a person's words aren't quoted: the
        first line of a table without a header is a note.
    text_field (str): The column of the text.
    """
    names = list(names)
    twice = [number for number, name in enumerate(names, 1) if name in names[: number - 1]]
    if twice:
        first = names.index(names[twice[0] - 1]) + 1
        raise CommandError(Errors.SC562.format(path=source, first=first, second=twice[0]))
    if text_field not in names:
        plain = sorted(name for name in names if name.isidentifier() and len(name) < _NAMED)
        others = [f"{len(names) - len(plain)} with other signs"] * (len(plain) < len(names))
        known = ", ".join([*plain, *others]) or "none"
        raise CommandError(Errors.SC511.format(path=source, column=text_field, known=known))


def _fault(source: Path, place: str, part: str, wrong: str) -> str:
    if wrong == "bytes":
        return Errors.SC504.format(path=_printable(str(source)))
    return _unstorable(source, place, part, wrong)


def _unstorable(source: Path, place: str, part: str, wrong: str) -> str:
    path, where = _printable(str(source)), _printable(place)
    return Errors.SC560.format(path=path, place=where, part=part, found=wrong)


def _printable(text: str) -> str:
    return text if _find_in_text(text) == "" else ascii(text)[1:-1]


def _find_in_id(id: str) -> str:
    if len(id) > MAX_ID:
        return f"more than {MAX_ID:,} characters"
    return _find_in_text(id)


def _find_in_text(text: str) -> str:
    """Undecodable bytes, which `surrogateescape` made U+DC80 to U+DCFF, and lone surrogates."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return "bytes" if "\udc80" <= text[error.start] <= "\udcff" else "a lone surrogate"
    return ""


def _find_wrong(value: Any, depth: int = 0) -> str:
    """RETURNS (str): What UTF-8, JSON or MessagePack can't hold; "" if there is nothing."""
    if isinstance(value, str):
        return _find_in_text(value)
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return "" if -(2**63) <= value < 2**64 else "a whole number of more than 64 bits"
    if isinstance(value, float):
        return "" if math.isfinite(value) else "a number that isn't finite"
    if not isinstance(value, dict | list | tuple):
        return f"a value of the kind {type(value).__name__}"
    if depth == _MAX_DEPTH:
        return f"lists or objects more than {_MAX_DEPTH} deep"
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    return next((found for part in parts if (found := _find_wrong(part, depth + 1))), "")
