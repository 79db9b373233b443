"""Annotated corpora as commands take them: stored Docs, or any format."""

import json
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from wasabi import msg

from ..corpus import read_docs
from ..docs import to_doc, to_record
from ..files import new_file
from ..formats import Reject, read
from ..formats.rejects import count_codes
from ..records import Record


def is_stored(path: Path) -> bool:
    """RETURNS (bool): Whether a path is a .spacy file, or a folder that holds some."""
    return path.suffix == ".spacy" or (path.is_dir() and any(path.glob("**/*.spacy")))


def read_corpus(path: Path, nlp: Language, rejects: list[Reject] | None = None) -> Iterator[Doc]:
    """Read an annotated corpus as Docs.

    path (Path): .spacy, or whatever `formats.read` reads.
    nlp (Language): Tokenises where the format has no tokens.
    rejects (list[Reject] | None): Documents that can't be read are put there; None: an error names
        all of them.
    YIELDS (Doc): The documents.
    """
    if is_stored(path):
        yield from read_docs(path, nlp)
    else:
        yield from (to_doc(record, nlp.make_doc) for record in read(path, rejects=rejects))


def read_records(path: Path, rejects: list[Reject] | None = None) -> Iterator[Record]:
    """Read an annotated corpus as Records.

    path (Path): As for `read_corpus`.
    rejects (list[Reject] | None): As for `read_corpus`.
    YIELDS (Record): The documents.
    """
    if is_stored(path):
        yield from map(to_record, read_docs(path, spacy.blank("xx")))
    else:
        yield from read(path, rejects=rejects)


def set_aside(target: Path, rejects: list[Reject]) -> None:
    """Write which documents were set aside, and say how many.

    target (Path): What the others became. The list stands beside it, in TARGET.failed.jsonl, and
        an old one goes where there is none.
    rejects (list[Reject]): The documents.
    """
    path = target.with_name(f"{target.name}.failed.jsonl")
    if not rejects:
        path.unlink(missing_ok=True)
        return
    with new_file(path) as file:
        for reject in rejects:
            row = {"id": reject.where, "code": reject.code, "error": reject.error}
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    msg.warn(f"{len(rejects)} documents set aside in {path} ({count_codes(rejects)})")
