"""RadGraph's JSON: reports by name, entities over tokens between blanks, relations of each.

What follows the kind of an entity ("OBS-DA", "Observation::definitely absent") is its attribute
"assertion", as it stands. Where several people labelled a report, each of their versions is a
Record, and its id ends in a colon and who it was. Tokens count from 0, the last one included.
Sources: README of the package radgraph 0.1.18; Jain et al. 2021, arXiv:2106.14463.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import Errors, FormatError
from ..records import Attribute, Entity, Record, Relation
from .corpus_listing import file_parts, head_of
from .file_reading import check_repeated, located, malformed
from .format_capacity import Keeps, keep
from .json_files import dump_line, read_json, write_object
from .json_items import Fields, Item, Repeated, has_key
from .rejected_documents import Part, Reject, settle

ASSERTION = "assertion"
KEEPS = Keeps(
    blanks=False,
    relations=True,
    attributes=True,
    named=(ASSERTION,),
    empty=False,
    meta=("radgraph",),
    own="radgraph",
    own_taken=("text", "entities"),
)
TITLE = "RadGraph's JSON"
_KIND = re.compile(r"(?s)(?:(.+)::(.*)|(ANAT|OBS)-(.*))")
_TOKEN = re.compile(r"\S+")
_KEYS = ("tokens", "label", "start_ix", "end_ix", "relations")


def holds_radgraph(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with reports of RadGraph."""
    return has_key(head_of(path, head, ".json"), "text", "entities", "start_ix", "end_ix")


def read_radgraph(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream reports.

    path (str | Path): The JSON file, or a folder of them.
    left_out (Counter[str] | None): What else is said of entities is counted here.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a report, several where several people labelled it.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    return settle(file_parts(Path(path), partial(_parts, counts), ".json"), rejects)


def write_radgraph(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write reports. Mentions that don't begin and end with a token are left out, and counted.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    seen: set[str] = set()
    parts = ((record.id, partial(_entry, record, left_out, seen)) for record in records)
    return write_object(settle(parts, rejects), Path(path))


def _parts(left_out: Counter[str], file: Path) -> Iterator[Part[Record]]:
    reports = read_json(file)
    repeated: set[str] = reports.names if isinstance(reports, Repeated) else set()
    reports = dict(reports) if repeated else reports
    for name, value in Item(reports, "the file", str(file)).fields.items():
        where = f"{file}, report '{name}'"
        if name in repeated:
            yield where, partial(_refuse, where)
            continue
        versions = value if isinstance(value, dict) and "entities" not in value else {}
        people = [key for key in versions if isinstance(versions[key], dict)]
        for person in people:
            yield where, partial(_version, value, person, where, name, left_out)
        if not people:
            yield where, partial(_record, value, where, name, left_out)


def _refuse(where: str) -> Record:
    raise malformed(where, "several reports of one name", "a name for each")


def _version(value: Fields, person: str, where: str, name: str, left_out: Counter[str]) -> Record:
    shared = {key: found for key, found in value.items() if not isinstance(found, dict)}
    return _record({**shared, **value[person]}, where, f"{name}:{person}", left_out)


def _record(value: Any, where: str, name: str, left_out: Counter[str]) -> Record:
    with located(where):
        report = Item(value, "the report", where)
        text = report.string("text")
        tokens = [match.span() for match in _TOKEN.finditer(text)]
        named = report.item("entities").fields
        found = {key: Item(one, f"entity '{key}'", where) for key, one in named.items()}
        entities: list[Entity] = []
        attributes: list[Attribute] = []
        relations: list[Relation] = []
        for key, one in found.items():
            label, assertion = _split(one.string("label"))
            entities.append(Entity(key, label, (_extent(key, one, text, tokens),)))
            attributes += [Attribute(key, ASSERTION, assertion)] if assertion else []
            relations += _relations(key, one)
            left_out["further keys of entities"] += len(one.rest(*_KEYS))
        meta = report.rest("text", "entities")
        if any(isinstance(part, dict) and "entities" in part for part in meta.values()):
            raise malformed(where, "a report in another one", "reports side by side")
        parts = (tuple(entities), tuple(relations), tuple(attributes))
        return Record(name, text, *parts, meta={"radgraph": meta} if meta else {})


def _split(label: str) -> tuple[str, str]:
    match = _KIND.fullmatch(label)
    return (match[1] or match[3], match[2] or match[4] or "") if match else (label, "")


def _extent(key: str, one: Item, text: str, tokens: list[tuple[int, int]]) -> tuple[int, int]:
    first, last = one.integer("start_ix"), one.integer("end_ix")
    if not 0 <= first <= last < len(tokens):
        found = f"tokens {first} to {last} in {one.what}, the text having {len(tokens)}"
        raise malformed(one.where, found, "tokens of the text, the first not after the last")
    start, end = tokens[first][0], tokens[last][1]
    if "tokens" in one.fields:
        check_repeated(one.where, key, (start, end), text, one.string("tokens"))
    return start, end


def _relations(head: str, one: Item) -> Iterator[Relation]:
    for pair in one.take("relations", (list,), "a list of [LABEL, ENTITY]", []):
        match pair:
            case [str(label), str() | int() as tail]:
                yield Relation(head, str(tail), label)
            case _:
                found = "a list with something else"
                fields = {"where": one.where, "key": "relations", "what": one.what}
                message = Errors.SC017.format(found=found, expected="[LABEL, ENTITY]", **fields)
                raise FormatError(message)


def _entry(record: Record, left_out: Counter[str] | None, seen: set[str]) -> bytes:
    if record.id in seen:
        raise FormatError(Errors.SC025.format(doc=record.id))
    kept = keep(record, KEEPS, TITLE, left_out)
    tokens = [match.span() for match in _TOKEN.finditer(record.text)]
    first = {start: number for number, (start, _) in enumerate(tokens)}
    last = {end: number for number, (_, end) in enumerate(tokens)}
    said = {attribute.target: attribute.value for attribute in kept.attributes}
    entities: Fields = {}
    for entity in kept.entities:
        entities[entity.id] = {
            "tokens": " ".join(record.text[entity.start : entity.end].split()),
            "label": _joined(record.id, entity.label, said.get(entity.id, "")),
            "start_ix": first[entity.start],
            "end_ix": last[entity.end],
            "relations": [],
        }
    for rel in kept.relations:
        entities[rel.head]["relations"].append([rel.label, rel.tail])
    report = {"text": record.text, "entities": entities, **kept.meta.get("radgraph", {})}
    line = dump_line({record.id: report}, record.id)
    seen.add(record.id)
    return line


def _joined(doc: str, label: str, assertion: str) -> str:
    joint = "-" if label in ("ANAT", "OBS") else "::"
    whole = f"{label}{joint}{assertion}" if assertion else label
    if _split(whole) != (label, assertion):
        what, advice = f"the label '{label}'", "Labels before '::' or without: name it otherwise."
        message = Errors.SC020.format(doc=doc, format=TITLE, what=what, advice=advice)
        raise FormatError(message)
    return whole
