"""The tables of one-sentence cases: read whole, and the rules right on at least 95 %."""

import runpy
from pathlib import Path

import pytest

BENCHMARK = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "assertion_cases.py"))
FOLDER, VALUES = BENCHMARK["FOLDER"], BENCHMARK["VALUES"]
read_cases, by_rules = BENCHMARK["read_cases"], BENCHMARK["by_rules"]
COMPLAINTS = """X: no|is negative for|noun chunk|double negation|no increase in|list of denials
not only|cannot be excluded|history of|no history of|if fever develops|mother with"""


@pytest.mark.parametrize(
    ("name", "least"), [("english", 120), ("chinese", 30), ("english_held_out", 40)]
)
def test_tables_are_whole(name: str, least: int) -> None:
    cases = read_cases(FOLDER / f"{name}.tsv")
    assert len(cases) >= least
    assert len({(case.text, case.start) for case in cases}) == len(cases)
    assert {case.value for case in cases} <= set(VALUES)
    assert all(case.note for case in cases)


def test_every_complaint_is_a_case() -> None:
    notes = [case.note for case in read_cases(FOLDER / "english.tsv")]
    assert all(
        any(complaint in note for note in notes)
        for complaint in COMPLAINTS.replace("\n", "|").split("|")
    )


@pytest.mark.parametrize(("name", "language"), [("english", "en"), ("chinese", "zh")])
def test_rules_are_right(name: str, language: str) -> None:
    cases = read_cases(FOLDER / f"{name}.tsv")
    found = by_rules(cases, language)
    wrong = [case.text for case, value in zip(cases, found, strict=True) if case.value != value]
    assert len(wrong) <= 0.05 * len(cases), wrong
