"""Look for pickle in data, and for sizes that data claim and don't have, without unpacking them."""

import io
import pickletools
import zipfile
from math import prod
from pathlib import Path

import numpy

from .msgpack_walk import is_container, walk

ENDINGS = (".pkl", ".pickle", ".dill", ".joblib", ".pt", ".pth", ".ckpt")
_CODE = {"GLOBAL", "STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "REDUCE", "BUILD"}
_NUMPY = b"\x93NUMPY"
_ZIP = b"PK\x03\x04"
_DUCKDB = b"DUCK"
HEAD = 1 << 16
FEW = 3  # fewer instructions are as likely a full stop at the end of a short text


class Damaged(ValueError):
    """Data that contradict themselves; the message says how."""


def find_pickle(path: Path) -> str | None:
    """Look for pickle in a file, and in the data inside of it.

    path (Path): The file. Of an array, such as a knowledge base's, only the header is read.
    RETURNS (str | None): What was found. Raises Damaged for sizes that the data don't have.
    """
    if path.name.lower().endswith(ENDINGS):
        return "pickle, by its name"
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head[:6] == _NUMPY:
            return _in_array(memoryview(head), path.stat().st_size)
        data = memoryview(head + file.read())
    return _in_data(data) or (_in_message(data) if _may_be_message(data) else None)


def _may_be_message(data: memoryview) -> bool:
    """Numpy's first byte is an array's of msgpack too, and DuckDB's is any: a checksum's."""
    foreign = bytes(data[:6]) == _NUMPY or bytes(data[8:12]) == _DUCKDB
    return is_container(data) and not foreign


def _in_data(data: memoryview) -> str | None:
    head = bytes(data[:6])
    if head[:4] == _ZIP:
        return _in_zip(data)
    if head == _NUMPY:
        return _in_array(data, len(data))
    return "pickle" if is_pickle(data) else None


def _in_message(data: memoryview) -> str | None:
    """Of msgpack: each of the bytes in it, and in them. Raises Damaged where it isn't msgpack."""
    try:
        inside = list(walk(data))
    except ValueError as error:
        raise Damaged(str(error)) from error
    return next(filter(None, map(_in_value, inside)), None)


def _in_value(data: memoryview) -> str | None:
    try:
        return _in_data(data) or (_in_message(data) if _may_be_message(data) else None)
    except Damaged:
        return None  # numbers, not a message


def is_pickle(data: memoryview) -> bool:
    """RETURNS (bool): Whether data are a pickle of any protocol."""
    if len(data) > 2 and data[0] == 0x80 and data[1] <= 5:
        return True
    if not len(data) or data[-1] != ord("."):
        return False
    count, code = 0, False
    try:
        for known, _, _ in pickletools.genops(io.BytesIO(data)):
            count += 1
            code |= known.name in _CODE
    except (ValueError, IndexError, UnicodeError, AttributeError):
        return False
    return code or count > FEW


def _in_zip(data: memoryview) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if any(name.lower().endswith(ENDINGS) for name in names):
                return "an archive with pickle, such as torch.save writes"
            return next(filter(None, (_in_member(archive, name) for name in names)), None)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Damaged("an archive that can't be read") from error


def _in_member(archive: zipfile.ZipFile, name: str) -> str | None:
    """Of an archive's member: its beginning only, whatever size it claims."""
    with archive.open(name) as file:
        head = memoryview(file.read(HEAD))
    if bytes(head[:6]) == _NUMPY:
        return _in_array(head, archive.getinfo(name).file_size)
    return "pickle" if is_pickle(head) else None


def _in_array(data: memoryview, size: int) -> str | None:
    """Of numpy's format: the header alone tells the type and how many bytes must follow."""
    file = io.BytesIO(data[:HEAD])
    try:
        major, _ = numpy.lib.format.read_magic(file)
        read = {1: "read_array_header_1_0", 2: "read_array_header_2_0"}[major]
        shape, _, kind = getattr(numpy.lib.format, read)(file)
    except (ValueError, KeyError, EOFError, TypeError, SyntaxError) as error:
        raise Damaged("the header of a numpy array can't be read") from error
    if kind.hasobject:
        return "a numpy array of objects, which is pickle"
    if any(length < 0 for length in shape) or prod(shape) * kind.itemsize != size - file.tell():
        raise Damaged("a numpy array whose sizes aren't those of its data")
    return None
