"""What sentences say of drugs that were taken, are told of from before, or are tolerated.

Each row of data/drug_uses.tsv is a note of its own, "none" a drug of which nothing is told but that
there was a time before it, or that it is tolerated.
"""

from pathlib import Path

import pytest
from spacy.language import Language

from spacy_clinical import ask
from spacy_clinical.graph import Lookup, ask_medications, build_graph
from spacy_clinical.graph.clinical_graph import KnowledgeGraph
from spacy_clinical.graph.patient_chart import PatientChart, charts
from spacy_clinical.tsv import read_rows

from ..named_notes import name_mentions, said_of

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "drug_uses.tsv")]


NAMED = (f"{drugs};{allergies}" if "=" in allergies else drugs for _, drugs, allergies, _ in ROWS)
NAMES = {name for each in NAMED for name in said_of(each)}


def pipeline(lang: str) -> Language:
    return name_mentions(lang, NAMES, "MEDICATION", ours=True)


def graph_of(lang: str, text: str) -> KnowledgeGraph:
    pair = (text, {"id": "n1", "date": "2024-05-01", "patient": "p1"})
    return build_graph(pipeline(lang).pipe([pair], as_tuples=True))


def status(chart: PatientChart, drug: str) -> str:
    courses = {chart.name(id).casefold(): course for id, course in chart.drugs.items()}
    course = courses.get(drug.casefold())
    return (course.status() if course else "") or "none"


@pytest.mark.parametrize(("lang", "drugs", "allergies", "text"), ROWS)
def test_standing(lang: str, drugs: str, allergies: str, text: str) -> None:
    lookup = Lookup(graph_of(lang, text))
    (chart,) = charts(lookup)
    wanted = {name: said.partition("/")[0] for name, said in said_of(drugs).items()}
    assert {name: status(chart, name) for name in wanted} == wanted
    taken = {row.drug.casefold() for row in ask_medications(lookup).rows}
    assert taken == {name.casefold() for name, said in wanted.items() if said == "taking"}
    found = {chart.name(id).casefold() for id in chart.allergens()}
    said = said_of(allergies) if allergies != "-" else {}
    assert found == {name.casefold() for name, there in said.items() if there == "yes"}


def test_taken_once_has_no_day_of_an_end() -> None:
    graph = graph_of("en", "She was on lorvane.")
    asked = {q: ask(graph, q) for q in ("Is she on lorvane?", "When was lorvane stopped?")}
    assert [[row.value for row in answer.rows] for answer in asked.values()] == [["past"], []]
    told = ask(graph_of("en", "Lorvane was stopped."), "When was lorvane stopped?")
    assert [row.value for row in told.rows] == ["2024-05-01"]
