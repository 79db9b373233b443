"""Sections by headings."""

import pytest

from spacy_clinical.context.sections import SectionFinder, load_section_rules, parse_section_rules

FINDER = SectionFinder(load_section_rules(["en", "zh"]))


def found(text: str) -> list[tuple[str, str]]:
    return [(s.category, text[s.heading[0] : s.heading[1]]) for s in FINDER.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FAMILY HISTORY\nMother: stroke", [("family_history", "FAMILY HISTORY")]),
        ("Family History: stroke", [("family_history", "Family History")]),
        (
            "Past Medical History (per chart): HTN",
            [("past_medical_history", "Past Medical History")],
        ),
        ("PMH: HTN. Meds: aspirin.", [("past_medical_history", "PMH"), ("medications", "Meds")]),
        (
            "S: cough\nO: clear\nA/P: cold",
            [("present_illness", "S"), ("exam", "O"), ("assessment", "A/P")],
        ),
        ("2. Allergies - penicillin", [("allergies", "Allergies")]),
        ("== Plan ==\nrest", [("plan", "Plan")]),
        ("FH: DM\n\nTRAVEL:\nnone", [("family_history", "FH"), ("other", "TRAVEL")]),
        (
            "家族史：父亲患糖尿病。既往史：体健",
            [("family_history", "家族史"), ("past_medical_history", "既往史")],
        ),
        ("No family history of stroke.", []),
        ("Family history of stroke.", []),
        ("The plan: rest", []),
        ("Past Medical History\nHTN\nCAD\nDM", [("past_medical_history", "Past Medical History")]),
        ("", []),
    ],
)
def test_headings(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_sections_tile_the_rest_of_the_note() -> None:
    text = "Seen today.\nPMH: HTN\nPlan: rest"
    sections = FINDER.find(text)
    assert [text[s.start : s.end] for s in sections] == ["PMH: HTN\n", "Plan: rest"]
    assert [s.assertion for s in sections] == ["historical", ""]


def test_a_later_rule_holds() -> None:
    rules = [*load_section_rules(["en"]), *parse_section_rules("plan\tmine\tpossible\n", "x")]
    (section,) = SectionFinder(rules).find("Plan: rest")
    assert (section.category, section.assertion) == ("mine", "possible")
