"""Results, dosages, dates, evidence and codes as FHIR has them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.docs.iso_dates import iso_date
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir_codes import clean
from spacy_clinical.exports.fhir_json import to_json
from spacy_clinical.exports.fhir_values import UCUM, dosage, observation_value

from .fhir_cases import code_of, make_doc, make_resources, words_of

pytest.importorskip("fhir.resources")
MEANINGS = {"high": "H", "normal": "N", "negative": "NEG"}


def amount(value: str, unit: str = "", comparator: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"value": Decimal(value)}
    made |= {"comparator": comparator} if comparator else {}
    return made | ({"unit": unit, "system": UCUM, "code": unit} if unit else {})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["4.20 mmol/L"], {"valueQuantity": amount("4.20", "mmol/L")}),
        (["< 0.02 ng/mL"], {"valueQuantity": amount("0.02", "ng/mL", "<")}),
        (["88"], {"valueQuantity": amount("88")}),
        (["3-5 mg/L"], {"valueRange": {"low": amount("3", "mg/L"), "high": amount("5", "mg/L")}}),
        (["1:80"], {"valueRatio": {"numerator": amount("1"), "denominator": amount("80")}}),
        (["about 5 mg/L"], {"valueString": "about 5 mg/L"}),
        (["mildly dilated"], {"valueString": "mildly dilated"}),
    ],
)
def test_results(words: list[str], expected: dict[str, Any]) -> None:
    assert observation_value(words, MEANINGS) == expected


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["9.1 mmol/L", "high"], "H"),
        (["normal"], "N"),
        (["negative"], "NEG"),
        (["9.1 mmol/L (H)"], "H"),
    ],
)
def test_interpretations(words: list[str], code: str) -> None:
    found = observation_value(words, MEANINGS)
    assert [code_of(concept) for concept in found["interpretation"]] == [code]
    assert "valueQuantity" in found or len(words) == 1


def test_a_reference_range() -> None:
    found = observation_value(["9.1 mmol/L (ref 3.5-5.0)"], MEANINGS)
    low, high = amount("3.5", "mmol/L"), amount("5.0", "mmol/L")
    assert found["referenceRange"] == [{"low": low, "high": high}]


def test_blood_pressure() -> None:
    doc = make_doc("{t1|BP} {v1|131/84 mmHg}", ["RESULT_OF v1 t1"])
    (found,) = make_resources(doc)
    assert [x["code"]["text"] for x in found["component"]] == [
        "Systolic blood pressure",
        "Diastolic blood pressure",
    ]
    assert [x["valueQuantity"]["value"] for x in found["component"]] == [131, 84]
    assert found["component"][0]["valueQuantity"]["code"] == "mm[Hg]"
    assert code_of(found["code"]) == "85354-9" and code_of(found["category"][0]) == "vital-signs"


def test_several_results_are_observations_of_their_own() -> None:
    doc = make_doc(
        "{t1|creatinine} rose from {v1|1.1} to {v2|2.9}",
        ["RESULT_OF v1 t1", "RESULT_OF v2 t1"],
        date="2024-03-01",
    )
    found = make_resources(doc)
    assert [(words_of(x), x["valueQuantity"]["value"]) for x in found] == [
        ("creatinine", Decimal("1.1")),
        ("creatinine", Decimal("2.9")),
    ]
    assert all("effectiveDateTime" not in x for x in found)


def test_a_dosage() -> None:
    words = {"strength": ["25 mg"], "route": ["by mouth"], "frequency": ["twice daily as needed"],
             "duration": ["10 days"]}  # fmt: skip
    found = dosage({**words, "": ["25 mg", "by mouth", "twice daily as needed", "10 days"]})
    assert found["text"] == "25 mg, by mouth, twice daily as needed, 10 days"
    assert found["doseAndRate"] == [{"doseQuantity": amount("25", "mg")}]
    assert (found["route"]["text"], code_of(found["route"])) == ("by mouth", "PO")
    repeat = found["timing"]["repeat"]
    assert (repeat["frequency"], repeat["period"], repeat["periodUnit"]) == (2, 1, "d")
    assert repeat["boundsDuration"] == amount("10", "d")
    assert found["asNeededBoolean"] is True


def test_what_a_dosage_can_not_tell_stays_words() -> None:
    found = dosage({"strength": ["25 mg", "50 mg"], "frequency": ["as the moon wanes"], "": ["x"]})
    assert found == {"text": "x"}


def test_dates_of_notes_and_relations() -> None:
    doc = make_doc(
        "{c1|Gout} since {d1|June 2019}. {m1|Insulin} since {d2|2 March 2020}. {t1|CRP} {v1|4}. "
        "{o1|Splenectomy} {d3|30 February 2020}.",
        ["SINCE c1 d1", "SINCE m1 d2", "RESULT_OF v1 t1", "SINCE o1 d3"],
        date="2024-03-01T10:00:00",
    )
    condition, drug, test, procedure = make_resources(doc)
    assert (condition["onsetDateTime"], condition["recordedDate"]) == ("2019-06", "2024-03-01")
    assert drug["effectivePeriod"] == {"start": "2020-03-02"}
    assert drug["dateAsserted"] == "2024-03-01"
    assert test["effectiveDateTime"] == "2024-03-01"
    assert procedure["performedString"] == "30 February 2020"
    assert iso_date("30 February 2020") == ""


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("11/23/2021", "2021-11-23"),
        ("23.11.2021", "2021-11-23"),
        ("6-6-2021", "2021-06-06"),
        ("11/12/2021", ""),
        ("31/31/2021", ""),
        ("11/23.2021", ""),
    ],
)
def test_dates_in_figures(text: str, date: str) -> None:
    assert iso_date(text) == date


def test_evidence() -> None:
    doc = make_doc(
        "{t1|Urate} {v1|9.2 mg/dL} and {v2|crystals} mean {c1|gout}.",
        ["RESULT_OF v1 t1", "INDICATES t1 c1", "INDICATES v2 c1"],
    )
    found = {x["resourceType"]: x for x in make_resources(doc)}
    reference = {"reference": f"Observation/{found['Observation']['id']}"}
    assert found["Condition"]["evidence"] == [
        {"detail": [reference]},
        {"code": [{"text": "crystals"}]},
    ]


RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
UMLS = "http://www.nlm.nih.gov/research/umls"
MESH = "http://id.nlm.nih.gov/mesh"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"


@pytest.mark.parametrize(
    ("concept", "bare", "system", "code"),
    [
        ("29046", "", None, "29046"),
        ("1191", "RxNorm", RXNORM, "1191"),
        ("44054006", "", None, "44054006"),
        ("44054006", "SNOMED", SNOMED, "44054006"),
        ("44054006", "urn:oid:1.2.3", "urn:oid:1.2.3", "44054006"),
        ("UMLS:C0018099", "", UMLS, "C0018099"),
        ("C0018099", "", UMLS, "C0018099"),
        ("SNOMEDCT_US:44054006", "RxNorm", SNOMED, "44054006"),
        ("SCTID:44054006", "", SNOMED, "44054006"),
        ("LNC:2160-0", "", LOINC, "2160-0"),
        ("98979-8", "", LOINC, "98979-8"),
        ("104012-3", "", LOINC, "104012-3"),
        ("ICD10CM:M10.9", "", ICD, "M10.9"),
        ("M10.9", "", ICD, "M10.9"),
        ("U09.9", "", ICD, "U09.9"),
        ("D01", "", None, "D01"),
        ("T003", "", None, "T003"),
        ("I10", "ICD-10-CM", ICD, "I10"),
        ("WARD-7", "ICD10CM", None, "WARD-7"),
        ("MESH:D006073", "", MESH, "D006073"),
        ("D006073", "", MESH, "D006073"),
        ("RXCUI:29046", "", RXNORM, "29046"),
        ("HP:0001997", "", "http://human-phenotype-ontology.org", "HP:0001997"),
        ("LOCAL:17", "SNOMED", None, "LOCAL:17"),
    ],
)
def test_codes(concept: str, bare: str, system: str | None, code: str) -> None:
    (found,) = make_resources(
        make_doc("{c1|Gout}", concept=concept), ExportSettings(code_system=bare)
    )
    (coding,) = found["code"]["coding"]
    assert coding == ({"system": system} if system else {}) | {"code": code}


def test_decimals_keep_their_digits() -> None:
    assert (
        to_json({"value": Decimal("7.90"), "text": 'ä"0'})
        == '{"value":7.90,"text":"ä\\"0"}'.encode()
    )
    with pytest.raises(TypeError):
        to_json({"value": object()})


@given(st.text(st.characters(codec=None), max_size=30))
def test_cleaned_text_is_json_and_one_line(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split()) == clean(cleaned)
    cleaned.encode()
    assert not any(ord(c) < 32 for c in cleaned)
