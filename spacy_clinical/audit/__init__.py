"""Who ran which model on which note with which result: an append-only, hash-chained record."""

from typing import TYPE_CHECKING, Any

from .keyed_hashes import AuditKey as AuditKey
from .keyed_hashes import read_key as read_key
from .note_numbers import NoteFacts as NoteFacts
from .run_recorder import Run as Run
from .run_recorder import Trail as Trail
from .run_recorder import open_audit as open_audit
from .told_notes import AuditedNote as AuditedNote
from .told_notes import ToldNote as ToldNote

if TYPE_CHECKING:
    from .doc_numbers import note_facts as note_facts


def __getattr__(name: str) -> Any:
    """Import what needs spaCy on its first use: a driver of Spark records without it."""
    if name != "note_facts":
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    from .doc_numbers import note_facts

    return note_facts
