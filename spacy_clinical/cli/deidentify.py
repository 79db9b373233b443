"""`deidentify`, `deid-evaluate`, `deid-check`: notes without identifiers, and how sure that is."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.deidentification_run import deidentify_notes
from ..batch.leak_check import check_notes
from ..batch.note_reader import Notes
from ..batch.output_formats import OUTPUTS
from ..batch.run_settings import RunSettings, replaced_table
from ..deid import Policy
from ..deid.surrogates import make_surrogates
from ..evaluation.leak_evaluation import evaluate_leaks, leak_tables
from ..files import check_outputs
from ..installed import load_model
from ..json_io import write_json, write_json_lines
from ..result_tables import count_table
from ..scoring.confidence_intervals import Settings
from ..viewer.html_page import check_page, write_page
from ..viewer.leaks_page import render_leaks
from . import options
from .util import listed, print_tables

DeidPipeline = Annotated[str, Arg(help="Installed pipeline with clinical_deid, or its folder")]
POLICY = "hipaa (Safe Harbor), i2b2, gdpr, mask, remove, or a table"


def deidentify_cli(
    model: DeidPipeline,
    sources: list[Path] = Arg(..., help="Notes: files, folders, - for stdin; as for annotate"),
    target: Path = Arg(..., help="NAME.jsonl, NAME.spacy, NAME.ndjson (FHIR), or a folder"),
    policy: str = Opt("hipaa", "--policy", help=POLICY),
    key: Path | None = Opt(None, "--key", help="File with a secret key, for surrogates"),
    vault: Path | None = Opt(None, "--vault", help="File for surrogates drawn by chance"),
    patient_field: str = Opt("", "--patient-field", help="Field that says whose note it is"),
    keep_meta: str = Opt("", "--keep-meta", help="Fields that stay as they are, comma-separated"),
    across_notes: bool = Opt(
        False, "--across-notes", help="Look for what one note has in all notes of its person"
    ),
    to: str | None = Opt(None, "--to", help=f"Output: {', '.join(OUTPUTS)}; else by the suffix"),
    kind: str | None = Opt(None, "--format", "-f", help="Input: jsonl, csv, tsv, parquet, txt..."),
    text_field: options.TextField = "text",
    id_field: options.IdField = "id",
    batch_size: options.BatchSize = 32,
    n_process: options.Processes = 1,
    anew: options.Anew = False,
    force: options.Force = False,
) -> None:
    """De-identify notes. Fails closed: a note that raises, or in which a second search finds
    something, isn't written, and is listed by its number in TARGET.failed.jsonl. TARGET.report.json
    says what was done, without text. An interrupted run goes on where it was."""
    surrogates = make_surrogates(key, vault)
    done = deidentify_notes(
        load_model(model),
        Notes(sources, kind, text_field, id_field),
        target,
        Policy.load(policy),
        surrogates,
        RunSettings(to, batch_size=batch_size, n_process=n_process, anew=anew, force=force),
        patient_field=patient_field,
        keep_meta=listed(keep_meta),
        across_notes=across_notes,
    )
    print_tables([replaced_table(done)])
    msg.good(f"{done.notes} notes de-identified in {target} ({done.seconds:.1f} s)")
    if done.failed:
        msg.warn(f"{len(done.failed)} notes set aside in {target}.failed.jsonl")


def deid_evaluate_cli(
    model: DeidPipeline,
    corpus: options.Corpus,
    policy: str = Opt("mask", "--policy", help="What is looked for: " + POLICY),
    output: options.ScoresFile = None,
    report: options.ReportPage = None,
    samples: int = Opt(2000, "--samples", help="Rounds of bootstrap", min=1),
    seed: options.Seed = 0,
    force: options.Force = False,
) -> None:
    """
    Score a pipeline on a corpus of identifiers: what leaks, which notes, and which other words are
    taken away. The page shows gold beside found.
    """
    check_outputs(output, report, force=force, sources=[corpus])
    check_page(report)
    settings = Settings(samples=samples, seed=seed)
    found = evaluate_leaks(model, corpus, Policy.load(policy), settings, progress=None)
    print_tables(leak_tables(found.scores))
    if output is not None:
        write_json(found.scores, output)
    if report is not None:
        title = f"{Path(model).name} on {corpus.name}"
        write_page(render_leaks(title, found.scores, found.notes), report)
        msg.good(f"The page: {report}")


def deid_check_cli(
    sources: list[Path] = Arg(..., help="De-identified notes: files, folders"),
    known: Path | None = Opt(None, "--known", help="CSV or JSONL of patients: names, MRN, dob..."),
    locale: str = Opt("en", "--locale", help="Rules of numbers: en, de, es, zh; comma-separated"),
    output: Path | None = Opt(None, "--output", "-o", help="Write where, as JSON lines"),
    force: options.Force = False,
) -> None:
    """Search de-identified notes for known values and for what looks like an identifier, whatever
    de-identified them. Exits with 1 if something is left. Nothing is quoted."""
    check_outputs(output, force=force, sources=[*sources, known])
    found = check_notes(Notes(sources), known, tuple(locale.split(",")))
    print_tables([count_table("Left", found.counts, ("rule", "count"))])
    if output is not None:
        write_json_lines(found.rows, output, ascii=True)
    if found.rows:
        msg.fail(f"Something is left in {len(found.rows)} of {found.notes} notes", exits=1)
    msg.good(f"Nothing found in {found.notes} notes")
