"""doccano's JSON lines: sequence labelling with and without relations, and classes of documents.

An export has spans as [START, END, LABEL] under "label" ("entities" beside "cats"), or as objects
under "entities" beside "relations" (backend/data_export/models.py of doccano 1.8). Old exports have
objects under "annotations"; those of 1.4 have text under "data". What stands under other keys is
meta, comments among it, and so are the classes of text classification, as `meta["classes"]`: they
are no mentions.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import Errors, FormatError
from ..records import Entity, Record, Relation
from .corpus_listing import head_of
from .file_reading import malformed
from .format_capacity import Keeps, keep
from .json_files import dump_line, json_parts, write_lines
from .json_items import Fields, Item, has_key
from .rejected_documents import Reject, settle

_TEXT = ("text", "data")
_SPANS = ("entities", "label", "labels", "annotations", "spans")
_KNOWN = ("id", *_TEXT, *_SPANS, "relations")
_HAS_TEXT = re.compile(r'"(?:text|data)"\s*:\s*"')
_TRIPLES = re.compile(r'"(?:label|labels|entities)"\s*:\s*\[\s*\[')
_CLASSES = re.compile(r'"(?:label|labels|cats)"\s*:\s*\[\s*["\]]')
KEEPS = Keeps(relations=True, meta=None, taken=_KNOWN)
TITLE = "doccano's JSONL"


def holds_doccano(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with what doccano exports."""
    head = head_of(path, head, ".jsonl", ".json")
    if not _HAS_TEXT.search(head) or has_key(head, "denotations"):
        return False
    comments = has_key(head, "Comments") or has_key(head, "comments")
    lists = bool(_TRIPLES.search(head) or _CLASSES.search(head))
    spans = lists or has_key(head, "annotations", "user") or (has_key(head, "id") and comments)
    ours = has_key(head, "start") or has_key(head, "fragments")
    return has_key(head, "start_offset") or (spans and not ours)


def read_doccano(path: str | Path, *, rejects: list[Reject] | None = None) -> Iterator[Record]:
    """Stream the documents of a doccano export.

    path (str | Path): The JSON lines file.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record an example, named by its id.
    """
    return settle(json_parts(Path(path), _record, ".jsonl", ".json"), rejects)


def write_doccano(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write JSON lines that doccano imports into a project with relations.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    parts = ((record.id, partial(_line, record, left_out)) for record in records)
    return write_lines(settle(parts, rejects), Path(path))


def _record(value: Any, where: str, name: str) -> Record:
    item = Item(value, "the document", where)
    text = item.string(next((key for key in _TEXT if key in item.fields), "text"))
    key = next((key for key in _SPANS if item.fields.get(key) is not None), _SPANS[0])
    classes = _classes(item, key)
    entities = () if classes else tuple(_entities(item, key))
    relations = (
        Relation(rel.id("from_id"), rel.id("to_id"), rel.id("type"))
        for rel in item.items("relations")
    )
    meta = item.rest(*_KNOWN) | ({"classes": classes} if classes else {})
    return Record(item.id("id", name), text, entities, tuple(relations), meta=meta)


def _classes(item: Item, key: str) -> list[str]:
    """What text classification says of the whole document, none where there are spans."""
    values = item.fields.get(key)
    told = [values] if isinstance(values, str) else values if isinstance(values, list) else []
    if told and all(isinstance(one, dict) and "start_offset" not in one for one in told):
        told = [Item(one, f"an item of '{key}'", item.where).id("label") for one in told]
    return told if all(isinstance(value, str) for value in told) else []


def _entities(item: Item, key: str) -> Iterator[Entity]:
    values = item.fields.get(key) or []
    if not isinstance(values, list) or any(isinstance(value, str) for value in values):
        expected = f"spans or classes under '{key}': [START, END, LABEL], objects, or strings alone"
        raise malformed(item.where, f"a document whose '{key}' is neither", expected)
    for index, value in enumerate(values):
        if isinstance(value, list):
            yield _triple(value, index, f"{key}[{index}]", item.where)
        else:
            span = Item(value, f"{key}[{index}]", item.where)
            extent = (span.integer("start_offset"), span.integer("end_offset"))
            yield Entity(span.id("id", f"T{index + 1}"), span.id("label"), (extent,))


def _triple(value: list[Any], index: int, what: str, where: str) -> Entity:
    match value:
        case [int(start), int(end), str(label)]:
            return Entity(f"T{index + 1}", label, ((start, end),))
    found = "no [START, END, LABEL]"
    fields = {"where": where, "key": what, "what": "the document"}
    expected = "two whole numbers and a string"
    raise FormatError(Errors.SC017.format(found=found, expected=expected, **fields))


def _line(record: Record, left_out: Counter[str] | None) -> bytes:
    kept = keep(record, KEEPS, TITLE, left_out)
    ids = {entity.id: number for number, entity in enumerate(kept.entities)}
    entities: list[Fields] = [
        {"id": ids[e.id], "label": e.label, "start_offset": e.start, "end_offset": e.end}
        for e in kept.entities
    ]
    relations = [
        {"id": number, "from_id": ids[rel.head], "to_id": ids[rel.tail], "type": rel.label}
        for number, rel in enumerate(kept.relations)
    ]
    parts = {"entities": entities, "relations": relations}
    return dump_line({"id": record.id, "text": record.text, **parts, **kept.meta}, record.id)
