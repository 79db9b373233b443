"""DrugProt's tables: abstracts, mentions of chemicals and genes, relations between them.

A set is three files that share what stands before "abstracts" (or "abstracs", as the training part
has it), "entities" and "relations" in their names, the last one missing where relations are to be
found. Offsets count in the title, one separator, and the abstract. A folder may hold several sets.
Source: README of the corpus, doi:10.5281/zenodo.5042151; Miranda et al. 2021, BioCreative VII.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from ..errors import Errors, FormatError
from ..files import new_folder
from ..records import Entity, Record, Relation
from .corpus_listing import files_under, value_parts
from .file_reading import (
    at,
    check_losses,
    covered_text,
    decode,
    encode,
    flat,
    located,
    malformed,
    read_lines,
    text_mismatch,
)
from .format_capacity import Keeps, keep
from .pubtator_writer import join
from .rejected_documents import Part, Reject, settle

KEEPS = Keeps(relations=True)
TITLE = "DrugProt's tables"
SPACES = "line ends and tabs in texts, written as spaces"
_NAME = re.compile(r"(.*?)(abstract?s|entities|relations)(.*\.tsv)", re.IGNORECASE)
_OFFSET = re.compile(r"[0-9]{1,9}")

T = TypeVar("T")
Lines = list[tuple[str, bytes]]
"""Places and lines."""


def holds_drugprot(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a folder, or a folder in it, has abstracts and entities."""
    return path.is_dir() and any({"abstracts", "entities"} <= x.keys() for x in _sets(path))


def read_drugprot(
    path: str | Path, *, strict: bool = True, rejects: list[Reject] | None = None
) -> Iterator[Record]:
    """Stream the documents of a folder.

    path (str | Path): The folder; folders in it are entered.
    strict (bool): Refuse a mention that repeats other text than its offsets cover. If False the
        offsets hold, and the mention's id is listed in `meta["text_mismatches"]`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record an abstract, named by its number.
    """
    parts = (
        part
        for files in _sets(Path(path))
        for part in value_parts(str(path), partial(_parts, files, strict))
    )
    return settle(parts, rejects)


def write_drugprot(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write abstracts.tsv, entities.tsv and relations.tsv. The first line of a text is the title.

    records (Iterable[Record]): The documents.
    path (str | Path): A new or empty folder, which is there when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    ids: set[str] = set()
    parts = ((record.id, partial(_lines, record, left_out, ids)) for record in records)
    names = ("abstracts.tsv", "entities.tsv", "relations.tsv")
    with new_folder(Path(path)) as folder:
        files = [(folder / name).open("wb") for name in names]
        try:
            for made in settle(parts, rejects):
                for file, data in zip(files, made, strict=True):
                    file.write(data)
        finally:
            for file in files:
                file.close()
    return len(ids)


def _sets(path: Path) -> list[dict[str, Path]]:
    """The files of each set by kind."""
    found: dict[tuple[Path, str, str], dict[str, Path]] = {}
    for file in files_under(path, ".tsv"):
        match = _NAME.fullmatch(file.name)
        if match:
            kind = "abstracts" if match[2].lower().startswith("a") else match[2].lower()
            key = (file.parent, match[1].lower(), match[3].lower())
            found.setdefault(key, {})[kind] = file
    return list(found.values())


def _parts(files: dict[str, Path], strict: bool) -> Iterator[Part[Record]]:
    if "abstracts" not in files:
        name = next(iter(files.values()))
        raise malformed(str(name), "no abstracts for this table", "a file with 'abstracts' in it")
    tables = [_by_document(files.get(kind)) for kind in ("entities", "relations")]
    read: set[bytes] = set()
    for where, line in _lines_of(files["abstracts"]):
        if _id(line) in read:
            yield where, partial(_refuse, where, "an abstract whose number is used twice")
            continue
        read.add(_id(line))
        mentions, relations = (rows.pop(_id(line), []) for rows in tables)
        yield where, partial(_record, where, line, mentions, relations, strict)
    for rows in tables:
        for (where, _), *_ in rows.values():
            yield where, partial(_refuse, where, "a line of a document without an abstract")


def _refuse(where: str, found: str) -> Record:
    raise malformed(where, found, "numbers of abstracts, each once")


def _by_document(file: Path | None) -> dict[bytes, Lines]:
    rows: dict[bytes, Lines] = {}
    for where, line in _lines_of(file) if file else ():
        rows.setdefault(_id(line), []).append((where, line))
    return rows


def _lines_of(file: Path) -> Iterator[tuple[str, bytes]]:
    return ((at(file, number), line) for number, line in read_lines(file) if line.strip())


def _id(line: bytes) -> bytes:
    return line.partition(b"\t")[0]


def _record(where: str, line: bytes, mentions: Lines, relations: Lines, strict: bool) -> Record:
    id, title, abstract = _columns(where, line, "PMID, title, abstract")
    text = f"{title}\n{abstract}"
    errors: list[str] = []
    wrong: list[str] = []
    read_mention = partial(_entity, text, None if strict else wrong)
    entities = tuple(_each(read_mention, mentions, errors))
    related = tuple(_each(_relation, relations, errors))
    if errors:
        raise FormatError("\n".join(errors))
    with located(where):
        text = join(title, abstract, entities)
        meta = {"text_mismatches": wrong} if wrong else {}
        return Record(id, text, entities, related, meta=meta)


def _each(read: Callable[[str, bytes], T], lines: Lines, errors: list[str]) -> Iterator[T]:
    """Read lines, and tell of all that can't be."""
    for where, line in lines:
        try:
            yield read(where, line)
        except FormatError as error:
            errors.append(str(error))


def _columns(where: str, line: bytes, names: str) -> list[str]:
    columns = decode(line, where).split("\t")
    expected = names.count(",") + 1
    if len(columns) != expected:
        raise malformed(where, f"a line of {len(columns)} columns", f"{expected}: {names}")
    return columns


def _entity(text: str, wrong: list[str] | None, where: str, line: bytes) -> Entity:
    _, id, label, start, end, given = _columns(where, line, "PMID, id, type, start, end, text")
    if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end)):
        raise malformed(where, "offsets that aren't numbers", "start and end in characters")
    entity = Entity(id, label, ((int(start), int(end)),))
    covered = covered_text(text, entity.fragments)
    if covered != flat(given) and int(end) <= len(text):
        if wrong is None:
            raise text_mismatch(where, id, entity.fragments, covered, flat(given))
        wrong.append(id)
    return entity


def _relation(where: str, line: bytes) -> Relation:
    _, label, *ends = _columns(where, line, "PMID, type, Arg1:id, Arg2:id")
    named = dict(end.split(":", 1) for end in ends if ":" in end)
    if named.keys() != {"Arg1", "Arg2"}:
        raise malformed(where, "arguments of another form", "Arg1:id and Arg2:id")
    return Relation(named["Arg1"], named["Arg2"], label)


def _lines(record: Record, left_out: Counter[str] | None, ids: set[str]) -> tuple[bytes, ...]:
    if record.id in ids:
        raise FormatError(Errors.SC025.format(doc=record.id))
    kept = keep(record, KEEPS, TITLE, left_out)
    title, _, abstract = kept.text.partition("\n")
    text = join(flat(title), flat(abstract), kept.entities)
    check_losses(kept.id, TITLE, Counter({SPACES: int(text != kept.text)}), left_out)
    ids_of = {entity.id: f"T{number}" for number, entity in enumerate(kept.entities, start=1)}
    mentions = [
        [ids_of[e.id], e.label, str(e.start), str(e.end), covered_text(kept.text, e.fragments)]
        for e in kept.entities
    ]
    relations = [
        [rel.label, f"Arg1:{ids_of[rel.head]}", f"Arg2:{ids_of[rel.tail]}"]
        for rel in kept.relations
    ]
    made = tuple(_table(kept.id, x) for x in ([[flat(title), flat(abstract)]], mentions, relations))
    ids.add(record.id)
    return made


def _table(doc: str, rows: list[list[str]]) -> bytes:
    lines = []
    for row in rows:
        if not doc or any(flat(column) != column for column in (doc, *row)):
            what, advice = "an id or a label that is empty or has a tab or line end", "Rename it."
            raise FormatError(
                Errors.SC020.format(doc=flat(doc), format=TITLE, what=what, advice=advice)
            )
        lines.append("\t".join((doc, *row)) + "\n")
    return encode("".join(lines), doc)
