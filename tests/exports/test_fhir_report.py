"""A radiology report in FHIR: its findings, their place, size and change, and the study."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.docs import name_doc, set_mentions, set_relations
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir import FhirExporter
from spacy_clinical.exports.report_findings import NOT_TOLD
from spacy_clinical.exports.study_identifiers import PATIENT_KEYS, first_of

TEXT = """FINDINGS: A 9 mm nodule in the right upper lobe is larger. No effusion.
IMPRESSION: Growing nodule. Possible pneumonia."""


def word(doc: Doc, text: str, label: str) -> spacy.tokens.Span:
    start = doc.text.index(text)
    span = doc.char_span(start, start + len(text), label=label)
    assert span is not None
    return span


LABELS = {
    "nodule": "OBSERVATION",
    "right upper lobe": "ANATOMY",
    "9 mm": "MEASUREMENT",
    "larger": "CHANGE",
}
ROWS = [(0, 1, "LOCATED_AT"), (0, 2, "MEASURED_AS"), (3, 0, "MODIFY")]


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections", config={"rules": ["en", "radiology"]})
    nlp.add_pipe("clinical_finding_mentions", config={"tables": ["nih"]})
    nlp.add_pipe("clinical_context", config={"rules": ["en", "radiology"]})
    policy = {"first_wins": False}
    nlp.add_pipe("clinical_findings", config={"tables": ["nih"], "policy": policy})
    return nlp


def report(
    nlp: Language,
    text: str,
    labels: dict[str, str],
    relations: list[tuple[int, int, str]],
    settings: ExportSettings = ExportSettings(),  # noqa: B008
) -> tuple[list[dict], Counter[str]]:
    """What an annotated report becomes, and what was left out."""
    doc = nlp.make_doc(text)
    set_mentions(doc, [word(doc, words, label) for words, label in labels.items()])
    set_relations(doc, [(head, tail, label, None) for head, tail, label in relations])
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    meta = {"accession_number": "A1", "study_uid": "1.2.840.1", "study": "Chest X-ray"}
    name_doc(doc, "r1", {**meta, "patient": "p1", "date": "2024-05-01"})
    exporter = FhirExporter(settings)
    made = exporter.checked(read_facts(doc, settings))
    for resource in made:
        exporter.dump(resource)  # valid by fhir.resources
    return made, exporter.left_out


@pytest.fixture(scope="module")
def resources(nlp: Language) -> list[dict]:
    return report(nlp, TEXT, LABELS, ROWS)[0]


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


def sizes(found: list[dict]) -> list[dict[str, Any]]:
    """The sizes of all findings, by value[x]."""
    parts = [part for r in found for part in r.get("component", [])]
    return [{k: v for k, v in p.items() if k != "code"} for p in parts]


@pytest.mark.parametrize(
    ("said", "mention", "comparator"),
    [
        ("<7 mm", "<7 mm", "<"),
        ("less than 7 mm", "7 mm", "<"),
        ("at least 7 mm", "7 mm", ">="),
        ("> 7 mm", "7 mm", ">"),
        ("7 mm", "7 mm", None),
    ],
)
def test_a_bounded_size(nlp: Language, said: str, mention: str, comparator: str | None) -> None:
    """The bound stays, whether or not the mention holds it."""
    labels = {"nodule": "OBSERVATION", mention: "MEASUREMENT"}
    text = f"FINDINGS: A nodule is {said} in size."
    found, _ = report(nlp, text, labels, [(0, 1, "MEASURED_AS")])
    (size,) = sizes(found)
    assert (float(size["valueQuantity"]["value"]), size["valueQuantity"]["code"]) == (7.0, "mm")
    assert size["valueQuantity"].get("comparator") == comparator


@pytest.mark.parametrize("said", ["~7 mm", "about 7 mm", "approximately 7 mm"])
def test_a_size_that_is_about_so_much(nlp: Language, said: str) -> None:
    """FHIR has no comparator for it, so it stays in words."""
    mention = "~7 mm" if said[0] == "~" else "7 mm"
    labels = {"nodule": "OBSERVATION", mention: "MEASUREMENT"}
    found, _ = report(nlp, f"FINDINGS: A nodule is {said}.", labels, [(0, 1, "MEASURED_AS")])
    assert sizes(found) == [{"valueString": said}]


@pytest.mark.parametrize(
    "text",
    ["FINDINGS: A nodule of 8 mm. No longer 3 mm.", "FINDINGS: A nodule, not 3 mm but 8 mm."],
)
def test_a_size_that_is_denied(nlp: Language, text: str) -> None:
    labels = {"nodule": "OBSERVATION", "8 mm": "MEASUREMENT", "3 mm": "MEASUREMENT"}
    rows = [(0, 1, "MEASURED_AS"), (0, 2, "MEASURED_AS")]
    found, _ = report(nlp, text, labels, rows)
    assert [float(size["valueQuantity"]["value"]) for size in sizes(found)] == [8.0]


@pytest.mark.parametrize(
    ("text", "place", "size"),
    [
        ("FINDINGS: No nodule of 8 mm in the lingula.", "lingula", ["8.0"]),
        ("FINDINGS: Possible nodule of 8 mm in the lingula.", "lingula", ["8.0"]),
        ("FINDINGS: A nodule of 8 mm in the lingula.", "lingula", ["8.0"]),
        ("FINDINGS: A nodule of 8 mm. Nothing in the lingula.", "", ["8.0"]),
    ],
)
def test_what_is_said_of_a_finding_is_said_of_its_place(
    nlp: Language, text: str, place: str, size: list[str]
) -> None:
    """Denied and uncertain findings keep theirs; what is denied apart from them is none."""
    labels = {"nodule": "OBSERVATION", "8 mm": "MEASUREMENT", "lingula": "ANATOMY"}
    rows = [(0, 1, "MEASURED_AS"), (0, 2, "LOCATED_AT")]
    found, left_out = report(nlp, text, labels, rows)
    (nodule,) = [r for r in found if "interpretation" in r]
    assert nodule.get("bodySite", {}).get("text", "") == place
    assert [str(float(s["valueQuantity"]["value"])) for s in sizes(found)] == size
    assert left_out[NOT_TOLD] == (not place)


def test_a_denial_in_several_places(nlp: Language) -> None:
    """`bodySite` holds one place only; without any the denial would be of the whole body."""
    labels = {"nodule": "OBSERVATION", "lingula": "ANATOMY", "apex": "ANATOMY"}
    rows = [(0, 1, "LOCATED_AT"), (0, 2, "LOCATED_AT")]
    found, _ = report(nlp, "FINDINGS: No nodule in the lingula or apex.", labels, rows)
    (nodule,) = [r for r in found if "interpretation" in r]
    assert "bodySite" not in nodule
    assert [part["valueString"] for part in nodule["component"]] == ["lingula", "apex"]


def test_a_patient_of_spaces_is_none(nlp: Language) -> None:
    """The first key that says anything names the patient, in FHIR as in DICOM."""
    meta = {"patient": " \n", "patient_id": "p 7 "}
    assert first_of(meta, PATIENT_KEYS) == "p 7"


def test_only_asserted_findings(nlp: Language) -> None:
    found, left_out = report(nlp, TEXT, LABELS, ROWS, ExportSettings(only_asserted=True))
    named = {r["code"].get("text") for r in found if "interpretation" in r}
    assert named == {"Nodule"}
    assert left_out["findings that aren't asserted"] == 2


@pytest.mark.parametrize(
    ("words", "language", "value"),
    [
        ("1,5 cm", "de", 1.5), ("1.5 cm", "es", 1.5), ("1.500 mm", "de", None),
        ("1.500 mm", "en", 1.5), ("1,5 cm", "en", None), ("less than 0,5 cm", "es", 0.5),
    ],
)  # fmt: skip
def test_sizes_are_read_by_the_language(
    nlp: Language, words: str, language: str, value: float | None
) -> None:
    labels = {"nodule": "OBSERVATION", words.removeprefix("less than "): "MEASUREMENT"}
    text = f"FINDINGS: A nodule is {words} in size."
    settings = ExportSettings(language=language)
    found, _ = report(nlp, text, labels, [(0, 1, "MEASURED_AS")], settings)
    (size,) = sizes(found)
    assert size.get("valueString") == (None if value else words)
    told = size.get("valueQuantity", {})
    assert told.get("value") == value
    assert told.get("comparator") == ("<" if words.startswith("less") else None)
