"""A database in one transaction: DuckDB's file, or PostgreSQL's server. No message quotes a row, a
password or an address: drivers' own messages may hold all three."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from ...errors import Errors, ExportError
from ..flat_tables import Row, need


class Session(Protocol):
    """A transaction. Everything is there when it ends, or nothing."""

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """RETURNS (list[tuple]): What a statement with `%s` for values gives."""
        ...

    def stage(self, name: str, columns: dict[str, str], rows: Sequence[Row]) -> None:
        """Put rows into a table of this transaction alone.

        name (str): Its name, quoted.
        columns (dict[str, str]): Name to SQL type.
        rows (Sequence[Row]): The rows.
        """
        ...


class DuckSession:
    """A DuckDB file's."""

    def __init__(self, connection: Any):
        self._connection = connection

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        found = self._connection.execute(statement.replace("%s", "?"), list(values)).fetchall()
        return list(found)

    def stage(self, name: str, columns: dict[str, str], rows: Sequence[Row]) -> None:
        lists = [[row[column] for row in rows] for column in columns]
        picked = ", ".join(f'unnest(?::{kind}[]) AS "{column}"' for column, kind in columns.items())
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {picked}", lists)


class PostgresSession:
    """A PostgreSQL connection's."""

    def __init__(self, connection: Any):
        self._connection = connection

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []

    def stage(self, name: str, columns: dict[str, str], rows: Sequence[Row]) -> None:
        kinds = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self.run(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self.run(f"CREATE TEMP TABLE {name} ({kinds}) ON COMMIT DROP")
        names = ", ".join(f'"{column}"' for column in columns)
        with self._connection.cursor().copy(f"COPY {name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[column] for column in columns])


@contextmanager
def duckdb_session(path: Path, into: Path | None) -> Iterator[DuckSession]:
    """Open a DuckDB file.

    path (Path): A new file.
    into (Path | None): The file whose contents it begins with, if that is there.
    YIELDS (DuckSession): Its transaction. Raises ExportError where it fails.
    """
    duckdb = need("duckdb", "duckdb")
    if into is not None and into.is_file():
        if into.with_name(f"{into.name}.wal").exists():
            raise ExportError(Errors.SC956.format(path=into))
        shutil.copyfile(into, path)
    try:
        with duckdb.connect(str(path)) as connection:
            connection.execute("BEGIN")
            yield DuckSession(connection)
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        kind = type(error).__name__
        raise ExportError(Errors.SC957.format(what=f"'{into or path}'", kind=kind)) from None


@contextmanager
def postgres_session(address: str) -> Iterator[PostgresSession]:
    """Open a PostgreSQL server.

    address (str): postgres://[user@]host[:port]/database; what is left out, and the password, as
        libpq finds them: PGHOST, PGPASSWORD, ~/.pgpass, a service file.
    YIELDS (PostgresSession): Its transaction. Raises ExportError where it fails.
    """
    psycopg = need("psycopg", "postgres")
    try:
        with psycopg.connect(address, connect_timeout=30) as connection:
            yield PostgresSession(connection)
    except psycopg.Error as error:
        found = ", ".join(_said(error))
        raise ExportError(Errors.SC957.format(what="the PostgreSQL server", kind=found)) from None


def _said(error: Any) -> Iterable[str]:
    """What may be told of a failure: its kind, its code, and names of tables."""
    yield type(error).__name__
    if error.sqlstate:
        yield f"SQLSTATE {error.sqlstate}"
    for name in ("schema_name", "table_name", "column_name", "constraint_name"):
        value = getattr(error.diag, name, None)
        if value:
            yield f"{name.removesuffix('_name')} {value}"
