"""MedCATtrainer's export with text: projects, documents, annotations of concepts.

An annotation has a concept and no label: all have the label "CONCEPT". What an annotator judges
beside it (meta annotations) are attributes. Annotations that were deleted, terminated, called
irrelevant, or that nobody has seen, are not the annotators': they are left out, and counted, as
MedCAT does in training. Source: webapp/api/api/admin/actions.py of MedCATtrainer.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..records import Attribute, Entity, Record, Relation
from .corpus_listing import file_parts, head_of
from .file_reading import check_repeated, located, malformed
from .json_files import read_json
from .json_items import MISSING, Item, has_key
from .rejected_documents import Part, Reject, settle

LABEL = "CONCEPT"
_NOT_MEANT = ("deleted", "killed", "irrelevant")
_DOCUMENT = ("id", "text", "annotations", "relations")


def holds_medcattrainer(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with projects of MedCATtrainer."""
    head = head_of(path, head, ".json")
    return has_key(head, "projects", "documents")


def read_medcattrainer(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of an export, project after project.

    path (str | Path): The JSON file, or a folder of them.
    left_out (Counter[str] | None): Annotations that aren't meant are counted here by kind.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a document, named by its project's id and its own.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    return settle(file_parts(Path(path), partial(_parts, counts), ".json"), rejects)


def _parts(left_out: Counter[str], file: Path) -> Iterator[Part[Record]]:
    export = Item(read_json(file), "the export", str(file))
    export.take("projects", (list,), "a list of projects", MISSING)
    for project in export.items("projects"):
        project.take("documents", (list,), "a list of documents", MISSING)
        for item in project.items("documents"):
            where = f"{file}, document {item.id('id', item.what)}"
            yield where, partial(_record, item, project, where, left_out)


def _record(item: Item, project: Item, where: str, left_out: Counter[str]) -> Record:
    with located(where):
        if "text" not in item.fields:
            raise malformed(where, "a document without text", "an export with text")
        found = [one for one in item.items("annotations") if _is_meant(one, left_out)]
        names = [one.id("id", f"T{number}") for number, one in enumerate(found, start=1)]
        attributes: list[Attribute] = []
        for name, one in zip(names, found, strict=True):
            attributes += _attributes(name, one, left_out)
        text = item.string("text")
        entities = [_entity(name, one, text) for name, one in zip(names, found, strict=True)]
        meta = item.rest(*_DOCUMENT) | {"project": project.fields.get("name")}
        id = f"{project.id('id', project.what)}-{item.id('id', item.what)}"
        relations = _relations(item, set(names), left_out)
        parts = (tuple(entities), tuple(relations), tuple(attributes))
        return Record(id, text, *parts, meta={"medcattrainer": meta})


def _is_meant(one: Item, left_out: Counter[str]) -> bool:
    reasons = [reason for reason in _NOT_MEANT if one.fields.get(reason)]
    if one.fields.get("validated", True) is False:
        reasons.append("not seen by anybody")
    if reasons:
        left_out[f"annotations that were {reasons[0]}"] += 1
    return not reasons


def _entity(name: str, one: Item, text: str) -> Entity:
    extent = (one.integer("start"), one.integer("end"))
    if isinstance(one.fields.get("value"), str) and extent[1] <= len(text):
        check_repeated(one.where, name, extent, text, one.string("value"))
    return Entity(name, LABEL, (extent,), one.id("cui"))


def _attributes(name: str, one: Item, left_out: Counter[str]) -> Iterator[Attribute]:
    """Take the meta annotations, which are a list in old exports and an object in new ones."""
    said = one.fields.get("meta_anns") or []
    values = list(said.values()) if isinstance(said, dict) else said
    holder = Item({"meta_anns": values}, one.what, one.where)
    for meta in holder.items("meta_anns"):
        if meta.fields.get("validated", True) is False:
            left_out["meta annotations that were not seen by anybody"] += 1
        else:
            yield Attribute(name, meta.string("name"), meta.string("value"))


def _relations(item: Item, known: set[str], left_out: Counter[str]) -> Iterator[Relation]:
    for rel in item.items("relations"):
        head, tail = rel.id("start_entity"), rel.id("end_entity")
        if rel.fields.get("validated", True) is False:
            left_out["relations that were not seen by anybody"] += 1
        elif not {head, tail} <= known:
            left_out["relations of annotations that aren't meant"] += 1
        else:
            yield Relation(head, tail, rel.string("relation"))
