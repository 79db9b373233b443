"""i2b2 2012 XML, and other files of its kind: a text, and tags with offsets or links between tags.

A tag with offsets is a mention, labelled by the tag's name (EVENT, TIMEX3, SECTIME; NAME and others
in the challenge of 2014); its other attributes (type, polarity, modality, val, TYPE ...) are
attributes, as they stand. A tag with `fromID` and `toID` is a relation, labelled by its `type`,
whose own tag and other attributes are kept in `meta["i2b2"]`. Offsets count from the CDATA's first
character, which is a line end in 2012; where they count from 1 without it, the texts tell. Ends in
UTF-8 with raw "&" and "<" in attributes, as the corpus has them, are read. Sources: Sun et al.
2013, JAMIA 20(5); Stubbs and Uzuner 2015; MAE's manual.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from ..files import new_folder
from ..records import Record
from .corpus_listing import files_of, head_of
from .document_files import write_document_files
from .file_reading import decode, located, malformed
from .i2b2_tags import ROOT, Tag, Tags
from .i2b2_xml_writer import make_file
from .rejected_documents import Part, Reject, settle

_TEXT = re.compile(r"<TEXT>((?:<!\[CDATA\[.*?\]\]>|[^<]++)*+)</TEXT>", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>|([^<]++)", re.DOTALL)
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_TAG = re.compile(r"<([A-Za-z_][\w.-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*\"[^\"]*\")+)\s*/>")
_BARE = re.compile(r"</?[A-Za-z_][\w.-]*\s*/?>|<!--.*?-->|<\?[^>]*>", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_][\w.:-]*)\s*=\s*\"([^\"]*)\"")
_OPEN = re.compile(r"<([A-Za-z_]\w*)>\s*<TEXT>")


def holds_i2b2_xml(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with a text and goes on with tags."""
    return bool(_OPEN.search(head_of(path, head, ".xml")[:1000]))


def read_i2b2_xml(
    path: str | Path,
    *,
    strict: bool = True,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of a folder.

    path (str | Path): A file, or a folder of files.
    strict (bool): Refuse a mention that repeats other text than its offsets cover. If False the
        offsets hold, and the mention's id is listed in `meta["text_mismatches"]`.
    left_out (Counter[str] | None): Links of tags without offsets, and tags that cover nothing, are
        counted here.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a file, named as it is.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    return settle(_parts(Path(path), strict, counts), rejects)


def write_i2b2_xml(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a folder of files as i2b2 2012 has them.

    records (Iterable[Record]): The documents.
    path (str | Path): A new or empty folder, which is there when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    with new_folder(Path(path)) as folder:
        return write_document_files(
            records, folder, partial(make_file, left_out=left_out), rejects, left_out
        )


def _parts(path: Path, strict: bool, left_out: Counter[str]) -> Iterator[Part[Record]]:
    for file in files_of(path, ".xml"):
        yield str(file), partial(_record, file, strict, left_out)


def _record(path: Path, strict: bool, left_out: Counter[str]) -> Record:
    where = str(path)
    data = decode(path.read_bytes(), where).removeprefix("\ufeff").replace("\r\n", "\n")
    found = _TEXT.search(data)
    if not found:
        raise malformed(where, "no text", "<TEXT><![CDATA[ the text ]]></TEXT>")
    parts = (m[1] if m[1] is not None else _unescaped(m[2]) for m in _CDATA.finditer(found[1]))
    _check_tags(data, found.end(), where)
    tags = [Tag(m[1], _fields(m[2])) for m in _TAG.finditer(data, found.end())]
    root = _OPEN.search(data)
    with located(where):
        read = Tags("".join(parts), tags, where, left_out)
        return read.record(path.stem, root[1] if root else ROOT, strict=strict)


def _check_tags(data: str, start: int, where: str) -> None:
    """Refuse what stands behind the text and is no tag: a mention may be lost in it."""
    at = start
    while at < len(data):
        found = _TAG.match(data, at) or _BARE.match(data, at)
        if found is None and not data[at].isspace():
            line = data.count("\n", 0, at) + 1
            expected = '<NAME id="..." start="..." end="..." text="..." />'
            raise malformed(f"{where}, line {line}", "no whole tag", expected)
        at = found.end() if found else at + 1


def _fields(columns: str) -> dict[str, str]:
    return {match[1]: _unescaped(match[2]) for match in _FIELD.finditer(columns)}


def _unescaped(text: str) -> str:
    """Resolve XML's entities, and leave an ampersand that begins none as it is."""
    return _ENTITY.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    number = int(match[2]) if match[2] else int(match[3], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else match[0]
