"""`export`: annotated notes as FHIR, DICOM SR, OMOP or flat tables."""

from datetime import UTC, datetime
from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.output_formats import EXPORTS, export
from ..exports.export_settings import ExportSettings
from ..exports.mapping_tables import write_mappings
from ..result_tables import count_table
from . import options
from .options import MAPPINGS, SERVER
from .util import lenient_reading, print_tables

FORCE = "Replace a file, or a folder that holds an earlier export and nothing else"
LANGUAGE = "Of the notes, such as en, for DICOM SR; undetermined unless it is told"


def export_cli(
    source: Path = Arg(..., help="Annotated notes: .spacy, JSONL, a brat folder", exists=True),
    target: Path = Arg(..., help="A new folder, or NAME.ndjson for FHIR"),
    to: str | None = Opt(None, "--to", help=f"Output: {', '.join(EXPORTS)}. {SERVER}"),
    only_asserted: options.OnlyAsserted = False,
    mappings: Path | None = Opt(
        None, "--mappings", help=f"{MAPPINGS}; the tables are written there if it is missing"
    ),
    code_system: options.CodeSystem = "",
    guard_formulas: options.GuardFormulas = False,
    schema: options.DatabaseSchema = "",
    omop: options.Omop = False,
    system: str = Opt("spacy-clinical", "--system", help="What annotated the notes"),
    version: str = Opt("", "--system-version", help="Its version"),
    language: str = Opt("", "--language", help=LANGUAGE),
    force: bool = Opt(False, "--force", "-F", help=FORCE),
    lenient: options.Lenient = False,
) -> None:
    """Export annotated notes: FHIR R4 resources with their provenance, findings of reports as
    DICOM SR, OMOP's NOTE_NLP, or tables."""
    with lenient_reading(lenient, target, force=force):
        if mappings is not None and not mappings.exists():
            write_mappings(mappings)
            msg.good(f"Mapping tables, to be edited: {mappings}")
        settings = ExportSettings(
            system,
            version,
            datetime.now(UTC).isoformat(timespec="seconds"),
            only_asserted,
            mappings,
            code_system,
            guard_formulas,
            schema=schema,
            omop=omop,
            language=language,
        )
        left_out = export(source, target, to, settings, force=force)
        print_tables([count_table("Left out", left_out)])
        msg.good(f"Exported to {target}")
