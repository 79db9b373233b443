"""Codings that a knowledge base adds to a concept's own."""

from pathlib import Path

import pytest

from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.knowledge.terminology_bases import build_base

from .fhir_cases import make_doc, make_resources

pytest.importorskip("fhir.resources")
SNOMED = {"system": "http://snomed.info/sct", "code": "90560007"}
ICD = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M10.9"}


@pytest.mark.parametrize(
    ("header", "row", "concept", "codings"),
    [
        ("Code,ICD10CM,SNOMED", "W7,M10.9,90560007", "W7", [{"code": "W7"}, ICD, SNOMED]),
        ("Code,ICD10CM,SNOMED", "W7,M10.9|M10.00,90560007", "W7", [{"code": "W7"}, SNOMED]),
        ("SNOMED,ICD10CM", "90560007,M10.9", "SNOMEDCT:90560007", [SNOMED, ICD]),
        ("id,xrefs", "ICD10CM:M10.9,ICD10CM:M10.00", "ICD10CM:M10.9", [ICD]),
        ("Code,xrefs", "W7,HOUSE:12", "W7", [{"code": "W7"}]),
        ("Code,ICD10CM", "W8,M10.9", "W7", [{"code": "W7"}]),
    ],
)
def test_codes_of_other_systems(
    tmp_path: Path, header: str, row: str, concept: str, codings: list[dict[str, str]]
) -> None:
    (tmp_path / "a.csv").write_text(f"{header},name\n{row},gout\n")
    build_base(tmp_path / "a.csv", tmp_path / "kb")
    doc = make_doc("{c1|Gout}", concept=concept)
    (found,) = make_resources(doc, ExportSettings(kb=tmp_path / "kb"))
    assert found["code"]["coding"] == codings
    (alone,) = make_resources(doc, ExportSettings())
    assert alone["code"]["coding"] == codings[:1]
