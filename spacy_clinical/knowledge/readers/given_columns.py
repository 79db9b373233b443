"""What users call the columns of their tables: "id=code" of all, "drugs.csv:id=code" of one."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ...errors import CommandError, Errors
from ..name_forms import fold
from .table_columns import SEVERAL, Given, is_field
from .table_files import first_cells


class _Said(NamedTuple):
    """One "[file:]field=column", as it was written and in parts."""

    written: str
    file: str
    field: str
    column: str


class GivenColumns:
    """Which columns of which tables hold which fields.

    pairs (Iterable[str] | Given): "[FILE:]FIELD=COLUMN" each, or a mapping of "[FILE:]FIELD" to
        the column or columns.
    paths (Sequence[Path]): All tables that are read.
    encoding (str): Of their text.
    """

    def __init__(
        self, pairs: Iterable[str] | Given, paths: Sequence[Path], *, encoding: str = "utf-8"
    ):
        self.said = [_take_apart(pair) for pair in _written(pairs)]
        self.paths = list(paths)
        cells = self.said and {path: first_cells(path, encoding=encoding) for path in paths}
        self.cells: Mapping[Path, set[str]] = dict(cells or {})
        for one in self.said:
            self._check(one)

    def of(self, path: Path) -> dict[str, list[str]]:
        """RETURNS (dict[str, list[str]]): Field to columns of one table. Raises CommandError where
        a field that has one column is given two."""
        found: dict[str, list[str]] = {}
        for one in self.said:
            column = self._column(one, path)
            if not column:
                continue
            columns = found.setdefault(one.field, [])
            columns.append(column)
            if len(columns) > 1 and one.field not in SEVERAL and is_single(one.field):
                what = f"a second column of '{one.field}'"
                raise _wrong(one, f"{what}; it has one in a table", columns)
        return found

    def _column(self, one: _Said, path: Path) -> str:
        """The column in a table, whatever its case; "" where it isn't meant or hasn't got it."""
        if one.file:
            return self._named(one, path) or one.column if _is_of(one, path) else ""
        alone = len(self.paths) == 1  # then the table's reader says what is missing
        return self._named(one, path) or (one.column if alone else "")

    def _named(self, one: _Said, path: Path) -> str:
        cells = self.cells[path]
        if one.column in cells:
            return one.column
        return next((cell for cell in sorted(cells) if fold(cell) == fold(one.column)), "")

    def _check(self, one: _Said) -> None:
        if one.file and not any(_is_of(one, path) for path in self.paths):
            raise _wrong(one, "no table of that name", [path.name for path in self.paths])
        alone = one.file or len(self.paths) == 1
        if not alone and not any(self._named(one, path) for path in self.paths):
            raise _wrong(one, "no table with that column", [path.name for path in self.paths])


def is_single(field: str) -> bool:
    """RETURNS (bool): Whether a field, unlike codes of a system, has one column in a table."""
    return field.islower()


def _written(pairs: Iterable[str] | Given) -> list[str]:
    if not isinstance(pairs, Mapping):
        return list(pairs)
    rows = ((name, [c] if isinstance(c, str) else c) for name, c in pairs.items())
    return [f"{name}={column}" for name, columns in rows for column in columns]


def _take_apart(pair: str) -> _Said:
    said, equals, column = pair.partition("=")
    file, _, field = said.rpartition(":")
    if not (field and equals and column and is_field(field)):
        raise CommandError(Errors.SC620.format(found=pair))
    return _Said(pair, file, field, column)


def _is_of(one: _Said, path: Path) -> bool:
    return one.file in (path.name, str(path))


def _wrong(one: _Said, what: str, known: Sequence[str]) -> CommandError:
    return CommandError(Errors.SC621.format(found=one.written, what=what, known=", ".join(known)))
