"""Graphs in files: the same graph back, the same bytes, clear words for what can't be read."""

import csv
import json
from pathlib import Path

import networkx
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings

from spacy_clinical.errors import GraphError
from spacy_clinical.graph import (
    KnowledgeGraph,
    build_graph,
    from_networkx,
    merge_graphs,
    read_graph,
    to_networkx,
    write_graph,
)
from spacy_clinical.graph.clinical_graph import Document, Finding
from spacy_clinical.graph.property_graph import finding_id, parse_finding

from .cases import BOB, LINKED, NOTES, note
from .strategies import FEW, graphs

FORMS = ["g.json", "g.graphml", "g.ttl", "g"]
ANY = settings(FEW, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return build_graph([*NOTES, LINKED], keep_text=True, source="en_model 1.0")


def content(path: Path) -> dict[str, bytes]:
    files = path.iterdir() if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("name", FORMS)
def test_round_trip(graph: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    write_graph(graph, tmp_path / name)
    assert read_graph(tmp_path / name) == graph
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", FORMS)
@ANY
@given(graphs())
def test_any_graph_comes_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, made: KnowledgeGraph
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    write_graph(made, path)
    assert read_graph(path) == made


@pytest.mark.parametrize("name", FORMS)
def test_the_same_graph_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    parts = [build_graph([record]) for record in (*NOTES, LINKED)]
    for folder, order in (("a", parts), ("b", parts[::-1])):
        (tmp_path / folder).mkdir()
        write_graph(merge_graphs(order), tmp_path / folder / name)
    assert content(tmp_path / "a" / name) == content(tmp_path / "b" / name)


def test_networkx_users(graph: KnowledgeGraph) -> None:
    made = to_networkx(graph)
    assert from_networkx(made) == graph
    penicillin = finding_id(Finding("bob-1", "text:MEDICATION:penicillin", "present"))
    causes = [
        tail for _, tail, edge in made.out_edges(penicillin, data=True) if edge["type"] == "CAUSES"
    ]
    assert {made.nodes[tail]["assertion"] for tail in causes} == {"absent", "present"}
    assert networkx.has_path(made, "patient:bob-1", "concept:text:ANATOMY:arms")


def test_turtle_speaks_standard_vocabularies(graph: KnowledgeGraph, tmp_path: Path) -> None:
    write_graph(graph, tmp_path / "g.ttl")
    made = rdflib.Graph().parse(tmp_path / "g.ttl")
    query = """
        PREFIX oa: <http://www.w3.org/ns/oa#>
        PREFIX schema: <http://schema.org/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX clin: <urn:spacy-clinical:vocabulary#>
        SELECT ?patient ?start ?end WHERE {
            ?finding clin:CAUSES ?effect ; schema:about/dcterms:identifier ?patient .
            ?effect dcterms:subject/skos:prefLabel "rash" ; clin:assertion "present" .
            ?mention oa:hasBody ?effect ; oa:hasTarget/oa:hasSelector ?selector .
            ?selector oa:start ?start ; oa:end ?end .
        }"""
    rows = [tuple(value.toPython() for value in row) for row in made.query(query)]
    start = BOB.text.index("rash")
    assert rows == [("bob-1", start, start + 4)]
    agents = list(made.subjects(rdflib.RDF.type, rdflib.PROV.SoftwareAgent))
    assert [str(made.value(agent, rdflib.RDFS.label)) for agent in agents] == ["en_model 1.0"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('?d >= "2024-01-01"^^xsd:date', ["new"]),
        ('?d < "2024-01-01"^^xsd:date', ["old"]),
        ('?d = "2024-02"^^xsd:gYearMonth', ["month"]),
        ('?d = "2022"^^xsd:gYear', ["year"]),
    ],
)
def test_dates_of_turtle_have_the_type_of_their_precision(
    tmp_path: Path, condition: str, found: list[str]
) -> None:
    dates = {"old": "2023-12-31", "new": "2024-02-01", "month": "2024-02", "year": "2022"}
    made = KnowledgeGraph()
    made.documents = {id: Document(id, "ann", date) for id, date in dates.items()}
    write_graph(made, tmp_path / "g.ttl")
    # rdflib compares literals of two types by the types' names, so the filter names the type too.
    query = f"""SELECT ?id {{ ?n dcterms:identifier ?id ; dcterms:date ?d .
        FILTER ({condition} && datatype(?d) = datatype({condition.split()[-1]})) }}"""
    rows = rdflib.Graph().parse(tmp_path / "g.ttl").query(query)
    assert [str(row[0]) for row in rows] == found
    assert read_graph(tmp_path / "g.ttl") == made


def test_csv_has_the_headers_of_the_importer(graph: KnowledgeGraph, tmp_path: Path) -> None:
    write_graph(graph, tmp_path / "g")
    sheets = {}
    for file in (tmp_path / "g").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            sheets[file.stem] = list(csv.reader(stream))
    assert sheets["findings"][0] == [
        "id:ID",
        ":LABEL",
        "name:string",
        "label:string[]",
        "assertion:string",
    ]
    assert sheets["relationships"][0][:3] == [":START_ID", ":END_ID", ":TYPE"]
    ids = [
        row[0]
        for name in ("patients", "documents", "concepts", "findings")
        for row in sheets[name][1:]
    ]
    assert len(ids) == len(set(ids)) == to_networkx(graph).number_of_nodes()
    assert {end for row in sheets["relationships"][1:] for end in row[:2]} <= set(ids)
    command = (tmp_path / "g" / "import.txt").read_text()
    assert all(f"={file.name}" in command for file in (tmp_path / "g").glob("*.csv"))


@pytest.mark.parametrize(
    ("kind", "name"),
    [("document", "date"), ("concept", "title"), ("document", "kind"), ("", "type"), ("", "label")],
)
@pytest.mark.parametrize("value", [7, None, {"Quxwort": 1}, ["Quxwort"]])
def test_attributes_of_another_type(
    graph: KnowledgeGraph, tmp_path: Path, kind: str, name: str, value: object
) -> None:
    write_graph(graph, tmp_path / "g.json")
    data = json.loads((tmp_path / "g.json").read_text())
    parts = [n for n in data["nodes"] if n["kind"] == kind] if kind else data["links"]
    for part in parts:
        part[name] = value
    (tmp_path / "g.json").write_text(json.dumps(data))
    with pytest.raises(GraphError, match="SC656") as caught:
        read_graph(tmp_path / "g.json")
    assert parts and "Quxwort" not in str(caught.value)


def test_ids_with_slashes() -> None:
    finding = Finding("p/%1", "text:A:a/b", "x%2Fy")
    assert parse_finding(finding_id(finding)) == finding


@pytest.mark.parametrize(
    "code, name, content",
    [
        ("SC656", "g.json", "{"),
        ("SC656", "g.json", '{"nodes": [{"id": 1}], "links": []}'),
        ("SC656", "g.graphml", "<graphml"),
        (
            "SC656",
            "g.graphml",
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
            '<graph edgedefault="directed"><node id="a"/></graph></graphml>',
        ),
        ("SC656", "g.ttl", "@prefix"),
        ("SC656", "g.ttl", "<urn:a> a <http://schema.org/DigitalDocument> ."),
        ("SC655", "g.txt", ""),
        ("SC656", "none.json", None),
    ],
)
def test_unreadable(tmp_path: Path, code: str, name: str, content: str | None) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(GraphError, match=code):
        read_graph(tmp_path / name)


@pytest.mark.parametrize(
    "file, old, new, found",
    [
        ("findings.csv", "assertion:string", "said:string", "another header"),
        ("relationships.csv", "patient:ann,OF_PATIENT", "patient:ann", r"line \d+ has 14 columns"),
        ("documents.csv", "document:bob-1,", "document:eve,", "don't fit together"),
    ],
)
def test_broken_csv_is_named(
    graph: KnowledgeGraph, tmp_path: Path, file: str, old: str, new: str, found: str
) -> None:
    write_graph(graph, tmp_path / "g")
    path = tmp_path / "g" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(GraphError, match=f"SC656.*{found}"):
        read_graph(tmp_path / "g")


def test_a_missing_or_misencoded_csv_is_named(graph: KnowledgeGraph, tmp_path: Path) -> None:
    write_graph(graph, tmp_path / "g")
    (tmp_path / "g" / "concepts.csv").write_bytes(b"\xff")
    with pytest.raises(GraphError, match=r"concepts\.csv.*UTF-8"):
        read_graph(tmp_path / "g")
    (tmp_path / "g" / "concepts.csv").unlink()
    with pytest.raises(GraphError, match=r"concepts\.csv.*missing"):
        read_graph(tmp_path / "g")


@pytest.mark.parametrize(
    "name, id", [("g.graphml", "a\x01"), *((name, "a\ud800") for name in FORMS)]
)
def test_what_a_form_cannot_hold_leaves_nothing(tmp_path: Path, name: str, id: str) -> None:
    made = build_graph([note(id, "aspirin", [("aspirin", "MEDICATION")])])
    with pytest.raises(GraphError, match="SC657"):
        write_graph(made, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
