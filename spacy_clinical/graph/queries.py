"""What a clinician asks of one patient, or of several one after the other.

Every answer tells what it left out and why, and where each row is said. Nothing denied, planned or
a relative's is taken for the patient's own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .clinical_graph import JOINT, PRESENT, UNKNOWN, Mention
from .drug_standing import drug_stands, stands
from .graph_lookup import ABSENT, FAMILY, Evidence, Lookup, Since
from .question_roles import DETAILS

Names = tuple[str, ...]
SETTLED = frozenset({PRESENT, "historical", "possible"})
NOT_THERE = frozenset({FAMILY, ABSENT, UNKNOWN})


@dataclass
class Answer:
    """Rows, and the findings or relations that were looked at and left out, counted by reason."""

    rows: list[Any] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


class Taking(NamedTuple):
    """A drug that a patient takes, in one way. A tuple of names where several are stated."""

    patient: str
    drug: str
    strength: Names
    dosage: Names
    route: Names
    frequency: Names
    form: Names
    duration: Names
    reasons: Names
    since: Since
    also_said: Names
    evidence: tuple[Evidence, ...]


class Effect(NamedTuple):
    """An adverse effect tied to a drug. `status` is how the effect is said: present, historical,
    possible, hypothetical."""

    patient: str
    drug: str
    effect: str
    status: str
    evidence: tuple[Evidence, ...]


class Problem(NamedTuple):
    """A condition or symptom of a patient."""

    patient: str
    problem: str
    status: str
    sites: Names
    treated_with: Names
    since: Since
    also_said: Names
    evidence: tuple[Evidence, ...]


class RuledOut(NamedTuple):
    """What a patient doesn't have. `also_said` tells of documents that say otherwise."""

    patient: str
    problem: str
    also_said: Names
    evidence: tuple[Evidence, ...]


class Relative(NamedTuple):
    """What runs in a patient's family."""

    patient: str
    problem: str
    treated_with: Names
    evidence: tuple[Evidence, ...]


def ask_medications(graph: Lookup) -> Answer:
    """What is each patient taking: how much, how often, since when, for what?

    A drug is taken if the newest documents that take a stand on it say so. Each way of taking it
    that mentions state is a row; one that another states more fully is part of that one's.

    graph (Lookup): The graph.
    RETURNS (Answer): Taking rows.
    """
    answer = Answer()
    for (patient, _), mentions in graph.of_kind(graph.roles.medications).items():
        status = drug_stands(graph, mentions)
        if status != PRESENT:
            answer.left_out[status or _main_assertion(graph, mentions)] += 1
            continue
        said = {m: stands(graph, m) for m in mentions}
        taken = [m for m in mentions if said[m] == PRESENT and not graph.of_family(m)]
        now = [m for m in taken if m.assertion == PRESENT] or taken
        other = tuple(sorted({*said.values(), *(m.assertion for m in mentions)} - {PRESENT}))
        name = graph.graph.concepts[now[0].concept].name
        why, since = _reasons(graph, now), graph.since(now)
        for (a, b, c, d, e, f), told in _regimens(graph, now):
            where = graph.evidence(told)
            row = Taking(patient, name, a, b, c, d, e, f, why, since, other, where)
            answer.rows.append(row)
    answer.rows.sort()
    return answer


def ask_adverse_effects(graph: Lookup) -> Answer:
    """Which adverse effects are tied to which drug?

    graph (Lookup): The graph.
    RETURNS (Answer): Effect rows, a row for each patient, drug, effect and status.
    """
    answer = Answer()
    found: dict[tuple[str, str, str, str], list[Mention]] = {}
    for drug, effect in caused_pairs(graph):
        status = effect_status(graph, drug, effect)
        if not NOT_THERE.isdisjoint(status.split(JOINT)):
            answer.left_out[status] += 1
            continue
        a, b = (graph.graph.concepts[m.concept].name for m in (drug, effect))
        patient = graph.graph.documents[drug.document].patient
        found.setdefault((patient, a, b, status), []).extend((drug, effect))
    answer.rows = [Effect(*key, graph.evidence(said)) for key, said in sorted(found.items())]
    return answer


def ask_problems(graph: Lookup) -> Answer:
    """Which conditions and symptoms does each patient have or has had?

    graph (Lookup): The graph.
    RETURNS (Answer): Problem rows: present ones, historical ones, and possible ones that no
        document settles.
    """
    answer = Answer()
    for (patient, concept), mentions in graph.of_kind(graph.roles.conditions).items():
        status = graph.said_last(mentions) or _main_assertion(graph, mentions)
        if not SETTLED.issuperset(status.split(JOINT)):
            answer.left_out[status] += 1
            continue
        said = [m for m in mentions if m.assertion == status]
        other = tuple(sorted({m.assertion for m in mentions} - {status}))
        sites, treated = _names(graph, said, "located"), _names(graph, said, "treats")
        since, where = graph.since(said), graph.evidence(said)
        name = graph.graph.concepts[concept].name
        row = Problem(patient, name, status, sites, treated, since, other, where)
        answer.rows.append(row)
    answer.rows.sort()
    return answer


def ask_ruled_out(graph: Lookup) -> Answer:
    """What was denied or excluded?

    graph (Lookup): The graph.
    RETURNS (Answer): RuledOut rows.
    """
    answer = Answer()
    for (patient, concept), mentions in graph.of_kind(graph.roles.conditions).items():
        said = [m for m in mentions if ABSENT in m.holds and m.holds <= {ABSENT, "historical"}]
        if said:
            other = tuple(sorted({m.assertion for m in mentions} - {m.assertion for m in said}))
            name = graph.graph.concepts[concept].name
            answer.rows.append(RuledOut(patient, name, other, graph.evidence(said)))
    answer.rows.sort()
    return answer


def ask_family(graph: Lookup) -> Answer:
    """What runs in each patient's family?

    graph (Lookup): The graph.
    RETURNS (Answer): Relative rows.
    """
    answer = Answer()
    for (patient, concept), mentions in graph.of_kind(graph.roles.conditions).items():
        said = [m for m in mentions if FAMILY in m.holds and m.holds <= {FAMILY, "historical"}]
        if said:
            name = graph.graph.concepts[concept].name
            drugs = _names(graph, said, "treats")
            answer.rows.append(Relative(patient, name, drugs, graph.evidence(said)))
    answer.rows.sort()
    return answer


def effect_status(graph: Lookup, drug: Mention, effect: Mention) -> str:
    """RETURNS (str): How it is said that a drug causes something: as the effect is, unless the drug
    itself is only thought of, not taken, or a relative's."""
    if FAMILY in drug.holds | effect.holds or graph.of_family(drug):
        return FAMILY
    if effect.assertion != PRESENT:
        return effect.assertion
    return PRESENT if drug.assertion == "historical" else drug.assertion


def caused_pairs(graph: Lookup) -> Iterator[tuple[Mention, Mention]]:
    """YIELDS (tuple[Mention, Mention]): Drug and effect of every relation that ties them, a
    document's own statement only where no two mentions make it."""
    pairs = [
        (mention, other)
        for mentions in graph.findings.values()
        for mention in mentions
        if mention.label in graph.roles.medications
        for other in graph.others(mention, graph.roles.causes)
        if other.label not in graph.roles.medications
    ]
    exact = {(a.document, a.concept, b.concept) for a, b in pairs if a.fragments}
    for a, b in pairs:
        if a.fragments or (a.document, a.concept, b.concept) not in exact:
            yield a, b


def _regimens(
    graph: Lookup, mentions: Sequence[Mention]
) -> list[tuple[tuple[Names, ...], list[Mention]]]:
    """The ways of taking a drug: details of each mention, the fuller ones taking in the others,
    of the same document before those of another."""
    ways: dict[tuple[Names, ...], list[Mention]] = {}
    for mention in mentions:
        details = tuple(_names(graph, [mention], detail) for detail in DETAILS)
        ways.setdefault(details, []).append(mention)
    fullest: list[tuple[tuple[Names, ...], list[Mention]]] = []
    for details, said in sorted(ways.items(), key=lambda way: (-sum(map(len, way[0])), way[0])):
        fuller = [other for known, other in fullest if _part_of(details, known)]
        if fuller:
            documents = {mention.document for mention in said}
            near = (way for way in fuller if documents & {m.document for m in way})
            next(near, fuller[0]).extend(said)
        else:
            fullest.append((details, list(said)))
    return fullest


def _part_of(details: Sequence[Names], fuller: Sequence[Names]) -> bool:
    return all(set(a) <= set(b) for a, b in zip(details, fuller, strict=True))


def _names(graph: Lookup, mentions: Sequence[Mention], role: str) -> Names:
    labels = getattr(graph.roles, role)
    others = [other for m in mentions for other in graph.others(m, labels)]
    return tuple(sorted({graph.name(other) for other in others}))


def _reasons(graph: Lookup, mentions: Sequence[Mention]) -> Names:
    others = [o for m in mentions for o in graph.others(m, graph.roles.treats)]
    return tuple(sorted({graph.name(o) for o in others if NOT_THERE.isdisjoint(o.holds)}))


def _main_assertion(graph: Lookup, mentions: Sequence[Mention]) -> str:
    """How something is said that no document takes a firm stand on."""
    said = {FAMILY if graph.of_family(m) else m.assertion for m in mentions}
    return next(a for a in ("possible", "hypothetical", FAMILY, *sorted(said)) if a in said)
