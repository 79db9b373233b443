"""`findings`: reports in, a table of their findings out."""

from collections import Counter
from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.findings_run import (
    FindingsSummary,
    find_findings,
    with_scheme,
    write_findings,
)
from ..batch.note_reader import Notes
from ..docs.document_findings import STATUSES
from ..errors import CommandError, Errors
from ..files import check_outputs, refuse_address
from ..installed import load_model
from . import options
from .util import print_table


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
    """
    Label reports: 1 for a finding that is there, 0 for one that is denied, -1 for one in doubt,
    nothing for one that isn't mentioned. Only the text is read, never an image.
    """
    for path in filter(None, (target, evidence)):
        if path.suffix.lower() != ".csv":
            refuse_address(path)
            raise CommandError(Errors.SC502.format(path=path))
    check_outputs(target, evidence, force=force, sources=sources)
    nlp = with_scheme(load_model(model), scheme)
    notes = Notes(sources, kind, text_field, id_field)
    summary = FindingsSummary()
    rows = find_findings(
        nlp, notes, n_process=n_process, batch_size=batch_size, summary=summary, progress=None
    )
    write_findings(rows, target, evidence, words=words, guard_formulas=guard_formulas)
    print_summary(summary, target)


def print_summary(summary: FindingsSummary, target: Path) -> None:
    """Print how many reports have which finding.

    summary (FindingsSummary): The counts.
    target (Path): What was written.
    """
    rows = [
        (label, *(str(summary.counts[label, status]) for status in STATUSES))
        for label in summary.labels
    ]
    print_table("Reports by finding", rows, ("", *STATUSES))
    if summary.whole:
        msg.text(f"{summary.whole} reports have none of the policy's sections: all of them counts")
    if summary.unknown:
        msg.warn(f"{summary.unknown} mentions don't count: nobody knows what is said of them")
    msg.good(f"{summary.reports} reports in {target}")
    if summary.failed:
        codes = Counter(row["code"] for row in summary.failed)
        counts = ", ".join(f"{code}: {n}" for code, n in sorted(codes.items()))
        msg.warn(f"{len(summary.failed)} reports set aside ({counts})")
