"""Decisions, and what is wrong with rules, as tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ..errors import Errors, RuleError
from ..plurals import counted
from ..result_tables import Message, Result, Table
from .alert import Decision
from .rule_cases import Case, Failure


def decision_tables(decisions: Iterable[Decision]) -> Iterator[Table]:
    """Lay alerts out.

    decisions (Iterable[Decision]): As `decide` yields them.
    YIELDS (Table): One a patient, as soon as it is decided; last how many alerts there are, and how
        many were kept silent.
    """
    silent: Counter[str] = Counter()
    count = 0
    for decision in decisions:
        silent.update(one.why for one in decision.silenced)
        count += len(decision.alerts)
        header = ("severity", "rule", "facts", "confidence")
        yield Table(f"{decision.patient}, {decision.as_of}", header, list(_rows(decision)))
    notes = [counted(count, "alert")]
    if silent:
        words = ", ".join(f"{n} by '{why}'" for why, n in sorted(silent.items()))
        notes.append(f"kept silent: {words}")
    yield Table(notes=notes)


def case_results(cases: Sequence[Case], failures: Sequence[Failure]) -> Iterator[Result]:
    """YIELDS (Result): Cases that aren't as they must be, and rules that lack one. Raises RuleError
    if there are any."""
    rows = [(failure.rule, failure.what, failure.place) for failure in failures]
    yield Table("Cases", ("rule", "what", "where"), rows)
    _refuse(failures)
    yield Message(f"as they must be: {counted(len(cases), 'case')}")


def fault_results(faults: Sequence[object]) -> Iterator[Message]:
    """YIELDS (Message): What is wrong with rules. Raises RuleError if anything is."""
    yield from (Message(str(fault), "fail") for fault in faults)
    _refuse(faults)
    yield Message("No faults")


def _refuse(faults: Sequence[object]) -> None:
    if faults:
        raise RuleError(Errors.SC968.format(n=len(faults)))


def _rows(decision: Decision) -> Iterator[tuple[str, str, str, str]]:
    for alert in decision.alerts:
        facts = "; ".join(fact.words for fact in (*alert.facts, *alert.seen))
        yield alert.rule.severity, alert.rule.id, facts, f"{alert.confidence:.2f}"
