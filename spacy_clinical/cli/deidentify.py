"""`deidentify`, `deid-evaluate`, `deid-check`: notes without identifiers, and how sure that is."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.deidentification_run import deidentify_notes
from ..batch.leak_check import check_notes
from ..batch.note_reader import Notes
from ..batch.output_formats import OUTPUTS
from ..batch.run_settings import RunSettings, deidentified_results
from ..deid.surrogates import make_surrogates
from ..evaluation.leak_evaluation import evaluate_leaks, leak_tables
from ..installed import load_model
from ..json_io import write_json, write_json_lines
from ..result_tables import count_table
from ..scoring.confidence_intervals import Settings
from ..viewer.html_page import check_page, write_page
from . import options
from .util import app, counted, listed, open_trail, print_results

DeidPipeline = Annotated[str, Arg(help="Installed pipeline with clinical_deid, or its folder")]
POLICY = "hipaa (Safe Harbor), i2b2, gdpr, mask, remove, or a table"


@app.command("deidentify")
def deidentify_cli(
    model: DeidPipeline,
    notes: Notes,
    settings: RunSettings,
    target: Path = Arg(..., help="NAME.jsonl, NAME.spacy, NAME.ndjson (FHIR), or a folder"),
    policy: str = Opt("hipaa", help=POLICY),
    key: Path | None = Opt(None, help="File with a secret key, for surrogates"),
    vault: Path | None = Opt(None, help="File for surrogates drawn by chance"),
    patient_field: str = Opt("", help="Field that says whose note it is"),
    keep_meta: str = Opt("", help="Fields that stay as they are, comma-separated"),
    across_notes: bool = Opt(
        False, "--across-notes", help="Look for what one note has in all notes of its person"
    ),
    to: str | None = Opt(None, help=f"Output: {', '.join(OUTPUTS)}; else by the suffix"),
    audit: options.AuditFolder = None,
    audit_key: Path | None = Opt(None, help="The trail's key: `audit new-key` makes one"),
    actor: options.Actor = "",
) -> None:
    """De-identify notes. Fails closed: a note that raises, or in which a second search finds
    something, isn't written, and is listed by its number in TARGET.failed.jsonl. TARGET.report.json
    says what was done, without text. An interrupted run goes on where it was."""
    done = deidentify_notes(
        load_model(model),
        notes,
        target,
        policy,
        make_surrogates(key, vault),
        replace(settings, to=to, audit=open_trail(audit, audit_key, actor)),
        patient_field=patient_field,
        keep_meta=listed(keep_meta),
        across_notes=across_notes,
    )
    print_results(deidentified_results(done, target))


@app.command("deid-evaluate", writes=["output", "report"])
def deid_evaluate_cli(
    model: DeidPipeline,
    corpus: options.Corpus,
    settings: Settings,
    policy: str = Opt("mask", help=f"What is looked for: {POLICY}"),
    output: options.ScoresFile = None,
    report: options.ReportPage = None,
    force: options.Force = False,
) -> None:
    """Score a pipeline on a corpus of identifiers: what leaks, which notes, and which other words
    are taken away. The page shows gold beside found."""
    check_page(report)
    found = evaluate_leaks(model, corpus, policy, settings, progress=None)
    print_results(leak_tables(found.scores))
    if output is not None:
        write_json(found.scores, output)
    if report is not None:
        write_page(found.to_page(f"{Path(model).name} on {corpus.name}"), report)
        print_results(f"The page: {report}")


@app.command("deid-check", writes=["output"])
def deid_check_cli(
    notes: Notes,
    known: Path | None = Opt(None, help="CSV or JSONL of patients: names, MRN, dob..."),
    locale: str = Opt("en", help="Rules of numbers: en, de, es, zh; comma-separated"),
    policy: str | None = Opt(None, help=f"What they were de-identified by: {POLICY}"),
    output: Path | None = Opt(None, "--output", "-o", help="Write where, as JSON lines"),
    force: options.Force = False,
) -> None:
    """Search de-identified notes for known values, and for numbers and addresses that look like an
    identifier, whatever de-identified them. Names, dates and places are found if they are known.
    Exits with 1 if something is left. Nothing is quoted."""
    found = check_notes(notes, known, tuple(locale.split(",")), policy)
    print_results(count_table("Left", found.counts, ("rule", "count")))
    if output is not None:
        write_json_lines(found.rows, output, ascii=True)
    if found.rows:
        msg.fail(f"{counted(len(found.rows), 'leaking note')} of {found.notes}", exits=1)
    print_results(f"Nothing found in {counted(found.notes, 'note')}")
