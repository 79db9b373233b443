"""A drug that is past, planned, or not known to be taken is so in every output: in the table of
assertions, FHIR, OMOP and the graph. Each row of data/drug_states.tsv is a note of its own."""

from pathlib import Path

import pytest
from spacy.tokens import Doc

from spacy_clinical.docs import set_assertions
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.mapping_tables import Mappings
from spacy_clinical.exports.omop import OmopMapping
from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.tsv import read_rows

from ..named_notes import name_mentions, said_of
from .fhir_cases import make_resources, words_of

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "drug_states.tsv")]
NAMES = {name for _, states, _ in ROWS for name in said_of(states)}
ASSERTED = {
    "present": "taken", "historical": "past", "hypothetical": "planned", "absent": "never",
    "possible": "open",
}  # fmt: skip
FHIR = {
    "active": "taken", "stopped": "past", "completed": "past", "on-hold": "past",
    "intended": "planned", "not-taken": "never", "unknown": "open",
}  # fmt: skip
GRAPH = {
    "taking": "taken", "stopped": "past", "held": "past", "planned": "planned",
    "declined": "never", "": "open",
}  # fmt: skip
OMOP = {
    ("Negation", "true"): "never", ("Conditional", "true"): "planned",
    ("Certainty", "uncertain"): "open", ("History", "true"): "past",
}  # fmt: skip


def annotated(lang: str, text: str) -> Doc:
    return name_mentions(lang, NAMES, "MEDICATION", ours=True)(text.replace("\\n", "\n"))


def in_fhir(doc: Doc, name: str) -> str:
    found = [x for x in make_resources(doc) if words_of(x).casefold() == name]
    return FHIR[found[0]["status"]] if found else "open"


def in_omop(doc: Doc, name: str) -> str:
    facts, settings = read_facts(doc, ExportSettings()), ExportSettings()
    rows = OmopMapping(Mappings(None)).rows(facts, 1, settings)
    row = next(row for row in rows if row["lexical_variant"].casefold() == name)
    said = dict(pair.split("=") for pair in row["term_modifiers"].split(";"))
    return next((state for (key, value), state in OMOP.items() if said.get(key) == value), "taken")


def in_graph(doc: Doc, name: str) -> str:
    lookup = Lookup(build_graph([(doc, {"id": "n", "date": "2024-05-01", "patient": "p"})]))
    (chart,) = charts(lookup)
    status = [c.status() for id, c in chart.drugs.items() if chart.name(id).casefold() == name]
    return GRAPH[status[0]] if status else "open"


@pytest.mark.parametrize(("lang", "states", "text"), ROWS)
def test_every_output_says_the_same(lang: str, states: str, text: str) -> None:
    doc = annotated(lang, text)
    asserted = {ent.text.casefold(): ASSERTED[ent._.assertion] for ent in doc.ents}
    for name, wanted in said_of(states).items():
        found = (asserted[name], in_fhir(doc, name), in_omop(doc, name), in_graph(doc, name))
        assert found == (wanted,) * 4, name


def test_what_others_call_present_is_read_too() -> None:
    doc = annotated("en", "Was on wenalol when she fell.")
    set_assertions(doc, [[]])
    assert (in_fhir(doc, "wenalol"), in_omop(doc, "wenalol")) == ("past", "past")
