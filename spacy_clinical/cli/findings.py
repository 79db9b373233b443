"""`findings`: reports in, a table of their findings out."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.findings_run import (
    FindingsSummary,
    check_finding_files,
    find_findings,
    finding_count_table,
    with_scheme,
    write_findings,
)
from ..batch.note_reader import Notes
from ..files import check_outputs
from ..installed import load_model
from . import options
from .util import print_tables


def findings_cli(
    model: options.Model,
    sources: list[Path] = Arg(
        ..., help="Reports: .txt, .text, folders of them, .jsonl, .csv, .tsv, .parquet, - for stdin"
    ),
    target: Path = Arg(..., help="NAME.csv: a row a report, a column a finding"),
    scheme: str | None = Opt(
        None, "--scheme", "-s", help="chexpert, nih, or a table of yours; else the pipeline's own"
    ),
    evidence: Path | None = Opt(
        None, "--evidence", "-e", help="Also write a CSV of the words that decided, with offsets"
    ),
    words: bool = Opt(False, "--words", help="Write positive, negative... for 1, 0, -1, nothing"),
    kind: str | None = Opt(None, "--format", "-f", help="Input: jsonl, csv, tsv, parquet or txt"),
    text_field: options.TextField = "text",
    id_field: str = Opt("id", "--id-field", help="Field or column with the report's id"),
    batch_size: int = Opt(64, "--batch-size", "-b", help="Reports in a batch", min=1),
    n_process: options.Processes = 1,
    guard_formulas: options.GuardFormulas = False,
    force: bool = Opt(False, "--force", "-F", help="Replace files that are there"),
) -> None:
    """Label reports: 1 for a finding that is there, 0 for one that is denied, -1 for one in doubt,
    nothing for one that isn't mentioned. Only the text is read, never an image."""
    check_finding_files(target, evidence)
    check_outputs(target, evidence, force=force, sources=sources)
    nlp, done = with_scheme(load_model(model), scheme), FindingsSummary()
    notes = Notes(sources, kind, text_field, id_field)
    rows = find_findings(
        nlp, notes, n_process=n_process, batch_size=batch_size, summary=done, progress=None
    )
    write_findings(rows, target, evidence, words=words, guard_formulas=guard_formulas)
    print_tables([finding_count_table(done)])
    if done.unknown:
        msg.warn(f"{done.unknown} mentions don't count: nobody knows what is said of them")
    msg.good(f"{done.reports} reports in {target}")
    if done.failed:
        msg.warn(f"{len(done.failed)} reports set aside ({done.failed_codes})")
