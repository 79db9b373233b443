"""What a test showed, what was there on a drug, how much is smoked, and questions of relatives who
call the patient "dad"."""

from functools import cache

import pytest

from spacy_clinical.graph import build_graph
from spacy_clinical.questions import NOT_UNDERSTOOD, Asker
from spacy_clinical.questions.patient_address import of_patient
from spacy_clinical.records import Attribute, Entity, Record

TEXT = (
    "服用二甲双胍，2型糖尿病8年。确诊哮喘10年。头痛于85年起。格列本脲已停药2周。"
    "吸烟30年，每日10支，不饮酒。"
)
SAID = {
    "二甲双胍": ("MEDICATION", ""),
    "2型糖尿病": ("CONDITION", ""),
    "哮喘": ("CONDITION", ""),
    "头痛": ("SYMPTOM", ""),
    "格列本脲": ("MEDICATION", "historical"),
}


@cache
def chinese() -> Asker:
    at = {words: TEXT.index(words) for words in SAID}
    entities = tuple(
        Entity(words, label, ((at[words], at[words] + len(words)),))
        for words, (label, _) in SAID.items()
    )
    over = tuple(
        Attribute(words, "assertion", value) for words, (_, value) in SAID.items() if value
    )
    record = Record("1", TEXT, entities, (), over, meta={"date": "2024-09-10"})
    return Asker(build_graph([record]), {"1": TEXT})


@pytest.mark.parametrize(
    ("patient", "question", "wanted"),
    [
        # what a test showed: by a sentence that tells it of both
        ("p2", "did the chest film show pneumonia", ["no"]),
        ("p4", "Did the chest film show pneumonia?", ["possible"]),
        ("p4", "pneumonia on the chest x-ray?", ["possible"]),
        ("p1", "Did the ECG show atrial fibrillation?", ["yes"]),
        ("p6", "did the MRI show a slipped disc?", ["yes"]),
        ("p8", "Was sleep apnea confirmed by polysomnography?", ["no"]),
        ("p1", "Did the echo show heart failure?", []),  # denied, but not by it
        ("p4", "did the chest film show pneumonia in March?", []),
        # what was there on a drug, or since a step of it
        ("p1", "any hypoglycaemia on the metformin?", ["no"]),
        ("p8", "Any mouth ulcers since the methotrexate went up?", ["no"]),
        ("p8", "any mouth ulcers before methotrexate was started?", []),
        ("p5", "Did her Hb come up on the iron?", ["hemoglobin rising"]),
        ("p5", "any rash on amoxicillin?", []),
        ("p7", "Any stroke since atorvastatin was added?", []),  # it was in 2019
        # how much
        ("p2", "How many cigarettes a day does he smoke?", ["former"]),
        ("p2", "How many cigarettes a day did he smoke?", ["10 cigarettes a day 2024-02-01"]),
        ("p6", "how much does he smoke?", ["a pack a day 2023-12-04"]),
        ("p6", "How much does he drink?", ["former"]),
        (
            "p6",
            "How much did he drink before he stopped?",
            ["a bottle of wine a day 2023-12-04"],
        ),
        ("p1", "How many cigarettes a day?", ["never"]),
        ("p6", "How many cigarettes a day should he smoke?", []),  # advice
        ("p5", "How many cigarettes a day?", ["never"]),
        ("p6", "Has he given up smoking?", ["current"]),
        # two times
        (
            "p1",
            "What was her creatinine in January and now?",
            ["creatinine 1.1 mg/dL 2024-01-15", "creatinine 2.2 mg/dL 2024-11-05"],
        ),
        (
            "p1",
            "creatinine in January and in April?",
            ["creatinine 1.1 mg/dL 2024-01-15", "creatinine 1.4 mg/dL 2024-04-22"],
        ),
        (
            "p8",
            "What was his dose of losartan in May and now?",
            ["losartan 100 mg daily", "losartan 50 mg daily"],
        ),
        # "what" before a class
        ("p5", "what PPI is she on, and is it more than one?", ["omeprazole", "pantoprazole"]),
        # why not
        ("p4", "Why can't he have codeine?", ["vomiting"]),
        ("p7", "why can't she take naproxen?", ["gastrointestinal bleeding"]),
        ("p1", "why can't she have apixaban?", []),
        # who asks calls the patient by what they are to them
        ("p4", "has grandpa got pneumonia?", ["possible"]),
        ("p6", "Is my husband still drinking?", ["former"]),
        ("p3", "Does my mother have epilepsy?", ["yes"]),
        ("p3", "Does my mother have bipolar disorder?", ["bipolar disorder"]),  # of relatives
        ("p1", "Does her father have atrial fibrillation?", ["atrial fibrillation"]),
        ("p7", "Does my mother have multiple sclerosis?", []),  # her daughter's
        ("p4", "Has his wife got Crohn's?", ["Crohn disease"]),
    ],
)
def test_answers(asker: Asker, patient: str, question: str, wanted: list[str]) -> None:
    assert sorted(row.value for row in asker(question, patient).rows) == wanted


def test_who_was_taken_for_the_patient_is_told(asker: Asker) -> None:
    text = asker("Is my husband still drinking?", "p6").text
    assert text == 'former ("my husband" was read as the patient.)'


@pytest.mark.parametrize(
    ("question", "plain", "words"),
    [
        ("is Dad still smoking?", "is the patient still smoking?", "Dad"),
        ("The daughter rings: is mum on it?", "The daughter rings: is the patient on it?", "mum"),
        ("my mum's INR?", "the patient's INR?", "my mum"),
        ("Does her dad smoke?", "Does her dad smoke?", ""),
        ("Does my mother's sister have it?", "Does my mother's sister have it?", ""),
        ("Do I have it, like my mother?", "Do I have it, like my mother?", ""),
        ("Does the daughter have it?", "Does the daughter have it?", ""),
    ],
)
def test_of_patient(question: str, plain: str, words: str) -> None:
    assert of_patient(question) == (plain, words)


def test_a_test_that_is_only_ordered_shows_nothing() -> None:
    text = "Pneumonia, to be confirmed by chest x-ray, which is ordered."
    places = {"CONDITION": (0, 9), "TEST": (text.index("chest"), text.index(","))}
    start = text.index("chest x-ray")
    places["TEST"] = (start, start + len("chest x-ray"))
    entities = tuple(Entity(label, label, (place,)) for label, place in places.items())
    record = Record("n", text, entities, meta={"patient": "p", "date": "2024-05-01"})
    own = Asker(build_graph([record]), {"n": text})
    answer = own("Did the chest x-ray show pneumonia?")
    assert answer.kind == "shown" and not answer.rows


def test_what_was_found_on_an_occasion_is_not_its_date() -> None:
    text = "Gastric ulcer since May 2024."
    record = Record("n", text, (Entity("T1", "CONDITION", ((0, 13),)),), meta={"patient": "p"})
    own = Asker(build_graph([record]), {"n": text})
    assert not own("Did they find anything when she had her gastric ulcer?").rows
    assert own("When did she have her gastric ulcer?").rows


def test_a_plain_yes_is_not_given_on_a_drug(asker: Asker) -> None:
    """That something was there on a drug may be by chance."""
    answer = asker("any knee pain on the ibuprofen?", "p1")
    assert answer.status == NOT_UNDERSTOOD or "yes" not in [row.value for row in answer.rows]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("2型糖尿病有几年了？", ["2016"]),
        ("哮喘是什么时候得的？", ["2014"]),
        ("头痛从什么时候开始的？", ["2024-09-10"]),  # a year, and not a length
        ("格列本脲是什么时候停的？", ["2024-08-27"]),
        ("每天抽几支烟？", ["每日10支 2024-09-10"]),
        ("每天喝多少酒？", ["never"]),
    ],
)
def test_chinese(question: str, wanted: list[str]) -> None:
    assert sorted(row.value for row in chinese()(question).rows) == wanted
