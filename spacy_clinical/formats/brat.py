"""brat standoff: a folder with NAME.txt and NAME.ann for every document.

An event is an alias of its trigger, and its arguments are relations of the trigger, labelled by
role; so is an equivalence, from its first member to each other. N lines give the concept (several
joined by "|"), notes are attributes named "#" and their type, and scores are notes. What has no
place in a Record is kept in `meta["brat"]`: `attributes`, a list of [kind, index, name, value],
says what was said of a relation, of an attribute, or of an earlier line of that list ("extra");
`terms` maps concepts to the names that N lines give them. The format has no place for other meta
and for the cues of attributes, which are left out. Concept relations are refused.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from ..errors import Errors, FormatError
from ..files import new_folder
from ..records import Record
from .brat_lines import read_rows
from .brat_reader import Standoff
from .brat_writer import Writer
from .files import decode, encode, located
from .rejects import Reject, settle

_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")


def read_brat(path: str | Path, *, rejects: list[Reject] | None = None) -> Iterator[Record]:
    """Stream the documents of a brat folder by name. Hidden files are passed over.

    path (str | Path): The folder. Folders in it are not entered.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a pair of files, named as they are.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise FormatError(Errors.SC023.format(path=folder))
    files = [file for file in folder.iterdir() if not file.name.startswith(".")]
    stems = sorted({file.stem for file in files if file.suffix in (".ann", ".txt")})
    parts = ((str(folder / f"{s}.ann"), partial(_read_pair, folder, s)) for s in stems)
    return settle(parts, rejects)


def write_brat(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write a brat folder. Refuses what the format can't hold.

    Mention ids are kept where all of a document's are brat's own, else numbered.

    records (Iterable[Record]): The documents.
    path (str | Path): A new or empty folder, which is there when all documents are written.
    left_out (Counter[str] | None): Counts by kind what is left out; None: it is refused.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    names: set[str] = set()
    with new_folder(Path(path)) as folder:
        for name, text, ann in settle(((r.id, partial(_data, r, names)) for r in records), rejects):
            names.add(name)
            (folder / f"{name}.txt").write_bytes(text)
            (folder / f"{name}.ann").write_bytes(ann)
    return len(names)


def holds_brat(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a path is a folder with .ann files."""
    return path.is_dir() and any(path.glob("*.ann"))


def _read_pair(folder: Path, stem: str) -> Record:
    ann, txt = folder / f"{stem}.ann", folder / f"{stem}.txt"
    for file in (ann, txt):
        if not file.is_file():
            raise FormatError(Errors.SC023.format(path=file))
    text = decode(txt.read_bytes(), str(txt))
    with located(str(ann)):
        return Standoff(text, list(read_rows(ann))).record(stem)


def _data(record: Record, names: set[str]) -> tuple[str, bytes, bytes]:
    check_name(record.id)
    if record.id in names:
        raise FormatError(Errors.SC025.format(doc=record.id))
    ann = "".join(f"{line}\n" for line in Writer(record).lines())
    return record.id, encode(record.text, record.id), encode(ann, record.id)


def check_name(doc: str) -> None:
    """Raise FormatError unless a document's id can be a file name.

    doc (str): The id.
    """
    size = len(encode(doc, doc))
    if not 0 < size <= 200 or doc != doc.strip() or doc[0] == "." or _UNFIT.search(doc):
        raise FormatError(Errors.SC021.format(doc=doc))
