"""PubTator: title, abstract, mentions and concept relations, a blank line between documents.

Offsets count in title + one separator + abstract. The format has no place for `Record.meta` and
scores, which are left out, and numbers mentions by their order. What else it can't hold is refused.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import Errors, FormatError
from ..files import new_file
from ..records import Attribute, ConceptRelation, Entity, Record
from .files import (
    at,
    covered_text,
    decode,
    encode,
    first_line,
    flat,
    located,
    malformed,
    read_lines,
    text_mismatch,
)
from .rejects import Reject, settle

INDIVIDUAL = "individual_mentions"
_HEADER = re.compile(r"([^\s|\ufeff]+)\|([ta])\|(.*)", re.DOTALL)
_OFFSET = re.compile(r"[0-9]{1,12}")

Block = list[tuple[str, bytes]]
Lines = list[tuple[str, str]]


class _Mention(NamedTuple):
    where: str
    entity: Entity
    given: str
    individual: str


def read_pubtator(
    path: str | Path, *, strict: bool = True, rejects: list[Reject] | None = None
) -> Iterator[Record]:
    """Stream the documents of a PubTator file.

    path (str | Path): The file.
    strict (bool): Refuse a mention line that repeats other text than its offsets cover. If False
        the offsets hold, and the mention's id is listed in `meta["text_mismatches"]`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a block, also where blocks share an id.
    """
    blocks = _blocks(Path(path))
    parts = ((block[0][0], partial(_read_block, block, strict=strict)) for block in blocks)
    return settle(parts, rejects)


def write_pubtator(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a PubTator file. Refuses what the format can't hold.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): Counts by kind what is left out; None: it is refused.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    count = 0
    with new_file(Path(path)) as file:
        for data in settle(((r.id, partial(_data, r, left_out)) for r in records), rejects):
            file.write(data)
            count += 1
    return count


def holds_pubtator(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with a title or an abstract."""
    return bool(_HEADER.fullmatch(first_line(head)))


def _blocks(path: Path) -> Iterator[Block]:
    block: Block = []
    for number, line in read_lines(path):
        if line.strip():
            block.append((at(path, number), line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _data(record: Record, left_out: Counter[str] | None) -> bytes:
    return encode("\n".join(_lines(record)) + "\n\n", record.id)


def _read_block(block: Block, *, strict: bool) -> Record:
    with located(block[0][0]):
        return _read_lines([(where, decode(data, where)) for where, data in block], strict=strict)


def _read_lines(block: Lines, *, strict: bool) -> Record:
    doc, title = _header(block, 0, "t")
    same_doc, abstract = _header(block, 1, "a")
    if same_doc != doc:
        raise malformed(block[1][0], "the abstract of another document", "the title's document id")
    mentions: list[_Mention] = []
    relations: list[ConceptRelation] = []
    for where, line in block[2:]:
        columns = line.split("\t")
        if columns[0] != doc or len(columns) < 4:
            found = f"{len(columns)} columns, the document's id not first or too few"
            raise malformed(where, found, "a mention or relation line of the document")
        if _OFFSET.fullmatch(columns[1]):
            mentions.append(_mention(where, columns, f"T{len(mentions) + 1}"))
        else:
            relations.append(_relation(where, columns))
    text = _join(title, abstract, (mention.entity for mention in mentions))
    attributes = tuple(Attribute(m.entity.id, INDIVIDUAL, m.individual) for m in mentions if m[3])
    entities = tuple(mention.entity for mention in mentions)
    meta = _mismatches(mentions, text, strict=strict)
    return Record(doc, text, entities, (), attributes, tuple(relations), meta)


def _header(block: Lines, index: int, part: str) -> tuple[str, str]:
    where, line = block[min(index, len(block) - 1)]
    match = _HEADER.fullmatch(line)
    if index >= len(block) or not match or match[2] != part:
        raise malformed(where, "another or no line", f"'ID|{part}|TEXT' as line {index + 1} of it")
    return match[1], match[3]


def _mention(where: str, columns: list[str], entity: str) -> _Mention:
    if not 5 <= len(columns) <= 7 or not _OFFSET.fullmatch(columns[2]) or not columns[4]:
        expected = "ID, START, END, TEXT, TYPE and perhaps CONCEPT and INDIVIDUAL MENTIONS"
        raise malformed(where, f"a mention line of {len(columns)} columns", expected)
    _, start, end, given, label, concept, individual = [*columns, "", ""][:7]
    fragments = ((int(start), int(end)),)
    return _Mention(where, Entity(entity, label, fragments, concept), given, individual)


def _relation(where: str, columns: list[str]) -> ConceptRelation:
    if len(columns) > 5 or not all(columns[1:4]):
        found = f"a relation line of {len(columns)} columns, or an empty one among them"
        raise malformed(where, found, "ID, LABEL, CONCEPT, CONCEPT and perhaps a NOTE")
    label, head, tail, note = [*columns, ""][1:5]
    return ConceptRelation(head, tail, label, note)


def _join(title: str, abstract: str, entities: Iterable[Entity]) -> str:
    beyond = any(entity.end > len(title) for entity in entities)
    return f"{title}\n{abstract}" if abstract or beyond else title


def _mismatches(mentions: list[_Mention], text: str, *, strict: bool) -> dict[str, Any]:
    found = []
    for where, entity, given, _ in mentions:
        covered = covered_text(text, entity.fragments)
        if covered != flat(given):
            found.append(entity.id)
            if strict and entity.end <= len(text):
                raise text_mismatch(where, entity.id, entity.fragments, covered, given)
    return {"text_mismatches": found} if found else {}


def _lines(record: Record) -> list[str]:
    title, _, abstract = record.text.partition("\n")
    individual = _individual_mentions(record)
    _check(record, title, abstract)
    rows = [_mention_columns(record, entity, individual) for entity in record.entities]
    for rel in record.concept_relations:
        columns = [rel.label, rel.head, rel.tail, rel.note]
        rows.append(columns if rel.note else columns[:3])
    for columns in rows:
        if any(flat(column) != column for column in columns):
            raise _refusal(record, "a tab or line end in a label, concept or note")
    body = ["\t".join([record.id, *columns]) for columns in rows]
    return [f"{record.id}|t|{title}", f"{record.id}|a|{abstract}", *body]


def _mention_columns(record: Record, entity: Entity, individual: dict[str, str]) -> list[str]:
    covered = covered_text(record.text, entity.fragments)
    columns = [str(entity.start), str(entity.end), covered, entity.label]
    if individual.get(entity.id):
        return [*columns, entity.concept, individual[entity.id]]
    return [*columns, entity.concept] if entity.concept else columns


def _individual_mentions(record: Record) -> dict[str, str]:
    individual: dict[str, str] = {}
    for attribute in record.attributes:
        if attribute.name != INDIVIDUAL or not attribute.value or attribute.target in individual:
            what = f"the attribute '{attribute.name}' of entity '{attribute.target}'"
            raise _refusal(record, what)
        individual[attribute.target] = attribute.value
    return individual


def _check(record: Record, title: str, abstract: str) -> None:
    if not _HEADER.fullmatch(f"{record.id}|t|") or flat(record.id) != record.id:
        raise _refusal(record, "this id, which is empty or has spaces or bars")
    if "\r" in record.text or "\n" in abstract:
        raise _refusal(record, "a line end inside the title or the abstract")
    if _join(title, abstract, record.entities) != record.text:
        raise _refusal(record, "a line end after the title without an abstract")
    for entity in record.entities:
        if len(entity.fragments) > 1:
            raise _refusal(record, f"the discontinuous entity '{entity.id}'")
    for rel in record.relations:
        what = f"the relation '{rel.label}' from mention '{rel.head}' to '{rel.tail}'"
        raise _refusal(record, what)
    for concepts in record.concept_relations:
        label = concepts.label
        if not (label and concepts.head and concepts.tail) or _OFFSET.fullmatch(label):
            raise _refusal(record, f"the concept relation '{label}': a number, or a part is empty")


def _refusal(record: Record, what: str) -> FormatError:
    doc, advice = record.id, "Take it out, or write JSONL, which holds everything."
    return FormatError(Errors.SC020.format(doc=doc, format="PubTator", what=what, advice=advice))
