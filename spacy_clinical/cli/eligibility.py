"""`eligibility`: which patients fit a trial, which don't, and of whom nobody can tell."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..eligibility.screening_files import check_screening_file, screen_files, write_screenings
from ..eligibility.screening_tables import screening_results
from . import options
from .util import app, counted, print_results


@app.command("eligibility", writes=["output"])
def eligibility_cli(
    source: options.Graph,
    criteria: Path = Arg(..., help="'Inclusion criteria', 'Exclusion criteria'", exists=True),
    kb: options.ConceptBase = None,
    patients: options.Patients = [],
    born: Path | None = Opt(None, help="TSV of `patient` and `born`, for ages"),
    as_of: options.AsOf = "",
    silence_is_no: bool = Opt(False, "--silence-is-no", help="Silence is absence"),
    output: Path | None = Opt(None, "--output", "-o", help="NAME.jsonl with evidence"),
    force: options.Force = False,
) -> None:
    """Hold the criteria of a trial against patients' notes. A criterion that isn't understood to
    its last word is shown, and is unknown for everybody. With --silence-is-no what no note names is
    taken for absent; results and ages never are."""
    check_screening_file(output)
    screened = screen_files(source, criteria, kb, patients, as_of, born, silence_is_no)
    print_results(screening_results(screened))
    if output is not None:
        write_screenings(screened.screenings, output)
        print_results(f"{counted(len(screened.screenings), 'patient')} in {output}")
