"""Rules over patients' charts: alerts that cite every fact, ranked, bounded, each once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from math import prod
from pathlib import Path

from ..garbage_collection import loaded_objects_aside
from ..graph import ROLES, KnowledgeGraph, Lookup, Roles, read_graph
from ..graph.concept_history import Statement
from ..graph.graph_lookup import ABSENT
from ..graph.patient_chart import charts
from ..graph.time_expressions import AT, SINCE
from ..knowledge.concept_sets import ConceptSets, expand
from ..knowledge.knowledge_base import KnowledgeBase
from .alert import ALERT, BOUND, REVIEW, UNLESS, Alert, Decision, Silenced
from .decision_rule_tables import (
    CONTRADICTION,
    DUPLICATE,
    MISSING,
    MONITORING,
    UNFOLLOWED,
    Rule,
    RuleBook,
    read_rules,
)
from .patient_facts import SPOKEN, Fact, Facts
from .rule_index import RuleIndex
from .rule_language import RESULT, TESTED, Term

MOST = 20


def decide(
    graph: KnowledgeGraph | str | Path,
    rules: RuleBook | Path | Sequence[Path],
    *,
    kb: KnowledgeBase | None = None,
    patients: Iterable[str] | None = None,
    as_of: date | None = None,
    born: Mapping[str, date] | None = None,
    minimum_score: float = 0.0,
    most: int = MOST,
    roles: Roles = ROLES,
) -> Iterator[Decision]:
    """Hold rules against patients' notes.

    graph (KnowledgeGraph | str | Path): The graph, or its file.
    rules (RuleBook | Path | Sequence[Path]): The rules, or folders with rules.tsv and sets.tsv.
    kb (KnowledgeBase | None): Codes, other names, and what is a kind of what.
    patients (Iterable[str] | None): Whose, all if None.
    as_of (date | None): On which day; that of each one's newest note if None.
    born (Mapping[str, date] | None): Birthdays, without which no rule about age fires.
    minimum_score (float): Alerts with a confidence below need review.
    most (int): Alerts of a patient.
    roles (Roles): What labels stand for.
    YIELDS (Decision): One a patient, in the order of their names. Raises RuleError for rules that
        can't be read.
    """
    read = graph if isinstance(graph, KnowledgeGraph) else read_graph(Path(graph))
    book = rules if isinstance(rules, RuleBook) else read_rules(rules)
    sets = resolve_sets(book.sets, read, kb)
    index, lookup = RuleIndex(book.rules, sets), Lookup(read, roles)
    with loaded_objects_aside():
        for chart in charts(lookup, patients):
            day = as_of or (chart.last_day.last if chart.last_day else None)
            if day is None:
                yield Decision(chart.patient)
                continue
            facts = Facts(chart.until(as_of), day, index.sets_of, (born or {}).get(chart.patient))
            yield _decide(facts, index, minimum_score, most)


def resolve_sets(
    sets: ConceptSets, graph: KnowledgeGraph, kb: KnowledgeBase | None = None
) -> dict[str, frozenset[str]]:
    """Find the concepts of sets: by identifier, by name without case, and through a base by code
    and kind.

    sets (ConceptSets): The sets.
    graph (KnowledgeGraph): Whose concepts.
    kb (KnowledgeBase | None): The base.
    RETURNS (dict[str, frozenset[str]]): Each set's concepts.
    """
    named: dict[str, set[str]] = {}
    for concept in graph.concepts.values():
        for name in {concept.id, concept.title, *concept.names} - {""}:
            named.setdefault(name.casefold(), set()).add(concept.id)
    found = {}
    for name in sets.members:
        members = sets.spread(name)
        ids = {id for member in members for id in named.get(member.casefold(), ())}
        found[name] = frozenset(ids | (set(expand(kb, members)) if kb is not None else set()))
    return found


def _decide(facts: Facts, rules: RuleIndex, minimum: float, most: int) -> Decision:
    decision = Decision(facts.chart.patient, facts.as_of.isoformat())
    seen: set[tuple[str, frozenset[str]]] = set()
    for rule in rules.of(facts):
        for alert, by in _fire(facts, rule, minimum):
            if alert.key in seen:
                continue
            seen.add(alert.key)
            if by:
                decision.silenced.append(Silenced(alert, UNLESS, tuple(by)))
            else:
                decision.alerts.append(alert)
    decision.alerts.sort(key=lambda alert: alert.order)
    decision.silenced += [Silenced(alert, BOUND) for alert in decision.alerts[most:]]
    del decision.alerts[most:]
    return decision


def _fire(facts: Facts, rule: Rule, minimum: float) -> Iterator[tuple[Alert, list[Fact]]]:
    """What a rule says, and what keeps it silent."""
    if rule.kind == CONTRADICTION:
        combinations = list(_contradictions(facts, rule))
    elif rule.kind == DUPLICATE:
        drugs = facts.of(rule.when)
        combinations = [tuple(drugs)] if len(drugs) > 1 else []
    else:
        combinations = list(_combinations(facts, rule))
    for found in combinations:
        if rule.kind == MONITORING and not _long_enough(facts, found[0], rule.within_days):
            continue
        if rule.kind == UNFOLLOWED and not _waited(facts, found[0], rule.within_days):
            continue
        by = [fact for term in rule.unless for fact in facts.of(term, rule.within_days)]
        yield _alert(facts, rule, found, minimum), by


def _combinations(facts: Facts, rule: Rule) -> Iterator[tuple[Fact, ...]]:
    terms = [facts.of(term, rule.within_days) for term in (rule.when, *rule.also)]
    for found in product(*terms):
        concepts = [fact.concept for fact in found if fact.concept]
        if len(set(concepts)) == len(concepts):  # a drug of both sets doesn't meet itself
            yield found


def _long_enough(facts: Facts, drug: Fact, days: int) -> bool:
    """Whether a drug is taken for so long that a test is due."""
    course = facts.chart.drugs.get(drug.concept)
    begun = course.started(facts.as_of) if course else None
    return begun is not None and begun.day.first <= facts.as_of - timedelta(days=days)


def _waited(facts: Facts, result: Fact, days: int) -> bool:
    """Whether the time for a repetition is over: the result is the newest one, and older."""
    return result.day is not None and result.day <= facts.as_of - timedelta(days=days)


def _contradictions(facts: Facts, rule: Rule) -> Iterator[tuple[Fact, ...]]:
    """Denied on a day, though told to have been there before that day."""
    for id in sorted(facts.held(SPOKEN).get(rule.when.set, ())):
        course = facts.chart.problems[id]
        denied = [one for one in course.statements if one.holds(ABSENT)]
        for one in course.ever():
            told = one.times.get(SINCE) or one.times.get(AT)
            against = [d for d in denied if told and told.last < d.day.first]
            if told and against:
                name = facts.chart.name(id)
                yield (
                    _fact(rule.when, id, f"{name} {told.iso}", one),
                    _fact(rule.when, id, f"no {name} {against[0].day.iso}", against[0]),
                )
                break


def _fact(term: Term, id: str, words: str, one: Statement) -> Fact:
    return Fact(str(term), id, words, (one,))


def _alert(facts: Facts, rule: Rule, found: tuple[Fact, ...], minimum: float) -> Alert:
    missing = rule.unless if rule.kind in (MONITORING, UNFOLLOWED, MISSING) else ()
    last = (facts.last_result(term) for term in missing if term.kind in (TESTED, RESULT))
    days = f" within {rule.within_days} days"
    words = [f"{term}{days if term.kind == TESTED else ''}" for term in missing]
    confidence = prod(fact.score for fact in found)
    return Alert(
        rule,
        facts.chart.patient,
        facts.as_of.isoformat(),
        found,
        tuple(words),
        tuple(fact for fact in last if fact and fact not in found),
        confidence,
        ALERT if confidence >= minimum else REVIEW,
    )
