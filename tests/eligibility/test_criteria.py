"""Criteria read, and turned into conditions word by word or not at all."""

from pathlib import Path

import pytest

from spacy_clinical.eligibility import Criterion, compile_criteria, read_criteria
from spacy_clinical.errors import RuleError
from spacy_clinical.graph import build_graph
from spacy_clinical.questions.concept_names import ConceptNames, names_of

from ..patients import read_patients

TEXT = """A trial

Inclusion Criteria:
 1. Type 2 diabetes
    or hypertension
 2) eGFR of at least 30 mL/min

Exclusion criteria
- Taking warfarin.
"""


@pytest.fixture(scope="module")
def names() -> ConceptNames:
    return names_of(build_graph(read_patients()))


def test_lines_and_headings(tmp_path: Path) -> None:
    path = tmp_path / "trial.txt"
    path.write_text(TEXT.removeprefix("A trial\n"), encoding="utf-8")
    assert read_criteria(path) == [
        Criterion("Type 2 diabetes or hypertension", True, 3),
        Criterion("eGFR of at least 30 mL/min", True, 5),
        Criterion("Taking warfarin.", False, 8),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # One of a list is no criterion of its own.
        ("- Any of:\n  - gout\n  - Stroke\n- Epilepsy", ["Any of: gout Stroke", "Epilepsy"]),
        ("1. Any of:\na. gout\nb. stroke\n2. Epilepsy", ["Any of: gout stroke", "Epilepsy"]),
        ("Any of:\n- gout\n- stroke\nEpilepsy", ["Any of: gout stroke", "Epilepsy"]),
        ("- Stroke\n\t- within 6 months\n- C. difficile colitis",
         ["Stroke within 6 months", "C. difficile colitis"]),
        ("  9. Gout\n 10. Stroke", ["Gout", "Stroke"]),
        ("Gout\n\nStroke", ["Gout", "Stroke"]),
    ],
)  # fmt: skip
def test_lines_that_go_on(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "trial.txt"
    for heading in ("Inclusion", "2. Key Inclusion Criteria:", "**Inclusions**"):
        path.write_text(f"{heading}\n{text}", encoding="utf-8")
        assert [one.text for one in read_criteria(path)] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT, "SC575.*line 1"),
        ("Inclusion criteria\n", "SC576.*no criteria"),
        ("", "SC576"),
        ("Inclusion\n- f\xe9ver", "SC576.*no UTF-8"),
        # What is read as a criterion would turn those below it into their contrary.
        ("Inclusion\n- Gout\nExclusion criteria (any of these)\n- Stroke", "SC576.*in line 3"),
        ("Inclusion\n- Gout\nPatients are excluded for:\n- Stroke", "SC576.*in line 3"),
        ("Inclusion\n- Gout\nExclusion criteria: stroke", "SC576.*in line 3"),
    ],
)
def test_other_texts_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "trial.txt"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(RuleError, match=message):
        read_criteria(path)


def compiled(names: ConceptNames, text: str) -> str:
    """The condition, or in brackets why there is none."""
    (one,) = compile_criteria([Criterion(text, True, 1)], names)
    return str(one) if one.conditions else f"[{one.why}]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hypertension", "problem(Hypertension)"),
        ("Patients with a documented history of stroke", "ever problem(stroke)"),
        ("No history of stroke or epilepsy",
         "not (ever problem(stroke) or ever problem(epilepsy))"),
        ("Currently taking metformin and lisinopril", "drug(metformin) and drug(lisinopril)"),
        ("Prior treatment with azathioprine", "ever drug(azathioprine)"),
        ("Methotrexate within the past 3 months", "drug(Methotrexate) within 3 months"),
        ("Gastroscopy in the last two years before screening",
         "procedure(Gastroscopy) within 2 years"),
        ("Allergy to penicillin", "allergy(penicillin)"),
        ("Known hypersensitivity to aspirin or codeine", "allergy(aspirin) or allergy(codeine)"),
        ("A1c between 7 and 10 %", "test(A1c) >= 7 % and <= 10 %"),
        ("Serum potassium greater than 5.5 mmol/L", "test(potassium) > 5.5 mmol/L"),
        ("EF < 40 % within 6 months", "test(EF) < 40 % within 6 months"),
        ("INR > 3", "test(INR) > 3 {INR}"),
        ("Age >= 18 years", "age() >= 18"),
        ("Adults aged 18 to 75 years", "age() >= 18 and <= 75"),
        ("At least 18 years of age", "age() >= 18"),
        ("65 years of age or older", "age() >= 65"),
        ("Patients older than 60 years", "age() > 60"),
        ("Age over 50 years", "age() > 50"),
        ("Over 50 years of age", "age() > 50"),
        ("No stroke, gout or epilepsy",
         "not (problem(stroke) or problem(gout) or problem(epilepsy))"),
        ("Ages 18 or over and <= 75 years", "age() >= 18 and age() <= 75"),
        ("Age 50 years or older and hypertension", "age() >= 50 and problem(hypertension)"),
    ],
)  # fmt: skip
def test_what_is_understood(names: ConceptNames, text: str, expected: str) -> None:
    assert compiled(names, text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Uncontrolled hypertension", "not understood: 'Uncontrolled'"),
        ("Hypertension (stage 2)", "not understood: 'stage', '(', ')'"),
        ("Epilepsy, except childhood epilepsy", "not understood: 'except', 'childhood'"),
        ("Type 2 diabetes without hypertension", "a negation inside"),
        ("No stroke and no epilepsy", "a negation inside"),
        ("No stroke and epilepsy", "a negation of several things joined by 'and'"),
        ("Stroke and epilepsy or gout", "'and' beside 'or'"),
        ("Stroke, epilepsy", "several things without 'and' or 'or'"),
        ("Adequate kidney function", "not understood: 'Adequate', 'kidney', 'function'"),
        ("eGFR", "'eGFR' is compared with nothing"),
        ("eGFR 30 mL/min", "a number without a limit that is sure"),
        ("eGFR about 30 mL/min", "a number without a limit that is sure"),
        ("Potassium > 5", "a limit without a unit"),
        ("Hypertension > 5 mmHg", "a number that belongs to nothing"),
        ("Allergy to hypertension", "an allergy to 'hypertension', which is no drug"),
        ("Allergy to aspirin within 2 years", "a time for something that has none"),
        ("Hypertension; gout", "not understood: ';'"),
        ("Informed consent", "not understood: 'Informed', 'consent'"),
        ("Adults with hypertension", "adults without an age"),
        ("Systolic hypertension", "a word of tests without a test"),
        ("Hypertension or prior stroke", "a history or an allergy that may not be of all"),
        ("History of stroke and currently taking warfarin",
         "what is now beside what was, or a use beside an allergy"),
        ("Allergy to aspirin or use of warfarin",
         "what is now beside what was, or a use beside an allergy"),
        ("Stroke or gout within 6 months", "a time beside several things"),
        ("Family history of epilepsy", "not understood: 'Family'"),
        # Words that are known, and say more than the names beside them.
        ("Receiving treatment for hypertension", "a treatment of something that is no drug"),
        ("Hypertension or gout treated with metformin",
         "a treatment of something that is no drug"),
        ("Type 2 diabetes with hypertension or stroke", "things that 'and' or 'or' doesn't join"),
        ("Without stroke or taking warfarin", "a negation that may not be of all"),
        ("History of EF < 40 %", "a history of a result"),
        ("Currently receiving transfusion", "a procedure that goes on"),
        ("Transfusion in 3 months", "a number that belongs to nothing"),
        ("Diagnosis of gout within 6 months", "a time of the diagnosis"),
        ("Metformin within 3 months of diagnosis", "not understood: 'within'"),
        ("Age >= 50 years and gout > 5 years", "a number that belongs to nothing"),
        ("Gout > 5 years and age >= 50 years", "a number that belongs to nothing"),
        ("Gout over 5 years", "a number that belongs to nothing"),
        ("Never had a stroke", "not understood: 'Never'"),
        ("Adults", "no drug, problem, test, procedure or age of the graph's"),
    ],
)  # fmt: skip
def test_what_is_not_understood_to_the_last_word(names: ConceptNames, text: str, why: str) -> None:
    assert compiled(names, text) == f"[{why}]"


def test_no_criterion_is_dropped(names: ConceptNames) -> None:
    criteria = [
        Criterion(text, True, n) for n, text in enumerate(("Gout", "Blue eyes", "", "Gout"))
    ]
    assert [one.criterion for one in compile_criteria(criteria, names)] == criteria
