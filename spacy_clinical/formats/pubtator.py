"""PubTator: title, abstract, mentions and concept relations, a document after the other.

Offsets count in title + one separator + abstract; a title may stand alone. A title begins a
document, with a blank line before it or without. Lines that begin with "##" are passed over. Behind
a mention's identifier may stand, as attributes: the single mentions of a composite one (BioCreative
V CDR), the dbSNP number of a variant (tmVar), and further columns, named by their number. What the
format has no place for is left out; mentions are numbered by their order.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FormatError
from ..files import new_file
from ..records import Attribute, ConceptRelation, Entity, Record
from .file_reading import (
    at,
    covered_text,
    decode,
    encode,
    flat,
    located,
    malformed,
    read_lines,
    text_mismatch,
)
from .pubtator_writer import COLUMN, DBSNP, HEADER, INDIVIDUAL, OFFSET, document_lines, join
from .rejected_documents import Reject, settle

_TITLE = re.compile(rb"[^\s|]+\|t\|")
_ID = re.compile(rb"([^\s|]+)[|\t]")
_VARIANT = re.compile(r"RSID:|RS#:|rs[0-9]")

Block = list[tuple[str, bytes]]
Lines = list[tuple[str, str]]


class _Mention(NamedTuple):
    where: str
    entity: Entity
    given: str
    further: list[str]


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
    """Write a PubTator file.

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
    lines = (line for line in head.split("\n") if line.strip() and not line.startswith("##"))
    return bool(HEADER.fullmatch(next(lines, "").removesuffix("\r")))


def _blocks(path: Path) -> Iterator[Block]:
    """The lines of each document: a title begins one, and a line of another one after a blank."""
    block: Block = []
    blank = True
    for number, line in read_lines(path):
        if not line.strip() or line.startswith(b"##"):
            blank = True
            continue
        if block and (_TITLE.match(line) or (blank and _id(line) != _id(block[0][1]))):
            yield block
            block = []
        block.append((at(path, number), line))
        blank = False
    if block:
        yield block


def _id(line: bytes) -> bytes:
    match = _ID.match(line)
    return match[1] if match else b""


def _data(record: Record, left_out: Counter[str] | None) -> bytes:
    return encode("\n".join(document_lines(record, left_out)) + "\n\n", record.id)


def _read_block(block: Block, *, strict: bool) -> Record:
    with located(block[0][0]):
        return _read_lines([(where, decode(data, where)) for where, data in block], strict=strict)


def _read_lines(block: Lines, *, strict: bool) -> Record:
    doc, title, abstract, rows = _headers(block)
    mentions: list[_Mention] = []
    relations: list[ConceptRelation] = []
    errors: list[str] = []
    for where, line in rows:
        try:
            columns = _columns(where, line, doc)
            if OFFSET.fullmatch(columns[1]):
                mentions.append(_mention(where, columns, f"T{len(mentions) + 1}"))
            else:
                relations.append(_relation(where, columns))
        except FormatError as error:
            errors.append(str(error))
    text = join(title, abstract, (mention.entity for mention in mentions))
    meta = _mismatches(mentions, text, errors, strict=strict)
    if errors:
        raise FormatError("\n".join(errors))
    entities = tuple(mention.entity for mention in mentions)
    attributes = tuple(attribute for mention in mentions for attribute in _further(mention))
    return Record(doc, text, entities, (), attributes, tuple(relations), meta)


def _headers(block: Lines) -> tuple[str, str, str, Lines]:
    doc, title = _header(block[0], "t", 1)
    if len(block) == 1 or "\t" in block[1][1].partition("|")[0]:
        return doc, title, "", block[1:]
    same_doc, abstract = _header(block[1], "a", 2)
    if same_doc != doc:
        raise malformed(block[1][0], "the abstract of another document", "the title's document id")
    return doc, title, abstract, block[2:]


def _header(line: tuple[str, str], part: str, number: int) -> tuple[str, str]:
    match = HEADER.fullmatch(line[1])
    if not match or match[2] != part:
        raise malformed(line[0], "another line", f"'ID|{part}|TEXT' as line {number} of a document")
    return match[1], match[3]


def _columns(where: str, line: str, doc: str) -> list[str]:
    columns = line.split("\t")
    if columns[0] != doc or len(columns) < 4:
        found = f"{len(columns)} columns, the document's id not first or too few"
        raise malformed(where, found, "a mention or relation line of the document")
    return columns


def _mention(where: str, columns: list[str], entity: str) -> _Mention:
    if len(columns) < 5 or not OFFSET.fullmatch(columns[2]) or not columns[4]:
        expected = "ID, START, END, TEXT, TYPE and perhaps CONCEPT and further columns"
        raise malformed(where, f"a mention line of {len(columns)} columns", expected)
    _, start, end, given, label, concept, *further = [*columns, ""]
    fragments = ((int(start), int(end)),)
    return _Mention(where, Entity(entity, label, fragments, concept), given, further)


def _further(mention: _Mention) -> Iterator[Attribute]:
    for number, value in enumerate(mention.further, start=7):
        if value:
            name = f"{COLUMN}{number}"
            if number == 7:
                name = DBSNP if _VARIANT.match(value) else INDIVIDUAL
            yield Attribute(mention.entity.id, name, value)


def _relation(where: str, columns: list[str]) -> ConceptRelation:
    if not all(columns[1:4]):
        found = f"a relation line of {len(columns)} columns, or an empty one among them"
        raise malformed(where, found, "ID, LABEL, CONCEPT, CONCEPT and perhaps a NOTE")
    _, label, head, tail, *note = columns
    return ConceptRelation(head, tail, label, "\t".join(note))


def _mismatches(
    mentions: list[_Mention], text: str, errors: list[str], *, strict: bool
) -> dict[str, Any]:
    found = []
    for where, entity, given, _ in mentions:
        covered = covered_text(text, entity.fragments)
        if covered != flat(given):
            found.append(entity.id)
            if strict and entity.end <= len(text):
                error = text_mismatch(where, entity.id, entity.fragments, covered, given)
                errors.append(str(error))
    return {"text_mismatches": found} if found else {}
