"""What a line of a brat .ann file is made of."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import FormatError
from .files import at, decode, malformed, read_lines

NO_RESOURCE = "concept:"
SCORE = "ModelScore"
ID = re.compile(r"[TREAMN#][0-9]+|\*")
OFFSETS = re.compile(r"(\S+) ([0-9]{1,12} [0-9]{1,12}(?:;[0-9]{1,12} [0-9]{1,12})*)")
EVENT = "'TYPE:TRIGGER ROLE:ID'"

Owner = tuple[str, int]
"""What an id stands for: "entity", "relation", "attribute" or "extra", and which of them."""


class Row(NamedTuple):
    """A line: where it stands, its id, its second column, and the rest."""

    where: str
    id: str
    body: str
    text: str

    def malformed(self, expected: str) -> FormatError:
        return malformed(self.where, f"a malformed line '{self.id}'", expected)


def read_rows(ann: Path) -> Iterator[Row]:
    """Stream the lines of an .ann file, empty ones passed over."""
    for number, data in read_lines(ann):
        line = decode(data, at(ann, number))
        if not line.strip():
            continue
        id, *columns = line.split("\t", 2)
        if not columns or not ID.fullmatch(id):
            found = f"a line of {len(columns) + 1} columns that begins with no brat id"
            raise malformed(at(ann, number), found, "an id such as T1, a tab and an annotation")
        yield Row(at(ann, number), id, columns[0], "".join(columns[1:]))


def pairs(row: Row, words: list[str], expected: str, at_least: int) -> list[tuple[str, str]]:
    """Take apart words such as "Arg1:T1" into role and id."""
    parts = [word.rpartition(":") for word in words]
    if len(parts) < at_least or not all(role and ref for role, _, ref in parts):
        raise row.malformed(expected)
    return [(role, ref) for role, _, ref in parts]


def attribute_parts(row: Row) -> tuple[str, str, str]:
    """Take apart an attribute or a note into name, target and value."""
    if row.id[0] == "#":
        words = row.body.split()
        if len(words) != 2:
            raise row.malformed("'TYPE ID', a tab and the note")
        return f"#{words[0]}", words[1], row.text
    words = row.body.split(" ", 2)
    if len(words) < 2 or not words[0] or words[0][0] == "#" or row.text.strip():
        raise row.malformed("'NAME ID' or 'NAME ID VALUE'")
    return words[0], words[1], "".join(words[2:])
