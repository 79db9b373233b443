"""What English, German, Spanish and Chinese sentences say became of a drug: in timeline and graph.

Each row of data/drug_changes.tsv is a note of its own; what it says of its drugs was written
before the rules were.
"""

from pathlib import Path

import pytest
from spacy.language import Language

from spacy_clinical.graph import Lookup, ask_medications, build_graph
from spacy_clinical.graph.clinical_graph import KnowledgeGraph
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.tsv import read_rows

from ..named_notes import name_mentions, said_of

TABLE = Path(__file__).parent / "data" / "drug_changes.tsv"
ROWS = [tuple(row) for row in read_rows(TABLE)]
LANGUAGES = ("de", "es", "zh")
NAMES = {name for _, drugs, _ in ROWS for name in said_of(drugs)}


def pipeline(lang: str) -> Language:
    return name_mentions(lang, NAMES, "MEDICATION", ours=True)


def graph_of(lang: str, text: str) -> KnowledgeGraph:
    pair = (text, {"id": "n1", "date": "2024-05-01", "patient": "p1"})
    return build_graph(pipeline(lang).pipe([pair], as_tuples=True))


def told(lang: str, drugs: str, text: str) -> dict[str, str]:
    """What the timeline says of each drug, with the step that is asked for."""
    lookup = Lookup(graph_of(lang, text))
    (chart,) = charts(lookup)
    courses = {chart.name(concept).casefold(): course for concept, course in chart.drugs.items()}
    found = {}
    for name, wanted in said_of(drugs).items():
        course = courses[name.casefold()]
        steps = {step.what for step in course.steps}
        step = wanted.partition("/")[2]
        found[name] = course.status() + (f"/{step}" if step in steps else "")
    return found


@pytest.mark.parametrize(("lang", "drugs", "text"), ROWS)
def test_timeline(lang: str, drugs: str, text: str) -> None:
    assert told(lang, drugs, text) == said_of(drugs)


@pytest.mark.parametrize(("lang", "drugs", "text"), ROWS)
def test_graph(lang: str, drugs: str, text: str) -> None:
    taken = {row.drug.casefold() for row in ask_medications(Lookup(graph_of(lang, text))).rows}
    said = said_of(drugs).items()
    assert taken == {name.casefold() for name, said in said if said.startswith("taking")}
