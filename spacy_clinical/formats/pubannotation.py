"""PubAnnotation's JSON: denotations, relations between them, attributes.

A document has a file, a line or an item of a list. Discontinuous denotations are read in both of
PubAnnotation's models, a list of spans ("bag") and fragments chained by `_lexicallyChainedTo`, and
written as lists. A modification is an attribute named by its predicate, without a value; an
attribute "concept" is the mention's concept. Where several projects' annotations stand in "tracks",
all are read, with the project's name before each id. The id is "sourceid"; blocks and what stands
under other keys is meta. Source: app/lib/annotation_utils.rb and docs/format.md of PubAnnotation.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ..records import Attribute, Entity, Fragments, Record, Relation
from .corpus_listing import head_of
from .file_reading import malformed
from .format_capacity import Keeps, keep
from .json_files import dump_line, json_parts, write_lines
from .json_items import Fields, Item, has_key
from .rejected_documents import Reject, settle

CHAINED = "_lexicallyChainedTo"
FRAGMENT = "_FRAGMENT"
CONCEPT = "concept"
_PARTS = ("denotations", "relations", "attributes", "modifications")
_KNOWN = ("text", "sourceid", "tracks", *_PARTS)
KEEPS = Keeps(
    fragments=True,
    concepts=True,
    relations=True,
    attributes=True,
    repeated=True,
    reserved=(CONCEPT,),
    meta=None,
    taken=_KNOWN,
)
TITLE = "PubAnnotation's JSON"


def holds_pubannotation(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with annotations of PubAnnotation."""
    head = head_of(path, head, ".json", ".jsonl")
    return has_key(head, "text") and (
        has_key(head, "denotations") or has_key(head, "sourcedb", "sourceid")
    )


def read_pubannotation(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream annotated documents.

    path (str | Path): A file of JSON or JSON lines, or a folder of them.
    left_out (Counter[str] | None): Relations and attributes of something else than denotations are
        counted here.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a document.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    build = partial(_record, left_out=counts)
    return settle(json_parts(Path(path), build, ".json", ".jsonl"), rejects)


def write_pubannotation(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write JSON lines, each as PubAnnotation takes it.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    parts = ((record.id, partial(_line, record, left_out)) for record in records)
    return write_lines(settle(parts, rejects), Path(path))


def _record(value: Any, where: str, name: str, *, left_out: Counter[str]) -> Record:
    item = Item(value, "the document", where)
    tracks = item.items("tracks")
    parts = [_Part(track, f"{track.id('project', '')}:") for track in tracks]
    if not tracks or item.fields.get("denotations"):
        parts.insert(0, _Part(item, ""))
    for part in parts:
        left_out.update(part.left_out)
    return Record(
        item.id("sourceid", name),
        item.string("text"),
        tuple(entity for part in parts for entity in part.entities),
        tuple(rel for part in parts for rel in part.relations),
        tuple(attribute for part in parts for attribute in part.attributes),
        meta=item.rest(*_KNOWN),
    )


class _Part:
    """The annotations of one project.

    item (Item): The object that holds them.
    before (str): What is set before each id.
    """

    def __init__(self, item: Item, before: str) -> None:
        self.before = before
        self.left_out: Counter[str] = Counter()
        relations = item.items("relations")
        chained = {
            rel.id("subj"): rel.id("obj") for rel in relations if rel.fields.get("pred") == CHAINED
        }
        concepts = {
            a.id("subj"): a.id("obj")
            for a in item.items("attributes")
            if a.fields.get("pred") == CONCEPT and isinstance(a.fields.get("obj"), str)
        }
        self.entities = list(self._denotations(item, chained, concepts))
        self.ids = {entity.id for entity in self.entities}
        self.relations = [
            Relation(before + rel.id("subj"), before + rel.id("obj"), rel.id("pred"))
            for rel in relations
            if rel.fields.get("pred") != CHAINED and self._known(rel, "relations", "subj", "obj")
        ]
        self.attributes = list(self._attributes(item, concepts))

    def _denotations(
        self, item: Item, chained: dict[str, str], concepts: dict[str, str]
    ) -> Iterator[Entity]:
        found = item.items("denotations")
        names = [one.id("id", f"T{number}") for number, one in enumerate(found, start=1)]
        spans = {name: _spans(one) for name, one in zip(names, found, strict=True)}
        for name, one in zip(names, found, strict=True):
            if one.fields.get("obj") == FRAGMENT and name in chained.values():
                continue
            fragments = list(spans[name])
            link, seen = name, {name}
            while link in chained and chained[link] in spans and chained[link] not in seen:
                link = chained[link]
                seen.add(link)
                fragments += spans[link]
            concept = concepts.get(name, "")
            yield Entity(self.before + name, one.id("obj"), tuple(sorted(fragments)), concept)

    def _attributes(self, item: Item, concepts: dict[str, str]) -> Iterator[Attribute]:
        for one in item.items("attributes"):
            subject, name = one.id("subj"), one.id("pred")
            if name == CONCEPT and subject in concepts:
                continue
            if self._known(one, "attributes", "subj"):
                yield Attribute(self.before + subject, name, _word(one.fields.get("obj")))
        for one in item.items("modifications"):
            if self._known(one, "modifications", "obj"):
                yield Attribute(self.before + one.id("obj"), one.id("pred"))

    def _known(self, item: Item, what: str, *ends: str) -> bool:
        known = all(self.before + item.id(end) in self.ids for end in ends)
        self.left_out[f"{what} of something else than a denotation"] += not known
        return known


def _spans(item: Item) -> Fragments:
    spans = item.fields.get("span")
    if spans is None and "begin" in item.fields:
        return ((item.integer("begin"), item.integer("end")),)
    values = spans if isinstance(spans, list) else [spans]
    if not values:
        raise malformed(item.where, f"no span in {item.what}", "'begin' and 'end'")
    found = [Item(value, f"the span of {item.what}", item.where) for value in values]
    return tuple((span.integer("begin"), span.integer("end")) for span in found)


def _word(value: Any) -> str:
    """Write an attribute's object as a value: true is said by the name alone."""
    if isinstance(value, str) or value is None or value is True:
        return value if isinstance(value, str) else ""
    return "false" if value is False else repr(value)


def _line(record: Record, left_out: Counter[str] | None) -> bytes:
    kept = keep(record, KEEPS, TITLE, left_out)
    denotations: list[Fields] = [
        {"id": entity.id, "span": _span(entity.fragments), "obj": entity.label}
        for entity in kept.entities
    ]
    relations = [
        {"id": f"R{number}", "pred": rel.label, "subj": rel.head, "obj": rel.tail}
        for number, rel in enumerate(kept.relations, start=1)
    ]
    said = [(e.id, CONCEPT, e.concept) for e in kept.entities if e.concept]
    said += [(a.target, a.name, a.value) for a in kept.attributes]
    attributes = [
        {"id": f"A{number}", "subj": subject, "pred": name, "obj": value}
        for number, (subject, name, value) in enumerate(said, start=1)
    ]
    parts = {"denotations": denotations, "relations": relations, "attributes": attributes}
    fields = {"sourceid": record.id, "text": record.text, **kept.meta}
    return dump_line(fields | {key: value for key, value in parts.items() if value}, record.id)


def _span(fragments: Fragments) -> Fields | list[Fields]:
    spans: list[Fields] = [{"begin": start, "end": end} for start, end in fragments]
    return spans if len(spans) > 1 else spans[0]
