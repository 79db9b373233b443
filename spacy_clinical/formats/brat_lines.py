"""What a line of a brat .ann file is made of."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import FormatError
from ..records import Fragments
from .file_reading import at, decode, malformed, read_lines

NO_RESOURCE = "concept:"
SCORE = "ModelScore"
ID = re.compile(r"[TREAMN][A-Za-z]*[0-9]+[^\s:]*|#[A-Za-z]*[0-9]+[^\s:]*|\*")
EVENT = "'TYPE:TRIGGER ROLE:ID'"
_OFFSETS = re.compile(r"(\S+) ([0-9]{1,12} [0-9]{1,12}(?:;[0-9]{1,12} [0-9]{1,12})*)\s*")
_BIONLP_2013 = (
    re.compile(r"Reference Annotation:(?P<id>\S+) Referent:(?P<concept>\S+)\s*"),
    re.compile(r"Reference Referent:(?P<concept>\S+) Annotation:(?P<id>\S+)\s*"),
)


class Row(NamedTuple):
    """A line: where it stands, its id, its second column, the rest, and the line as it is."""

    where: str
    id: str
    body: str
    text: str
    line: str

    @property
    def kind(self) -> str:
        """RETURNS (str): T, R, E, A, M, N, # or *."""
        return self.id[0]

    def malformed(self, expected: str) -> FormatError:
        """RETURNS (FormatError): The error for this line."""
        return malformed(self.where, f"a malformed line '{self.id}'", expected)


def read_rows(files: Iterable[Path], errors: list[str]) -> Iterator[Row]:
    """Stream the lines of annotation files, empty ones passed over.

    files (Iterable[Path]): The files of one document.
    errors (list[str]): Gets a message for each line that begins with no id.
    """
    for file in files:
        for number, data in read_lines(file):
            line = decode(data, at(file, number))
            if line.strip():
                row = _read_row(line, at(file, number), errors)
                if row is not None:
                    yield row


def _read_row(line: str, where: str, errors: list[str]) -> Row | None:
    id, *columns = line.split("\t", 2)
    if columns and ID.fullmatch(id):
        return Row(where, id, columns[0], "".join(columns[1:]), line)
    found = f"a line of {len(columns) + 1} columns that begins with no brat id"
    errors.append(str(malformed(where, found, "an id such as T1, a tab and an annotation")))
    return None


def read_offsets(row: Row) -> tuple[str, Fragments] | None:
    """RETURNS (tuple[str, Fragments] | None): Label and offsets of a mention's line, in its order;
    None if they are malformed."""
    match = _OFFSETS.fullmatch(row.body)
    if not match:
        return None
    pairs = (pair.split() for pair in match[2].split(";"))
    return match[1], tuple((int(start), int(end)) for start, end in pairs)


def pairs(row: Row, words: list[str], expected: str, at_least: int) -> list[tuple[str, str]]:
    """Take apart words such as "Arg1:T1" into role and id."""
    parts = [word.rpartition(":") for word in words]
    if len(parts) < at_least or not all(role and ref for role, _, ref in parts):
        raise row.malformed(expected)
    return [(role, ref) for role, _, ref in parts]


def attribute_parts(row: Row) -> tuple[str, str, str]:
    """Take apart an attribute or a note into name, target and value."""
    if row.kind == "#":
        words = row.body.split()
        if len(words) != 2:
            raise row.malformed("'TYPE ID', a tab and the note")
        return f"#{words[0]}", words[1], row.text
    words = row.body.split(" ", 2)
    if len(words) < 2 or not words[0] or words[0][0] == "#":
        raise row.malformed("'NAME ID' or 'NAME ID VALUE'")
    return words[0], words[1], "".join(words[2:])


def reference_parts(body: str) -> tuple[str, str] | None:
    """RETURNS (tuple[str, str] | None): Target and concept of the second column of a line N, in
    brat's form or that of BioNLP 2013; None if it is malformed."""
    for form in _BIONLP_2013:
        if match := form.fullmatch(body):
            return match["id"], match["concept"]
    words = body.split(" ", 2)
    concept = words[-1].removeprefix(NO_RESOURCE)
    return (words[1], concept) if len(words) == 3 and concept else None


def reference_lines(concepts: Iterable[tuple[str, str]]) -> list[str]:
    """Make the lines N of mentions.

    concepts (Iterable[tuple[str, str]]): Id of a mention or event, and the concept.
    RETURNS (list[str]): The lines, numbered from 1.
    """
    lines: list[str] = []
    for target, concept in concepts:
        known = ":" in concept and not concept.startswith(NO_RESOURCE)
        reference = concept if known else NO_RESOURCE + concept
        lines.append(f"N{len(lines) + 1}\tReference {target} {reference}\t")
    return lines


def concept_parts(concept: str) -> list[str]:
    """RETURNS (list[str]): The concepts of a mention, a line N each."""
    parts = concept.split("|")
    if concept[1:2] == "|" or not all(parts):
        parts = [concept]
    return [part for part in parts if part]
