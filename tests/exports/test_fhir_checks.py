"""Rules of FHIR that its models let pass, each broken once."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir import FhirExporter, write_bundles
from spacy_clinical.exports.fhir_checks import check_resources
from spacy_clinical.exports.mapping_tables import write_mappings

from .fhir_cases import make_doc, make_resources

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
Resource = dict[str, Any]


def condition(**changes: Any) -> Resource:
    concept = {"coding": [{"system": f"{TERMINOLOGY}condition-ver-status", "code": "confirmed"}]}
    made = {"resourceType": "Condition", "id": "a", "verificationStatus": concept}
    return {**made, "code": {"text": "gout"}, **changes}


def observation(**changes: Any) -> Resource:
    made = {"resourceType": "Observation", "id": "b", "status": "final", "code": {"text": "CRP"}}
    return {**made, **changes}


def coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{TERMINOLOGY}{system}", "code": code}]}


BROKEN = {
    "id: isn't": condition(id="x" * 65),
    "Condition.id": condition(id="a b"),
    "verificationStatus: has not one code": condition(
        verificationStatus=coded("condition-ver-status", "sure")
    ),
    "status: isn't in the required": observation(status="done"),
    "category: isn't in the required": {
        "resourceType": "AllergyIntolerance",
        "id": "c",
        "category": ["drug"],
        "clinicalStatus": coded("allergyintolerance-clinical", "active"),
    },
    "ait-1": {"resourceType": "AllergyIntolerance", "id": "c"},
    "con-3": condition(category=[coded("condition-category", "problem-list-item")]),
    "more than one": observation(valueString="x", valueBoolean=True),
    "refers to nothing": observation(subject={"reference": "Patient/1"}),
    "isn't a date": condition(recordedDate="1.3.2024"),
    "control characters": condition(code={"text": "go\x07ut"}),
    "empty": condition(code={"text": " "}),
    "isn't a code": condition(code={"coding": [{"code": " x "}]}),
    "absolute address": condition(code={"coding": [{"system": "snomed", "code": "1"}]}),
    "a decimal": observation(valueQuantity={"value": Decimal("0." + "1" * 19)}),
    "comparator": observation(valueQuantity={"value": 1, "comparator": "~"}),
    "qty-3": observation(valueQuantity={"value": 1, "system": "http://unitsofmeasure.org"}),
    "rng-2": observation(valueRange={"low": {"value": 5}, "high": {"value": 3}}),
    "tim-2": observation(valueTiming={"repeat": {"period": 1}}),
    "unit of time": observation(valueTiming={"repeat": {"period": 1, "periodUnit": "day"}}),
    "isn't an instant": {"resourceType": "Provenance", "id": "d", "recorded": "2024-03-01"},
}


@pytest.mark.parametrize("fault", BROKEN)
def test_each_fault_is_found(fault: str) -> None:
    faults = check_resources([BROKEN[fault]])
    assert any(fault in found for found in faults), faults
    assert "gout" not in str(faults)


def test_what_is_right_has_no_fault() -> None:
    right = [condition(), observation(focus={"reference": "Condition/a"})]
    assert check_resources(right) == []
    assert check_resources([condition(), condition()]) == ["Condition.id: used twice"]


def test_documents_without_a_name_share_no_ids() -> None:
    exporter = FhirExporter(ExportSettings())
    docs = [
        make_doc("{c1|Gout}", id=""),
        make_doc("{c1|Gout}", id=""),
        make_doc("{c1|Acne}", id=""),
    ]
    made = [exporter.checked(read_facts(doc, exporter.settings)) for doc in docs]
    ids = [(x["resourceType"], x["id"]) for resources in made for x in resources]
    assert len(ids) == len(set(ids)) == 9
    again = FhirExporter(ExportSettings())
    assert made[2] == again.checked(read_facts(docs[2], again.settings))
    assert check_resources([x for resources in made for x in resources]) == []


def test_bundles_of_one_name_are_two_files(tmp_path: Path) -> None:
    pytest.importorskip("fhir.resources")
    docs = [make_doc("{c1|Gout}", id="1"), make_doc("{c1|Acne}", id="1")]
    write_bundles(docs, tmp_path / "out", ExportSettings())
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_control_characters_break_nothing(tmp_path: Path) -> None:
    pytest.importorskip("fhir.resources")
    doc = make_doc("{c1|go\x00ut\x1b} {c2|\x01\x02} {c3|as\nthma}", id="a\x00b", patient="p\x0b1")
    found = make_resources(doc)
    assert [x["code"]["text"] for x in found] == ["go ut", "as thma"]
    write_bundles([doc], tmp_path / "out", ExportSettings())
    (file,) = (tmp_path / "out").iterdir()
    assert json.loads(file.read_text("utf-8"))["type"] == "collection"


def test_systems_of_identifiers_are_the_user_s(tmp_path: Path) -> None:
    write_mappings(tmp_path / "own")
    table = tmp_path / "own" / "fhir_systems.tsv"
    text = table.read_text().replace("urn:spacy-clinical:note", "urn:oid:1.2.3")
    table.write_text(text.replace("patient\t", "patient\turn:oid:4.5.6"))
    exporter = FhirExporter(ExportSettings(mappings=tmp_path / "own"))
    doc = make_doc("{c1|Gout}", id="17", patient="p9", date="2024-03")
    note, condition, *_ = exporter.checked(read_facts(doc, exporter.settings))
    assert note["masterIdentifier"] == {"system": "urn:oid:1.2.3", "value": "17"}
    assert note["content"][0]["attachment"]["creation"] == "2024-03"
    assert note["context"] == {"period": {"start": "2024-03", "end": "2024-03"}}
    patient = {"system": "urn:oid:4.5.6", "value": "p9"}
    assert condition["subject"] == {"identifier": patient, "type": "Patient"}
