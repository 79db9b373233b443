"""Sections by headings."""

import time

import pytest

from spacy_clinical.context.section_rules import (
    SectionFinder,
    load_section_rules,
    parse_section_rules,
)
from spacy_clinical.errors import ContextError

from .cases import read_cases

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
        (
            "个人史 不吸烟\n婚育史\t已婚\n诊断 明确",
            [("social_history", "个人史"), ("social_history", "婚育史")],
        ),
        (
            "【既往史】体健\n【家族史】无",
            [("past_medical_history", "既往史"), ("family_history", "家族史")],
        ),
        (
            "主诉：腹痛 个人史：无殊 家族史：父亲肝癌",
            [
                ("chief_complaint", "主诉"),
                ("social_history", "个人史"),
                ("family_history", "家族史"),
            ],
        ),
        (
            "一、过去史：体健。二、病情分析：稳定。",
            [("past_medical_history", "过去史"), ("assessment", "病情分析")],
        ),
        ("复查 胃镜：正常，家族史 无", []),
        (
            "影像学表现：双肺纹理增多\n影像学诊断：肺炎\n镜下所见：腺体增生",
            [("findings", "影像学表现"), ("assessment", "影像学诊断"), ("findings", "镜下所见")],
        ),
        (
            "入院時情況：發燒\n專科情況：右膝腫脹\n月经婚育史：14岁\n喂养史：母乳",
            [
                ("condition", "入院時情況"),
                ("exam", "專科情況"),
                ("social_history", "月经婚育史"),
                ("social_history", "喂养史"),
            ],
        ),
        (
            "术中诊断：阑尾炎\n处理意见：随访\n护理诊断：疼痛\n護理紀錄：疼痛",
            [
                ("diagnosis", "术中诊断"),
                ("plan", "处理意见"),
                ("assessment", "护理诊断"),
                ("hospital_course", "護理紀錄"),
            ],
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


@pytest.mark.parametrize(
    ("lang", "text", "categories"),
    [
        ("de", "Familienanamnese: Vater Gicht\nDiagnosen: Sepsis", ["family_history", "family"]),
        (
            "es",
            "Antecedentes familiares: gota\nJuicio clínico: sepsis",
            ["family_history", "family"],
        ),
    ],
)
def test_german_and_spanish(lang: str, text: str, categories: list[str]) -> None:
    first, second = SectionFinder(load_section_rules([lang])).find(text)
    assert [first.category, first.assertion] == categories
    assert not second.assertion and second.category != first.category


def described(text: str) -> list[str]:
    """As the tables of cases say it."""
    held = [(text[slice(*s.heading)], s.category, s.assertion) for s in FINDER.find(text)]
    return [
        f"{words} -> {category}{assertion and '/'}{assertion}"
        for words, category, assertion in held
    ]


@pytest.mark.parametrize("name", ["dev", "held_out"])
def test_kinds_of_headings(name: str) -> None:
    """Operations, organ systems, line ends lost to commas or blanks, prose that is no heading."""
    cases = read_cases(f"sections_{name}")
    assert len(cases) == 25
    assert [described(text) for text, _ in cases] == [wanted for _, wanted in cases]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FAMILY HISTORY: Father. Age: 50, MI.", [("family_history", "FAMILY HISTORY")]),
        ("He denied any allergies: none known.", []),
        ("No allergies: fine", []),
        ("BASELINE EEG: slow", [("results", "BASELINE EEG")]),
        ("Past week: cough", []),
        ("POLICE REPORT: none", [("other", "POLICE REPORT")]),
        ("Gout,HTN: ok", []),
        ("PMH:\nplan\nonset\nAge", [("past_medical_history", "PMH")]),
    ],
)
def test_what_the_table_does_not_have_whole(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("heading", ["*", "a * b", "* a *", "{*|plan}"])
def test_a_star_stands_at_one_end(heading: str) -> None:
    with pytest.raises(ContextError, match=r"SC322.*line 1"):
        parse_section_rules(f"{heading}\tplan\n", "x")


RUNS = [
    " ",
    "\n",
    "=",
    "PLAN ",
    "PLAN:",
    "A",
    "a. ",
    ",A",
    "(",
    "PLAN (",
    ": ",
    "- ",
    "AB, ",
    "\nPLAN ",
    "1",
    "A ",
]


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("before", ["Plan", "PLAN x", "\n=="])
def test_long_runs_cost_their_length(run: str, before: str) -> None:
    start = time.process_time()
    FINDER.find(before + (run * 50_000)[:50_000] + " end: x")
    assert time.process_time() - start < 10


def test_sections_tile_the_rest_of_the_note() -> None:
    text = "Seen today.\nPMH: HTN\nPlan: rest"
    sections = FINDER.find(text)
    assert [text[s.start : s.end] for s in sections] == ["PMH: HTN\n", "Plan: rest"]
    assert [s.assertion for s in sections] == ["historical", ""]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("COMPARISON: May.\n\nA cyst.\n\nNo mass.", ["comparison", "other"]),
        ("COMPARISON: May.\nOf the left.\n \n  A cyst.", ["comparison", "other"]),
        ("COMPARISON:\n\nMay.", ["comparison"]),
        ("COMPARISON: May.\n\nFINDINGS: A cyst.\n\nNo mass.", ["comparison", "findings"]),
        ("COMPARISON: May.\n\n", ["comparison"]),
    ],
)
def test_a_comparison_ends_with_its_paragraph(text: str, parts: list[str]) -> None:
    sections = SectionFinder(load_section_rules(["en", "radiology"])).find(text)
    assert [s.category for s in sections] == parts
    assert "".join(text[s.start : s.end] for s in sections) == text
    assert all(bool(s.assertion) == (s.category == "comparison") for s in sections)


def test_a_later_rule_holds() -> None:
    rules = [*load_section_rules(["en"]), *parse_section_rules("plan\tmine\tpossible\n", "x")]
    (section,) = SectionFinder(rules).find("Plan: rest")
    assert (section.category, section.assertion) == ("mine", "possible")


def test_a_star_may_be_left_out() -> None:
    rules = "{*|} Hx\thistory\nbirth {plan|*|}\tplan\nHx old\told\nHx\tlater\n"
    finder = SectionFinder(parse_section_rules(rules, "x"))
    text = "Hx: gout.\nFamily Hx: gout.\nBirth:\nrest\nBirth place: home\nBirth plan:\nhome"
    found = [section.category for section in finder.find(text)]
    assert found == ["later", "history", "plan", "plan", "plan"]
