"""What a note says is the same in assertions, tables, OMOP, FHIR and the graph: home doses at a
clock time, courses of long ago, doses given once, harm by a drug, risks told with what is known,
tests that are to be repeated. Each row of data/same_outputs.tsv is a note of its own.
"""

import re
from functools import cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.docs import set_mentions
from spacy_clinical.exports.document_facts import Facts, read_facts
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir_mapping import FhirMapping
from spacy_clinical.exports.flat_tables import table_rows
from spacy_clinical.exports.mapping_tables import Mappings
from spacy_clinical.exports.omop import OmopMapping
from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.tsv import read_rows

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "same_outputs.tsv")]
LABELS = {"m": "MEDICATION", "c": "CONDITION", "s": "SYMPTOM", "t": "TEST"}
MARK = re.compile(r"\{(\w)\|([^}]*)\}")
SETTINGS = ExportSettings()
# Of a drug: assertion, OMOP's modifier, FHIR's status, the graph's.
DRUGS = {
    "taking": ("present", "Negation=false", "active", "taking"),
    "past": ("historical", "History=true", "completed stopped", "stopped"),
    "planned": ("hypothetical", "Conditional=true", "intended", "planned"),
    "not": ("absent", "Negation=true", "not-taken", "declined"),
    "open": ("possible", "Certainty=uncertain", "unknown", "possible"),
    "harm": ("historical", "History=true", "unknown", ""),
}
TESTS = {"ordered": ("hypothetical", False), "done": ("present", True)}


@cache
def pipeline(lang: str) -> Language:
    nlp = spacy.blank(lang)
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_context", config={"rules": [lang]})
    return nlp


def annotated(lang: str, marked: str) -> Doc:
    text, places, end = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[end : mark.start()]
        places.append((len(text), len(text) + len(mark[2]), LABELS[mark[1]]))
        text, end = text + mark[2], mark.end()
    text += marked[end:]
    nlp = pipeline(lang)
    doc = nlp.make_doc(text)
    spans = [doc.char_span(a, b, label, alignment_mode="expand") for a, b, label in places]
    set_mentions(doc, [span for span in spans if span])
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    return doc


def in_fhir(facts: Facts) -> dict[int, dict[str, str]]:
    drafts, _ = FhirMapping(Mappings()).resources(facts)
    found: dict[int, dict[str, str]] = {}
    for (kind, i), draft in drafts.items():
        found.setdefault(i, {})[kind] = str(draft.body.get("status", ""))
    return found


def in_graph(doc: Doc) -> dict[str, str]:
    meta = {"id": "n", "date": "2024-05-01", "patient": "p"}
    (chart,) = charts(Lookup(build_graph([(doc, meta)])))
    return {chart.name(id).casefold(): course.status() for id, course in chart.drugs.items()}


@pytest.mark.parametrize(("lang", "marked", "wanted"), ROWS)
def test_every_output_says_the_same(lang: str, marked: str, wanted: str) -> None:
    doc = annotated(lang, marked)
    facts = read_facts(doc, SETTINGS)
    said = [row["assertions"].replace("|", " ") for row in table_rows(facts, SETTINGS)["mentions"]]
    omop, resources, graph = OmopMapping(Mappings()), in_fhir(facts), in_graph(doc)
    for fact, value, what in zip(facts.mentions, said, wanted.split(" | "), strict=True):
        resource = resources.get(fact.index, {})
        if what in DRUGS:
            told = omop.terms(fact.said)["term_modifiers"]
            assertion, modifier, status, standing = DRUGS[what]
            assert value == assertion
            assert resource["MedicationStatement"] in status.split()
            assert modifier in told
            assert graph[fact.text.casefold()] in (standing, "" if what == "open" else standing)
        elif what in TESTS:
            assert (value, "Observation" in resource) == TESTS[what]
        elif what != "-":
            assert set(value.split()) == set(what.split())
