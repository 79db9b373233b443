"""Words that look alike and are two: no typing error of one another."""

from pathlib import Path

import pytest

from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.distinct_words import are_distinct
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.terminology_facts import NAME, Fact

THRESHOLD = 0.75  # the default of `clinical_linker`


@pytest.mark.parametrize(
    ("word", "other", "known", "distinct"),
    [
        ("ileum", "ilium", False, True),
        ("spondylolysis", "spondylolisthesis", False, True),
        ("neuritis", "neuralgia", False, True),
        ("gastrectomy", "gastrostomy", False, True),
        ("gastrectomy", "colostomy", False, False),
        ("tibial", "tidial", False, False),
        ("tibial", "tidial", True, True),
        ("infarct", "infarction", True, False),
        ("leucopenia", "leukopenia", True, False),
        ("hemorage", "hemorrhage", True, False),
    ],
)
def test_pairs(word: str, other: str, known: bool, distinct: bool) -> None:
    assert are_distinct(word, other, {word} if known else frozenset()) == distinct


def linked(folder: Path, text: str, names: list[str]) -> list[str]:
    build_from_facts([Fact(name, NAME, name) for name in names], folder)
    found = KnowledgeBase(folder).search([text])[0]
    return [c.concept_id for c in found if c.score >= THRESHOLD]


def test_a_word_that_the_base_has_is_no_typing_error(tmp_path: Path) -> None:
    names = ["lumbrical contracture", "broken arm"]
    assert linked(tmp_path / "a", "lumbrycal contracture", names) == names[:1]
    assert linked(tmp_path / "b", "lumbrocal contracture", names) == names[:1]
    known = [*names, "lumbrocal tear"]
    assert linked(tmp_path / "c", "lumbrocal contracture", known) == []
