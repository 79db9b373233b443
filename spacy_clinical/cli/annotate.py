"""`annotate`: notes in, annotated notes out."""

from pathlib import Path

from spacy.cli._util import Arg, Opt, setup_gpu
from wasabi import msg

from ..batch.annotation_run import annotate
from ..batch.note_reader import Notes
from ..batch.output_formats import OUTPUTS
from ..batch.run_settings import RunSettings, summary_tables
from ..errors import CommandError, Errors
from ..installed import load_model
from ..plurals import counted
from . import options
from .options import MAPPINGS, SERVER
from .util import open_trail, print_tables


def annotate_cli(
    model: options.Model,
    sources: list[Path] = Arg(
        ..., help="Notes: .txt, .text, folders of them, .jsonl, .csv, .tsv, .parquet, - for stdin"
    ),
    target: Path = Arg(..., help="NAME.jsonl, .spacy, .ndjson (FHIR), .duckdb, or a folder"),
    to: str | None = Opt(
        None, "--to", help=f"Output: {', '.join(OUTPUTS)}; else by the suffix. {SERVER}"
    ),
    kind: options.Kind = None,
    text_field: options.TextField = "text",
    id_field: options.IdField = "id",
    batch_size: options.BatchSize = 32,
    n_process: options.Processes = 1,
    only_asserted: options.OnlyAsserted = False,
    mappings: Path | None = Opt(None, "--mappings", help=MAPPINGS, exists=True, file_okay=False),
    code_system: options.CodeSystem = "",
    guard_formulas: options.GuardFormulas = False,
    schema: options.DatabaseSchema = "",
    omop: options.Omop = False,
    anew: options.Anew = False,
    force: options.Force = False,
    audit: options.AuditFolder = None,
    key: options.AuditKey = None,
    actor: options.Actor = "",
    gpu: options.Gpu = -1,
) -> None:
    """
    Annotate notes. An interrupted run, killed or out of power, goes on where it was when the same
    command is given again. Notes that fail are listed in TARGET.failed.jsonl, without their text.
    """
    setup_gpu(gpu, silent=True)
    if gpu >= 0 and n_process > 1:
        raise CommandError(Errors.SC520)
    nlp = load_model(model)
    settings = RunSettings(
        to,
        batch_size=batch_size,
        n_process=n_process,
        anew=anew,
        only_asserted=only_asserted,
        mappings=mappings,
        force=force,
        code_system=code_system,
        guard_formulas=guard_formulas,
        schema=schema,
        omop=omop,
        audit=open_trail(audit, key, actor),
    )
    done = annotate(nlp, Notes(sources, kind, text_field, id_field), target, settings)
    print_tables(summary_tables(done))
    for warning in done.warnings:
        msg.warn(warning)
    before = f", {done.resumed} of them by an earlier run" if done.resumed else ""
    msg.good(f"{counted(done.notes, 'note')} annotated in {target}{before} ({done.seconds:.1f} s)")
    if done.failed:
        failed = counted(len(done.failed), "note")
        msg.warn(f"{failed} set aside in {target}.failed.jsonl ({done.failed_codes})")
