"""Allergies that were taken back are none."""

import pytest

from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import PatientChart, charts

from ..marked_notes import note


def chart(*marked: str) -> PatientChart:
    notes = [note(one, day=f"2024-07-0{day}") for day, one in enumerate(marked, 1)]
    (found,) = charts(Lookup(build_graph(notes)))
    return found


NONE = (
    "{m Abacin} allergy removed.",
    "{m Abacin} allergy label was formally removed.",
    "{m Abacin} allergy has since been ruled out.",
    "Allergy to {m abacin} was delabelled.",
    "Allergies: {m abacin} (entered in error).",
    "We removed her childhood {m abacin} allergy.",
    "She outgrew the {m abacin} allergy.",
    "Delabelled for {m abacin}.",
    "{m Abacin} was de-labeled.",
    "No longer allergic to {m abacin}.",
    "{m abacin}过敏已排除。",
)


@pytest.mark.parametrize("marked", NONE)
def test_taken_back(marked: str) -> None:
    """Neither is it there, nor does the patient take what it was of."""
    found = chart(marked)
    assert not found.allergens()
    (excluded,) = found.allergens(there=False)
    assert not any(course.steps for course in found.drugs.values()), excluded


def test_a_later_note_takes_an_allergy_back() -> None:
    for said in NONE:
        assert chart("Allergic to {m abacin}.").allergens()
        assert not chart("Allergic to {m abacin}.", said.replace("Abacin", "abacin")).allergens()


@pytest.mark.parametrize(
    "marked",
    [
        "{c abacin allergy} removed.",
        "Removed {c abacin allergy}.",
        "Past: {c abacin allergy} removed.",
        "Past: {c:historical abacin allergy} removed.",
    ],
)
def test_a_problem_that_is_one(marked: str) -> None:
    found = chart(f"{marked} No {{m:absent abacin}} since then.")
    assert not found.allergens()
    (problem,) = found.problems.values()
    assert problem.status() == "absent" and not problem.ever()


def test_a_problem_that_is_taken_back_is_over() -> None:
    (problem,) = chart("{c abacin allergy}.", "{c abacin allergy} removed.").problems.values()
    over = problem.resolved()
    assert problem.status() == "absent" and len(problem.ever()) == 1
    assert over is not None and over.day.iso == "2024-07-02"


@pytest.mark.parametrize(
    "marked",
    [
        "{m Abacin} allergy.",
        "{m Abacin} allergy was not removed.",
        "{m Abacin} allergy should be removed after testing.",
        "{m Abacin} allergy to be delabelled in clinic.",
        "{m Abacin} allergy, {c rash} resolved.",
        "{m Abacin} allergy. Sutures removed.",
        "Never ruled out: {m abacin} allergy.",
        "Allergic to {m abacin}; {o drain} removed.",
    ],
)
def test_what_takes_nothing_back(marked: str) -> None:
    assert chart(marked).allergens()
