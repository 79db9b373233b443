"""A radiology report in FHIR: its findings, their place, size and change, and the study."""

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from spacy_clinical.docs import name_doc, set_mentions, set_relations
from spacy_clinical.exports.facts import read_facts
from spacy_clinical.exports.fhir import FhirExporter
from spacy_clinical.exports.settings import ExportSettings

TEXT = """FINDINGS: A 9 mm nodule in the right upper lobe is larger. No effusion.
IMPRESSION: Growing nodule. Possible pneumonia."""


def word(doc: Doc, text: str, label: str) -> spacy.tokens.Span:
    start = doc.text.index(text)
    span = doc.char_span(start, start + len(text), label=label)
    assert span is not None
    return span


@pytest.fixture()
def resources() -> list[dict]:
    """What an annotated report becomes."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections", config={"rules": ["en", "radiology"]})
    nlp.add_pipe("clinical_finding_mentions", config={"tables": ["nih"]})
    nlp.add_pipe("clinical_context", config={"rules": ["en", "radiology"]})
    policy = {"first_wins": False}
    nlp.add_pipe("clinical_findings", config={"tables": ["nih"], "policy": policy})
    doc = nlp.make_doc(TEXT)
    labels = {"nodule": "OBSERVATION", "right upper lobe": "ANATOMY", "9 mm": "MEASUREMENT"}
    spans = [word(doc, text, label) for text, label in (labels | {"larger": "CHANGE"}).items()]
    set_mentions(doc, spans)
    rows = [(0, 1, "LOCATED_AT"), (0, 2, "MEASURED_AS"), (3, 0, "MODIFY")]
    set_relations(doc, [(head, tail, label, None) for head, tail, label in rows])
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    meta = {"accession_number": "A1", "study_uid": "1.2.840.1", "study": "Chest X-ray"}
    name_doc(doc, "r1", {**meta, "patient": "p1", "date": "2024-05-01"})
    exporter = FhirExporter(ExportSettings())
    made = exporter.checked(read_facts(doc, ExportSettings()))
    for resource in made:
        exporter.dump(resource)  # valid by fhir.resources
    return made


def test_report(resources: list[dict], tmp_path: Path) -> None:
    report = next(r for r in resources if r["resourceType"] == "DiagnosticReport")
    assert report["conclusion"] == "Growing nodule. Possible pneumonia."
    assert report["category"][0]["coding"][0]["code"] == "RAD"
    assert report["code"]["text"] == "Chest X-ray" and report["status"] == "unknown"
    by_id = {f"{r['resourceType']}/{r['id']}": r for r in resources}
    found = {by_id[x["reference"]]["code"]["text"]: by_id[x["reference"]] for x in report["result"]}
    assert {k: v.get("valueBoolean") for k, v in found.items()} == {
        "Nodule": True, "Effusion": False, "Pneumonia": None
    }  # fmt: skip
    codes = {k: v["interpretation"][0]["coding"][0]["code"] for k, v in found.items()}
    assert codes == {"Nodule": "POS", "Effusion": "NEG", "Pneumonia": "IND"}
    nodule = found["Nodule"]
    assert nodule["bodySite"] == {"text": "right upper lobe"}
    size, change = nodule["component"]
    assert (float(size["valueQuantity"]["value"]), size["valueQuantity"]["code"]) == (9.0, "mm")
    assert change["valueString"] == "larger"
    study = by_id[report["imagingStudy"][0]["reference"]]
    assert [x["value"] for x in study["identifier"]] == ["urn:oid:1.2.840.1", "A1"]


def test_every_finding_has_its_place(resources: list[dict]) -> None:
    targets = {r["target"][0]["reference"] for r in resources if r["resourceType"] == "Provenance"}
    report = next(r for r in resources if r["resourceType"] == "DiagnosticReport")
    assert {x["reference"] for x in report["result"]} <= targets
