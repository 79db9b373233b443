"""`regress`: sentences, what must be found in them, and what must not."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..evaluation.regression_cases import regress, regression_results
from . import options
from .util import app, print_results


@app.command("regress")
def regress_cli(
    model: options.Model,
    cases: Path = Arg(..., help="YAML or JSON: a list of sentences, wanted and forbidden"),
    all_cases: bool = Opt(False, "--all", "-a", help="Print what is as wanted too"),
) -> None:
    """Grade what a pipeline finds in sentences against what is wanted in them: identical, with
    another assertion, a bigger or a smaller span, another label, missing; and what is forbidden and
    found. Exit 2 unless all is as wanted or accepted. `package --cases` runs the same before it
    writes."""
    found = regress(model, cases)
    print_results(regression_results(found, all_cases=all_cases))
    if found.failed:
        raise SystemExit(2)
