"""Patients against the criteria of a trial: eligible, not eligible, or unknown, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..decisions.patient_facts import Facts
from ..decisions.rule_engine import resolve_sets
from ..graph import ROLES, KnowledgeGraph, Lookup, Roles, read_graph
from ..graph.patient_chart import charts
from ..knowledge.concept_sets import ConceptSets
from ..knowledge.knowledge_base import KnowledgeBase
from ..questions.concept_names import names_of
from .chart_conditions import verdict_on
from .conditions import NO, UNKNOWN, YES, Condition, Verdict, join
from .criteria import Criterion
from .criterion_compiler import Compiled, compile_criteria

ELIGIBLE, NOT_ELIGIBLE = "eligible", "not eligible"


@dataclass(frozen=True)
class Answered:
    """A criterion and what a patient's notes answer.

    compiled (Compiled): The criterion.
    verdict (Verdict): YES where the patient may take part by it, NO where not.
    """

    compiled: Compiled
    verdict: Verdict


@dataclass(frozen=True)
class Screening:
    """A patient and a trial.

    patient (str): Whose.
    as_of (str): On which day, YYYY-MM-DD, "" where no note has one.
    status (str): ELIGIBLE where all criteria are met, NOT_ELIGIBLE where one isn't, else UNKNOWN.
    answers (tuple[Answered, ...]): All criteria, in their order.
    """

    patient: str
    as_of: str
    status: str
    answers: tuple[Answered, ...]

    def of(self, value: str) -> list[Answered]:
        """RETURNS (list[Answered]): The criteria with one answer."""
        return [one for one in self.answers if one.verdict.value == value]

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict): As JSON, each answer with the places in the notes that it rests on."""
        return {
            "patient": self.patient,
            "as_of": self.as_of,
            "status": self.status,
            "criteria": [_answer_dict(one) for one in self.answers],
        }


def screen(
    graph: KnowledgeGraph | str | Path,
    criteria: Sequence[Criterion] | Sequence[Compiled],
    *,
    kb: KnowledgeBase | None = None,
    patients: Iterable[str] | None = None,
    as_of: date | None = None,
    born: Mapping[str, date] | None = None,
    silence_is_no: bool = False,
    roles: Roles = ROLES,
) -> Iterator[Screening]:
    """Hold the criteria of a trial against patients' notes.

    graph (KnowledgeGraph | str | Path): The graph, or its file.
    criteria (Sequence[Criterion] | Sequence[Compiled]): What `read_criteria` or `compile_criteria`
        gives.
    kb (KnowledgeBase | None): Other names, and what is a kind of what.
    patients (Iterable[str] | None): Whose, all if None.
    as_of (date | None): On which day; that of each one's newest note if None.
    born (Mapping[str, date] | None): Birthdays, without which criteria of age are unknown.
    silence_is_no (bool): Take what no note speaks of for absent; results and ages never.
    roles (Roles): What labels stand for.
    YIELDS (Screening): One a patient, in the order of their names. A criterion that couldn't be
        compiled is unknown for everybody.
    """
    read = graph if isinstance(graph, KnowledgeGraph) else read_graph(Path(graph))
    compiled = _compiled(criteria, read, kb, roles)
    asked = [condition for one in compiled for condition in one.conditions if condition.set]
    members = {condition.set: condition.concepts for condition in asked}
    sets = resolve_sets(ConceptSets(members), read, kb)
    sets_of: dict[str, list[str]] = {}
    for name, concepts in sets.items():
        for concept in concepts:
            sets_of.setdefault(concept, []).append(name)
    for chart in charts(Lookup(read, roles), patients):
        day = as_of or (chart.last_day.last if chart.last_day else None)
        known = chart.until(as_of)
        if day is None or not known.documents:
            unknown = Verdict(UNKNOWN, "no note with a day, or none up to the day")
            told = tuple(Answered(one, unknown) for one in compiled)
            yield Screening(chart.patient, day.isoformat() if day else "", UNKNOWN, told)
            continue
        facts = Facts(known, day, sets_of, (born or {}).get(chart.patient))
        answers = tuple(Answered(one, _answer(one, facts, silence_is_no)) for one in compiled)
        yield Screening(chart.patient, day.isoformat(), _status(answers), answers)


def _compiled(
    criteria: Sequence[Criterion] | Sequence[Compiled],
    graph: KnowledgeGraph,
    kb: KnowledgeBase | None,
    roles: Roles,
) -> list[Compiled]:
    made = [one for one in criteria if isinstance(one, Compiled)]
    plain = [one for one in criteria if isinstance(one, Criterion)]
    return made or compile_criteria(plain, names_of(graph, roles=roles, kb=kb))


def _answer(compiled: Compiled, facts: Facts, silence_is_no: bool) -> Verdict:
    """Whether a patient may take part by a criterion."""
    if not compiled.conditions:
        return Verdict(UNKNOWN, compiled.why)
    verdicts = [_asked(one, facts, silence_is_no) for one in compiled.conditions]
    found = join(verdicts, compiled.joint)
    return found if compiled.negated != compiled.criterion.include else found.negated


def _asked(condition: Condition, facts: Facts, silence_is_no: bool) -> Verdict:
    found = verdict_on(condition, facts)
    if silence_is_no and found.silent and not condition.terms:
        return Verdict(NO, found.why, silent=True)
    return found


def _status(answers: Sequence[Answered]) -> str:
    values = {one.verdict.value for one in answers}
    return NOT_ELIGIBLE if NO in values else UNKNOWN if UNKNOWN in values else ELIGIBLE


def _answer_dict(one: Answered) -> dict[str, Any]:
    criterion = one.compiled.criterion
    return {
        "line": criterion.line,
        "part": "inclusion" if criterion.include else "exclusion",
        "text": criterion.text,
        "condition": str(one.compiled),
        "met": {YES: True, NO: False}.get(one.verdict.value),
        "why": one.verdict.why,
        "evidence": [
            {"document": said.mention.document, "fragments": list(said.mention.fragments)}
            for said in one.verdict.statements
        ],
    }
