"""`rules`: check patients' notes against rules, find faults in rules, hold cases against them."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..decisions import decide, lint, read_rules
from ..decisions.decision_files import write_decisions
from ..decisions.decision_rule_tables import NOT_FOR_CARE
from ..decisions.decision_tables import decision_tables, failure_table
from ..decisions.rule_cases import read_cases, run_cases
from ..decisions.rule_sources import gather_rules, read_born, read_day
from ..errors import Errors, RuleError
from ..files import check_outputs
from ..knowledge.terminology_bases import open_base
from . import options
from .util import Commands, print_tables

rules_app = Commands("rules", "Decision support: rules as tables over a patient's notes.")
FOLDER = "A folder with rules.tsv and sets.tsv"
Folder = Annotated[Path, Arg(help=FOLDER, exists=True)]


@rules_app.command("check")
def check_cli(
    graph: options.Graph,
    rules: list[Path] = Opt([], "--rules", "-r", help=f"{FOLDER}; may be given again"),
    examples: bool = Opt(False, "--examples", help="The example rules: not for care"),
    ddinter: list[Path] = Opt([], "--ddinter", help="A CSV of DDInter; may be given again"),
    kb: Path | None = Opt(None, "--kb", help="A knowledge base: codes, what is a kind of what"),
    patients: options.Patients = [],
    born: Path | None = Opt(None, "--born", help="TSV of `patient` and `born`, for rules on age"),
    as_of: options.AsOf = "",
    minimum: float = Opt(0.0, "--minimum-score", help="Alerts below need review"),
    most: int = Opt(20, "--most", help="Alerts of a patient"),
    output: Path | None = Opt(None, "--output", "-o", help="NAME.jsonl, or a folder for --form"),
    form: str = Opt("alerts", "--form", "-f", help="alerts, cards (CDS Hooks 2.0), fhir"),
    force: options.Force = False,
) -> None:
    """Hold rules against patients' notes: alerts that cite every fact, and what was kept silent."""
    check_outputs(output, force=force, sources=[graph, *ddinter, kb, born])
    if examples:
        msg.warn(NOT_FOR_CARE)
    decisions = decide(
        graph,
        gather_rules(rules, ddinter, examples=examples),
        kb=open_base(kb),
        patients=patients or None,
        as_of=read_day(as_of),
        born=read_born(born),
        minimum_score=minimum,
        most=most,
    )
    shown = tqdm(decisions, unit=" patients", disable=None)
    if output is None:
        print_tables(decision_tables(shown))
    else:
        count = write_decisions(shown, output, form, example=examples)
        msg.good(f"{count} alerts in {output}")


@rules_app.command("lint")
def lint_cli(folder: Folder) -> None:
    """Find what is wrong with rules, and what can't be meant."""
    faults = lint(folder)
    for fault in faults:
        msg.fail(str(fault))
    if faults:
        raise RuleError(Errors.SC968.format(n=len(faults)))
    msg.good("No faults")


@rules_app.command("test")
def test_cli(
    folder: Folder,
    cases: Path | None = Opt(None, "--cases", "-c", help="cases.tsv of the folder if absent"),
    kb: Path | None = Opt(None, "--kb", help="A knowledge base"),
) -> None:
    """Hold cases against rules: each rule needs one that fires and one that doesn't."""
    told = read_cases(cases or folder / "cases.tsv")
    failures = run_cases(read_rules(folder), told, open_base(kb))
    print_tables([failure_table(failures)])
    if failures:
        raise RuleError(Errors.SC968.format(n=len(failures)))
    msg.good(f"{len(told)} cases are as they must be")
