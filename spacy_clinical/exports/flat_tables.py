"""Flat tables: documents, mentions, relations, as Parquet or CSV."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..errors import Errors, ExportError
from ..files import new_folder
from .csv_cells import guard_row
from .document_facts import Fact, Facts, read_all
from .export_settings import ExportSettings
from .flat_table_columns import COLUMNS

Row = dict[str, Any]
CHUNK = 1000


def write_csv(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write documents.csv, mentions.csv and relations.csv into a new folder.

    docs (Iterable[Doc]): The documents.
    path (Path): The folder.
    settings (ExportSettings): Of the export.
    RETURNS (Counter[str]): What was left out, and how often.
    """
    left_out: Counter[str] = Counter()
    with new_folder(path) as folder:
        files = [
            (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in COLUMNS
        ]
        try:
            writers = {
                name: csv.DictWriter(file, columns)
                for file, (name, columns) in zip(files, COLUMNS.items(), strict=True)
            }
            for writer in writers.values():
                writer.writeheader()
            for facts in read_all(docs, settings, left_out):
                for name, rows in table_rows(facts, settings).items():
                    guarded = map(guard_row, rows) if settings.guard_formulas else rows
                    writers[name].writerows(guarded)
        finally:
            for file in files:
                file.close()
    return left_out


def write_parquet(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write documents.parquet, mentions.parquet and relations.parquet into a new folder.

    docs (Iterable[Doc]): The documents.
    path (Path): The folder.
    settings (ExportSettings): Of the export.
    RETURNS (Counter[str]): What was left out, and how often.
    """
    left_out: Counter[str] = Counter()
    arrow, parquet = (need(module, "parquet") for module in ("pyarrow", "pyarrow.parquet"))
    with new_folder(path) as folder:
        writers = {
            name: parquet.ParquetWriter(folder / f"{name}.parquet", _schema(arrow, columns))
            for name, columns in COLUMNS.items()
        }
        try:
            tables = (table_rows(f, settings) for f in read_all(docs, settings, left_out))
            for chunk in _chunks(tables):
                for name, rows in chunk.items():
                    table = arrow.Table.from_pylist(rows, _schema(arrow, COLUMNS[name]))
                    writers[name].write_table(table)
        finally:
            for writer in writers.values():
                writer.close()
    return left_out


def _chunks(tables: Iterable[dict[str, list[Row]]]) -> Iterator[dict[str, list[Row]]]:
    kept: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for table in tables:
        for name, rows in table.items():
            kept[name] += rows
        if len(kept["documents"]) == CHUNK:
            yield kept
            kept = {name: [] for name in COLUMNS}
    yield kept


def table_rows(facts: Facts, settings: ExportSettings) -> dict[str, list[Row]]:
    """Lay a document out in rows.

    facts (Facts): The document.
    settings (ExportSettings): Names the system and the time.
    RETURNS (dict[str, list[Row]]): The rows of each table.
    """
    document = {
        "document": facts.id,
        "text": facts.text,
        "mentions": len(facts.mentions),
        "relations": len(facts.relations),
        "meta": json.dumps(facts.meta, ensure_ascii=False),
        "system": settings.name,
        "annotated": settings.time,
    }
    mentions = [
        {
            "document": facts.id,
            "mention": fact.index,
            "label": fact.label,
            "text": fact.text,
            "start": fact.start,
            "end": fact.end,
            "fragments": json.dumps(fact.fragments),
            "score": fact.score,
            "concepts": "|".join(fact.concepts),
            "assertion": fact.assertion,
            "assertion_score": fact.assertion_score,
            "assertions": "|".join(fact.said.values),
            "attributes": json.dumps(_attributes(fact), ensure_ascii=False),
            "section": fact.section,
        }
        for fact in facts.mentions
    ]
    return {"documents": [document], "mentions": mentions, "relations": _relations(facts)}


def _attributes(fact: Fact) -> list[tuple[str, str]]:
    """What is said of a mention, and what words say that a test came to."""
    told = [(a.name, a.value) for a in fact.attributes]
    return [*told, ("result", fact.result.words)] if fact.result else told


def _relations(facts: Facts) -> list[Row]:
    known = {fact.index: fact for fact in facts.mentions}
    return [
        {
            "document": facts.id,
            "head": head,
            "tail": tail,
            "label": label,
            "score": score,
            "head_text": known[head].text,
            "head_label": known[head].label,
            "tail_text": known[tail].text,
            "tail_label": known[tail].label,
        }
        for head, tail, label, score in facts.relations
    ]


def _schema(arrow: Any, columns: dict[str, str]) -> Any:
    types: dict[str, Callable[[], Any]] = {
        "string": arrow.string,
        "int64": arrow.int64,
        "float64": arrow.float64,
    }
    return arrow.schema([(name, types[kind]()) for name, kind in columns.items()])


def need(module: str, extra: str) -> Any:
    """Import what an extra brings.

    module (str): The module.
    extra (str): The extra's name.
    RETURNS (module): The module. Raises ExportError where it isn't installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        message = Errors.SC752.format(module=module, error=error, extra=extra)
        raise ExportError(message) from None
