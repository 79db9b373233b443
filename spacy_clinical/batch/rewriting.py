"""Notes that are rewritten before a run stores them: nothing of the original is kept anywhere."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from spacy.tokens import Doc

from ..docs import KEY
from .run_settings import Summary

FIELD = "replaced"
REWRITING_CODES = ("SC902", "SC908", "SC909", "SC910", "SC518")


class Rewriting(NamedTuple):
    """How each note is rewritten.

    take (Callable[[Doc], bytes]): What is stored of an annotated document. Raises DeidError, whose
        message is given with the note's number, where it must not be stored.
    fingerprint (str): Of the settings: a run goes on under the same only.
    report (Path): What stands beside the target and says what was done.
    tell (Callable[[Summary], None]): Writes it, before the target takes its name.
    """

    take: Callable[[Doc], bytes]
    fingerprint: str
    report: Path
    tell: Callable[[Summary], None]


def told_error(code: str, error: str) -> str:
    """RETURNS (str): An error as it may be told where notes are rewritten: names identify, and so
    may the fault of a note that can't be read."""
    return error if code in REWRITING_CODES or not code else f"[{code}]"


def tell_counts(doc: Doc, counts: Mapping[str, int]) -> None:
    """Leave to the run what was done to a document.

    doc (Doc): The rewritten document.
    counts (Mapping[str, int]): How often what was done.
    """
    doc.spans[KEY].attrs[FIELD] = dict(counts)


def taken_counts(doc: Doc) -> dict[str, int]:
    """RETURNS (dict[str, int]): What `tell_counts` left, which goes from the document."""
    counts: dict[str, int] = doc.spans[KEY].attrs.pop(FIELD, {}) if KEY in doc.spans else {}
    return counts
