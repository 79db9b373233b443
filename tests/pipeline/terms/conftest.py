"""A small terminology."""

from pathlib import Path

import pytest

from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, TYPE, Fact

CONCEPTS = {
    "D01": ("disease", "type 2 diabetes mellitus", "T2DM", "diabetes mellitus, type II"),
    "D02": ("disease", "breast cancer", "malignant tumour of the breast", "carcinoma of breast"),
    "D03": ("disease", "hand, foot and mouth disease"),
    "D04": ("disease", "multiple sclerosis", "MS"),
    "D05": ("disease", "hepatitis A"),
    "D06": ("disease", "hepatitis"),
    "D07": ("disease", "ataxia telangiectasia", "AT", "A-T"),
    "D08": ("disease", "chronic obstructive pulmonary disease", "COPD"),
    "D09": ("disease", "non-Hodgkin lymphoma"),
    "D10": ("disease", "gallstones"),
    "D11": ("disease", "alpha-thalassemia", "chest pain", "liver metastasis", "viral cold", "cold"),
    "D12": ("disease", "glucose-6-phosphate dehydrogenase deficiency", "cancer"),
    "M01": ("drug", "metformin", "acetylsalicylic acid", "morphine sulfate", "MS"),
    "T01": ("test", "computed axial tomography", "CAT"),
    "X01": ("qualifier value", "severe chronic"),
    "T02": ("test", "hemoglobin A1c", "HbA1c"),
    "Y01": ("", "zzyzx fever"),
}


@pytest.fixture(scope="package")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its base."""
    facts = [
        Fact(id, TYPE if i == 0 else NAME, value, i)
        for id, values in CONCEPTS.items()
        for i, value in enumerate(values)
        if value
    ]
    folder = tmp_path_factory.mktemp("kb") / "base"
    build_from_facts(facts, folder)
    return folder
