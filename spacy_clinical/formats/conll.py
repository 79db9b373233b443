"""CoNLL: a token a line, its tag in a column, an empty line between sentences.

Tags may be IOB1, IOB2 (BIO), BILUO or BIOES (IOBES, BMEWO), with or without a type. Columns are
parted by tabs or blanks; the tag is the last one, or the first before offsets, as brat's own
export has it. Where two columns are offsets the text is put together by them; where a .txt of the
same name stands beside and fits, it is the text. Without offsets tokens are joined by a blank,
sentences by a line end. A line "-DOCSTART-" or "# newdoc" begins a document, perhaps with its id.
Further columns are passed over, and counted. Sources: Tjong Kim Sang and De Meulder 2003;
tools/anntoconll.py of brat 1.3.

Written are the token, its offsets and its tag in IOB2, parted by tabs; lines of text are sentences.
White space other than blanks and single line ends comes back as blanks, which is counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..files import new_file
from ..records import Entity, Record
from .conll_layout import TAG, Layout, Row, read_row, spans_of
from .conll_writer import START, write_block
from .corpus_listing import file_parts, head_of
from .file_reading import at, located, read_lines
from .rejected_documents import Part, Reject, settle

SUFFIXES = (".conll", ".iob", ".iob2", ".bio", ".biluo", ".bioes", ".tsv")


class _Document(NamedTuple):
    """What stands between two beginnings of documents: its first line, its id, its sentences."""

    line: int
    name: str
    sentences: list[list[tuple[int, bytes]]]


def holds_conll(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file begins with tokens and their tags."""
    lines = head_of(path, head, *SUFFIXES).split("\n")
    lines = [line for line in (lines[:-1] or lines)[:200] if line.strip()]
    rows = [line.split() for line in lines if not _is_comment(line)]
    if not rows or min(map(len, rows)) < 2:
        return False
    told = len(rows) < len(lines) or path.suffix.lower() in SUFFIXES[:-1]
    for column in (-1, 0):
        tags = [row[column] for row in rows]
        if all(map(TAG.fullmatch, tags)) and (told or any(tag != "O" for tag in tags)):
            return True
    return False


def read_conll(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of a file or a folder of files.

    path (str | Path): The file or folder.
    left_out (Counter[str] | None): Columns that are passed over are counted here.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a document, named by its file where it has no id.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    return settle(file_parts(Path(path), partial(_parts, counts), *SUFFIXES), rejects)


def write_conll(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write tokens with offsets and tags in IOB2.

    records (Iterable[Record]): The documents.
    path (str | Path): The file, which is replaced when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    count = 0
    parts = ((record.id, partial(write_block, record, left_out)) for record in records)
    with new_file(Path(path)) as file:
        for block in settle(parts, rejects):
            file.write(block)
            count += 1
    return count


def _parts(left_out: Counter[str], file: Path) -> Iterator[Part[Record]]:
    documents = _documents(file)
    for number, document in enumerate(documents, start=1):
        name = file.stem if len(documents) == 1 else f"{file.name}:{number}"
        beside = file.with_suffix(".txt") if len(documents) == 1 else None
        yield (
            at(file, document.line),
            partial(_record, file, document, document.name or name, beside, left_out),
        )


def _documents(path: Path) -> list[_Document]:
    found: list[_Document] = []
    for number, data in read_lines(path):
        line = data.decode("utf-8", errors="replace")
        start = START.match(line)
        if start or not found:
            found.append(_Document(number, _id(start["id"]) if start else "", [[]]))
        if not line.strip():
            found[-1].sentences.append([])
        elif not start and not _is_comment(line):
            found[-1].sentences[-1].append((number, data))
    return [document for document in found if document.name or any(document.sentences)]


def _id(words: str) -> str:
    """Find the id in what follows "-DOCSTART-", which may be columns without a meaning."""
    return " ".join(word for word in words.split() if word not in ("O", "-X-"))


def _is_comment(line: str) -> bool:
    last = line.rstrip("\t").rpartition("\t")[2] if "\t" in line.strip() else line.split()[-1]
    return line.startswith("-DOCSTART-") or (line[0] == "#" and not TAG.fullmatch(last))


def _record(
    path: Path, document: _Document, name: str, beside: Path | None, left_out: Counter[str]
) -> Record:
    sentences: list[list[Row]] = [
        [read_row(at(path, number), data) for number, data in sentence]
        for sentence in document.sentences
        if sentence
    ]
    layout = Layout([row for sentence in sentences for row in sentence])
    text, places = layout.place(sentences, beside)
    entities: list[Entity] = []
    for sentence, extents in zip(sentences, places, strict=True):
        for first, last, label in spans_of([layout.tag(row) for row in sentence]):
            extent = (extents[first][0], extents[last][1])
            entities.append(Entity(f"T{len(entities) + 1}", label, (extent,)))
    left_out["further columns of tokens"] += layout.further
    with located(at(path, document.line)):
        return Record(name, text, tuple(entities))
