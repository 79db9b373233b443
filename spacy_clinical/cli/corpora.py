"""Annotated corpora as commands take them: stored Docs, or any format."""

from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from ..corpus import read_docs
from ..docs import to_doc, to_record
from ..formats import read
from ..records import Record


def is_stored(path: Path) -> bool:
    """RETURNS (bool): Whether a path is a .spacy file, or a folder that holds some."""
    return path.suffix == ".spacy" or (path.is_dir() and any(path.glob("**/*.spacy")))


def read_corpus(path: Path, nlp: Language) -> Iterator[Doc]:
    """Read an annotated corpus as Docs.

    path (Path): .spacy, JSONL, PubTator, or a brat folder.
    nlp (Language): Tokenises where the format has no tokens.
    YIELDS (Doc): The documents.
    """
    if is_stored(path):
        yield from read_docs(path, nlp)
    else:
        yield from (to_doc(record, nlp.make_doc) for record in read(path))


def read_records(path: Path) -> Iterator[Record]:
    """Read an annotated corpus as Records.

    path (Path): As for `read_corpus`.
    YIELDS (Record): The documents.
    """
    if is_stored(path):
        yield from map(to_record, read_docs(path, spacy.blank("xx")))
    else:
        yield from read(path)
