"""Tests and procedures that are only ordered or planned are hypothetical: by the rules, in FHIR and
in the graph, by the latter two also where nothing asserts them."""

from functools import cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.fhir_mapping import FhirMapping
from spacy_clinical.exports.mapping_tables import Mappings
from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.tsv import read_rows

from ...exports.conftest import SETTINGS

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "ordered_tests.tsv")]
TESTS = ("potassium", "kalium", "potasio", "血钾")
STATUS = {"hypothetical": "preparation", "present": "completed", "absent": "not-done"}
EVENT = {"hypothetical": {"planned"}, "present": {"done"}, "absent": {"declined", "not done"}}


def told(values: str) -> dict[str, str]:
    return dict(one.split("=") for one in values.casefold().split(";"))


@cache
def pipeline(lang: str, *, rules: bool = True) -> Language:
    nlp = spacy.blank(lang)
    nlp.add_pipe("clinical_sentences")
    names = sorted({name for _, values, _ in ROWS for name in told(values)})
    labels = {name: "TEST" if name in TESTS else "PROCEDURE" for name in names}
    labels["rash"] = "SYMPTOM"
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in labels.items()])
    if rules:
        nlp.add_pipe("clinical_context", config={"rules": [lang]})
    return nlp


def said(doc: Doc) -> dict[str, str]:
    return {ent.text.casefold(): ent._.assertion for ent in doc.ents}


def events(doc: Doc) -> dict[str, str]:
    (chart,) = charts(Lookup(build_graph([(doc, {"id": "n", "date": "2024-05-01"})])))
    return {chart.name(one.concept).casefold(): one.status for one in chart.procedures}


def statuses(doc: Doc) -> dict[str, str]:
    drafts, _ = FhirMapping(Mappings()).resources(read_facts(doc, SETTINGS))
    return {draft.fact.text.casefold(): draft.body["status"] for draft in drafts.values()}


@pytest.mark.parametrize(("lang", "values", "text"), ROWS)
def test_rules(lang: str, values: str, text: str) -> None:
    doc = pipeline(lang)(text)
    assert said(doc) == told(values)
    found, resources = events(doc), statuses(doc)
    for name, value in told(values).items():
        if name in TESTS:
            assert (name in resources) == (value == "present")
        else:
            assert resources[name] == STATUS[value]
            assert found[name] in EVENT[value]


@pytest.mark.parametrize(
    ("text", "name", "status"),
    [
        ("Awaiting biopsy.", "biopsy", "preparation"),
        ("Echo requested.", "echo", "preparation"),
        ("She declined colonoscopy.", "colonoscopy", "not-done"),
        ("Biopsy was cancelled.", "biopsy", "not-done"),
        ("Colonoscopy was aborted.", "colonoscopy", "stopped"),
        ("Echo ordered yesterday showed a normal heart.", "echo", "completed"),
    ],
)
def test_fhir_where_nothing_asserts(text: str, name: str, status: str) -> None:
    assert statuses(pipeline("en", rules=False)(text)) == {name: status}


@pytest.mark.parametrize("text", ["Check rash tomorrow.", "Repeat rash.", "Rash in 2 weeks."])
def test_orders_say_nothing_of_findings(text: str) -> None:
    assert said(pipeline("en")(text)) == {"rash": "present"}


@pytest.mark.parametrize("text", ["Recheck potassium 4.1.", "Will check potassium: 4.1."])
def test_what_has_a_value_was_done(text: str) -> None:
    assert said(pipeline("en")(text)) == {"potassium": "present"}
