"""CDS Hooks over HTTP: what is offered, a patient's cards, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
import spacy

from spacy_clinical.errors import SpacyClinicalError
from spacy_clinical.graph import build_graph
from spacy_clinical.graph.graph_files import write_graph
from spacy_clinical.records import Entity, Record
from spacy_clinical.serve import create_app
from spacy_clinical.serve.card_source import CardSource

from .live import Live, run_live

VIEW = "/cds-services/spacy-clinical-patient-view"
RULE = "ab\tinteraction\tdrug(A)\tdrug(B)\t\t\twarning\tBoth are taken.\t\tInvented\t\t2024-01-01\n"
HEAD = (
    "id\tkind\twhen\tand\tunless\twithin_days\tseverity\tmessage_en\tmessage_zh\tsource\turl"
    "\treviewed\n"
)


def note(patient: str, text: str, *drugs: str) -> Record:
    spans = [(text.index(drug), text.index(drug) + len(drug)) for drug in drugs]
    entities = tuple(Entity(f"T{i}", "MEDICATION", (span,)) for i, span in enumerate(spans))
    return Record(f"n-{patient}", text, entities, meta={"patient": patient, "date": "2024-05-01"})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> CardSource:
    folder = tmp_path_factory.mktemp("cds")
    notes = [note("p1", "Takes quorvin and zelplex.", "quorvin", "zelplex")]
    notes += [note("p2", "Takes quorvin.", "quorvin")]
    write_graph(build_graph(notes), folder / "graph.json")
    (folder / "rules.tsv").write_text(HEAD + RULE, encoding="utf-8")
    sets = "set\tmember\tsource\nA\tquorvin\tI\nB\tzelplex\tI\n"
    (folder / "sets.tsv").write_text(sets, encoding="utf-8")
    return CardSource(folder / "graph.json", (folder,))


@pytest.fixture(scope="module")
def live(source: CardSource) -> Iterator[Live]:
    with run_live(create_app(spacy.blank("en"), cards=source)) as found:
        yield found


def ask(live: Live, hook: str, **context: Any) -> Any:
    return live.post(VIEW, json={"hook": hook, "hookInstance": "i", "context": context})


def test_what_is_offered(live: Live) -> None:
    services = live.http.get("/cds-services").json()["services"]
    assert [one["hook"] for one in services] == ["patient-view", "order-select"]
    assert VIEW.endswith(services[0]["id"])


def test_a_patients_cards(live: Live) -> None:
    (card,) = ask(live, "patient-view", patientId="p1", userId="u").json()["cards"]
    assert (card["summary"], card["indicator"]) == ("Both are taken.", "warning")
    assert "n-p1:6-13" in card["detail"] and "n-p1:18-25" in card["detail"]
    assert ask(live, "patient-view", patientId="p2").json() == {"cards": []}


def test_what_is_refused(live: Live) -> None:
    """Nobody's name comes back; another hook, no patient, one without notes."""
    for status, answer in (
        (412, ask(live, "patient-view", patientId="secret-9")),
        (400, ask(live, "order-select", patientId="p1")),
        (400, ask(live, "patient-view")),
        (400, live.post(VIEW, json=[])),
        (404, live.post("/cds-services/other", json={})),
    ):
        assert answer.status_code == status and "secret-9" not in answer.text
        assert "SC930" in answer.text


def test_without_a_graph_there_is_no_service(source: CardSource) -> None:
    with run_live(create_app(spacy.blank("en"))) as bare:
        assert bare.http.get("/cds-services").status_code == 404
    with pytest.raises(SpacyClinicalError, match="SC973"):
        create_app(spacy.blank("en"), cards=CardSource(source.graph))
