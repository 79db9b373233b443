"""Annotated corpora as commands take them: stored Docs, or any format."""

import json
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from ..docs import get_name, has_mentions, name_doc, set_mentions, to_doc, to_record
from ..errors import CommandError, Errors, FormatError
from ..files import new_file
from ..formats import FORMATS, Reject, read
from ..formats.registry import name_format
from ..records import Record
from . import read_docs


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


def write_rejects(target: Path, rejects: list[Reject]) -> Path:
    """Write which documents were set aside.

    target (Path): What the others became.
    rejects (list[Reject]): The documents.
    RETURNS (Path): The list, TARGET.failed.jsonl; an old one goes where nothing was set aside.
    """
    path = target.with_name(f"{target.name}.failed.jsonl")
    if not rejects:
        path.unlink(missing_ok=True)
        return path
    with new_file(path) as file:
        for reject in rejects:
            row = {"id": reject.where, "code": reject.code, "error": reject.error}
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return path


def format_to_write(target: Path) -> str:
    """Tell a format by the name of what is to be written, and by nothing that is there.

    target (Path): NAME.jsonl, NAME.pubtator, or a folder.
    RETURNS (str): A name in FORMATS. Raises CommandError for another suffix.
    """
    if target.suffix == "":
        return "brat"
    try:
        return name_format(target, FORMATS)
    except FormatError:
        raise CommandError(Errors.SC502.format(path=target)) from None


def read_annotated(source: Path) -> Iterator[Doc]:
    """Read annotated notes.

    source (Path): A .spacy file or a folder of them, or a corpus in another format.
    YIELDS (Doc): Named; those without a name by their position.
    """
    for number, doc in enumerate(read_corpus(source, spacy.blank("en")), 1):
        if not has_mentions(doc):
            set_mentions(doc, doc.ents, set_ents=False)
        name, meta = get_name(doc)
        name_doc(doc, name or f"{source.stem}:{number}", meta)
        yield doc
