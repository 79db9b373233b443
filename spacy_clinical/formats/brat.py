"""brat standoff: a folder with NAME.txt and NAME.ann for every document.

Mentions, relations, attributes, events and equivalences keep their ids. A mention over line ends,
which brat writes in fragments, is one of one piece, and is written as brat writes it. N lines give
the concept (several joined by "|"), notes are attributes named "#" and their type, and scores are
notes. What has no place in a Record is kept in `meta["brat"]` as it stands: `lines`, the N lines
with names, and notes on them; `tails`, by id, what follows behind a line's last column. The format
has no place for other meta, relations between concepts and the cues of attributes.
"""

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
from .document_files import write_document_files
from .file_reading import check_losses, decode, encode, located
from .rejected_documents import Reject, settle

_PARTIAL = (".a1", ".a2", ".co", ".rel")
_FIRST = (".ann", ".a1", ".a2")  # files of other endings stand beside these; .rel is i2b2's too


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
    stems = sorted({file.stem for file in files if file.suffix in (".txt", ".ann", *_PARTIAL)})
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
    with new_folder(Path(path)) as folder:
        make = partial(_files, left_out=left_out)
        return write_document_files(records, folder, make, rejects, left_out)


def holds_brat(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a path is a folder with annotation files of brat or BioNLP."""
    return path.is_dir() and any(any(path.glob(f"*{x}")) for x in _FIRST)


def _read_pair(folder: Path, stem: str) -> Record:
    ann, txt = folder / f"{stem}.ann", folder / f"{stem}.txt"
    partial_files = [folder / f"{stem}{suffix}" for suffix in _PARTIAL]
    found = [ann] if ann.is_file() else [file for file in partial_files if file.is_file()]
    for file in (found[0] if found else ann, txt):
        if not file.is_file():
            raise FormatError(Errors.SC023.format(path=file))
    errors: list[str] = []
    text = decode(txt.read_bytes(), str(txt))
    with located(str(ann)):
        return Standoff(text, list(read_rows(found, errors)), errors).record(stem)


def _files(record: Record, left_out: Counter[str] | None) -> dict[str, bytes]:
    lost: Counter[str] = Counter()
    ann = "".join(f"{line}\n" for line in Writer(record, lost).lines())
    check_losses(record.id, "brat", +lost, left_out)
    text, ann_data = encode(record.text, record.id), encode(ann, record.id)
    return {f"{record.id}.txt": text, f"{record.id}.ann": ann_data}
