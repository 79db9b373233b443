"""`findings`: reports in, a table of their findings out."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..batch import findings_run
from ..batch.note_reader import Notes
from ..installed import load_model
from . import options
from .util import app, print_results


@app.command("findings", writes=["target", "evidence"])
def findings_cli(
    model: options.Model,
    notes: Notes,
    target: Path = Arg(..., help="NAME.csv: a row a report, a column a finding"),
    scheme: str | None = Opt(None, "--scheme", "-s", help="chexpert, nih, or a table of yours"),
    evidence: Path | None = Opt(None, "--evidence", "-e", help="A CSV of the words that decided"),
    words: bool = Opt(False, "--words", help="Write positive, negative... for 1, 0, -1, nothing"),
    batch_size: options.BatchSize = 64,
    n_process: options.Processes = 1,
    guard_formulas: options.GuardFormulas = False,
    force: options.Force = False,
) -> None:
    """Label reports, by the pipeline's own scheme unless one is given: 1 for a finding that is
    there, 0 for one that is denied, -1 for one in doubt, nothing for one that isn't mentioned. Only
    the text is read, never an image."""
    findings_run.check_finding_files(target, evidence)
    nlp = findings_run.with_scheme(load_model(model), scheme)
    done = findings_run.FindingsSummary()
    rows = findings_run.find_findings(
        nlp, notes, n_process=n_process, batch_size=batch_size, summary=done, progress=None
    )
    findings_run.write_findings(rows, target, evidence, words=words, guard_formulas=guard_formulas)
    print_results(findings_run.finding_results(done, target))
