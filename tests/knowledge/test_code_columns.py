"""Codes in tables: of which system by their heading, and as they are usually written."""

import pytest

from spacy_clinical.knowledge.readers.code_columns import (
    FORMS,
    HEADINGS,
    known_system,
    read_code,
    read_codes,
    system_of_heading,
)


@pytest.mark.parametrize(
    ("heading", "system"),
    [
        ("ICD-10-CM", "ICD10CM"),
        ("Primary ICD10CM code", "ICD10CM"),
        ("ICD-10-GM 2026", "ICD10GM"),
        ("ICD-10 Schlüssel", "ICD10"),
        ("Código CIE-10", "ICD10"),
        ("Code CIM-10", "ICD10"),
        ("SNOMED CT Concept ID", "SNOMEDCT"),
        ("RxCUI", "RXNORM"),
        ("ATC-Code", "ATC"),
        ("LOINC_NUM", "LOINC"),
        ("PZN", "PZN"),
        ("Indication ICD-10", ""),
        ("Secondary ICD-10", ""),
        ("Code", ""),
        ("", ""),
    ],
)
def test_a_heading_says_its_system_or_none(heading: str, system: str) -> None:
    assert system_of_heading(heading) == system


@pytest.mark.parametrize(
    ("system", "written", "code"),
    [
        ("ICD10CM", "j189", "J18.9"),
        ("ICD10CM", " J18.9 ", "J18.9"),
        ("ICD10CM", "ICD-10-CM: J18.9", "J18.9"),
        ("ICD10CM", "pneumonia", ""),
        ("ICD10GM", "G63.2*", "G63.2"),
        ("ICD10GM", "E10.30†", "E10.30"),
        ("ICD10GM", "I10.-", "I10"),
        ("RXNORM", "1191.0", "1191"),
        ("SNOMEDCT", "1.23E+15", ""),
        ("SNOMEDCT", "49436004", "49436004"),
        ("SNOMEDCT", "49436005", ""),
        ("SNOMEDCT", "999000011000001104", "999000011000001104"),
        ("SNOMEDCT", "999000011000001000", ""),
        ("ICD9CM", "250.00", "250.00"),
        ("ATC", "b01 ac06", "B01AC06"),
        ("PZN", "1234562", "01234562"),
        ("OPS", "5-511.1A", "5-511.1a"),
        ("LOINC", "718-7", "718-7"),
        ("LOINC", "Jul 18", ""),
        ("HP", "HP:0001250", "0001250"),
        ("UMLS", "C0011849", "C0011849"),
    ],
)
def test_codes_are_written_as_usual_or_are_none(system: str, written: str, code: str) -> None:
    assert read_code(system, written) == code


@pytest.mark.parametrize(
    ("system", "cell", "codes"),
    [
        ("ICD10CM", "K90.0 - Celiac disease", ["K90.0"]),
        ("ICD10CM", "K90.0 (main)|K90.1", ["K90.0", "K90.1"]),
        ("ICD10CM", "K90.0 K901", ["K90.0", "K90.1"]),
        ("ICD10GM", "E10.40+/G63.2*", ["E10.40", "G63.2"]),
        ("ATC", "N02 BE 01", ["N02BE01"]),
        ("ICD10CM", "see K90.0", [""]),
        ("", "K90.0", [""]),
        ("ICD10CM", " , ", []),
    ],
)
def test_codes_of_a_cell(system: str, cell: str, codes: list[str]) -> None:
    assert [code for _, code in read_codes(system, cell)] == codes


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("SNOMED CT", "SNOMEDCT"),
        ("ICD-10-CM 2026", "ICD10CM"),
        ("http://snomed.info/sct", "SNOMEDCT"),
        ("urn:oid:2.16.840.1.113883.6.1", "LOINC"),
        ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "ICD10GM"),
        ("ward list", ""),
        ("", ""),
    ],
)
def test_names_of_systems(name: str, system: str) -> None:
    assert known_system(name) == system


def test_every_system_with_headings_has_a_form() -> None:
    assert set(HEADINGS) == set(FORMS)
