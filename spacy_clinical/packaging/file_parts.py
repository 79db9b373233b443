"""What is inside a file: members of archives, unpacked data, the values of JSON and msgpack."""

import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import srsly


class Part(NamedTuple):
    """A file, or what is inside one.

    name (str): Its path; what is inside is named after "!".
    data (bytes): Its bytes.
    """

    name: str
    data: bytes


def open_parts(part: Part) -> Iterator[Part]:
    """Give a file, and what is inside of it if it is an archive or compressed.

    part (Part): The file.
    YIELDS (Part): It and its parts, theirs too.
    """
    yield part
    for inner in _inside(part):
        yield from open_parts(inner)


def _inside(part: Part) -> Iterator[Part]:
    stream = io.BytesIO(part.data)
    if zipfile.is_zipfile(stream):
        with zipfile.ZipFile(stream) as archive:
            for name in archive.namelist():
                yield Part(f"{part.name}!{name}", archive.read(name))
    elif part.data[:2] in (b"\x1f\x8b", b"BZ", b"\xfd7"):
        yield from _unpacked(part)
    elif part.data[:1] == b"\x78":
        try:
            yield Part(f"{part.name}!", zlib.decompress(part.data))
        except zlib.error:
            return


def _unpacked(part: Part) -> Iterator[Part]:
    try:
        with tarfile.open(fileobj=io.BytesIO(part.data)) as archive:
            for member in archive:
                opened = archive.extractfile(member)
                if opened is not None:
                    yield Part(f"{part.name}!{member.name}", opened.read())
    except tarfile.TarError:
        if part.data[:2] == b"\x1f\x8b":
            yield Part(f"{part.name}!", zlib.decompress(part.data, wbits=31))


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def parse_data(data: bytes) -> Any:
    """Read text, JSON or msgpack.

    data (bytes): The data.
    RETURNS (Any): A string, or JSON's or msgpack's values; None for data of another kind.
    """
    if not data:
        return ""
    if _is_text(data):
        text = data.decode()
        return parse_json(text, default=text)
    try:
        value = srsly.msgpack_loads(data)
    except Exception:
        return None
    return value if isinstance(value, dict | list) else None


def parse_json(text: str, default: Any) -> Any:
    """RETURNS (Any): The values in a text that is JSON, else the default."""
    try:
        return json.loads(text) if text.lstrip()[:1] in ("{", "[") else default
    except (ValueError, RecursionError):
        return default
