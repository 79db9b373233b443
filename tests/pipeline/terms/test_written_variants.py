"""`clinical_terms`: names of persons and identifiers that aren't terms; names written otherwise."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.docs import get_spans
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, TYPE, Fact

CONCEPTS = {
    "gout": ("disease", "gout"),
    "shingles": ("disease", "shingles", "herpes zoster"),
    "reflux": ("disease", "Gastro-oesophageal reflux"),
    "ulcer": ("disease", "gastroesophageal ulcer"),
    "hypertension": ("disease", "Essential (primary) hypertension"),
    "failure": ("disease", "renal failure"),
    "fibrillation": ("disease", "atrial fibrillation", "AFib"),
    "embolism": ("disease", "pulmonary embolism", "PE"),
    "failing": ("disease", "congestive heart failure", "CHF"),
    "pneumonia": ("disease", "K. pneumoniae infection", "atypical pneumonia"),
    "sickness": ("symptom", "N/V"),
    "interferon": ("drug", "interferon alfa-2b"),
    "heparin": ("drug", "heparin"),
    "hemoglobin": ("test", "hemoglobin", "Hb"),
    "platelets": ("test", "platelet count", "PLT"),
    "sodium": ("test", "sodium", "Na"),
    "a1c": ("test", "HbA1c"),
    "hepatitis": ("disease", "hepatitis A"),
    "b12": ("test", "B12"),
    "infarct": ("disease", "myocardial infarction", "MI"),
    "sugar": ("disease", "type 2 diabetes", "DM2"),
    "potassium": ("test", "potassium", "K+"),
    "calcium": ("test", "calcium", "Ca++"),
    "chloride": ("test", "chloride", "Cl-"),
    "bicarbonate": ("test", "bicarbonate", "HCO3"),
    "rate": ("test", "heart rate", "HR"),
    "marker": ("test", "CD4 count"),
}


@pytest.fixture(scope="module")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> Language:
    folder: Path = tmp_path_factory.mktemp("kb") / "base"
    build_from_facts(
        (
            Fact(id, TYPE if i == 0 else NAME, value, i)
            for id, values in CONCEPTS.items()
            for i, value in enumerate(values)
        ),
        folder,
    )
    nlp = spacy.blank("en")
    nlp.tokenizer = spacy.util.registry.tokenizers.get("spacy-clinical.Tokenizer.v1")()(nlp)
    nlp.add_pipe("clinical_terms", config={"kb": str(folder)})
    return nlp


def ids(nlp: Language, text: str) -> list[str]:
    return [f"{span.text}: {span.kb_id_}" for span in get_spans(nlp(text))]


@pytest.mark.parametrize(
    "text",
    [
        "Prof. Gout presented.",
        "I thank Dr. Amy L. Shingles for this referral.",
        "MR. GOUT WAS SEEN.",
        "cc: Shingles, M.D.",
        "Tom Gout RN\nBed 4",
        "Surgeon: Ann Gout",
        "Tube PE-20-4411 received",
        "Bed PE-7",
        "Barcode CHF882",
        "PE: 0045",
        "PE 883412",
        "PE 5 ml twice",
        "Report to Nurse Gout at nine.",
        "Wound seen by NP Shingles, then by PA Gout.",
        "PE: Dr. Paul Ellis\nCHF: Carl Hugo Finn, MD",
        "MRN: 3345671 CHF 2",
        "Room PE 11, Suite CHF.\nBED PE",
        "A native of Grand Rapids, MI who grew up in Tulsa, MI.",
        "Oak Lane, Utopia, MI 49503-1122",
        "17 Elm Street, Utopia, MI",
        "401 N. First Ave.\nNew Utopia, MI",
    ],
)
def test_names_of_persons_and_identifiers(nlp: Language, text: str) -> None:
    assert ids(nlp, text) == []


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Mr. Moss has gout. Dr. Reed: shingles.", ["gout: gout", "shingles: shingles"]),
        ("Dr. Moss Heparin 5000 units", ["Heparin: heparin"]),
        ("Mr. Moss CHF stable", ["CHF: failing"]),
        ("SHINGLES, MD notified", ["SHINGLES: shingles"]),
        ("Gout, md notified of it", ["Gout: gout"]),
        ("Known CHF. Gout.", ["CHF: failing", "Gout: gout"]),
        ("PE 2014, PE-2014, for PE 5 mg", ["PE: embolism"] * 3),
        ("Plan: Gout", ["Gout: gout"]),
        ("Seen by NP. Gout. The nurse gave Heparin.", ["Gout: gout", "Heparin: heparin"]),
        ("New PA Gout", ["Gout: gout"]),
        ("PE: Paul Ellis says so. CHF: Dr. Moss treats it.", ["PE: embolism", "CHF: failing"]),
        ("2 Unit PE. In bed, CHF; bed PE 2.", ["PE: embolism", "CHF: failing", "PE: embolism"]),
        ("MRN 3345671, PE in 2012", ["PE: embolism"]),
        ("Father, MI at 50. From Jackson he came, MI ruled out.", ["MI: infarct", "MI: infarct"]),
        ("Two clots in the court, Known CHF, MI", ["CHF: failing", "MI: infarct"]),
        ("Seen in March, MI. Lives. In Utopia, MI", ["MI: infarct"] * 2),
        ("PLT240 today", ["PLT: platelets"]),
    ],
)  # fmt: skip
def test_what_stands_near_persons(nlp: Language, text: str, expected: list[str]) -> None:
    assert ids(nlp, text) == expected


@pytest.mark.parametrize(
    "text, id",
    [
        ("gastroesophageal reflux", "reflux"),
        ("gastro-esophageal reflux", "reflux"),
        ("gastrooesophageal reflux", "reflux"),
        ("gastro-oesophageal ulcer", "ulcer"),
        ("Essential (primary) hypertension", "hypertension"),
        ("essential hypertension", "hypertension"),
        ("renal (acute) failure", "failure"),
        ("a fib", "fibrillation"),
        ("A. fib", "fibrillation"),
        ("a-fib", "fibrillation"),
        ("K. pneumoniae infection", "pneumonia"),
        ("n/v", "sickness"),
        ("interferon \u03b1-2b", "interferon"),
        ("interferon alpha 2b", "interferon"),
        ("Hb", "hemoglobin"),
        ("Hb A1c", "a1c"),
        ("B12", "b12"),
    ],
)
def test_written_otherwise(nlp: Language, text: str, id: str) -> None:
    assert ids(nlp, text) == [f"{text}: {id}"]
    assert ids(nlp, f"Seen with {text} today, {text}.") == [f"{text}: {id}"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "renal (left) failure",
        "renal failed (failure)",
        "failure (renal)",
        "a typical pneumonia",
        "Grade K. Pneumoniae infection",
        "renal. failure",
        "an hb and a plt",
        "Na ja",
        "n v",
    ],
)
def test_not_written_otherwise(nlp: Language, text: str) -> None:
    assert ids(nlp, text) == []


def test_abbreviations_in_small_letters_by_what_stands_near(nlp: Language) -> None:
    assert ids(nlp, "plt 240, Na 141") == ["plt: platelets", "Na: sodium"]
    assert ids(nlp, "gout, chf") == ["gout: gout", "chf: failing"]
    assert ids(nlp, "the chf") == []


def test_an_article_before_a_documents_first_word(nlp: Language) -> None:
    docs = list(nlp.pipe(["given a", "fib", "a", "- fib"]))
    assert not any(map(get_spans, docs))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("K+ low, Ca2+ high, Ca++ 2, Na\u207a", ["K+", "Ca2+", "Ca++", "Na\u207a"]),
        ("HCO3- 21 and (Cl- 99), K+: 4", ["HCO3-", "Cl-", "K+"]),
        ("K 4.1 Cl 99 Ca: 9.2 mg/dL", ["K", "Cl", "Ca"]),
        ("K 40 mg, Cl of the pool, Ca 2015, vit K", []),
        ("K-dependent, Cl-2, K-.; xCa+, CK+, Cl-/K+", ["K-", "Cl-", "K+"]),
        ("HR 88, HR of 72; over 4 hr 2 bags. HR regular.", ["HR", "HR"]),
        ("VS BP HR 91 NOW STABLE AND MI 2 CALM", ["HR"]),
        ("HR 1.45 (95% CI 1.1 to 1.9), adjusted HR 2", []),
        ("DM2, DM 2, DM-2. DM 2 years.", ["DM2", "DM 2", "DM-2"]),
    ],
)  # fmt: skip
def test_short_names_of_tests(nlp: Language, text: str, expected: list[str]) -> None:
    assert [span.text for span in get_spans(nlp(text))] == expected


def test_documents_do_not_run_on(nlp: Language) -> None:
    docs = nlp.pipe(["Given K", "+ 3", "", "-", "Na", "MI", ", MI", "Room", "PE 3"])
    assert [[span.text for span in get_spans(doc)] for doc in docs][-1] == ["PE"]
