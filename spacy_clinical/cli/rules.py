"""`rules`: check patients' notes against rules, find faults in rules, hold cases against them."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..decisions import EXAMPLES, Decision, RuleBook, decide, lint, read_rules
from ..decisions.decision_files import write_decisions
from ..decisions.decision_rule_tables import NOT_FOR_CARE, join_books
from ..decisions.interaction_tables import read_ddinter
from ..decisions.rule_cases import read_cases, run_cases
from ..errors import CommandError, Errors, RuleError
from ..files import check_outputs
from ..knowledge.knowledge_base import KnowledgeBase
from . import options
from .util import Commands, print_table

rules_app = Commands(
    name="rules",
    help="Decision support: rules as tables over a patient's notes.",
)
FOLDER = "A folder with rules.tsv and sets.tsv"


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
    """
    Hold rules against patients' notes: alerts that cite every fact, and what was kept silent.
    """
    check_outputs(output, force=force, sources=[graph, *ddinter, kb, born])
    if examples:
        msg.warn(NOT_FOR_CARE)
    decisions = decide(
        graph,
        _book(rules, ddinter, examples),
        kb=KnowledgeBase(kb) if kb else None,
        patients=patients or None,
        as_of=read_day(as_of) if as_of else None,
        born=read_born(born) if born else None,
        minimum_score=minimum,
        most=most,
    )
    shown = tqdm(decisions, unit=" patients", disable=None)
    if output is None:
        print_decisions(shown)
    else:
        count = write_decisions(shown, output, form, example=examples)
        msg.good(f"{count} alerts in {output}")


@rules_app.command("lint")
def lint_cli(folder: Path = Arg(..., help=FOLDER, exists=True)) -> None:
    """
    Find what is wrong with rules, and what can't be meant.
    """
    faults = lint(folder)
    for fault in faults:
        msg.fail(str(fault))
    if faults:
        raise RuleError(Errors.SC968.format(n=len(faults)))
    msg.good("No faults")


@rules_app.command("test")
def test_cli(
    folder: Path = Arg(..., help=FOLDER, exists=True),
    cases: Path | None = Opt(None, "--cases", "-c", help="cases.tsv of the folder if absent"),
    kb: Path | None = Opt(None, "--kb", help="A knowledge base"),
) -> None:
    """
    Hold cases against rules: each rule needs one that fires and one that doesn't.
    """
    told = read_cases(cases or folder / "cases.tsv")
    failures = run_cases(read_rules(folder), told, KnowledgeBase(kb) if kb else None)
    rows = [(failure.rule, failure.what, failure.place) for failure in failures]
    print_table("Cases", rows, ("rule", "what", "where"))
    if failures:
        raise RuleError(Errors.SC968.format(n=len(failures)))
    msg.good(f"{len(told)} cases are as they must be")


def _book(rules: list[Path], ddinter: list[Path], examples: bool) -> RuleBook:
    folders = [*rules, *([EXAMPLES] if examples else [])]
    books = [read_rules(folders)] if folders else []
    books += [read_ddinter(ddinter)] if ddinter else []
    if not books:
        raise CommandError(Errors.SC973)
    return join_books(books)


def read_born(path: Path) -> dict[str, date]:
    """RETURNS (dict[str, date]): Patient to birthday. Raises CommandError for another table."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            return {row["patient"]: date.fromisoformat(row["born"]) for row in rows}
    except (KeyError, ValueError, OSError, TypeError):
        told = Errors.SC969.format(path=path, what="birthdays", found="not patient and born")
        raise CommandError(told) from None


def read_day(written: str) -> date:
    """RETURNS (date): A day. Raises CommandError for one that isn't YYYY-MM-DD."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CommandError(Errors.SC974.format(found=written)) from None


def print_decisions(decisions: Iterable[Decision]) -> None:
    """Print alerts, a table a patient, and what was kept silent."""
    silent: Counter[str] = Counter()
    count = 0
    header = ("severity", "rule", "facts", "confidence")
    for decision in decisions:
        silent.update(one.why for one in decision.silenced)
        count += len(decision.alerts)
        print_table(f"{decision.patient}, {decision.as_of}", list(_rows(decision)), header)
    msg.text(f"{count} alerts")
    if silent:
        words = ", ".join(f"{n} by '{why}'" for why, n in sorted(silent.items()))
        msg.text(f"kept silent: {words}")


def _rows(decision: Decision) -> Iterator[tuple[str, str, str, str]]:
    for alert in decision.alerts:
        facts = "; ".join(fact.words for fact in (*alert.facts, *alert.seen))
        yield alert.rule.severity, alert.rule.id, facts, f"{alert.confidence:.2f}"
