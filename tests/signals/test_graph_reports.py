"""Reports and evidence from a graph: nothing denied or a relative's counts."""

import pytest

from spacy_clinical.errors import SignalError
from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.records import Attribute, Entity, Record, Relation
from spacy_clinical.signals.drug_evidence import evidence_on
from spacy_clinical.signals.graph_reports import graph_reports


def note(id: str, patient: str, said: str = "", label: str = "CAUSES") -> Record:
    text = "Lisinopril and cough."
    entities = [
        Entity("T1", "MEDICATION", ((0, 10),)),
        Entity("T2", "SYMPTOM", ((15, 20),)),
    ]
    attributes = [Attribute("T2", "assertion", said)] if said else []
    relations = [Relation("T1", "T2", label)]
    return Record(id, text, entities, relations, attributes, meta={"patient": patient})


@pytest.fixture(scope="module")
def graph() -> Lookup:
    notes = [
        note("n1", "p1"), note("n2", "p1"), note("n3", "p2"), note("n4", "p3", "absent"),
        note("n5", "p4", "family"), note("n6", "p5", "hypothetical"),
        note("n7", "p6", "", "TREATS"),
    ]  # fmt: skip
    return Lookup(build_graph(notes))


def pairs(graph: Lookup, *args: str) -> dict[str, set[tuple[str, str]]]:
    return {r.id: set(r.named()) for r in graph_reports(graph, *args).reports if set(r.named())}


def test_caused_pairs_by_patient_and_document(graph: Lookup) -> None:
    pair = {("Lisinopril", "cough")}
    assert pairs(graph, "causes") == {"p1": pair, "p2": pair}
    assert pairs(graph, "causes", "document") == {"n1": pair, "n2": pair, "n3": pair}
    source = graph_reports(graph, "causes")
    assert source.left_out["pairs denied, doubted, supposed or somebody else's"] == 3
    cited = {str(e) for e in source.evidence["Lisinopril", "cough"]}
    assert {"n1:0-10", "n3:15-20"} <= cited and not any(c.startswith("n4") for c in cited)
    assert len(source.reports) == 6  # patients without a pair count among all


def test_mentioned_together(graph: Lookup) -> None:
    assert set(pairs(graph, "comention", "document")) == {"n1", "n2", "n3", "n7"}
    assert set(pairs(graph, "taken")) == {"p1", "p2", "p6"}
    reasons = {r.id: r.reasons for r in graph_reports(graph, "taken").reports}
    assert reasons["p6"] == {("Lisinopril", "cough")} and not reasons["p1"]


def test_unknown_words(graph: Lookup) -> None:
    for args in (("together",), ("causes", "hospital")):
        with pytest.raises(SignalError, match="SC989"):
            graph_reports(graph, *args)


def test_evidence(graph: Lookup) -> None:
    rows = {row.relation: row for row in evidence_on(graph, "LISINOPRIL")}
    causes = rows["CAUSES"]
    assert causes.documents == 3 and causes.contradicts == ("TREATS",)
    assert {e.document for e in causes.opposing} == {"n4"}
    assert {e.document for e in causes.doubting} == {"n6"}
    assert rows["TREATS"].contradicts == ("CAUSES",)
    with pytest.raises(SignalError, match=r"SC990.*lisinopril"):
        evidence_on(graph, "lisinoprel")
