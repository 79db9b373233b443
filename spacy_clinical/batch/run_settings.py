"""How a run of `annotate` goes, and what it did in numbers."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from spacy.language import Language

from ..audit import Trail
from ..exports.export_settings import ExportSettings, address_of, name_system


@dataclass(frozen=True)
class RunSettings:
    """How to run.

    to (str | None): The output's name in OUTPUTS, a server's address, or None to go by the
        target's suffix.
    batch_size (int): Notes in a batch.
    n_process (int): Processes.
    anew (bool): Discard what an interrupted run has done.
    only_asserted (bool): Exports leave out what the note denies, doubts or says of others.
    mappings (Path | None): Edited mapping tables for the exports.
    force (bool): Replace a file that is there.
    code_system, guard_formulas: Of the exports, see `ExportSettings`.
    progress (bool | None): Show a progress bar; None if there is a terminal.
    audit (Trail | None): Record every note there.
    schema, omop: Of databases, see `ExportSettings`.
    """

    to: str | None = field(default=None, repr=False)
    batch_size: int = 32
    n_process: int = 1
    anew: bool = False
    only_asserted: bool = False
    mappings: Path | None = None
    force: bool = False
    code_system: str = ""
    guard_formulas: bool = False
    progress: bool | None = None
    audit: Trail | None = None
    schema: str = ""
    omop: bool = False

    def export_settings(
        self, nlp: Language, time: str, fingerprint: str = "", into: Path | None = None
    ) -> ExportSettings:
        """RETURNS (ExportSettings): Of a pipeline's run that began at some time, and into which
        file, if it is one that is added to."""
        return ExportSettings(
            *name_system(nlp),
            time,
            self.only_asserted,
            self.mappings,
            self.code_system,
            self.guard_formulas,
            fingerprint,
            nlp.lang or "",
            address_of(self.to),
            self.schema,
            self.omop,
            into,
        )


@dataclass
class Summary:
    """What a run did, in numbers.

    notes (int): Annotated, by this run and by those before that were interrupted.
    resumed (int): Of them, and of the failed ones, those that were done before.
    seconds (float): Of this run.
    failed (list[dict[str, str]]): Id, code and error of the notes that failed.
    mentions, relations (Counter[str]): By label.
    left_out (Counter[str]): What the output can't hold or was not to hold.
    passed_over (Counter[str]): Files of folders that were not read, by ending.
    pieces, unknown (int): Wordpieces that the encoder read, and those that it doesn't know.
    replaced (Counter[str]): What became of identifiers, by label and action, in a run that
        de-identifies.
    """

    notes: int = 0
    resumed: int = 0
    seconds: float = 0.0
    failed: list[dict[str, str]] = field(default_factory=list)
    mentions: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    pieces: int = 0
    unknown: int = 0
    replaced: Counter[str] = field(default_factory=Counter)
