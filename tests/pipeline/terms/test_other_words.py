"""Terms that are a part of another word or name aren't stated, where the base has no such name."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.docs import get_spans
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, TYPE, Fact

CONCEPTS = {
    "Hodgkin lymphoma": "disease",
    "small cell lung cancer": "disease",
    "pregnant": "disease",
    "smoker": "disease",
    "eclampsia": "disease",
    "diabetes": "disease",
    "hypertension": "disease",
    "hepatitis B": "disease",
    "pneumonia": "disease",
    "aspirin": "drug",
    "insulin": "drug",
    "Pneumovax": "drug",
}


def make_nlp(folder: Path, concepts: dict[str, str], tokenizer: str = "") -> Language:
    """A pipeline of terms alone, by names and their types."""
    facts = [
        Fact(f"C{i}", field, value)
        for i, row in enumerate(concepts.items())
        for field, value in zip((NAME, TYPE), row, strict=True)
    ]
    build_from_facts(facts, folder)
    own = {"nlp": {"tokenizer": {"@tokenizers": tokenizer}}} if tokenizer else {}
    nlp = spacy.blank("en", config=own)
    nlp.add_pipe("clinical_terms", config={"kb": str(folder)})
    return nlp


@pytest.fixture(scope="module", params=["", "spacy-clinical.Tokenizer.v1"])
def nlp(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Language:
    return make_nlp(tmp_path_factory.mktemp("kb") / "base", CONCEPTS, request.param)


@pytest.mark.parametrize(
    "text",
    [
        "She has non-Hodgkin lymphoma.",
        "non-small cell lung cancer stage IV",
        "NON-SMALL CELL LUNG CANCER, STAGE IV",
        "non small-cell lung cancer",
        "non-pregnant woman",
        "nonpregnant woman",
        "He is a non-smoker.",
        "pre-eclampsia",
        "pre-diabetes",
        "non-aspirin NSAID",
        "a non\u2013small cell lung cancer",
        "anti-hypertension drugs",
        "pseudo-pneumonia",
        "non diabetes",
        "hepatitis B vaccine given",
        "pneumonia vaccination declined",
        "hepatitis B surface antibody positive",
        "insulin antibodies negative",
        "pneumonia unit",
        "hypertension protocol CT",
        "seen in diabetes clinic",
        "asthma clinic and diabetes center",
        "diabetes education given",
    ],
)
def test_parts_are_no_terms(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert [span.text for span in get_spans(doc)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("non-compliant, diabetes", ["diabetes"]),
        ("pre-op: hypertension", ["hypertension"]),
        ("pre- and post-op hypertension", ["hypertension"]),
        ("Pre: hypertension", ["hypertension"]),
        ("non-ST elevation, pneumonia", ["pneumonia"]),
        ("pneumonia, vaccine declined", ["pneumonia"]),
        ("hepatitis B. Vaccine refused.", ["hepatitis B"]),
        ("hypertension pre - pneumonia", ["hypertension", "pneumonia"]),
        ("Pneumovax vaccine", ["Pneumovax"]),
        ("pneumonia. Unit notified", ["pneumonia"]),
        ("diabetes: education given", ["diabetes"]),
        ("insulin units 12", ["insulin"]),
    ],
)
def test_terms_beside_them_stay(nlp: Language, text: str, expected: list[str]) -> None:
    doc = nlp(text)
    assert [span.text.rstrip(".") for span in get_spans(doc)] == expected


RULED = {
    "diabetes": "disease",
    "stroke": "disease",
    "anxiety": "disease",
    "depression": "disease",
    "insulin": "drug",
    "warfarin": "drug",
    "sodium": "test",
    "hemoglobin": "test",
}


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Language:
    return make_nlp(tmp_path_factory.mktemp("ruled") / "base", RULED)


@pytest.mark.parametrize(
    "text",
    [
        "Central diabetes insipidus after surgery.",
        "Stroke volume 70 mL.",
        "A stroke alert was called.",
        "NIH Stroke Scale 0.",
        "Anxiety scale GAD-7 5.",
        "Depression screening negative.",
        "ST depression in V4.",
        "Insulin resistance.",
        "Warfarin sensitivity gene test sent.",
        "diclofenac sodium 75 mg",
        "Hemoglobin A1c 7.2",
    ],
)
def test_other_names_that_begin_or_end_so(ruled: Language, text: str) -> None:
    assert [span.text for span in get_spans(ruled(text))] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Diabetes, on insulin.", ["Diabetes", "insulin"]),
        ("Stroke in 2019, anxiety and depression.", ["Stroke", "anxiety", "depression"]),
        ("Warfarin 5 mg, sodium 140, hemoglobin 13.", ["Warfarin", "sodium", "hemoglobin"]),
    ],
)
def test_the_names_themselves_are_found(ruled: Language, text: str, expected: list[str]) -> None:
    assert [span.text for span in get_spans(ruled(text))] == expected
