"""The audit trail of notes in Arrow batches: workers hash, who collects the rows writes."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import AuditError, Errors
from ..note import Note

if TYPE_CHECKING:
    from ..audit import AuditKey
    from .worker_pool import Result


class AuditJob(NamedTuple):
    """By what notes are hashed: a file's name, never what is in it.

    key (str): The file with the site's key, the same on all machines.
    name (str): The key's name: a worker that has another one refuses.
    """

    key: str
    name: str


def make_audit_job(key: "AuditKey | None") -> AuditJob:
    """Say by what workers hash.

    key (AuditKey | None): The trail's.
    RETURNS (AuditJob): Raises AuditError where there is none, or none that lies in a file.
    """
    if key is None:
        raise AuditError(Errors.SC942)
    if key.file is None:
        found = "workers read it from a file"
        raise AuditError(Errors.SC941.format(path=key.name, found=found))
    return AuditJob(str(key.file), key.name)


def read_audit_key(job: AuditJob) -> "AuditKey":
    """RETURNS (AuditKey): A worker's key. Raises AuditError where it isn't the driver's."""
    from ..audit import read_key

    key = read_key(Path(job.key))
    if key.name != job.name:
        raise AuditError(Errors.SC917.format(what="The key of the audit trail"))
    return key


def tell_note(note: Note, result: "Result", key: "AuditKey") -> str:
    """Tell what became of a note, for the trail.

    note (Note): The note as it came.
    result (Result): What became of it, with its facts.
    key (AuditKey): The site's key.
    RETURNS (str): A `ToldNote` as JSON.
    """
    from ..audit.told_notes import AuditedNote, tell

    return tell(AuditedNote(note.id, note.text, result.facts, result.code), key).to_json()
