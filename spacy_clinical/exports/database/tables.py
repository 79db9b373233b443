"""The tables of a database: those of the `parquet` output, a row of each for each model, with keys.

A document is known by its id and the model's hash: the same notes and model give the same rows
however often they are written; another model's rows stand beside.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from ..document_facts import Facts
from ..export_settings import ExportSettings
from ..flat_tables import COLUMNS, Row, table_rows

MODEL = "model"
OWNER = ("document", MODEL)
TYPES = {"string": "text", "int64": "bigint", "float64": "double precision"}
SAME_ID = "documents with the id of a later one: replaced by it"
CHUNK = 500  # documents that are sent together


class Table(NamedTuple):
    """A table.

    name (str): Its name.
    columns (dict[str, str]): Name to SQL type.
    key (tuple[str, ...]): The primary key.
    parent (str): The table that (document, model) refer to, "" for none.
    indexes (tuple[str, ...]): Columns that are looked for.
    """

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    parent: str = ""
    indexes: tuple[str, ...] = ()


def _columns(name: str, **more: str) -> dict[str, str]:
    found = {column: TYPES[kind] for column, kind in COLUMNS[name].items()}
    return {"document": found.pop("document"), MODEL: "text", **more, **found}


# No index on documents but its key: DuckDB (2.0.1) updates indexed columns by removing the row,
# which its foreign keys then forbid.
TABLES = (
    Table("documents", _columns("documents", note_hash="text"), OWNER),
    Table(
        "mentions", _columns("mentions"), (*OWNER, "mention"), "documents", ("label", "assertion")
    ),
    Table(
        "relations",
        _columns("relations"),
        (*OWNER, "head", "tail", "label"),
        "documents",
        ("label",),
    ),
)


def quoted(name: str) -> str:
    """RETURNS (str): A name as SQL takes any: some of ours are words of SQL's own."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str], prefix: str = "") -> str:
    """RETURNS (str): Names in a row."""
    return ", ".join(prefix + quoted(name) for name in names)


def create(table: Table, place: str = "") -> Iterator[str]:
    """Write the statements that make a table, unless it is there.

    table (Table): The table.
    place (str): A schema's name with its dot, quoted; "" for the default one.
    YIELDS (str): SQL that PostgreSQL and DuckDB take.
    """
    columns = [f"{quoted(name)} {kind}{_null(table, name)}" for name, kind in table.columns.items()]
    columns.append(f"PRIMARY KEY ({listed(table.key)})")
    if table.parent:
        owner = listed(OWNER)
        columns.append(f"FOREIGN KEY ({owner}) REFERENCES {place}{quoted(table.parent)} ({owner})")
    yield f"CREATE TABLE IF NOT EXISTS {place}{quoted(table.name)} ({', '.join(columns)})"
    for column in table.indexes:
        name = quoted(f"{table.name}_{column}")
        where = f"{place}{quoted(table.name)} ({quoted(column)})"
        yield f"CREATE INDEX IF NOT EXISTS {name} ON {where}"


def _null(table: Table, column: str) -> str:
    return " NOT NULL" if column in table.key else ""


def staged(table: Table) -> str:
    """RETURNS (str): The name of the table where rows wait to be taken over."""
    return quoted(f"staged_{table.name}")


def take_over(place: str = "") -> Iterator[str]:
    """Write the statements that take staged rows over: parents first, then what isn't there any
    more is removed, children first.

    place (str): A schema's name with its dot, quoted.
    YIELDS (str): SQL that PostgreSQL and DuckDB take.
    """
    for table in TABLES:
        rest = [name for name in table.columns if name not in table.key]
        change = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in rest)
        yield (
            f"INSERT INTO {place}{quoted(table.name)} ({listed(table.columns)}) "
            f"SELECT {listed(table.columns)} FROM {staged(table)} "
            f"ON CONFLICT ({listed(table.key)}) DO UPDATE SET {change}"
        )
    for table in TABLES[:0:-1]:
        yield (
            f"DELETE FROM {place}{quoted(table.name)} AS old USING {staged(TABLES[0])} AS new "
            f"WHERE {_same(OWNER, 'old', 'new')} AND NOT EXISTS (SELECT 1 FROM {staged(table)} AS "
            f"kept WHERE {_same(table.key, 'old', 'kept')})"
        )


def _same(names: Sequence[str], one: str, other: str) -> str:
    return " AND ".join(f"{one}.{quoted(x)} = {other}.{quoted(x)}" for x in names)


def rows_of(facts: Facts, settings: ExportSettings) -> dict[str, list[Row]]:
    """Lay a document out.

    facts (Facts): The document.
    settings (ExportSettings): Names the model by its hash.
    RETURNS (dict[str, list[Row]]): The rows of each table. Of relations that are there twice, the
        one with the higher score.
    """
    rows = table_rows(facts, settings)
    digest = blake2b(facts.text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    for table in TABLES:
        for row in rows[table.name]:
            row[MODEL] = settings.model
    rows["documents"][0]["note_hash"] = digest
    ranked = sorted(rows["relations"], key=lambda row: row["score"] or 0.0)
    rows["relations"] = list({_key(row): row for row in ranked}.values())
    return {name: [_storable(row) for row in found] for name, found in rows.items()}


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("head", "tail", "label"))


def _storable(row: Row) -> Row:
    """No database's text holds NUL or half a surrogate: they become the replacement character."""
    return {name: clean(x) if isinstance(x, str) else x for name, x in row.items()}


def clean(text: str) -> str:
    """RETURNS (str): A text that databases take; as long as before, so that offsets hold."""
    text = text.replace("\x00", "\ufffd")
    return (
        text
        if text.isascii()
        else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def chunks(
    rows: Iterable[dict[str, list[Row]]], left_out: Counter[str]
) -> Iterator[dict[str, list[Row]]]:
    """Put rows of several documents together.

    rows (Iterable[dict[str, list[Row]]]): Of each document.
    left_out (Counter[str]): Counts the documents with the id of a later one, which replaces them.
    RETURNS (Iterator[dict[str, list[Row]]]): The rows of some documents; of those with one id, the
        last.
    """
    kept: dict[str, dict[str, list[Row]]] = {}
    seen: set[bytes] = set()
    for row in rows:
        id = row["documents"][0]["document"]
        digest = blake2b(id.encode(), digest_size=16).digest()
        left_out.update([SAME_ID] if digest in seen else [])
        seen.add(digest)
        kept[id] = row
        if len(kept) == CHUNK:
            yield _together(kept.values())
            kept = {}
    if kept:
        yield _together(kept.values())


def _together(documents: Iterable[dict[str, list[Row]]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {table.name: [] for table in TABLES}
    for rows in documents:
        for name, some in rows.items():
            found[name] += some
    return found
