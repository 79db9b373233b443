"""Verdicts on several things, with times, of a certain relative; lists of a class; spellings."""

import pytest

from spacy_clinical.graph import build_graph
from spacy_clinical.questions import Asker
from spacy_clinical.records import Attribute, Entity, Record


def values(asker: Asker, question: str, patient: str) -> list[str]:
    return sorted(row.value for row in asker(question, patient).rows)


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        ("p1", "Does she take metformin and warfarin?", ["metformin yes"]),  # her father's
        ("p1", "Is she on warfarin or metformin?", ["metformin yes"]),
        ("p2", "Does he take simvastatin and ibuprofen?", ["ibuprofen no", "simvastatin yes"]),
        (
            "p1",
            "Does she have hypertension and heart failure?",
            ["heart failure no", "hypertension yes"],
        ),
        ("p1", "Does she have hypertension and type 2 diabetes?", ["yes"]),
        ("p1", "Does she have hypertension or hepatitis?", []),
        ("p2", "Is he allergic to penicillin and latex?", ["penicillin yes"]),
    ],
)
def test_each_of_several_things_has_its_own_verdict(
    asker: Asker, patient: str, question: str, wanted: list[str]
) -> None:
    assert values(asker, question, patient) == wanted


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        ("p1", "Did she have atrial fibrillation in March 2024?", []),
        ("p1", "Has she had hypertension since 2010?", []),
        ("p1", "Does she have hypertension today?", ["yes"]),
        ("p1", "Did she have echocardiography in September 2024?", ["yes"]),
        ("p1", "Did she have echocardiography in March 2024?", []),
        ("p1", "Was her TSH measured in September 2024?", ["yes"]),
        ("p1", "Was her TSH measured in March 2024?", []),
    ],
)
def test_a_yes_is_of_the_time_that_is_asked(
    asker: Asker, patient: str, question: str, wanted: list[str]
) -> None:
    assert values(asker, question, patient) == wanted


@pytest.mark.parametrize(
    ("patient", "question"),
    [
        ("p1", "Who prescribed metformin?"),
        ("p1", "Where did she get metformin?"),
        ("p1", "Should the dose of metformin be lower?"),
        ("p1", "Ought she to stop metformin?"),
        ("p1", "Is an eGFR of 27 appropriate for metformin?"),
        ("p4", "Which drugs should he not be given?"),
        ("p1", "Is her metformin dose too high?"),
        ("p1", "Is she ok with metformin?"),
        ("p1", "Is she okay on lisinopril?"),
        ("p1", "Is it alright to take metformin with lisinopril?"),
        ("p1", "Is she fine to have ibuprofen while on lisinopril?"),
        ("p1", "Does metformin interact with lisinopril?"),
        ("p1", "Are spironolactone and lisinopril compatible?"),
        ("p1", "Is she allowed ibuprofen?"),
    ],
)
def test_what_asks_for_advice_or_for_a_name_gets_neither(
    asker: Asker, patient: str, question: str
) -> None:
    answer = asker(question, patient)
    assert answer.abstained and answer.why


def test_ok_by_itself_asks_for_nothing(asker: Asker) -> None:
    assert values(asker, "Okay, is she on metformin?", "p1") == ["yes"]
    assert values(asker, "Is her potassium ok?", "p1") == ["potassium 5.9 mmol/L 2024-11-05"]


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        ("p5", "Does her father have gastric cancer?", []),
        ("p5", "Did her aunt have gastric cancer?", ["gastric cancer"]),
        ("p5", "What did her mother have?", ["deep vein thrombosis"]),
        ("p5", "What did her parents have?", ["deep vein thrombosis"]),
        ("p1", "Which illnesses does her sister have?", ["breast cancer"]),
        ("p1", "Did her father have atrial fibrillation?", ["atrial fibrillation"]),
        ("p1", "Did her sister have atrial fibrillation?", []),
    ],
)
def test_the_relative_who_is_asked_about(
    asker: Asker, patient: str, question: str, wanted: list[str]
) -> None:
    assert values(asker, question, patient) == wanted


def test_without_notes_nobody_knows_which_relative() -> None:
    text = "Her mother has gout."
    entities = (Entity("c", "CONDITION", ((15, 19),)),)
    record = Record("a", text, entities, (), (Attribute("c", "assertion", "family"),))
    graph = build_graph([record])
    asked = Asker(graph)("Does her mother have gout?")
    assert asked.rows == [] and asked.left_out == {"family": 1}
    (row,) = Asker(graph, {"a": text})("Does her mother have gout?").rows
    assert row.value == "gout"


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        ("p6", "Which benzodiazepine does he take?", ["lorazepam"]),
        ("p6", "Which benzodiazepine has he had?", ["diazepam stopped", "lorazepam"]),
        ("p6", "What kind of opioid is he on?", ["oxycodone"]),
        ("p1", "Which statin is she on?", []),
        ("p8", "Which joint disease does he have?", ["gout", "rheumatoid arthritis"]),
        ("p6", "Is he on a benzodiazepine?", ["yes"]),
    ],
)
def test_which_of_a_class(asker: Asker, patient: str, question: str, wanted: list[str]) -> None:
    assert values(asker, question, patient) == wanted


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        ("p5", "Does she have iron deficiency anaemia?", ["yes"]),
        (
            "p7",
            "Did anyone say she had gastrointestinal haemorrhage?",
            ["2024-04-09 yes", "2024-06-25 past"],
        ),
        ("p7", "What was the last haemoglobin?", ["hemoglobin 12.4 g/dL 2024-08-27"]),
        ("p7", "latest hgb?", ["hemoglobin 12.4 g/dL 2024-08-27"]),
        ("p8", "Did the cough turn out to be sleep apnea?", ["no"]),
    ],
)
def test_other_spellings_and_short_forms(
    asker: Asker, patient: str, question: str, wanted: list[str]
) -> None:
    assert values(asker, question, patient) == wanted


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        ("p1", "metformin?", ["yes"]),
        ("p1", "any chest pain?", ["no"]),
        ("p1", "potassium please", ["potassium 5.9 mmol/L 2024-11-05"]),
        ("p1", "ibuprofen - why?", ["knee pain"]),
        ("p5", "gastroscopy?", []),
    ],
)
def test_a_name_alone_asks_whether_it_is_there(
    asker: Asker, patient: str, question: str, wanted: list[str]
) -> None:
    assert values(asker, question, patient) == wanted


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        ("p8", "Why was lisinopril given up?", ["cough"]),
        ("p7", "When was the naproxen got rid of?", ["2024-04-09"]),
        (
            "p3",
            "How was sertraline raised?",
            [
                "2024-01-19 started sertraline 50 mg daily",
                "2024-04-04 increased sertraline 100 mg daily",
            ],
        ),
        ("p2", "What drug has been proposed for him?", ["varenicline"]),
        (
            "p8",
            "List every capsule he has to take",
            [
                "allopurinol",
                "folic acid",
                "losartan",
                "methotrexate",
                "trimethoprim",
                "acetaminophen",
            ],
        ),
        ("p6", "What are all his ALT values?", ["ALT 64 U/L 2024-03-11", "ALT 88 U/L 2024-08-20"]),
        ("p4", "What happens when he has codeine?", ["vomiting"]),
        ("p6", "Which was the lowest ALT that he ever had?", ["ALT 64 U/L 2024-03-11"]),
        ("p6", "Is the back pain still bothering him?", ["yes"]),
    ],
)
def test_other_words_for_the_same_question(
    asker: Asker, patient: str, question: str, wanted: list[str]
) -> None:
    assert values(asker, question, patient) == sorted(wanted)
