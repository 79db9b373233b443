"""`export`: annotated notes as FHIR, DICOM SR, OMOP or flat tables."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.output_formats import EXPORTS, export
from ..exports.export_settings import ExportSettings
from ..exports.mapping_tables import write_mappings
from . import options
from .util import lenient_reading, print_table

ONLY_ASSERTED = "Leave out what a note denies, doubts, supposes, or says of somebody else"
MAPPINGS = "Folder with edited mapping tables"
CODE_SYSTEM = "What bare numbers are codes of: SNOMEDCT, RXNORM, ... or an address"
SCHEMA = "Of databases: the schema"
OMOP = "Of databases: NOTE and NOTE_NLP of an OMOP CDM that is there"
SERVER = "postgres://HOST/DATABASE: a server; the target is a receipt then"
FORCE = "Replace a file, or a folder that holds an earlier export and nothing else"
LANGUAGE = "Of the notes, such as en, for DICOM SR; undetermined unless it is told"
GUARD_FORMULAS = "CSV: an apostrophe before texts that a spreadsheet would run as formulas"


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
    """
    Export annotated notes: FHIR R4 resources with their provenance, findings of reports as
    DICOM SR, OMOP's NOTE_NLP, or tables.
    """
    with lenient_reading(lenient, target, force=force):
        if mappings is not None and not mappings.exists():
            write_mappings(mappings)
            msg.good(f"Mapping tables, to be edited: {mappings}")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        settings = ExportSettings(
            system, version, now, only_asserted, mappings, code_system, guard_formulas
        )
        settings = replace(settings, schema=schema, omop=omop, language=language)
        left_out = export(source, target, to, settings, force=force)
        print_table("Left out", sorted(left_out.items()), ("", "count"))
        msg.good(f"Exported to {target}")
