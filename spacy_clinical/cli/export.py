"""`export`: annotated notes as FHIR, DICOM SR, OMOP or flat tables."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..batch.output_formats import EXPORTS, export
from ..exports.export_settings import ExportSettings
from ..exports.mapping_tables import write_mappings
from ..result_tables import count_table
from . import options
from .util import app, lenient_reading, print_results


@app.command("export")
def export_cli(
    settings: ExportSettings,
    source: Path = Arg(..., help="Annotated notes: .spacy, JSONL, a brat folder", exists=True),
    target: Path = Arg(..., help="A new folder, or NAME.ndjson for FHIR"),
    to: str | None = Opt(None, help=f"Output: {', '.join(EXPORTS)}. {options.SERVER}"),
    mappings: Path | None = Opt(None, help="Folder with mapping tables, made if it is missing"),
    force: bool = Opt(False, "--force", "-F", help="Replace a file or an earlier export"),
    lenient: options.Lenient = False,
) -> None:
    """Export annotated notes: FHIR R4 resources with their provenance, findings of reports as DICOM
    SR, OMOP's NOTE_NLP, or tables."""
    with lenient_reading(lenient, target, force=force):
        if mappings is not None and not mappings.exists():
            write_mappings(mappings)
            print_results(f"Mapping tables, to be edited: {mappings}")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        settings = replace(settings, time=now, mappings=mappings)
        left_out = export(source, target, to, settings, force=force)
        print_results(count_table("Left out", left_out), f"Exported to {target}")
