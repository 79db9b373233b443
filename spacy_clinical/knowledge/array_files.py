"""Arrays on disk: written piece by piece, read through memory maps. Never pickled."""

import mmap
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy

from ..errors import Errors, KnowledgeError

Array = Any


class ArrayWriter:
    """Writes a one-dimensional .npy file whose length is known only at its end.

    path (Path): The file.
    dtype (str): Of its values.
    """

    def __init__(self, path: Path, dtype: str):
        self.dtype = numpy.dtype(dtype)
        self.length = 0
        self._file = path.open("wb")
        self._write_header()

    def append(self, values: Iterable[Any]) -> None:
        """Add values at the end."""
        array = numpy.asarray(values, dtype=self.dtype)
        self._file.write(array.tobytes())
        self.length += len(array)

    def __enter__(self) -> "ArrayWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if kind is None:
            self._file.seek(0)
            self._write_header()
        self._file.close()

    def _write_header(self) -> None:
        # numpy leaves room in the header for the first dimension to grow.
        descr = numpy.lib.format.dtype_to_descr(self.dtype)
        header = {"descr": descr, "fortran_order": False, "shape": (self.length,)}
        numpy.lib.format.write_array_header_1_0(self._file, header)


def save(path: Path, array: Array) -> None:
    """Write an array."""
    numpy.save(path, array, allow_pickle=False)


def load(path: Path) -> Array:
    """Map an array into memory. Raises KnowledgeError if the file is missing or cut off."""
    try:
        array = numpy.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise KnowledgeError(Errors.SC611.format(path=path, error=error)) from None
    return array.view(numpy.ndarray)


def map_file(path: Path, length: int) -> mmap.mmap:
    """Map a text into memory. Raises KnowledgeError if it is missing, or not `length` bytes."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise KnowledgeError(Errors.SC611.format(path=path, error=error)) from None
    if len(mapped) != length:
        error = f"{len(mapped)} bytes instead of {length}"
        raise KnowledgeError(Errors.SC611.format(path=path, error=error))
    return mapped
