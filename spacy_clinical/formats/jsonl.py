"""JSON lines: one Record a line, keys as in `records.py`. The format that holds everything."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import Errors, FormatError
from ..files import new_file
from ..records import (
    Attribute,
    ConceptRelation,
    Entity,
    Equivalence,
    Event,
    Fragments,
    Record,
    Relation,
)
from .file_reading import at, decode, encode, located, malformed, read_lines
from .json_items import has_key, parse_json, refuse_repeated
from .rejected_documents import Part, Reject, settle

Fields = dict[str, Any]

_LISTS = (
    "entities",
    "relations",
    "attributes",
    "concept_relations",
    "events",
    "equivalences",
)
_RECORD = ("id", "text", *_LISTS, "meta")
_ENTITY = ("id", "label", "fragments", "start", "end", "concept", "score")
_RELATION = ("head", "tail", "label", "score", "id", "roles")
_ATTRIBUTE = ("target", "name", "value", "score", "cue", "id")
_CONCEPTS = ("head", "tail", "label", "note", "score", "evidence")
_EVENT = ("id", "trigger", "arguments")
_EQUIVALENCE = ("label", "members")
_DEFAULTS = {
    "concept": "",
    "score": None,
    "value": "",
    "note": "",
    "cue": None,
    "evidence": (),
    "roles": ("", ""),
    "arguments": (),
}
_LINE = "one JSON object a line"
_OFFSETS = "a list of [start, end] in whole numbers, or the keys 'start' and 'end'"


def read_jsonl(path: str | Path, *, rejects: list[Reject] | None = None) -> Iterator[Record]:
    """Stream the documents of a JSON lines file. Empty lines are passed over.

    Only the text of a document and the label and place of an entity are required: a document
    without an id is named by file and line, an entity without one by its position ("T1").

    path (str | Path): The file.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a line.
    """
    return settle(_parts(Path(path)), rejects)


def write_jsonl(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a JSON lines file. Keys that hold a default are left out.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): Stays as it is: the format holds everything.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    count = 0
    with new_file(Path(path)) as file:
        for data in settle(((r.id, partial(to_line, r)) for r in records), rejects):
            file.write(data)
            count += 1
    return count


def holds_jsonl(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with our documents: the first, and no other line, has a
    key that isn't ours."""
    lines = [line for line in head.split("\n") if line.strip()]
    known = bool(lines) and _is_ours(lines[0]) is True
    others = all(_is_ours(line) is not False for line in lines[1:])
    return known and others and not has_key(head, "start_offset")


def _is_ours(line: str) -> bool | None:
    """Whether a line is one of our documents; None for what is damaged, or cut off."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return isinstance(value, dict) and "text" in value and set(value) <= set(_RECORD)


def _parts(path: Path) -> Iterator[Part[Record]]:
    for number, data in read_lines(path):
        if data.strip():
            where = at(path, number)
            yield where, partial(_read_line, data, where, f"{path.name}:{number}")


def _read_line(data: bytes, where: str, default_id: str) -> Record:
    with located(where):
        return _record(parse_json(decode(data, where), where, _LINE), where, default_id)


def _record(value: Any, where: str, default_id: str) -> Record:
    fields = _Object(value, "the document", _RECORD, where)
    entities = fields.items("entities", _ENTITY)
    return Record(
        fields.string("id", default_id),
        fields.string("text"),
        tuple(_entity(item, index) for index, item in enumerate(entities, start=1)),
        tuple(_relation(item) for item in fields.items("relations", _RELATION)),
        tuple(_attribute(item) for item in fields.items("attributes", _ATTRIBUTE)),
        tuple(_concepts(item) for item in fields.items("concept_relations", _CONCEPTS)),
        fields.take("meta", lambda value: isinstance(value, dict), "an object", {}),
        tuple(_event(item) for item in fields.items("events", _EVENT)),
        tuple(_equivalence(item) for item in fields.items("equivalences", _EQUIVALENCE)),
    )


class _Object:
    """A JSON object with known keys, whose values are checked as they are taken.

    value (Any): What stood in the file.
    what (str): What it is, for messages.
    keys (tuple[str, ...]): The keys that it may have.
    where (str): File and line.
    """

    def __init__(self, value: Any, what: str, keys: tuple[str, ...], where: str) -> None:
        if not isinstance(value, dict):
            raise malformed(where, f"{what} as {_kind(value)}", "a JSON object")
        refuse_repeated(value, what, where)
        for number, key in enumerate(value, start=1):
            if key not in keys:  # it may be a line of a note
                fields = {"where": where, "number": number, "what": what}
                known = f"one of {', '.join(keys)}"
                raise FormatError(Errors.SC016.format(expected=known, **fields))
        self.fields: Fields = value
        self.what = what
        self.where = where

    def take(
        self, key: str, fits: Callable[[Any], bool], expected: str, default: Any = None
    ) -> Any:
        value = self.fields.get(key, default)
        if not fits(value):
            found = _kind(value) if key in self.fields else "missing"
            message = Errors.SC017.format(
                where=self.where, key=key, what=self.what, found=found, expected=expected
            )
            raise FormatError(message)
        return value

    def string(self, key: str, default: str | None = None) -> str:
        value: str = self.take(key, lambda value: isinstance(value, str), "a string", default)
        return value

    def score(self) -> float | None:
        value: float | None = self.take("score", _is_score, "a number or null")
        return value

    def items(self, key: str, keys: tuple[str, ...]) -> Iterator["_Object"]:
        values: list[Any] = self.take(key, lambda value: isinstance(value, list), "a list", [])
        for index, value in enumerate(values):
            yield _Object(value, f"{key}[{index}]", keys, self.where)


def _entity(item: _Object, index: int) -> Entity:
    return Entity(
        item.string("id", f"T{index}"),
        item.string("label"),
        _fragments(item),
        item.string("concept", ""),
        item.score(),
    )


def _fragments(item: _Object) -> Fragments:
    if "fragments" not in item.fields:
        start: int = item.take("start", _is_offset, _OFFSETS)
        end: int = item.take("end", _is_offset, _OFFSETS)
        return ((start, end),)
    if "start" in item.fields or "end" in item.fields:
        raise malformed(item.where, f"fragments and start or end in {item.what}", "one of them")
    pairs: list[list[int]] = item.take("fragments", _are_pairs, _OFFSETS)
    return tuple((start, end) for start, end in pairs)


def _relation(item: _Object) -> Relation:
    ends = item.string("head"), item.string("tail")
    roles: list[str] = item.take("roles", _is_pair, "[role of head, role of tail]", ["", ""])
    label, id = item.string("label"), item.string("id", "")
    return Relation(*ends, label, item.score(), id, (roles[0], roles[1]))


def _event(item: _Object) -> Event:
    pairs: list[list[str]] = item.take("arguments", _are_names, "a list of [role, id]", [])
    arguments = tuple((role, id) for role, id in pairs)
    return Event(item.string("id"), item.string("trigger"), arguments)


def _equivalence(item: _Object) -> Equivalence:
    members: list[str] = item.take("members", _are_strings, "a list of ids", [])
    return Equivalence(item.string("label"), tuple(members))


def _attribute(item: _Object) -> Attribute:
    target, name, value = item.string("target"), item.string("name"), item.string("value", "")
    cue: list[int] | None = item.take("cue", _is_extent, "[start, end] in whole numbers, or null")
    extent = (cue[0], cue[1]) if cue else None
    return Attribute(target, name, value, item.score(), extent, item.string("id", ""))


def _concepts(item: _Object) -> ConceptRelation:
    head, tail, label = (item.string(key) for key in ("head", "tail", "label"))
    pairs: list[list[str]] = item.take("evidence", _are_names, "a list of [head, tail] ids", [])
    evidence = tuple((first, second) for first, second in pairs)
    return ConceptRelation(head, tail, label, item.string("note", ""), item.score(), evidence)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    return names.get(type(value), "null" if value is None else "a number")


def _is_score(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_offset(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_extent(value: Any) -> bool:
    return value is None or _are_pairs([value])


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_offset, pair)) for pair in value
    )


def _are_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_pair(value: Any) -> bool:
    return _are_strings(value) and len(value) == 2


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_pair, value))


def to_line(record: Record) -> bytes:
    """RETURNS (bytes): A document's line with its end, in UTF-8."""
    return encode(_line(record) + "\n", record.id)


def _line(record: Record) -> str:
    fields: Fields = {"id": record.id, "text": record.text}
    for key in _LISTS:
        fields[key] = [_without_defaults(part) for part in getattr(record, key)]
    fields["meta"] = record.meta
    fields = {key: value for key, value in fields.items() if value or key in ("id", "text")}
    try:
        return json.dumps(fields, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        what, expected = "a score or the meta", "finite numbers and JSON values"
        message = Errors.SC026.format(doc=record.id, what=what, expected=expected)
        raise FormatError(message) from None


def _without_defaults(part: Any) -> Fields:
    optional = isinstance(part, Relation | Attribute) and not part.id
    fields = {key: value for key, value in vars(part).items() if not (optional and key == "id")}
    return {key: value for key, value in fields.items() if value != _DEFAULTS.get(key, ...)}
