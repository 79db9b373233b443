"""A folder of CSV files for graph databases, with the headers of Neo4j's importer.

The header's fields say what a column is: `name:ID(space)`, `:START_ID(space)`, `:TYPE`, `:LABEL`,
or a property with its type (https://neo4j.com/docs/operations-manual/current/tools/neo4j-admin/
neo4j-admin-import/). `import.txt` beside the files holds the command. Others read them as CSV.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import Errors, GraphError
from .clinical_graph import KnowledgeGraph
from .property_graph import Attributes, edges, nodes, read_parts

STATEMENTS = ("HAS_FINDING", "OF_CONCEPT", "OF_PATIENT", "STATED_IN")


class Sheet(NamedTuple):
    """A file: its name, the Neo4j label of its nodes, and property to type."""

    file: str
    label: str
    columns: dict[str, str]


NODES = {
    "patient": Sheet("patients.csv", "Patient", {"name": "string"}),
    "document": Sheet(
        "documents.csv",
        "Document",
        {
            "name": "string",
            "date": "string",
            "sources": "string[]",
            "left_out": "int",
            "left_out_relations": "int",
            "language": "string",
        },
    ),
    "concept": Sheet(
        "concepts.csv",
        "Concept",
        {"name": "string", "labels": "string[]", "names": "string[]", "title": "string"},
    ),
    "finding": Sheet(
        "findings.csv", "Finding", {"name": "string", "label": "string[]", "assertion": "string"}
    ),
}
EDGES = {
    "label": "string",
    "at": "string[]",
    "score": "double",
    "text": "string",
    "change": "string",
    "times": "string",
    "document": "string",
    "head": "string[]",
    "head_label": "string",
    "tail": "string[]",
    "tail_label": "string",
    "note": "string",
}
LATER = ["language:string"]  # what documents have since 2026
RELATIONSHIPS = "relationships.csv"
COMMAND = "import.txt"


def write_csv_folder(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the files into a folder that exists.

    graph (KnowledgeGraph): The graph.
    folder (Path): The folder.
    """
    rows: dict[str, list[list[Any]]] = {kind: [] for kind in NODES}
    for id, attributes in nodes(graph):
        sheet = NODES[str(attributes["kind"])]
        values = [attributes.get(column, "") for column in sheet.columns]
        rows[str(attributes["kind"])].append([id, sheet.label, *values])
    for kind, sheet in NODES.items():
        header = ["id:ID", ":LABEL", *_typed(sheet.columns)]
        _write(folder / sheet.file, [header, *rows[kind]])
    header = [":START_ID", ":END_ID", ":TYPE", *_typed(EDGES)]
    _write(folder / RELATIONSHIPS, [header, *map(_edge_row, edges(graph))])
    files = [f"--nodes={sheet.file}" for sheet in NODES.values()]
    parts = ["neo4j-admin database import full", *files, f"--relationships={RELATIONSHIPS}"]
    options = ["--multiline-fields=true", "neo4j"]
    (folder / COMMAND).write_text(" \\\n    ".join([*parts, *options]) + "\n", encoding="utf-8")


def read_csv_folder(folder: Path) -> KnowledgeGraph:
    """Read a folder of these files.

    folder (Path): The folder.
    RETURNS (KnowledgeGraph): The graph. Raises GraphError for a missing file, a wrong header or a
        row of another length, with its line.
    """

    def all_nodes() -> Iterator[tuple[str, dict[str, Any]]]:
        for kind, sheet in NODES.items():
            header = ["id:ID", ":LABEL", *_typed(sheet.columns)]
            for id, _, *values in _read(folder / sheet.file, header):
                yield id, {"kind": kind, **dict(zip(sheet.columns, values, strict=False))}

    def all_edges() -> Iterator[tuple[str, str, dict[str, Any]]]:
        header = [":START_ID", ":END_ID", ":TYPE", *_typed(EDGES)]
        for head, tail, type, *values in _read(folder / RELATIONSHIPS, header):
            yield head, tail, {"type": type, **dict(zip(EDGES, values, strict=True))}

    try:
        return read_parts(all_nodes(), all_edges())
    except GraphError as error:
        if str(folder) in str(error):
            raise
        what = "rows that don't fit together"
        raise GraphError(Errors.SC656.format(path=folder, what=what)) from None


def _edge_row(edge: tuple[str, str, Attributes]) -> list[Any]:
    head, tail, attributes = edge
    return [head, tail, attributes["type"], *(attributes.get(column, "") for column in EDGES)]


def _typed(columns: dict[str, str]) -> list[str]:
    return [f"{name}:{type}" for name, type in columns.items()]


def _write(path: Path, rows: Iterable[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _read(path: Path, header: list[str]) -> Iterator[list[str]]:
    """The rows of a file, those of older ones without the columns that came later."""
    if not path.is_file():
        raise GraphError(Errors.SC656.format(path=path, what="the file is missing"))
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise GraphError(Errors.SC656.format(path=path, what="bytes that aren't UTF-8")) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    for row in reader:
        if reader.line_num == 1 and [*row, *LATER] == header:
            header = row
        if reader.line_num == 1 and row != header:
            raise GraphError(Errors.SC656.format(path=path, what="another header"))
        if len(row) != len(header):
            what = f"line {reader.line_num} has {len(row)} columns, not {len(header)}"
            raise GraphError(Errors.SC656.format(path=path, what=what))
        if row != header:
            yield row
