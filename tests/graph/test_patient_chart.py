"""Courses over several notes, on the invented patients of assets/patients and by hand."""

from datetime import date
from decimal import Decimal

import pytest

from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.mention_words import bare
from spacy_clinical.graph.patient_chart import PatientChart, charts
from spacy_clinical.graph.result_series import trend_of, usual_unit
from spacy_clinical.quantities import parse_quantity
from spacy_clinical.records import Record

from ..patients import read_patients


@pytest.fixture(scope="module")
def found() -> dict[str, PatientChart]:
    return {chart.patient: chart for chart in charts(Lookup(build_graph(read_patients())))}


def steps(chart: PatientChart, drug: str) -> list[tuple[str, str, str]]:
    return [(step.what, step.day.iso, step.regimen) for step in chart.drugs[drug].steps]


def test_a_drugs_course(found: dict[str, PatientChart]) -> None:
    assert steps(found["p2"], "simvastatin") == [
        ("taken", "2024-02-01", "40 mg at bedtime"),
        ("held", "2024-03-12", ""),
        ("resumed", "2024-03-25", "40 mg at bedtime"),
    ]
    assert steps(found["p2"], "warfarin") == [
        ("started", "2019", "5 mg daily"),
        ("decreased", "2024-03-25", "4 mg daily"),
    ]
    course = found["p2"].drugs["clarithromycin"]
    assert course.status(date(2024, 3, 15)) == "taking"
    assert course.status(date(2024, 4, 1)) == "stopped"
    assert found["p2"].drugs["simvastatin"].status(date(2024, 3, 20)) == "held"


def test_why_it_was_stopped(found: dict[str, PatientChart]) -> None:
    for patient, drug, why, day in (
        ("p8", "lisinopril", "cough", "2024-04-30"),
        ("p3", "sumatriptan", "chest tightness", "2024-05"),
        ("p8", "azathioprine", "nausea", "2017"),
        ("p1", "ibuprofen", "heartburn", "2023-12"),
    ):
        step = found[patient].drugs[drug].stopped()
        assert step is not None and (step.why, step.day.iso) == ((why,), day)


def test_what_is_no_ones_or_anothers_is_not_taken(found: dict[str, PatientChart]) -> None:
    now = date(2024, 12, 31)
    assert found["p1"].drugs["apixaban"].status(now) == "planned"
    assert found["p6"].drugs["fluoxetine"].status(now) == "declined"
    assert "warfarin" not in found["p1"].drugs and "warfarin" in found["p1"].family
    assert "penicillin" not in found["p2"].drugs and "penicillin" in found["p2"].allergies
    assert [one.mention.assertion for one in found["p5"].allergies["penicillin"]] == [
        "historical", "absent"
    ]  # fmt: skip
    assert not found["p8"].allergies  # the brother's


def test_problems(found: dict[str, PatientChart]) -> None:
    stroke = found["p7"].problems["stroke"]
    assert stroke.status(date(2024, 2, 1)) == "absent"
    assert stroke.status() == "historical"
    since = stroke.since()
    assert since is not None and (since[0].iso, since[1]) == ("2019", "said")
    nausea = found["p7"].problems["nausea"].resolved()
    assert nausea is not None and nausea.day.iso == "2024-08-27"
    assert found["p1"].problems["fatigue"].resolved() is None


def test_one_event_in_two_notes(found: dict[str, PatientChart]) -> None:
    events = [e for e in found["p6"].procedures if e.concept == "epidural injection"]
    assert [(e.status, e.day and e.day.iso) for e in events] == [
        ("planned", None),
        ("done", "2024-08-06"),
    ]
    again = [e for e in found["p7"].procedures if e.concept == "gastroscopy"]
    assert [e.day and e.day.iso for e in again] == ["2024-04-04", "2024-07"]


def test_results(found: dict[str, PatientChart]) -> None:
    (series,) = found["p7"].results["hemoglobin"]
    assert [(r.number, r.day.iso, r.basis) for r in series.results][:3] == [
        (12.9, "2024-01-23", "document"),
        (7.9, "2024-04-03", "said"),
        (9.8, "2024-04-09", "said"),
    ]
    assert found["p1"].results["eGFR"][0].trend == "falling"
    assert [r.number for r in found["p7"].results["bone density"][0].results] == [-2.9]


@pytest.mark.parametrize(
    ("words", "expected"),
    [("-2.9", "-2.9"), (".5 mg", ".5 mg"), ("- 5 mg,", "5 mg"), ("(7.9 %).", "7.9 %"),
     ("-pain-", "pain"), ("...", "..."), ("* 2 tablets", "2 tablets"), ("<5", "<5")],
)  # fmt: skip
def test_numbers_keep_their_sign_and_point(words: str, expected: str) -> None:
    assert bare(words) == expected


def test_trends() -> None:
    assert trend_of([1.0]) == "" and trend_of([1.0, 1.1]) == "stable"
    assert trend_of([1.0, 0.5, 1.2]) == "rising" and trend_of([58, 27]) == "falling"


@pytest.mark.parametrize(
    ("name", "written", "value", "unit"),
    [
        ("creatinine", "97 µmol/L", "1.10", "mg/dL"),  # 97e-6 * 113.12 g/L
        ("glucose", "10 mmol/L", "180.16", "mg/dL"),
        ("ldl", "1.6 g/L", "160", "mg/dL"),
        ("hemoglobin a1c", "53 mmol/mol", "7.0", "%"),
        ("lithium level", "0.7 mmol/L", "0.7", "mmol/L"),
        ("something", "3 mmol/L", "3", "mmol/L"),
    ],
)
def test_units_are_brought_together(name: str, written: str, value: str, unit: str) -> None:
    quantity = parse_quantity(written)
    assert quantity is not None
    told = usual_unit(name, quantity)
    assert (told.value, told.unit) == (Decimal(value), unit)


def test_a_course_told_twice_is_one(found: dict[str, PatientChart]) -> None:
    doubled = [
        *read_patients(),
        *(Record(f"{r.id}-copy", r.text, r.entities, r.relations, r.attributes, meta=r.meta)
          for r in read_patients()),
    ]  # fmt: skip
    for chart in charts(Lookup(build_graph(doubled))):
        for drug in chart.drugs:
            assert steps(chart, drug) == steps(found[chart.patient], drug)
