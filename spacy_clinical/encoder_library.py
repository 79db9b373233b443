"""spacy-transformers, which a command imports only if its pipeline has components of it.

spaCy imports the factories of all packages before it makes a pipeline. That of spacy-transformers
takes longer than spaCy itself: it brings torch's compiler and, where it is installed, scikit-learn.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from threading import Lock
from typing import Any

import catalogue

_PACKAGE = "spacy_transformers"
# Its factory, its functions, or components of another pipeline, which may have its encoder.
_NEEDS_IT = re.compile(
    rb'factory"?\s*[:=]\s*"transformer"|spacy[-_]transformers|^\s*source\b', re.MULTILINE
)
_left_out: list[Any] = []
_lock = Lock()


@contextmanager
def leaving_out_encoders() -> Iterator[None]:
    """Keep spaCy from importing spacy-transformers until `need_encoders` finds that it is needed.

    For work that builds no pipelines but those that `need_encoders` has seen. Nothing changes where
    catalogue, in which spaCy's functions are registered, keeps its entry points elsewhere.
    """
    found = getattr(catalogue, "AVAILABLE_ENTRY_POINTS", None)
    with _lock:
        if found is not None and not _left_out:
            _left_out.append(found)
            kept = [point for point in _points(found) if point.module.split(".")[0] != _PACKAGE]
            catalogue.AVAILABLE_ENTRY_POINTS = EntryPoints(kept)
    try:
        yield
    finally:
        need_encoders()


def need_encoders(folder: Path | None = None) -> None:
    """Take spacy-transformers in again, unless a pipeline has no use for it.

    folder (Path | None): The pipeline's; None for one that isn't known.
    """
    if folder is not None and not _has_encoder(folder / "config.cfg"):
        return
    with _lock:
        if _left_out:
            catalogue.AVAILABLE_ENTRY_POINTS = _left_out.pop()


def _points(found: Any) -> Iterator[EntryPoint]:
    """All entry points, which up to Python 3.11 come by their group alone."""
    return (point for group in found.groups for point in found.select(group=group))


def _has_encoder(path: Path) -> bool:
    try:
        return _NEEDS_IT.search(path.read_bytes()) is not None
    except OSError:
        return True  # whoever loads it says what is wrong
