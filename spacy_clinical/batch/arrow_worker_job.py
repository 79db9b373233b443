"""What is to be done with notes in Arrow batches: small, and nothing heavy is imported for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import Errors, ServeError
from ..exports.flat_table_columns import COLUMNS
from .arrow_audit import AuditJob
from .arrow_deid import DeidJob

if TYPE_CHECKING:
    from spacy.language import Language

HASH = "note_hash"
AUDIT = "audit"
KEYS = {
    "note_id": "string",
    HASH: "string",
    "model_hash": "string",
    "code": "string",
    "error": "string",
}
LISTS = {
    name: {column: kind for column, kind in COLUMNS[name].items() if column != "document"}
    for name in ("mentions", "relations")
}
NEW = {"text": "string", "meta": "string"}
OUTPUTS = ("facts", "jsonl", "fhir")


@dataclass(frozen=True)
class ArrowJob:
    """What is to be done, small enough to be sent to each worker.

    model (str): An installed package or a folder, the same on all machines.
    model_hash (str): As `fingerprint_folder` gives it: a worker that has another one refuses.
    text, id (str): Columns of the notes; a column `note_hash` stands beside them.
    meta (tuple[str, ...]): Columns that are kept as the notes' meta.
    to (str): One of OUTPUTS: mentions and relations, rows as `annotate` writes them, or FHIR.
    time (str): When the run began, for FHIR: ISO 8601, UTC.
    batch_size (int): Notes that are annotated together.
    only_asserted (bool), code_system (str): Of FHIR, see `ExportSettings`.
    deid (DeidJob | None): How notes are de-identified first; None if they aren't.
    audit (AuditJob | None): How notes are told in a column AUDIT, for a trail; None for none.
    """

    model: str
    model_hash: str
    text: str = "text"
    id: str = "id"
    meta: tuple[str, ...] = ()
    to: str = "facts"
    time: str = "1970-01-01T00:00:00+00:00"
    batch_size: int = 32
    only_asserted: bool = False
    code_system: str = ""
    deid: DeidJob | None = None
    audit: AuditJob | None = None

    def __post_init__(self) -> None:
        if self.to not in OUTPUTS:
            expected = f"one of {', '.join(OUTPUTS)}"
            found = Errors.SC920.format(where="to", key="it", found=self.to, expected=expected)
            raise ServeError(found)

    def audited(self, audit: AuditJob) -> "ArrowJob":
        """RETURNS (ArrowJob): The same, whose rows tell what a trail needs."""
        return replace(self, audit=audit)

    def check_columns(self, known: Sequence[str]) -> None:
        """Raise ServeError where a column of the notes is missing.

        known (Sequence[str]): Their columns.
        """
        for column in self.note_columns:
            if column not in known:
                raise ServeError(Errors.SC938.format(column=column, known=", ".join(known)))

    @property
    def note_columns(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): What a note is, and its hash is of, in this order."""
        return (self.id, self.text, *self.meta)

    @property
    def columns(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): What a batch must hold."""
        return (*self.note_columns, HASH)

    @property
    def keys(self) -> dict[str, str]:
        """RETURNS (dict[str, str]): Columns that each row has, whatever is told, and their kinds:
        with the new text and meta, as JSON, where facts of de-identified notes are told."""
        keys = KEYS | {AUDIT: "string"} if self.audit else KEYS
        return keys | NEW if self.deid and self.to == "facts" else keys


Load = Callable[[ArrowJob], "Language"]
