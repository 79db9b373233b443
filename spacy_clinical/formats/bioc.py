"""BioC in XML and JSON, the forms of PubTator3 among them (extra `formats`).

A document's text are its passages, or their sentences, at their offsets. An annotation's infon
"type" is the label, "identifier" (or "MESH", "OMIM") the concept, "score" the score; other infons
are attributes. A relation with two nodes is one between mentions; one that names two concepts in
its infons (BioRED, BC5CDR, PubTator3) is one between concepts, "novel" its note. What has no place
in a Record is kept in `meta["bioc"]`: infons of the document, `passages` (offset, length, infons),
and `mentions`, infons that aren't strings or describe the concept. Offsets are written in
characters; what counts bytes, as bconv does, or units of UTF-16 is found out by the texts. Read and
written by the library bioc 2.1, which is given what it would stumble over (JSON without
"relations") and never what it would garble (infons of XML that aren't strings). Source: Comeau et
al. 2013, BioC.dtd.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import Errors, FormatError
from ..files import new_file
from ..records import Record
from .bioc_completion import completed
from .corpus_listing import file_parts, head_of, value_parts
from .file_reading import check_losses, located, malformed
from .format_capacity import Keeps, keep
from .json_files import dump_line, json_values
from .json_items import Fields, Item, has_key
from .rejected_documents import Part, Reject, settle

KEEPS = Keeps(
    fragments=True,
    concepts=True,
    scores=True,
    relations=True,
    relation_scores=True,
    attributes=True,
    reserved=(
        "type", "identifier", "MESH", "OMIM", "score", "accession", "biotype", "database", "name",
        "normalized", "normalized_id", "valid",
    ),
    concept_relations=True,
    notes=True,
    concept_scores=True,
    meta=("bioc",),
    own="bioc",
)  # fmt: skip
XML, JSON = "BioC XML", "BioC JSON"
_HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n'
    "<collection><source></source><date></date><key></key>\n"
)
_EXPECTED = "a document with an id, passages with offsets, annotations with ids and locations"
_ROOT = re.compile(r"<collection[\s>]")


def holds_bioc_xml(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with a BioC collection in XML."""
    return bool(_ROOT.search(head_of(path, head, ".xml", ".bioc")[:2000]))


def holds_bioc_json(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with BioC documents in JSON."""
    head = head_of(path, head, ".json", ".jsonl")
    return has_key(head, "passages", "offset") or has_key(head, "documents", "infons")


def read_bioc_xml(
    path: str | Path,
    *,
    strict: bool = True,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of BioC XML.

    path (str | Path): The file, or a folder of files.
    strict (bool): Refuse a mention that repeats other text than its offsets cover. If False the
        offsets hold, and the mention's id is listed in `meta["text_mismatches"]`.
    left_out (Counter[str] | None): As for `record_of`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a document.
    """
    need_library()
    counts: Counter[str] = Counter() if left_out is None else left_out
    find = partial(_xml_parts, strict, counts)
    return settle(file_parts(Path(path), find, ".xml", ".bioc"), rejects)


def read_bioc_json(
    path: str | Path,
    *,
    strict: bool = True,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of BioC JSON: a collection, a list, lines, or PubTator3's answer.

    path (str | Path): The file, or a folder of files.
    strict (bool): As for `read_bioc_xml`.
    left_out (Counter[str] | None): As for `read_bioc_xml`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a document.
    """
    need_library()
    counts: Counter[str] = Counter() if left_out is None else left_out
    find = partial(_json_parts, strict, counts)
    return settle(file_parts(Path(path), find, ".json", ".jsonl"), rejects)


def write_bioc_xml(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a BioC collection in XML.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    parts = ((record.id, partial(_xml, record, left_out)) for record in records)
    return _write(settle(parts, rejects), Path(path), _HEADER, "", "</collection>\n")


def write_bioc_json(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a BioC collection in JSON.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    empty: Fields = {"source": "", "date": "", "key": "", "version": "1.0", "infons": {}}
    head = json.dumps({"bioctype": "BioCCollection", **empty})[:-1] + ', "documents": [\n'
    parts = ((record.id, partial(_json, record, left_out)) for record in records)
    return _write(settle(parts, rejects), Path(path), head, ",\n", "\n]}\n")


def need_library() -> None:
    """Raise FormatError unless bioc is installed."""
    if find_spec("bioc") is None:
        raise FormatError(Errors.SC030.format(format="BioC", package="bioc"))


def _write(documents: Iterator[bytes], path: Path, head: str, joint: str, end: str) -> int:
    need_library()
    count = 0
    with new_file(path) as file:
        file.write(head.encode())
        for document in documents:
            file.write((joint.encode() if count else b"") + document)
            count += 1
        file.write(end.encode())
    return count


def _xml_parts(strict: bool, left_out: Counter[str], file: Path) -> Iterator[Part[Record]]:
    from lxml import etree

    options = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    parsed = etree.iterparse(str(file), tag="document", **options)
    try:
        for number, (_, element) in enumerate(parsed, start=1):
            data = etree.tostring(element, encoding="unicode", with_tail=False)
            element.clear()
            where = f"{file}, document {number}"
            yield where, partial(_from_xml, data, where, strict, left_out)
    except etree.XMLSyntaxError as error:
        where = f"{file}, line {error.lineno}"
        raise malformed(where, "what isn't XML", "well-formed XML") from None
    if parsed.root.tag != "collection":
        raise malformed(str(file), "XML of another kind", "a BioC collection of documents")


def _from_xml(data: str, where: str, strict: bool, left_out: Counter[str]) -> Record:
    from bioc import biocxml
    from lxml import etree

    from .bioc_record import record_of

    try:
        document = biocxml.loads(f"<collection>{data}</collection>").documents[0]
    except etree.XMLSyntaxError:  # a prefix without its namespace, which only a strict parser minds
        raise malformed(where, "what isn't XML", "well-formed XML") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise malformed(where, "a document without some of its parts", _EXPECTED) from None
    with located(where):
        return record_of(document, where, strict=strict, left_out=left_out)


def _json_parts(strict: bool, left_out: Counter[str], file: Path) -> Iterator[Part[Record]]:
    for where, _, load in json_values(file):
        yield from value_parts(where, partial(_collection, where, load, strict, left_out))


def _collection(
    where: str, load: Callable[[], Any], strict: bool, left_out: Counter[str]
) -> Iterator[Part[Record]]:
    collection = load()
    documents = _documents(collection, where)
    for number, value in enumerate(documents, start=1):
        at = f"{where}, document {number}"
        yield at, partial(_from_json, value, at, strict, left_out)
    lists = [part for part in collection.values() if isinstance(part, list)]
    if any(part is documents for part in lists):
        others = [one for part in lists if part is not documents for one in part]
        for one in others:
            if isinstance(one, dict) and "passages" in one:  # a bracket is lost
                yield where, partial(_refuse, where)


def _refuse(where: str) -> Record:
    raise malformed(where, "a document in a list of something else", "documents in 'documents'")


def _documents(value: Any, where: str) -> list[Any]:
    """Find the documents of a collection, of PubTator3's answer, or a document alone."""
    item = Item(value, "the collection", where)
    for key in ("PubTator3", "documents"):
        if key in item.fields:
            found: list[Any] = item.take(key, (list,), "a list of documents", None)
            return found
    return [value]


def _from_json(value: Any, where: str, strict: bool, left_out: Counter[str]) -> Record:
    from bioc import biocjson

    from .bioc_record import record_of

    try:
        document = biocjson.fromJSON(completed(value), "BioCDocument")
    except (AttributeError, KeyError, TypeError, ValueError):
        found = "a document with a part that is missing, of another kind, or there twice"
        raise malformed(where, found, _EXPECTED) from None
    with located(where):
        return record_of(document, where, strict=strict, left_out=left_out)


def _xml(record: Record, left_out: Counter[str] | None) -> bytes:
    from bioc.biocxml.encoder import encode_document
    from lxml import etree

    from .bioc_document import document_of

    kept, own = _kept(record, XML, left_out)
    try:
        data: bytes = etree.tostring(encode_document(document_of(kept, own)), encoding="utf-8")
    except ValueError:
        what, expected = "a character that XML can't hold", "text without control characters"
        message = Errors.SC026.format(doc=ascii(record.id)[1:-1], what=what, expected=expected)
        raise FormatError(message) from None
    return data + b"\n"


def _json(record: Record, left_out: Counter[str] | None) -> bytes:
    from bioc import biocjson

    from .bioc_document import document_of

    kept, own = _kept(record, JSON, left_out)
    return dump_line(biocjson.toJSON(document_of(kept, own)), record.id).rstrip(b"\n")


def _kept(
    record: Record, title: str, left_out: Counter[str] | None
) -> tuple[Record, dict[str, Any]]:
    from .bioc_document import own_parts

    kept = keep(record, KEEPS, title, left_out)
    for stated in kept.concept_relations:
        if not (stated.head and stated.tail and stated.label):
            what, advice = "a relation between concepts with an empty part", "Take it out."
            message = Errors.SC020.format(doc=record.id, format=title, what=what, advice=advice)
            raise FormatError(message)
    lost: Counter[str] = Counter()
    own = own_parts(kept, lost, only_strings=title == XML)
    check_losses(record.id, title, +lost, left_out)
    return kept, own
