"""Facts to concepts: the same whatever the order and the memory."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.knowledge.concept_gathering import gather
from spacy_clinical.knowledge.terminology_facts import (
    CROSSREF,
    DEFINITION,
    NAME,
    RETIRED,
    TYPE,
    Concept,
    Fact,
    Kept,
)

FACTS = [
    Fact("B", NAME, "second"),
    Fact("A", NAME, "other  name", 1),
    Fact("A", TYPE, "T1"),
    Fact("A", NAME, "first"),
    Fact("A1", NAME, "third"),
    Fact("A", CROSSREF, "X:1"),
    Fact("A", NAME, "first", 5),
    Fact("A", DEFINITION, "what it\tis"),
]
CONCEPTS = [
    Concept("A", "first", ["other name"], ["T1"], "what it is", ["X:1"]),
    Concept("A1", "third", [], [], None, []),
    Concept("B", "second", [], [], None, []),
]


@pytest.mark.parametrize("run", [1, 3, 8, 100])
def test_any_memory(run: int, tmp_path: Path) -> None:
    assert list(gather(FACTS, tmp_path, run=run)) == CONCEPTS
    assert not list(tmp_path.iterdir())


def test_any_order(tmp_path: Path) -> None:
    shuffled = random.Random(0).sample(FACTS, len(FACTS))
    assert list(gather(shuffled, tmp_path, run=2)) == CONCEPTS


def test_filters_count(tmp_path: Path) -> None:
    facts = [
        Fact("A", NAME, "a", source="MSH", language="en"),
        Fact("A", NAME, "das a", source="MSH", language="de"),
        Fact("A", NAME, "other a", source="XYZ", language="en"),
        Fact("A", TYPE, "T1"),
        Fact("B", NAME, "b", source="MSH", language="en"),
        Fact("B", TYPE, "T2"),
        Fact("C", TYPE, "T1"),
        Fact("D", NAME, "d"),
        Fact("D", RETIRED, ""),
    ]
    kept = Kept(sources=["MSH"], types=["T1"], languages=["en"])
    assert list(gather(facts, tmp_path, kept=kept)) == [Concept("A", "a", [], ["T1"], None, [])]
    assert kept.left_out == {
        "facts of other sources": 1,
        "facts in other languages": 1,
        "concepts of other types": 1,
        "concepts without a name": 1,
        "retired concepts": 1,
    }


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(st.sampled_from("ABC"), TEXTS), max_size=20))
def test_any_text(rows: list[tuple[str, str]]) -> None:
    facts = [Fact(concept, NAME, name) for concept, name in rows]
    with tempfile.TemporaryDirectory() as folder:
        found = {
            c.concept_id: [c.canonical_name, *c.aliases] for c in gather(facts, Path(folder), run=4)
        }
    expected: dict[str, dict[str, None]] = {}
    for concept, name in rows:
        if flat := " ".join(name.split()):
            expected.setdefault(concept, {}).setdefault(flat)
    assert found == {concept: list(names) for concept, names in expected.items()}
