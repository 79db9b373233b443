"""Documents into a database, in one transaction: our own tables, or an OMOP CDM's."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ...files import new_file
from ..document_facts import read_all
from ..export_settings import ExportSettings
from .omop_tables import write_cdm
from .sessions import Session, duckdb_session, postgres_session
from .tables import TABLES, chunks, create, quoted, rows_of, staged, take_over


def write_duckdb(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write documents into a DuckDB file; what it holds already is replaced or stays.

    docs (Iterable[Doc]): The documents.
    path (Path): A new file.
    settings (ExportSettings): Of the export; `into` names the file that is added to.
    RETURNS (Counter[str]): What was left out, and how often.
    """
    with duckdb_session(path, settings.into) as session:
        return _write(session, docs, settings)


def write_postgres(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write documents to a PostgreSQL server.

    docs (Iterable[Doc]): The documents.
    path (Path): A receipt, JSON: what was written and left out.
    settings (ExportSettings): Of the export; `database` is the server's address.
    RETURNS (Counter[str]): What was left out, and how often.
    """
    counted: Counter[str] = Counter()
    seen = _counted(docs, counted)
    with postgres_session(settings.database) as session:
        left_out = _write(session, seen, settings)
    receipt: dict[str, Any] = {"system": settings.name, "model": settings.model}
    receipt |= {"schema": settings.schema, "annotated": settings.time}
    receipt["documents"] = counted["documents"]
    with new_file(path) as file:
        file.write((json.dumps({**receipt, "left_out": dict(left_out)}, indent=1) + "\n").encode())
    return left_out


def _counted(docs: Iterable[Doc], counted: Counter[str]) -> Iterable[Doc]:
    for doc in docs:
        counted["documents"] += 1
        yield doc


def _write(session: Session, docs: Iterable[Doc], settings: ExportSettings) -> Counter[str]:
    place = f"{quoted(settings.schema)}." if settings.schema else ""
    if settings.omop:
        return write_cdm(session, docs, settings, place)
    left_out: Counter[str] = Counter()
    if settings.schema:
        _make_schema(session, settings.schema)
    for table in TABLES:
        for statement in create(table, place):
            session.run(statement)
    rows = (rows_of(facts, settings) for facts in read_all(docs, settings, left_out))
    for chunk in chunks(rows, left_out):
        for table in TABLES:
            session.stage(staged(table), table.columns, chunk[table.name])
        for statement in take_over(place):
            session.run(statement)
    return left_out


def _make_schema(session: Session, name: str) -> None:
    """Make a schema, unless it is there: who may not make one is refused IF NOT EXISTS too."""
    known = "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s"
    if not session.run(known, [name]):
        session.run(f"CREATE SCHEMA IF NOT EXISTS {quoted(name)}")
