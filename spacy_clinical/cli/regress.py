"""`regress`: sentences, what must be found in them, and what must not."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..evaluation.regression_cases import regress, regression_tables
from . import options
from .util import print_tables


def regress_cli(
    model: options.Model,
    cases: Path = Arg(..., help="YAML or JSON: a list of sentences, wanted and forbidden"),
    all_cases: bool = Opt(False, "--all", "-a", help="Print what is as wanted too"),
) -> None:
    """
    Grade what a pipeline finds in sentences against what is wanted in them: identical, with another
    assertion, a bigger or a smaller span, another label, missing; and what is forbidden and found.
    Exit 2 unless all is as wanted or accepted. `package --cases` runs the same before it writes.
    """
    found = regress(model, cases)
    print_tables(regression_tables(found, all_cases=all_cases))
    if found.failed:
        msg.warn(f"{len(found.failed)} of {len(found.graded)} aren't as they must be")
        raise SystemExit(2)
    msg.good(f"{len(found.graded)} wanted, {found.forbidden} forbidden: all as they must be")
