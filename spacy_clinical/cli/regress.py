"""`regress`: sentences, what must be found in them, and what must not."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..evaluation.regression_cases import FORBIDDEN, GRADES, Regression, regress
from . import options
from .util import print_table


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
    print_regression(found, all_cases=all_cases)
    if found.failed:
        raise SystemExit(2)


def print_regression(found: Regression, *, all_cases: bool = False) -> None:
    """Print graded cases.

    found (Regression): The cases.
    all_cases (bool): Also what is as wanted.
    """
    counts = found.counts
    rows = [(grade, counts[grade]) for grade in (*GRADES, FORBIDDEN) if counts[grade]]
    print_table(f"{found.cases} cases", rows, ("grade", "count"))
    shown = found.graded if all_cases else [row for row in found.graded if row.grade != GRADES[0]]
    header = ("case", "wanted or forbidden", "grade", "found", "")
    table = [(r.case, r.what, r.grade, r.found, "ok" if r.passed else "fails") for r in shown]
    print_table("Cases", table, header)
    if found.failed:
        msg.warn(f"{len(found.failed)} of {len(found.graded)} aren't as they must be")
    else:
        msg.good(f"{len(found.graded)} wanted, {found.forbidden} forbidden: all as they must be")
