"""How a run of `annotate` goes, and what it did in numbers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from spacy.language import Language
from typer import Option

from ..audit import Trail
from ..encoder.unknown_pieces import MOST_UNKNOWN, describe_unknown
from ..errors import Errors, count_codes
from ..exports.export_settings import ExportSettings, address_of, name_system
from ..plurals import counted
from ..result_tables import Message, Result, Table, count_table, percent


@dataclass(frozen=True)
class RunSettings:
    """How to run.

    to (str | None): The output's name in OUTPUTS, a server's address, or None to go by the
        target's suffix.
    batch_size (int): Notes in a batch.
    n_process (int): Processes.
    anew (bool): Discard what an interrupted run has done.
    only_asserted (bool): Leave out what a note denies, doubts, supposes, or says of somebody else.
    mappings (Path | None): Folder with edited mapping tables.
    force (bool): Replace a file that is there.
    code_system (str): What bare numbers are codes of: SNOMEDCT, RXNORM, ... or an address.
    guard_formulas (bool): CSV: an apostrophe before texts that a spreadsheet would run as formulas.
    progress (bool | None): Show a progress bar; None if there is a terminal.
    audit (Trail | None): Record every note there.
    schema (str): Of databases: the schema.
    omop (bool): Of databases: NOTE and NOTE_NLP of an OMOP CDM that is there.
    kb (Path | None): FHIR: the knowledge base whose cross-references are codings too.
    """

    to: str | None = field(default=None, repr=False)
    batch_size: Annotated[int, Option("--batch-size", "-b", min=1)] = 32
    n_process: Annotated[int, Option("--n-process", "-p", min=1)] = 1
    anew: Annotated[bool, Option("--anew")] = False
    only_asserted: Annotated[bool, Option("--only-asserted")] = False
    mappings: Annotated[Path | None, Option("--mappings", exists=True, file_okay=False)] = None
    force: Annotated[bool, Option("--force", "-F")] = False
    code_system: Annotated[str, Option("--code-system")] = ""
    guard_formulas: Annotated[bool, Option("--guard-formulas")] = False
    progress: bool | None = None
    audit: Trail | None = None
    schema: Annotated[str, Option("--schema")] = ""
    omop: Annotated[bool, Option("--omop")] = False
    kb: Annotated[Path | None, Option("--kb", exists=True, file_okay=False)] = None

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
            self.kb,
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


def run_results(summary: Summary, target: Path) -> Iterator[Result]:
    """Lay out what a run did.

    summary (Summary): The counts.
    target (Path): Where the notes are.
    YIELDS (Result): What was found, left out and passed over, the wordpieces that the encoder
        doesn't know, how many notes there are, and how many were set aside.
    """
    yield count_table("Mentions", summary.mentions, ("label", "count"))
    yield count_table("Relations", summary.relations, ("label", "count"))
    yield count_table("Left out", summary.left_out)
    yield count_table("Passed over", summary.passed_over)
    if unknown := describe_unknown(summary.pieces, summary.unknown):
        yield Message(unknown, "text")
    yield from (Message(warning, "warn") for warning in summary.warnings)
    before = f", {summary.resumed} of them by an earlier run" if summary.resumed else ""
    notes = counted(summary.notes, "note")
    yield Message(f"{notes} annotated in {target}{before} ({summary.seconds:.1f} s)")
    if summary.failed:
        failed = f"{counted(len(summary.failed), 'note')} set aside in {target}.failed.jsonl"
        yield Message(f"{failed} ({summary.failed_codes})", "warn")


def deidentified_results(summary: Summary, target: Path) -> Iterator[Result]:
    """Lay out what a run that de-identified did.

    summary (Summary): The counts.
    target (Path): Where the notes are.
    YIELDS (Result): What became of identifiers, and how many notes there are.
    """
    rows = [(*name.split(" ", 1), n) for name, n in sorted(summary.replaced.items())]
    yield Table("Identifiers", ("label", "action", "count"), rows)
    yield Message(
        f"{counted(summary.notes, 'note')} de-identified in {target} ({summary.seconds:.1f} s)"
    )
    if summary.failed:
        failed = f"{counted(len(summary.failed), 'note')} set aside in {target}.failed.jsonl"
        yield Message(failed, "warn")
