"""`rules`: check patients' notes against rules, find faults in rules, hold cases against them."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt
from tqdm import tqdm

from ..decisions import decide, lint, read_rules
from ..decisions.decision_files import write_decisions
from ..decisions.decision_rule_tables import NOT_FOR_CARE
from ..decisions.decision_tables import case_results, decision_tables, fault_results
from ..decisions.rule_cases import read_cases, run_cases
from ..decisions.rule_sources import gather_rules, read_born, read_day
from ..knowledge.terminology_bases import open_base
from ..result_tables import Message
from . import options
from .util import app, counted, print_results

rules_app = app.group("rules", "Decision support: rules as tables over a patient's notes.")
FOLDER = "A folder with rules.tsv and sets.tsv"
Folder = Annotated[Path, Arg(help=FOLDER, exists=True)]


@rules_app.command("check", writes=["output"])
def check_cli(
    graph: options.Graph,
    rules: list[Path] = Opt([], "--rules", "-r", help=f"{FOLDER}; may be given again"),
    examples: bool = Opt(False, "--examples", help="The example rules: not for care"),
    ddinter: list[Path] = Opt([], help="A CSV of DDInter; may be given again"),
    kb: Path | None = Opt(None, help="A knowledge base: codes, what is a kind of what"),
    patients: options.Patients = [],
    born: Path | None = Opt(None, help="TSV of `patient` and `born`, for rules on age"),
    as_of: options.AsOf = "",
    minimum: float = Opt(0.0, "--minimum-score", help="Alerts below need review"),
    most: int = Opt(20, help="Alerts of a patient"),
    output: Path | None = Opt(None, "--output", "-o", help="NAME.jsonl, or a folder for --form"),
    form: str = Opt("alerts", "--form", "-f", help="alerts, cards (CDS Hooks 2.0), fhir"),
    force: options.Force = False,
) -> None:
    """Hold rules against patients' notes: alerts that cite every fact, and what was kept silent."""
    if examples:
        print_results(Message(NOT_FOR_CARE, "warn"))
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
        print_results(decision_tables(shown))
    else:
        count = write_decisions(shown, output, form, example=examples)
        print_results(f"{counted(count, 'alert')} in {output}")


@rules_app.command("lint")
def lint_cli(folder: Folder) -> None:
    """Find what is wrong with rules, and what can't be meant."""
    print_results(fault_results(lint(folder)))


@rules_app.command("test")
def test_cli(
    folder: Folder,
    cases: Path | None = Opt(None, "--cases", "-c", help="cases.tsv of the folder if absent"),
    kb: Path | None = Opt(None, help="A knowledge base"),
) -> None:
    """Hold cases against rules: each rule needs one that fires and one that doesn't."""
    told = read_cases(cases or folder / "cases.tsv")
    print_results(case_results(told, run_cases(read_rules(folder), told, open_base(kb))))
