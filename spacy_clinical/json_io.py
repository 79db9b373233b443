"""JSON in files: read with a clear error, written whole or not at all."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .errors import CommandError, Errors
from .files import new_file
from .tsv import read_utf8


def read_json(path: Path | None) -> Any:
    """RETURNS (Any): The value in a file that somebody gives, None for no file. Raises CommandError
    for what isn't JSON, FormatError for what isn't UTF-8."""
    if path is None:
        return None
    text = read_utf8(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        told = {"where": f"'{path}'", "found": "no JSON", "expected": "a JSON file"}
        raise CommandError(Errors.SC010.format(**told)) from None


def write_json(value: Any, path: Path, *, indent: int = 2) -> None:
    """Write a value.

    value (Any): What JSON can hold.
    path (Path): The file.
    indent (int): Spaces before what lies deeper.
    """
    with new_file(path) as file:
        file.write((json.dumps(value, indent=indent) + "\n").encode())


def write_json_lines(rows: Iterable[Any], path: Path, *, ascii: bool = False) -> None:
    """Write values, a line each, as they come.

    rows (Iterable[Any]): What JSON can hold.
    path (Path): The file.
    ascii (bool): Escape all other characters.
    """
    with new_file(path) as file:
        for row in rows:
            file.write((json.dumps(row, ensure_ascii=ascii) + "\n").encode())
