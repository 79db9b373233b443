"""FHIR: the right resources say the right things, and `fhir.resources` finds them valid."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc

from spacy_clinical.docs import set_relations
from spacy_clinical.errors import ExportError
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir import FhirExporter, write_bundles, write_ndjson
from spacy_clinical.exports.mapping_tables import write_mappings

from .conftest import SETTINGS, TEXT, make_doc, make_said

pytest.importorskip("fhir.resources")

Resource = dict[str, Any]


def check(resource: Resource) -> None:
    kind = resource["resourceType"]
    module = importlib.import_module(f"fhir.resources.R4B.{kind.lower()}")
    getattr(module, kind).model_validate(resource)


def export(doc: Doc, path: Path, settings: ExportSettings = SETTINGS) -> list[Resource]:
    write_ndjson([doc], path / "out.ndjson", settings)
    lines = (path / "out.ndjson").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    for resource in found:
        check(resource)
    return found


@pytest.fixture()
def found(doc: Doc, tmp_path: Path) -> list[Resource]:
    return export(doc, tmp_path)


def words(resource: Resource) -> str:
    of_relative = resource.get("condition", [{}])[0].get("code")
    code = resource.get("code") or resource.get("medicationCodeableConcept") or of_relative
    return str(code["text"]) if code else ""


def get(found: list[Resource], kind: str, text: str = "") -> Resource:
    (one,) = [r for r in found if r["resourceType"] == kind and text in (words(r), "")]
    return one


def code(concept: Resource) -> str:
    return str(concept["coding"][0]["code"])


def test_kinds(found: list[Resource]) -> None:
    kinds = [(r["resourceType"], words(r)) for r in found if r["resourceType"] != "Provenance"]
    assert kinds == [
        ("DocumentReference", ""),
        ("MedicationStatement", "metformin"),
        ("Condition", "diabetes"),
        ("Observation", "chest pain"),
        ("Observation", "HbA1c"),
        ("FamilyMemberHistory", "asthma"),
        ("Observation", "Rash"),
        ("AllergyIntolerance", "penicillin"),
    ]
    assert len({(r["resourceType"], r["id"]) for r in found}) == len(found)


def test_medication(found: list[Resource]) -> None:
    drug, condition = get(found, "MedicationStatement"), get(found, "Condition")
    assert drug["status"] == "active"
    (dosage,) = drug["dosage"]
    assert dosage["text"] == "500 mg, daily"
    unit = {"unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    assert dosage["doseAndRate"] == [{"doseQuantity": {"value": 500, **unit}}]
    assert dosage["timing"]["repeat"] == {"frequency": 1, "period": 1, "periodUnit": "d"}
    assert drug["reasonReference"] == [{"reference": f"Condition/{condition['id']}"}]
    assert drug["subject"] == {"identifier": {"value": "p-1"}, "type": "Patient"}


def test_condition(found: list[Resource]) -> None:
    condition = get(found, "Condition")
    assert code(condition["verificationStatus"]) == "confirmed"
    assert code(condition["clinicalStatus"]) == "active"
    umls = {"system": "http://www.nlm.nih.gov/research/umls", "code": "C0011849"}
    assert condition["code"] == {"text": "diabetes", "coding": [umls]}


def test_observations(found: list[Resource]) -> None:
    assert get(found, "Observation", "chest pain")["valueBoolean"] is False
    assert get(found, "Observation", "Rash")["valueBoolean"] is True
    test = get(found, "Observation", "HbA1c")
    unit = {"unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}
    assert test["valueQuantity"] == {"value": 7.9, **unit} and "valueBoolean" not in test
    assert code(test["category"][0]) == "laboratory"


def test_allergy_by_section(found: list[Resource]) -> None:
    allergy = get(found, "AllergyIntolerance")
    assert code(allergy["verificationStatus"]) == "unconfirmed"
    assert code(allergy["clinicalStatus"]) == "active"
    assert allergy["reaction"] == [{"manifestation": [{"text": "Rash"}]}]
    assert "patient" in allergy and "subject" not in allergy


def test_a_drug_that_causes_something_is_an_intolerance_too(doc: Doc, tmp_path: Path) -> None:
    del doc.spans["sections"]
    found = export(doc, tmp_path)
    assert get(found, "MedicationStatement", "penicillin")["status"] == "completed"
    allergy = get(found, "AllergyIntolerance")
    assert allergy["type"] == "intolerance"
    assert allergy["reaction"] == [{"manifestation": [{"text": "Rash"}]}]


def test_provenance(found: list[Resource]) -> None:
    note = get(found, "DocumentReference")
    assert note["masterIdentifier"]["value"] == "note 7"
    assert "data" not in note["content"][0]["attachment"]
    resources = [r for r in found if r["resourceType"] not in ("Provenance", "DocumentReference")]
    traces = {r["target"][0]["reference"]: r for r in found if r["resourceType"] == "Provenance"}
    assert len(traces) == len(resources)
    for resource in resources:
        trace = traces[f"{resource['resourceType']}/{resource['id']}"]
        assert trace["agent"][0]["who"] == {"display": "en_test 1.2.3"}
        assert trace["recorded"].startswith("2026-11-24T10:11:12")
        (source,) = trace["entity"]
        assert source["what"] == {"reference": f"DocumentReference/{note['id']}"}
        span, label, score = source["extension"]
        assert label["url"] == "urn:spacy-clinical:label" and label["valueString"]
        start, end = (part["valueInteger"] for part in span["extension"])
        assert TEXT[start:end] == words(resource)
        assert 0.5 <= score["valueDecimal"] < 0.6


ASSERTIONS = {
    "Condition": {
        "present": ("confirmed", "active"),
        "absent": ("refuted", None),
        "possible": ("provisional", "active"),
        "historical": ("confirmed", None),
        "hypothetical": None,
        "family": None,
        "associated_with_someone_else": None,
        "conditional": None,
        "negated": ("refuted", None),
        "absent historical": ("refuted", None),
        "historical family": None,
        "absent family": None,
        "rumoured": None,
    },
    "MedicationStatement": {
        "present": "active",
        "absent": "not-taken",
        "possible": "unknown",
        "historical": "completed",
        "hypothetical": "intended",
        "family": None,
    },
    "Procedure": {"absent": "not-done", "hypothetical": "preparation", "present": "completed"},
}
ROWS = [(kind, stated, value) for kind, row in ASSERTIONS.items() for stated, value in row.items()]
LABELS = {"Condition": "CONDITION", "MedicationStatement": "MEDICATION", "Procedure": "PROCEDURE"}


@pytest.mark.parametrize(("kind", "stated", "expected"), ROWS)
def test_assertions(kind: str, stated: str, expected: Any, tmp_path: Path) -> None:
    found = export(make_said(stated, LABELS[kind]), tmp_path)
    if expected is None:
        assert [r["resourceType"] for r in found] == ["DocumentReference"]
        return
    one = get(found, kind)
    if kind == "Condition":
        clinical = code(one["clinicalStatus"]) if "clinicalStatus" in one else None
        assert (code(one["verificationStatus"]), clinical) == expected
    else:
        assert one["status"] == expected


def test_what_is_left_out_is_counted(doc: Doc, tmp_path: Path) -> None:
    left_out = write_ndjson([doc], tmp_path / "out.ndjson", SETTINGS)
    assert left_out == {}
    set_relations(doc, [])
    left_out = write_ndjson([doc, make_said("hypothetical")], tmp_path / "out.ndjson", SETTINGS)
    assert left_out == {
        "mentions without a resource: STRENGTH": 1,
        "mentions without a resource: FREQUENCY": 1,
        "mentions without a resource: LAB_VALUE": 1,
        "mentions that are hypothetical: no Condition": 1,
    }


def test_bundles(doc: Doc, tmp_path: Path) -> None:
    write_bundles([doc, make_doc("../other", {})], tmp_path / "out", SETTINGS)
    bundles = [json.loads(file.read_text()) for file in (tmp_path / "out").iterdir()]
    assert len(bundles) == 2
    for bundle in bundles:
        check(bundle)
        urls = {entry["fullUrl"] for entry in bundle["entry"]}
        assert len(urls) == len(bundle["entry"])
        text = json.dumps(bundle)
        references = [part.split('"')[0] for part in text.split('"reference": "')[1:]]
        assert references and set(references) <= urls


def test_ids_are_the_same_again(doc: Doc, tmp_path: Path) -> None:
    assert export(doc, tmp_path) == export(make_doc(), tmp_path)


def test_a_table_that_makes_invalid_resources(doc: Doc, tmp_path: Path) -> None:
    write_mappings(tmp_path / "tables")
    table = tmp_path / "tables" / "fhir_relations.tsv"
    table.write_text(table.read_text().replace("dosage\n", "dose\n"))
    with pytest.raises(ExportError, match=r"SC755.*'element'.*dosage"):
        export(doc, tmp_path, ExportSettings(mappings=tmp_path / "tables"))


def test_missing_extra(doc: Doc, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "fhir.resources.R4B.documentreference", None)
    exporter = FhirExporter(SETTINGS)
    with pytest.raises(ExportError, match=r"SC752.*spacy-clinical\[fhir\]"):
        exporter.dump({"resourceType": "DocumentReference"})


@pytest.mark.slow
@pytest.mark.parametrize("way", ["gold", "only asserted"])
def test_hand_written_notes(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The evaluation notes of the sample corpus: every resource is checked as it is written."""
    import spacy

    from spacy_clinical.docs import to_doc

    folder = Path(__file__).parents[2] / "assets" / "sample"
    monkeypatch.syspath_prepend(str(folder))
    markup = importlib.import_module("markup")
    records = markup.read_folder(folder / "notes" / "eval")
    assert len(records) >= 24
    make_doc = spacy.blank("en").make_doc
    settings = ExportSettings(only_asserted=way != "gold")
    target = tmp_path / "out.ndjson"
    write_ndjson((to_doc(record, make_doc) for record in records), target, settings)
    kinds = {json.loads(line)["resourceType"] for line in target.read_text("utf-8").splitlines()}
    assert kinds >= {"Condition", "MedicationStatement", "Observation", "Procedure", "Provenance"}
    assert "AllergyIntolerance" in kinds
