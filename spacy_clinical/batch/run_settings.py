"""How a run of `annotate` goes, and what it did in numbers."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from spacy.language import Language

from ..audit import Trail
from ..encoder.unknown_pieces import MOST_UNKNOWN, describe_unknown
from ..errors import Errors, count_codes
from ..exports.export_settings import ExportSettings, address_of, name_system
from ..result_tables import Table, count_table, percent


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

    @property
    def failed_codes(self) -> str:
        """RETURNS (str): The kinds of faults, each with how many notes have it."""
        return count_codes(row["code"] for row in self.failed)

    @property
    def warnings(self) -> list[str]:
        """RETURNS (list[str]): Of an encoder that can't read the notes' language."""
        if self.unknown <= MOST_UNKNOWN * self.pieces:
            return []
        return [Errors.SC556.format(share=f"{percent(self.unknown / self.pieces)} %")]


def summary_tables(summary: Summary) -> list[Table]:
    """Lay out what a run did.

    summary (Summary): The counts.
    RETURNS (list[Table]): What was found, left out and passed over, and the wordpieces that
        the encoder doesn't know.
    """
    unknown = describe_unknown(summary.pieces, summary.unknown)
    return [
        count_table("Mentions", summary.mentions, ("label", "count")),
        count_table("Relations", summary.relations, ("label", "count")),
        count_table("Left out", summary.left_out),
        count_table("Passed over", summary.passed_over),
        Table(notes=[unknown] if unknown else []),
    ]


def replaced_table(summary: Summary) -> Table:
    """RETURNS (Table): What became of identifiers in a run that de-identified."""
    rows = [(*name.split(" ", 1), n) for name, n in sorted(summary.replaced.items())]
    return Table("Identifiers", ("label", "action", "count"), rows)
