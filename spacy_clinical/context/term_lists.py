"""A user's terms of each label, found in documents: a feature for the entity component."""

import logging
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import srsly
from spacy.tokens import Doc
from thinc.api import Model, deserialize_attr, serialize_attr

from ..doc_text import text_of
from ..docs import TokenIndex
from ..errors import ContextError, Errors
from .phrase_words import tokens
from .phrases import PhraseFinder
from .rule_tables import malformed, read_table

logger = logging.getLogger(__name__)


class TermList:
    """Terms by label. The file is read when the terms are first needed.

    path (Path | None): A table of two columns, label and term.
    keep (bool): Save the terms inside the pipeline, which then needs no file.
    """

    def __init__(self, path: Path | None, keep: bool):
        self.path, self.keep = path, keep
        self.kept: dict[str, list[str]] | None = None

    @cached_property
    def terms(self) -> dict[str, list[str]]:
        """RETURNS (dict[str, list[str]]): The terms of each label, as they are written."""
        if self.kept is not None:
            return self.kept
        if self.path is None:
            raise ContextError(Errors.SC325)
        found: dict[str, list[str]] = {}
        for where, cells in read_table(Path(self.path)):
            if len(cells) != 2 or not all(cells) or not tokens(cells[1]):
                raise malformed(where, f"{len(cells)} cells", "a label, a tab, and a term")
            found.setdefault(cells[0], []).append(cells[1])
        if not found:
            raise ContextError(Errors.SC325)
        return found

    @property
    def labels(self) -> list[str]:
        """RETURNS (list[str]): The labels, sorted."""
        return sorted(self.terms)

    @cached_property
    def _finders(self) -> list[PhraseFinder]:
        return [
            PhraseFinder(((term, True) for term in terms), choices=False)
            for _, terms in sorted(self.terms.items())
        ]

    def find(self, doc: Doc) -> Iterator[tuple[int, int, int]]:
        """Find terms, whatever their case: of each label the longest from left to right.

        doc (Doc): The document. Terms that begin or end inside one of its tokens are passed over.
        YIELDS (tuple[int, int, int]): Number of the label, first token, and one past the last.
        """
        index, text = TokenIndex(doc), text_of(doc)
        for label, finder in enumerate(self._finders):
            for match in finder.find(text):
                place = index.find(match.start, match.end)
                if place is not None:
                    yield label, *place


def make_term_list(path: Path | None, keep: bool = False) -> TermList:
    """Read a list of terms, for `spacy-clinical.TermMatches.v1`.

    path (Path | None): A UTF-8 file of lines "label, tab, term"; `#` begins a comment line.
    keep (bool): Save the terms inside the pipeline. Otherwise the file must be where the config
        says wherever the pipeline runs.
    RETURNS (TermList): The terms.
    """
    return TermList(path, keep)


@serialize_attr.register(TermList)
def _save(value: TermList, _: TermList, name: str, model: Model) -> bytes:
    data: bytes = srsly.msgpack_dumps(value.terms if value.keep else None)
    return data


@deserialize_attr.register(TermList)
def _load(_: Any, value: bytes, name: str, model: Model) -> TermList:
    own: TermList = model.attrs[name]
    loaded = TermList(own.path, own.keep)
    loaded.kept = srsly.msgpack_loads(value)
    return loaded
