"""What the lines of a WebAnno TSV file are made of: layers, units, values, escapes."""

import re
from typing import NamedTuple

from .file_reading import malformed

SPAN, RELATION, CHAIN = "#T_SP=", "#T_RL=", "#T_CH="
ROLE, BASE = "ROLE_", "BT_"
NAMED_ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
LABELS = ("value", "label", "type", "category")
UNIT = re.compile(r"([0-9]{1,9})-([0-9]{1,9})(?:\.([0-9]{1,9}))?")
RANGE = re.compile(r"([0-9]{1,12})-([0-9]{1,12})")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_ESCAPED = re.compile(r"\\(->|.)", re.DOTALL)
_RESERVED = re.compile(r"->|[\\\[\]|_;\t\n*]")
_CONTROL = re.compile(r"[\x00-\x0a\x0c-\x1f\\]")
_MARK = re.compile(r"(?<!\\)((?:\\\\)*)\[([0-9]{1,9}(?:_[0-9]{1,9})?)\]$")


class Layer(NamedTuple):
    """A layer: its kind, its type's name, its columns' names, the number of its first column."""

    kind: str
    type: str
    features: list[str]
    first: int

    @property
    def short(self) -> str:
        return self.type.rpartition(".")[2]


class Unit(NamedTuple):
    """A token or a part of one: its line, its id, its place in UTF-16, its text, its columns."""

    where: str
    id: str
    start: int
    end: int
    token: str
    columns: list[str]


class Value(NamedTuple):
    """What stands in a column for one annotation: None for no value, and the number after it."""

    text: str | None
    mark: str


def read_layer(line: str, first: int) -> Layer:
    """Take a line of the header apart, such as "#T_SP=TYPE|FEATURE|FEATURE"."""
    kind, rest = line[: len(SPAN)], line[len(SPAN) :]
    name, *features = rest.split("|")
    return Layer(kind, name, features or [""], first)


def name_of(layer: Layer, said: dict[str, str | None]) -> tuple[str, dict[str, str]]:
    """Choose the feature that is an annotation's label.

    layer (Layer): The annotation's layer.
    said (dict[str, str | None]): Its features.
    RETURNS (tuple[str, dict[str, str]]): The label, the layer's name where the feature says
        nothing, and the other features that say something.
    """
    plain = [f for f in layer.features if f and not f.startswith((ROLE, BASE)) and "." not in f]
    key = next((name for name in LABELS if name in plain), plain[0] if len(plain) == 1 else "")
    rest = {f: value for f, value in said.items() if f != key and value is not None}
    label = said.get(key)
    return layer.short if label is None else label, rest


def read_unit(line: str, where: str, columns: int) -> Unit:
    """Take a line of the body apart.

    line (str): Unit, offsets, text and columns, parted by tabs.
    where (str): Its place, for messages.
    columns (int): How many columns the header names.
    """
    parts = line.split("\t")
    place = RANGE.fullmatch(parts[1]) if len(parts) > 2 else None
    found = f"a line of {len(parts)} columns"
    fits = len(parts) >= 3 + columns and not any(map(str.strip, parts[3 + columns :]))
    if place is None or not UNIT.fullmatch(parts[0]) or not fits:
        expected = f"SENTENCE-TOKEN, START-END, the token, and {columns} columns"
        raise malformed(where, found, expected)
    return Unit(where, parts[0], int(place[1]), int(place[2]), parts[2], parts[3 : 3 + columns])


def read_values(column: str) -> list[Value]:
    """Take a column apart into the values of the annotations that are stacked in it."""
    return [] if column == "_" else [read_value(part) for part in split_escaped(column, "|")]


def read_value(part: str) -> Value:
    """Take a value and its number apart."""
    match = _MARK.search(part)
    mark = match[2] if match else ""
    text = part[: match.end(1)] if match else part
    return Value(None if text == "*" else unescape(text), mark)


def split_escaped(text: str, separator: str) -> list[str]:
    """Split at a separator that isn't escaped."""
    parts, start = [], 0
    for match in re.finditer(rf"\\.|{re.escape(separator)}", text, re.DOTALL):
        if match[0] == separator:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), text)


def escape_value(text: str) -> str:
    names = {"\t": "\\t", "\n": "\\n"}
    return _RESERVED.sub(lambda match: names.get(match[0], f"\\{match[0]}"), text)


def escape_text(text: str) -> str:
    names = {value: f"\\{name}" for name, value in _ESCAPES.items()} | {"\\": "\\\\"}
    return _CONTROL.sub(lambda match: names.get(match[0], f"\\{match[0]}"), text)
