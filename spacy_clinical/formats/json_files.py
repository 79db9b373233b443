"""JSON files of other tools: their documents stand in lists, in lines, or one in a file."""

import codecs
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..errors import Errors, FormatError
from ..files import new_file
from .corpus_listing import file_parts
from .file_reading import at, decode, encode, located, read_lines
from .json_items import parse_json
from .rejected_documents import Part

Load = Callable[[], Any]
T = TypeVar("T")


def json_parts(
    path: Path, build: Callable[[Any, str, str], T], *suffixes: str
) -> Iterator[Part[T]]:
    """Find the documents of JSON and JSON lines files: their lines, the items of a list, or a file.

    path (Path): The file, or a folder of files.
    build (Callable[[Any, str, str], T]): Makes something of a document's JSON value, its place for
        messages, and a name made of file and number.
    suffixes (str): Those of the files in a folder.
    RETURNS (Iterator[Part[T]]): The documents.
    """

    def find(file: Path) -> Iterator[Part[T]]:
        for where, name, load in json_values(file):
            yield where, partial(_build, build, where, name, load)

    return file_parts(path, find, *suffixes)


def _build(build: Callable[[Any, str, str], T], where: str, name: str, load: Load) -> T:
    with located(where):
        return build(load(), where, name)


def json_values(path: Path) -> Iterator[tuple[str, str, Load]]:
    """Find the values of one file.

    path (Path): The file.
    YIELDS (tuple[str, str, Load]): Their place for messages, a name, and what parses them.
    """
    if _is_lines(path):
        yield from _line_values(path)
        return
    if not any(data.strip() for _, data in read_lines(path)):
        return
    try:
        value = read_json(path)
    except FormatError:
        if any(_is_object(data) for _, data in read_lines(path)):
            yield from _line_values(path)  # the first of them is damaged
        else:
            yield str(path), path.stem, partial(read_json, path)
        return
    if not isinstance(value, list):
        yield str(path), path.stem, lambda: value
        return
    for number, item in enumerate(value, start=1):
        yield f"{path}, item {number}", f"{path.name}:{number}", partial(_same, item)


def _line_values(path: Path) -> Iterator[tuple[str, str, Load]]:
    for number, data in read_lines(path):
        if data.strip():
            where = at(path, number)
            yield where, f"{path.name}:{number}", partial(_parse_bytes, data, where)


def _is_object(line: bytes) -> bool:
    """Whether a line is a JSON object of its own, not a part of one that goes over lines."""
    if line[:1] != b"{" or line.rstrip()[-1:] != b"}":
        return False
    try:
        return bool(_parse_bytes(line, ""))
    except FormatError:
        return False


def _same(value: Any) -> Any:
    return value


def _is_lines(path: Path) -> bool:
    """Whether a file has two lines or more, and its first is an object."""
    lines = (line.strip() for _, line in read_lines(path) if line.strip())
    first = next(lines, b"")
    return first[:1] == b"{" and first[-1:] == b"}" and next(lines, None) is not None


def read_json(path: Path) -> Any:
    """Parse a whole JSON file."""
    return _parse_bytes(path.read_bytes().removeprefix(codecs.BOM_UTF8), str(path))


def _parse_bytes(data: bytes, where: str) -> Any:
    return parse_json(decode(data, where), where)


def dump_line(value: Any, doc: str) -> bytes:
    """Write a JSON value on one line, as UTF-8.

    value (Any): What was made of a document.
    doc (str): The document's id, for messages.
    """
    try:
        return encode(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n", doc)
    except FormatError:
        raise
    except (TypeError, ValueError, RecursionError):
        what, expected = "a score or the meta", "finite numbers and JSON values"
        message = Errors.SC026.format(doc=doc, what=what, expected=expected)
        raise FormatError(message) from None


def write_lines(values: Iterator[bytes], path: Path) -> int:
    """Write a file of one JSON value a line."""
    count = 0
    with new_file(path) as file:
        for line in values:
            file.write(line)
            count += 1
    return count


def write_list(values: Iterator[bytes], path: Path) -> int:
    """Write a file of one JSON list, an item a line."""
    count = 0
    with new_file(path) as file:
        file.write(b"[")
        for line in values:
            file.write((b",\n" if count else b"\n") + line.rstrip(b"\n"))
            count += 1
        file.write(b"\n]\n")
    return count


def write_object(values: Iterator[bytes], path: Path) -> int:
    """Write a file of one JSON object, from objects of one key each, a key a line."""
    count = 0
    with new_file(path) as file:
        file.write(b"{")
        for line in values:
            file.write((b",\n" if count else b"\n") + line.rstrip(b"\n")[1:-1])
            count += 1
        file.write(b"\n}\n")
    return count
