"""A name that is narrower, or tells of something else, isn't what a text means."""

from pathlib import Path

import pytest

from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.confusable_names import are_opposites
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.terminology_facts import NAME, Fact

THRESHOLD = 0.75  # the default of `clinical_linker`
TABLE = Path(__file__).parent / "data" / "not_linked.tsv"
RIGHT = 65  # of 67: two typing errors, "pnuemonia" and "palpatine", don't reach the threshold


def read_cases() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_names_that_are_all_that_a_base_has(tmp_path: Path) -> None:
    cases = read_cases()
    right = 0
    for i, (text, name, same) in enumerate(cases):
        folder = tmp_path / str(i)
        build_from_facts([Fact("X", NAME, name), Fact("Y", NAME, "broken arm")], folder)
        found = KnowledgeBase(folder).search([text])[0]
        linked = any(c.concept_id == "X" and c.score >= THRESHOLD for c in found)
        right += linked == (same == "=")
    assert (right, len(cases)) == (RIGHT, 67)


@pytest.mark.parametrize(
    ("text", "name", "opposite"),
    [
        ("b hepatitis", "c hepatitis", True),
        ("hepatitis", "c hepatitis", False),
        ("lymphoma non", "lymphoma", True),
        ("hypertension", "hypotension", True),
        ("failure heart left", "failure heart right", True),
        ("failure heart left", "failure heart", False),
        ("1 diabete type", "2 diabete type", True),
        ("2 diabete type", "2 diabete mellitu type", False),
        ("gait abnormal", "gait normal", True),
        ("8 deficiency", "deficiency ix", True),
    ],
)
def test_opposites(text: str, name: str, opposite: bool) -> None:
    assert are_opposites(frozenset(text.split()), frozenset(name.split())) == opposite
    assert are_opposites(frozenset(name.split()), frozenset(text.split())) == opposite
