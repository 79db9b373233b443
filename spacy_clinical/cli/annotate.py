"""`annotate`: notes in, annotated notes out."""

from dataclasses import replace
from pathlib import Path

from spacy.cli._util import Arg, Opt, setup_gpu

from ..batch.annotation_run import annotate
from ..batch.note_reader import Notes
from ..batch.output_formats import OUTPUTS
from ..batch.run_settings import RunSettings, run_results
from ..errors import CommandError, Errors
from ..installed import load_model
from . import options
from .util import app, open_trail, print_results


@app.command("annotate")
def annotate_cli(
    model: options.Model,
    notes: Notes,
    settings: RunSettings,
    target: Path = Arg(..., help="NAME.jsonl, .spacy, .ndjson (FHIR), .duckdb, or a folder"),
    to: str | None = Opt(None, help=f"{', '.join(OUTPUTS)}; or by suffix. {options.SERVER}"),
    audit: options.AuditFolder = None,
    key: options.AuditKey = None,
    actor: options.Actor = "",
    gpu: options.Gpu = -1,
) -> None:
    """Annotate notes. An interrupted run, killed or out of power, goes on where it was when the
    same command is given again. Notes that fail are listed in TARGET.failed.jsonl, without their
    text."""
    setup_gpu(gpu, silent=True)
    if gpu >= 0 and settings.n_process > 1:
        raise CommandError(Errors.SC520)
    nlp = load_model(model)
    settings = replace(settings, to=to, audit=open_trail(audit, key, actor))
    print_results(run_results(annotate(nlp, notes, target, settings), target))
