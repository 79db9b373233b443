"""Prodigy's JSON lines (`db-out`): spans, and relations of the "relations" interface.

A relation names its ends by token; `head_span` and `child_span` say which spans are meant, and
where they are missing, the span that holds the token. Examples that an annotator rejected or
ignored are nobody's annotation: they are left out, and counted. The id is that of "meta", else made
of file and line. Keys of Prodigy's own, hashes among them, are kept in `meta["prodigy"]`. Source:
the support thread on the relations' JSONL format, and https://prodi.gy/docs/api-interfaces.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ..records import Entity, Record, Relation
from .file_reading import malformed
from .format_capacity import Keeps, keep
from .json_files import dump_line, json_parts, write_lines
from .json_items import Fields, Item, has_key
from .plain_tokens import Extent, cut_tokens
from .rejected_documents import Reject, settle

_OWN = ("text", "tokens", "spans", "relations", "meta", "answer")
KEEPS = Keeps(twins=False, relations=True, meta=None, taken=("id",), own="prodigy", own_taken=_OWN)
TITLE = "Prodigy's JSONL"


def holds_prodigy(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with what Prodigy writes or takes."""
    if not has_key(head, "text") or has_key(head, "denotations") or path.is_dir():
        return False
    own = any(has_key(head, key) for key in ("_input_hash", "_task_hash", "answer"))
    return own or has_key(head, "spans", "start", "end", "label")


def read_prodigy(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the accepted examples of a Prodigy dataset.

    path (str | Path): The JSON lines file.
    left_out (Counter[str] | None): Examples that weren't accepted, and relations between tokens
        that are in no span, are counted here.
    rejects (list[Reject] | None): As for `settle`.
    YIELDS (Record): A Record an example.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    build = partial(_record, left_out=counts)
    for record in settle(json_parts(Path(path), build), rejects):
        if record is not None:
            yield record


def write_prodigy(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write accepted examples with tokens, for `db-in` and for recipes that correct.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    parts = ((record.id, partial(_line, record, left_out)) for record in records)
    return write_lines(settle(parts, rejects), Path(path))


def _record(value: Any, where: str, name: str, *, left_out: Counter[str]) -> Record | None:
    item = Item(value, "the example", where)
    answer = item.string("answer", "accept")
    if answer != "accept":
        left_out[f"examples with the answer '{answer}'"] += 1
        return None
    spans = item.items("spans")
    entities = tuple(
        Entity(f"T{number}", span.string("label"), (_extent(span),))
        for number, span in enumerate(spans, start=1)
    )
    meta = item.item("meta") if item.fields.get("meta") is not None else Item({}, "", where)
    own = item.rest(*_OWN)
    return Record(
        meta.id("id", name),
        item.string("text"),
        entities,
        tuple(_relations(item, entities, left_out)),
        meta=meta.rest("id", "prodigy") | ({"prodigy": own} if own else {}),
    )


def _extent(span: Item) -> Extent:
    return span.integer("start"), span.integer("end")


def _relations(
    item: Item, entities: tuple[Entity, ...], left_out: Counter[str]
) -> Iterator[Relation]:
    exact = {(e.start, e.end, e.label): e.id for e in reversed(entities)}
    places = {(e.start, e.end): e.id for e in reversed(entities)}
    tokens = [_extent(token) for token in item.items("tokens")]
    for rel in item.items("relations"):
        ends = []
        for side in ("head", "child"):
            if rel.fields.get(f"{side}_span") is not None:
                span = rel.item(f"{side}_span")
                place = _extent(span)
                label = str(span.fields.get("label"))
                ends.append(exact.get((*place, label)) or places.get(place))
            else:
                ends.append(_holding(tokens, rel.integer(side), entities, rel))
        head, tail = ends
        if head and tail:
            yield Relation(head, tail, rel.string("label"))
        else:
            left_out["relations between tokens that are in no span"] += 1


def _holding(
    tokens: list[Extent], index: int, entities: tuple[Entity, ...], rel: Item
) -> str | None:
    if not 0 <= index < len(tokens):
        raise malformed(rel.where, f"{rel.what} of a token that isn't there", "an item of 'tokens'")
    start, end = tokens[index]
    holding = [e for e in entities if e.start <= start and end <= e.end]
    return min(holding, key=lambda e: e.end - e.start).id if holding else None


def _line(record: Record, left_out: Counter[str] | None) -> bytes:
    kept = keep(record, KEEPS, TITLE, left_out)
    own = kept.meta.get("prodigy", {})
    borders = [point for entity in kept.entities for point in (entity.start, entity.end)]
    tokens = cut_tokens(record.text, borders, spaces=True)
    spans = {entity.id: _span(entity, tokens) for entity in kept.entities}
    relations = [_relation(rel, spans) for rel in kept.relations]
    meta = {key: value for key, value in kept.meta.items() if key != "prodigy"}
    fields: Fields = {"text": record.text, "meta": {"id": record.id, **meta}}
    fields["tokens"] = [_token(record.text, tokens, index) for index in range(len(tokens))]
    fields["spans"] = list(spans.values())
    if relations:
        fields["relations"] = relations
    return dump_line({**fields, **own, "answer": "accept"}, record.id)


def _token(text: str, tokens: list[Extent], index: int) -> Fields:
    start, end = tokens[index]
    follows = tokens[index + 1][0] if index + 1 < len(tokens) else len(text)
    fields = {"text": text[start:end], "start": start, "end": end, "id": index}
    return {**fields, "ws": text[end:follows] == " "}


def _span(entity: Entity, tokens: list[Extent]) -> Fields:
    first = bisect_left(tokens, (entity.start, entity.start))
    last = bisect_left(tokens, (entity.end, entity.end)) - 1
    fields = {"start": entity.start, "end": entity.end, "token_start": first, "token_end": last}
    return {**fields, "label": entity.label}


def _relation(rel: Relation, spans: dict[str, Fields]) -> Fields:
    head, child = spans[rel.head], spans[rel.tail]
    ends = {"head": head["token_end"], "child": child["token_end"], "label": rel.label}
    return {**ends, "head_span": head, "child_span": child}
