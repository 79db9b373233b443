"""The starting pipeline: its terminology, and what it says of the notes that it ends on."""

import csv
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.util import load_config

from spacy_clinical.docs import get_spans
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.name_forms import name_key
from spacy_clinical.knowledge.readers import read_terminology

ROOT = Path(__file__).parents[2]
TERMINOLOGY = ROOT / "assets" / "starter" / "terminology.csv"


@pytest.fixture(scope="module")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> Language:
    base = tmp_path_factory.mktemp("starter") / "kb"
    build_from_facts(read_terminology(TERMINOLOGY), base)
    config = load_config(ROOT / "configs" / "starter.cfg", overrides={"paths.kb": str(base)})
    return spacy.util.load_model_from_config(config, auto_fill=True)


def test_a_name_means_one_thing() -> None:
    with TERMINOLOGY.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["id"] for row in rows}) == 1184
    names = [name for row in rows for name in (row["name"], *row["aliases"].split("|")) if name]
    assert len(names) == len({name_key(name) for name in names})


def test_codes_say_no_more_than_their_names() -> None:
    with TERMINOLOGY.open(encoding="utf-8") as file:
        ids = {row["name"]: row["id"] for row in csv.DictReader(file)}
    corrected = ["bethanechol", "permethrin", "PCO2", "pyelonephritis", "appendicitis", "edema"]
    assert [ids[name].partition(":")[2] for name in corrected] == [
        "19257",
        "33199",
        "11557-6",
        "N12",
        "K37",
        "R60.9",
    ]
    assert ids["multiple sclerosis"] == "ICD10CM:G35.D"  # G35 is a category
    assert (ids["troponin"], ids["troponin I"]) == ("T81", "LOINC:10839-9")
    doubted = ["ursodiol", "estimated glomerular filtration rate", "hip fracture"]
    doubted += ["anaphylaxis", "diabetic neuropathy", "diabetic nephropathy", "breast cancer"]
    assert not [ids[name] for name in doubted if ":" in ids[name]]


def test_what_it_says_of_the_notes(nlp: Language) -> None:
    texts = [
        path.read_text(encoding="utf-8") for path in (ROOT / "assets/sample/demo_notes").iterdir()
    ]
    said = {(s.text, s.kb_id_, s._.assertion) for doc in nlp.pipe(texts) for s in get_spans(doc)}
    assert {
        ("HbA1c", "LOINC:4548-4", "present"),
        ("chest pain", "ICD10CM:R07.9", "absent"),
        ("heart failure", "ICD10CM:I50.9", "family"),
        ("heart failure", "ICD10CM:I50.9", "possible"),
        ("fainting", "ICD10CM:R55", "hypothetical"),
        ("pain in the right flank", "ICD10CM:R10.A0", "present"),
        ("Blood cultures", "LOINC:600-7", "present"),
        ("Lisinopril", "RXNORM:29046", "historical"),  # "had to be stopped"
    } <= said
    assert len(said) > 70


def test_what_it_says_of_drugs_procedures_and_tests(nlp: Language) -> None:
    doc = nlp(
        "ST depression in V4. No prior appendectomy. Mother takes warfarin. Biopsy is scheduled "
        "for May. Magnesium not done.\nPE: SpO2 96% RA.\n"
    )
    assert [(span.text, span._.assertion) for span in get_spans(doc)] == [
        ("ST depression", "present"),
        ("appendectomy", "absent"),
        ("warfarin", "family"),
        ("Biopsy", "hypothetical"),
        ("Magnesium", "absent"),
        ("SpO2", "present"),
        ("96% RA", "present"),
    ]


def test_it_reads_values_of_tests(nlp: Language) -> None:
    doc = nlp("Labs: potassium 3.1 mmol/L, hgb 9.2. BP 141/87. Potassium 20 meq daily. CT 2019.")
    assert [(rel.tail.text, rel.head.text, rel.label) for rel in doc._.relations] == [
        ("potassium", "3.1 mmol/L", "RESULT_OF"),
        ("hgb", "9.2", "RESULT_OF"),
        ("BP", "141/87", "RESULT_OF"),
    ]


@pytest.mark.parametrize(
    "text, label, ids",
    [
        ("Diabetes, COVID-19 and a DVT.", "CONDITION", ["D01", "ICD10CM:U07.1", "ICD10CM:I82.409"]),
        (
            "Bisoprolol, quetiapine, lithium; Eliquis.",
            "MEDICATION",
            ["RXNORM:19484", "RXNORM:51272", "RXNORM:6448", "RXNORM:1364430"],
        ),
        (
            "Lipase, INR, CBC and sodium.",
            "TEST",
            ["LOINC:3040-3", "LOINC:6301-6", "LOINC:58410-2", "LOINC:2951-2"],
        ),
        ("Laminectomy, TKA.", "PROCEDURE", ["P87", "P07"]),
        ("Lungs CTA bilaterally, left hemithorax, sciatic nerve, disc height.", "TEST", []),
    ],
)
def test_what_is_common_is_there(nlp: Language, text: str, label: str, ids: list[str]) -> None:
    spans = get_spans(nlp(text))
    assert [span.kb_id_ for span in spans] == ids
    assert {span.label_ for span in spans} <= {label}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("RA sat 97 %, hypertension.", ["I10"]),
        ("97% RA. Known asthma.", ["J45.909"]),
        ("Dilated RA and RV, aortic stenosis.", ["I35.0"]),
        ("No CVA tenderness, no fever.", ["R50.9"]),
        ("RA and hypertension on methotrexate.", ["M06.9", "I10", "6851"]),
        ("Prior CVA, hypertension.", ["I63.9", "I10"]),
        ("Ms. Jones denies fever.", ["R50.9"]),
        ("Sodium phosphate infused, potassium low, calcium acetate, fever.", ["2823-3", "R50.9"]),
        ("PE revealed edema; CT revealed PE.", ["R60.9", "", "I26.99"]),
        ("Fracture of the left hip, pain in the left flank.", ["", "R10.A0"]),
    ],
)
def test_short_names_that_mean_something_else(
    nlp: Language, text: str, expected: list[str]
) -> None:
    assert [span.kb_id_.partition(":")[2] for span in get_spans(nlp(text))] == expected
