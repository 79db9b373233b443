"""Reports from a graph of what notes say: a report a patient, or a report a document."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..errors import Errors, SignalError
from ..graph import Lookup
from ..graph.clinical_graph import PRESENT, Mention
from ..graph.graph_lookup import Evidence
from ..graph.queries import caused_pairs, effect_status
from .duplicate_reports import merge
from .safety_reports import DENIED, Report, ReportSource

PAIRS = ("causes", "comention", "taken")
UNITS = ("patient", "document")
Pair = tuple[str, str]
_HELD = frozenset({PRESENT, "historical"})


@dataclass
class GraphReports(ReportSource):
    """Reports of a graph, and where each pair is said.

    evidence (dict[tuple[str, str], list[Evidence]]): By pair of drug and event.
    """

    evidence: dict[Pair, list[Evidence]] = field(default_factory=dict)


def graph_reports(
    graph: Lookup,
    pairs: str = "causes",
    unit: str = "patient",
    strata: Mapping[str, tuple[str, ...]] | None = None,
) -> GraphReports:
    """Make reports of a graph. What is denied, doubted, supposed or a relative's never counts.

    graph (Lookup): The graph.
    pairs (str): "causes": pairs that a relation ties together. "comention": each drug with each
        condition or symptom of a document. "taken": each drug with each one of the patient, in
        whatever documents.
    unit (str): "patient" or "document": what counts once.
    strata (Mapping[str, tuple[str, ...]] | None): Of each patient.
    RETURNS (GraphReports): Raises SignalError for other words.
    """
    for name, word, known in (("pair", pairs, PAIRS), ("unit", unit, UNITS)):
        if word not in known:
            found = {"name": word, "what": name, "known": ", ".join(known)}
            raise SignalError(Errors.SC989.format(**found))
    source = GraphReports()
    documents = {id: Report(id, frozenset(), frozenset()) for id in graph.graph.documents}
    named = _Named(graph, source.left_out)
    tied = _tied(graph, source, named) if pairs == "causes" else {}
    for id in documents:
        drugs, events, reasons = named.drugs.get(id, {}), named.events.get(id, {}), named.reasons
        own = strata.get(graph.graph.documents[id].patient, ()) if strata else ()
        documents[id] = Report(
            id,
            frozenset(drugs),
            frozenset(events),
            own,
            frozenset(reasons.get(id, ())),
            frozenset(tied.get(id, ())) if pairs == "causes" else None,
        )
    if pairs != "causes":
        _cite(source, documents.values(), named)
    source.reports = _by_unit(graph, documents, unit, pairs)
    return source


def name_of(graph: Lookup, mention: Mention) -> str:
    """RETURNS (str): The name of a mention's concept."""
    return graph.graph.concepts[mention.concept].name


class _Named:
    """Drugs, events and reasons of each document that hold of the patient."""

    def __init__(self, graph: Lookup, left_out: Counter[str]):
        self.graph = graph
        self.drugs: dict[str, dict[str, list[Mention]]] = {}
        self.events: dict[str, dict[str, list[Mention]]] = {}
        self.reasons: dict[str, set[Pair]] = {}
        for mentions in graph.findings.values():
            for mention in mentions:
                self._take(mention, left_out)

    def _take(self, mention: Mention, left_out: Counter[str]) -> None:
        roles = self.graph.roles
        is_drug = mention.label in roles.medications
        if not is_drug and mention.label not in roles.conditions:
            return
        if not mention.holds <= _HELD or self.graph.of_family(mention):
            left_out[f"mentions {DENIED}"] += 1
            return
        name = name_of(self.graph, mention)
        kind = self.drugs if is_drug else self.events
        kind.setdefault(mention.document, {}).setdefault(name, []).append(mention)
        if is_drug:
            reasons = self.graph.others(mention, roles.treats)
            pairs = {(name, name_of(self.graph, reason)) for reason in reasons}
            self.reasons.setdefault(mention.document, set()).update(pairs)


def _tied(graph: Lookup, source: GraphReports, named: _Named) -> dict[str, set[Pair]]:
    """Pairs of relations, by document."""
    found: dict[str, set[Pair]] = {}
    for drug, effect in caused_pairs(graph):
        if not frozenset(effect_status(graph, drug, effect).split("+")) <= _HELD:
            source.left_out[f"pairs {DENIED}"] += 1
            continue
        pair = name_of(graph, drug), name_of(graph, effect)
        found.setdefault(drug.document, set()).add(pair)
        source.evidence.setdefault(pair, []).extend(graph.evidence((drug, effect)))
        for kind, mention in ((named.drugs, drug), (named.events, effect)):
            kind.setdefault(mention.document, {}).setdefault(name_of(graph, mention), [])
    return found


def _cite(source: GraphReports, reports: Iterable[Report], named: _Named) -> None:
    for report in reports:
        for drug, event in report.named():
            said = (*named.drugs[report.id][drug], *named.events[report.id][event])
            source.evidence.setdefault((drug, event), []).extend(named.graph.evidence(said))


def _by_unit(graph: Lookup, documents: Mapping[str, Report], unit: str, pairs: str) -> list[Report]:
    if unit == "document":
        return list(documents.values())
    patients: dict[str, list[Report]] = {}
    for id, report in documents.items():
        patients.setdefault(graph.graph.documents[id].patient, []).append(report)
    if pairs == "comention":
        for reports in patients.values():
            reports[:] = [_paired(report) for report in reports]
    return [merge(reports, patient) for patient, reports in patients.items()]


def _paired(report: Report) -> Report:
    pairs = frozenset(report.named())
    return Report(report.id, report.drugs, report.events, report.strata, report.reasons, pairs)
