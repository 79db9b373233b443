"""`annotate`: notes in, annotated notes out."""

from collections import Counter
from pathlib import Path

from spacy.cli._util import Arg, Opt, setup_gpu
from wasabi import msg

from ..batch.annotation_run import annotate
from ..batch.note_reader import Notes
from ..batch.output_formats import OUTPUTS
from ..batch.run_settings import RunSettings, Summary
from ..errors import CommandError, Errors
from ..installed import load_model
from ..plurals import counted
from . import options
from .export import MAPPINGS, SERVER
from .util import open_trail, print_table, print_unknown


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
    notes = Notes(sources, kind, text_field, id_field)
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
    print_summary(annotate(nlp, notes, target, settings), target)


def print_summary(summary: Summary, target: Path) -> None:
    """Print what a run did.

    summary (Summary): The counts.
    target (Path): What it wrote.
    """
    for title, counts in (("Mentions", summary.mentions), ("Relations", summary.relations)):
        print_table(title, sorted(counts.items()), ("label", "count"))
    print_table("Left out", sorted(summary.left_out.items()), ("", "count"))
    print_table("Passed over", sorted(summary.passed_over.items()), ("", "count"))
    print_unknown(summary.pieces, summary.unknown)
    before = f", {summary.resumed} of them by an earlier run" if summary.resumed else ""
    notes = counted(summary.notes, "note")
    msg.good(f"{notes} annotated in {target}{before} ({summary.seconds:.1f} s)")
    if summary.failed:
        codes = Counter(row["code"] for row in summary.failed)
        counts = ", ".join(f"{code}: {n}" for code, n in sorted(codes.items()))
        notes = counted(len(summary.failed), "note")
        msg.warn(f"{notes} set aside in {target}.failed.jsonl ({counts})")
