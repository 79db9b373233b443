"""`graph build | query | export | draw`, from a corpus to an answer."""

import csv
import json
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from spacy_clinical.docs import to_doc
from spacy_clinical.formats import write_jsonl
from spacy_clinical.graph import build_graph, merge_graphs, read_graph, write_graph

from ..graph.cases import BOB, JANUARY, LINKED, MARCH, NOTES
from .conftest import Call


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notes") / "notes.jsonl"
    write_jsonl(NOTES, path)
    return path


@pytest.fixture(scope="module")
def graph(notes: Path) -> Path:
    write_graph(build_graph(NOTES), notes.parent / "graph.json")
    return notes.parent / "graph.json"


def test_build(call: Call, notes: Path, tmp_path: Path) -> None:
    output = call("graph", "build", notes, tmp_path / "g.json").output
    assert read_graph(tmp_path / "g.json") == build_graph(NOTES)
    assert "mentions of persons, left out" in output


def test_build_from_docs(call: Call, tmp_path: Path) -> None:
    make_doc = spacy.blank("en").make_doc
    DocBin(docs=[to_doc(record, make_doc) for record in NOTES]).to_disk(tmp_path / "n.spacy")
    call(
        "graph", "build", tmp_path / "n.spacy", tmp_path / "g.ttl", "--source", "m 1", "--keep-text"
    )
    assert read_graph(tmp_path / "g.ttl") == build_graph(NOTES, source="m 1", keep_text=True)


def test_build_in_a_language(call: Call, refuse: Call, tmp_path: Path) -> None:
    lines = [
        {"id": "1", "text": "CRP 6,2."},
        {"id": "2", "text": "CRP 6,2.", "meta": {"language": "fr"}},
    ]
    (tmp_path / "n.jsonl").write_text("\n".join(map(json.dumps, lines)))
    call("graph", "build", tmp_path / "n.jsonl", tmp_path / "g.json", "--language", "de-AT")
    documents = read_graph(tmp_path / "g.json").documents
    assert [documents[id].language for id in ("1", "2")] == ["de", "fr"]
    told = ("graph", "build", tmp_path / "n.jsonl", tmp_path / "h.json", "--language", "German")
    refuse("SC123", *told)
    assert not (tmp_path / "h.json").exists()


def test_build_adds_to_graphs(call: Call, tmp_path: Path) -> None:
    for name, record in (("a", JANUARY), ("b", MARCH), ("c", BOB)):
        write_jsonl([record], tmp_path / f"{name}.jsonl")
    call("graph", "build", tmp_path / "a.jsonl", tmp_path / "a.json")
    call("graph", "build", tmp_path / "b.jsonl", tmp_path / "b", "--add", tmp_path / "a.json")
    call("graph", "build", tmp_path / "c.jsonl", tmp_path / "c.graphml", "--add", tmp_path / "b")
    assert read_graph(tmp_path / "c.graphml") == build_graph(NOTES)


def test_patients_and_dates_by_other_keys(call: Call, tmp_path: Path) -> None:
    line = {"id": "1", "text": "Fever.", "meta": {"mrn": 7, "seen": "2024-05-06"}}
    (tmp_path / "n.jsonl").write_text(json.dumps(line))
    keys = ("--patient-key", "mrn", "--date-key", "seen")
    call("graph", "build", tmp_path / "n.jsonl", tmp_path / "g.json", *keys)
    document = read_graph(tmp_path / "g.json").documents["1"]
    assert (document.patient, document.date) == ("7", "2024-05-06")


def test_a_knowledge_base_names_concepts(call: Call, tmp_path: Path) -> None:
    (tmp_path / "kb.csv").write_text("id,name\nD009270,Naloxone hydrochloride\n")
    call("kb", "build", tmp_path / "kb.csv", "-o", tmp_path / "kb")
    write_jsonl([LINKED], tmp_path / "n.jsonl")
    call("graph", "build", tmp_path / "n.jsonl", tmp_path / "g.json", "--kb", tmp_path / "kb")
    concepts = read_graph(tmp_path / "g.json").concepts
    assert concepts["D009270"].name == "Naloxone hydrochloride"
    assert concepts["D003000"].name == "clonidine"


@pytest.mark.parametrize(
    "question, shown",
    [
        ("medications", "1000 mg"),
        ("adverse-effects", "heartburn"),
        ("problems", "gout"),
        ("ruled-out", "fever"),
        ("family", "insulin"),
        ("counts", "penicillin"),
        ("rates", "takers"),
    ],
)
def test_questions(call: Call, graph: Path, question: str, shown: str) -> None:
    assert shown.lower() in call("graph", "query", graph, question).output.lower()


def test_an_answer_tells_what_it_leaves_out(call: Call, graph: Path) -> None:
    output = call("graph", "query", graph, "medications", "--patient", "ann", "--limit", "1").output
    assert "2 rows, 1 of them not shown" in output
    assert "left out: 1 family, 2 historical" in output


def test_answers_in_files(call: Call, graph: Path, tmp_path: Path) -> None:
    call("graph", "query", graph, "medications", "-o", tmp_path / "a.json", "-n", "1")
    call("graph", "query", graph, "medications", "-o", tmp_path / "a.csv")
    answer = json.loads((tmp_path / "a.json").read_text())
    assert [row["drug"] for row in answer["rows"]] == ["metformin", "metformin", "penicillin"]
    assert answer["rows"][0]["evidence"][0] == {"document": "ann-2", "fragments": [[0, 9]]}
    assert answer["rows"][0]["since"] == {"date": "2024-01-15", "basis": "document"}
    assert answer["left_out"] == {"absent": 1, "family": 1, "historical": 2}
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[1]["evidence"] == "ann-1:19-28"
    assert rows[1]["since"] == "2024-01-15 (document)"


def test_export_and_draw_one_patient(call: Call, graph: Path, tmp_path: Path) -> None:
    call("graph", "export", graph, tmp_path / "bob.ttl", "--patient", "bob-1")
    bob, alone = read_graph(tmp_path / "bob.ttl"), build_graph([BOB])
    assert (bob.mentions, bob.relations) == (alone.mentions, alone.relations)
    output = call(
        "graph", "draw", graph, tmp_path / "g.svg", "-p", "ann", "--max-boxes", "9"
    ).output
    assert "9 boxes" in output
    assert "findings beyond the limit" in output
    assert (tmp_path / "g.svg").read_text().startswith("<svg")


def test_roles_of_other_schemas(call: Call, tmp_path: Path) -> None:
    line = {
        "id": "1",
        "text": "Pille gegen Husten",
        "entities": [
            {"id": "a", "label": "ARZNEI", "start": 0, "end": 5},
            {"id": "b", "label": "LEIDEN", "start": 12, "end": 18},
        ],
        "relations": [{"head": "a", "tail": "b", "label": "GEGEN"}],
    }
    (tmp_path / "n.jsonl").write_text(json.dumps(line))
    roles = {"medications": ["ARZNEI"], "conditions": ["LEIDEN"], "treats": ["GEGEN"]}
    (tmp_path / "r.json").write_text(json.dumps(roles))
    call(
        "graph", "build", tmp_path / "n.jsonl", tmp_path / "g.json", "--roles", tmp_path / "r.json"
    )
    asked = ("graph", "query", tmp_path / "g.json", "medications", "--roles", tmp_path / "r.json")
    assert "Husten" in call(*asked).output


@pytest.mark.parametrize(
    "content",
    ["[", "[]", '{"Quxwort": []}', '{"treats": "TREATS"}', "[" * 900 + "]" * 900, "[" * 100_000],
)
def test_roles_that_cannot_be_read(refuse: Call, graph: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "r.json").write_text(content)
    told = refuse("SC654", "graph", "query", graph, "family", "--roles", tmp_path / "r.json")
    assert "Quxwort" not in str(told)


def test_refused(refuse: Call, notes: Path, graph: Path, tmp_path: Path) -> None:
    refuse("SC655", "graph", "build", notes, tmp_path / "g.rdf")
    refuse("SC656", "graph", "query", tmp_path / "none.json", "family")
    refuse("SC653", "graph", "query", graph, "family", "--patient", "eve")
    refuse("SC661", "graph", "query", graph, "weather")
    refuse("SC662", "graph", "query", graph, "family", "-o", tmp_path / "a.xlsx")
    refuse("SC659", "graph", "draw", graph, tmp_path / "g.pdf")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_merge_leaves_nothing(refuse: Call, notes: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    refuse("SC656", "graph", "build", notes, tmp_path / "g.json", "--add", tmp_path / "bad.json")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.json"]


def test_merged_by_hand(graph: Path) -> None:
    assert merge_graphs([build_graph([r]) for r in NOTES]) == read_graph(graph)
