"""Notes in JSON lines, where a line that isn't sound JSON spoils no other."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from ...errors import Errors
from .note_rows import Row, name_place


class _UnsoundError(ValueError):
    """What JSON (RFC 8259) leaves open, and Python reads in silence."""


def read_json_lines(lines: TextIO, source: Path, text_field: str) -> Iterator[Row]:
    """Read a file whose lines end in LF and in no other character. Empty ones are passed over.

    lines (TextIO): The open file, with its line ends as they are.
    source (Path): Its name.
    text_field (str): The field of the text.
    RETURNS (Iterator[Row]): One a line.
    """
    for number, line in enumerate(split_lines(lines), 1):
        if line.strip():
            yield _read_line(line, source, number, text_field)


def split_lines(stream: TextIO) -> Iterator[str]:
    """Lines by LF alone: `newline=""` splits at a lone CR too, which JSON takes for a blank."""
    kept: list[str] = []
    for line in stream:
        kept.append(line)
        if line.endswith("\n"):
            yield "".join(kept)
            kept = []
    yield "".join(kept)


def _read_line(line: str, source: Path, number: int, text_field: str) -> Row:
    place = name_place(source, number)
    try:
        fields = parse_strictly(line)
        fields[text_field].encode("utf-8", errors="surrogateescape")
    except _UnsoundError as error:
        return Row(place, {}, Errors.SC564.format(path=source, line=number, found=error))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Row(place, {}, Errors.SC505.format(path=source, line=number))
    return Row(place, fields)


def parse_strictly(line: str) -> Any:
    """Parse JSON. Raises ValueError where a key stands twice in one object, of which Python keeps
    the last, and at NaN and Infinity, which aren't JSON.

    line (str): The JSON.
    RETURNS (Any): Its value.
    """
    return json.loads(line, object_pairs_hook=_once, parse_constant=_refuse)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _UnsoundError("a key that stands twice")
    return fields


def _refuse(name: str) -> None:
    raise _UnsoundError("NaN or Infinity for a number")
