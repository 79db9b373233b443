"""How often over many patients: counts of concepts, and drugs beside their adverse effects."""

from collections.abc import Iterable
from typing import NamedTuple

from .clinical_graph import JOINT, PRESENT
from .graph_lookup import Lookup
from .queries import NOT_THERE, Answer, caused_pairs, effect_status

TAKEN = (PRESENT, "historical")
UNCOUNTED = NOT_THERE | {"hypothetical"}


class Count(NamedTuple):
    """How often a concept is said in one way."""

    label: str
    concept: str
    assertion: str
    patients: int
    documents: int
    mentions: int


class Rate(NamedTuple):
    """How many of a drug's takers had an effect tied to it.

    patients, documents (int): With the effect tied to the drug.
    takers (int): Patients who take or took the drug, be it by this statement alone.
    """

    drug: str
    effect: str
    patients: int
    documents: int
    takers: int


def ask_counts(graph: Lookup) -> Answer:
    """How often is each concept said, and in which way: in patients, documents, mentions?

    graph (Lookup): The graph.
    RETURNS (Answer): Count rows, the most frequent first.
    """
    rows: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for finding, mentions in graph.findings.items():
        for mention in mentions:
            if mention.fragments:
                key = (mention.label, finding.concept, finding.assertion)
                rows.setdefault(key, []).append((finding.patient, mention.document))
    counted = [
        Count(label, graph.graph.concepts[concept].name, assertion, *_numbers(said), len(said))
        for (label, concept, assertion), said in rows.items()
    ]
    return Answer(sorted(counted, key=lambda row: (-row.patients, -row.documents, row)))


def ask_rates(graph: Lookup) -> Answer:
    """How many of a drug's takers had which adverse effect?

    Effects that did happen, or are suspected: those only warned of, denied or a relative's are
    left out.

    graph (Lookup): The graph.
    RETURNS (Answer): Rate rows, the most frequent first.
    """
    answer = Answer()
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for drug, effect in caused_pairs(graph):
        status = effect_status(graph, drug, effect)
        if not UNCOUNTED.isdisjoint(status.split(JOINT)):
            answer.left_out[status] += 1
            continue
        patient = graph.graph.documents[drug.document].patient
        key = (graph.fold(drug.concept), graph.fold(effect.concept))
        found.setdefault(key, []).append((patient, drug.document))
    takers = _takers(graph)
    for names, said in found.items():
        everyone = takers.get(names[0], set()) | {patient for patient, _ in said}
        answer.rows.append(Rate(*names, *_numbers(said), len(everyone)))
    answer.rows.sort(key=lambda row: (-row.patients, row))
    return answer


def cross_table(rates: Iterable[Rate]) -> tuple[list[str], list[list[str | int]]]:
    """Lay rates out with a row for each drug and a column for each effect.

    rates (Iterable[Rate]): Rows of `ask_rates`.
    RETURNS (tuple[list[str], list[list[str | int]]]): The effects; and for each drug its name, its
        takers, and the patients with each effect.
    """
    rates = list(rates)
    effects = sorted({rate.effect for rate in rates})
    cells = {(rate.drug, rate.effect): rate.patients for rate in rates}
    takers = {rate.drug: rate.takers for rate in rates}
    rows: list[list[str | int]] = [
        [drug, takers[drug], *(cells.get((drug, effect), 0) for effect in effects)]
        for drug in sorted(takers)
    ]
    return effects, rows


def _takers(graph: Lookup) -> dict[str, set[str]]:
    """A drug's name to the patients who take or took it."""
    found: dict[str, set[str]] = {}
    for (patient, concept), mentions in graph.of_kind(graph.roles.medications).items():
        if any(m.assertion in TAKEN and not graph.of_family(m) for m in mentions):
            found.setdefault(graph.fold(concept), set()).add(patient)
    return found


def _numbers(said: Iterable[tuple[str, str]]) -> tuple[int, int]:
    pairs = list(said)
    return len({patient for patient, _ in pairs}), len({document for _, document in pairs})
