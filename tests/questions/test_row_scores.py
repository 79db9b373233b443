"""How sure a row is: as the least sure of what it needs, in the note that tells it most surely."""

import pytest

from spacy_clinical.graph import build_graph
from spacy_clinical.questions import Asker
from spacy_clinical.records import Entity, Record, Relation

TEXT = "Warfarin 5 mg for gout. INR 2.6. Naproxen gave her hives."
PARTS = (  # what is there, its label, how sure it is
    ("Warfarin", "MEDICATION", 0.95),
    ("5 mg", "STRENGTH", 0.8),
    ("gout", "CONDITION", 0.9),
    ("INR", "TEST", 0.6),
    ("2.6", "LAB_VALUE", 0.97),
    ("Naproxen", "MEDICATION", 0.99),
    ("hives", "SYMPTOM", 0.9),
)
RELATIONS = (
    ("Warfarin", "5 mg", "HAS_STRENGTH", 0.7),
    ("Warfarin", "gout", "TREATS", 0.5),
    ("2.6", "INR", "RESULT_OF", 0.9),
    ("Naproxen", "hives", "CAUSES", 0.55),
)


def note(id: str, date: str, surer: float = 0.0) -> Record:
    at = {words: TEXT.index(words) for words, _, _ in PARTS}
    entities = tuple(
        Entity(words, label, ((at[words], at[words] + len(words)),), score=score + surer)
        for words, label, score in PARTS
    )
    relations = tuple(Relation(a, b, label, score=s + surer) for a, b, label, s in RELATIONS)
    return Record(id, TEXT, entities, relations, meta={"patient": "p", "date": date})


def score(question: str, *notes: Record) -> float:
    answer = Asker(build_graph(notes), {one.id: one.text for one in notes})(question)
    (row,) = answer.rows
    return row.score


@pytest.mark.parametrize(
    ("question", "least"),
    [
        ("Does she take warfarin?", 0.95),
        ("What dose of warfarin does she take?", 0.7),  # that both belong together
        ("What was the last INR?", 0.6),  # the test
        ("Why does she take warfarin?", 0.5),
        ("How is her gout treated?", 0.5),
        ("Did naproxen cause side effects?", 0.55),
    ],
)
def test_a_row_is_as_sure_as_the_least_of_what_it_needs(question: str, least: float) -> None:
    assert score(question, note("a", "2024-05-01")) == pytest.approx(least)


def test_the_surest_note_counts() -> None:
    notes = [note("a", "2024-05-01"), note("b", "2024-06-01", 0.01)]
    assert score("What dose of warfarin does she take?", *notes) == pytest.approx(0.71)
