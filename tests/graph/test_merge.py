"""Merging is a union: no order, no repetition makes a difference."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.errors import GraphError
from spacy_clinical.graph import (
    KnowledgeGraph,
    Lookup,
    Said,
    ask_adverse_effects,
    ask_counts,
    ask_medications,
    ask_rates,
    build_graph,
    merge_graphs,
)
from spacy_clinical.records import Record

from .cases import BOB, JANUARY, MARCH, note
from .strategies import FEW, cohorts


@FEW
@given(cohorts(), st.randoms(use_true_random=False))
def test_order_and_grouping_make_no_difference(
    records: list[Record], chance: random.Random
) -> None:
    whole = build_graph(records)
    parts = [build_graph([record]) for record in records]
    chance.shuffle(parts)
    cut = chance.randint(0, len(parts))
    left, right = merge_graphs(parts[:cut]), merge_graphs(parts[cut:])
    assert merge_graphs([left, right]) == merge_graphs([right, left]) == whole
    assert merge_graphs([whole, whole, left]) == whole
    assert merge_graphs([whole, KnowledgeGraph()]) == whole


def test_merging_leaves_its_parts_alone() -> None:
    one, other = build_graph([JANUARY]), build_graph([BOB])
    merge_graphs([one, other])
    assert one == build_graph([JANUARY])
    assert other == build_graph([BOB])


def test_gold_and_predicted_of_one_note() -> None:
    gold = build_graph([BOB], source="gold")
    predicted = build_graph([BOB], source="model 1")
    for mention in predicted.mentions:
        predicted.mentions[mention] = Said(0.5)
    merged = merge_graphs([gold, predicted])
    assert merged.documents["bob-1"].sources == {"gold", "model 1"}
    assert set(merged.mentions) == set(gold.mentions)
    assert {said.score for said in merged.mentions.values()} == {0.5}


@pytest.mark.parametrize(
    "meta", [{"patient": "eve", "date": "2024-01-15"}, {"patient": "ann", "date": "2023"}]
)
def test_a_document_has_one_patient_and_date(meta: dict[str, str]) -> None:
    other = note("ann-1", "x", [], **meta)
    for order in ([JANUARY, other], [other, JANUARY]):
        with pytest.raises(GraphError, match="SC650"):
            merge_graphs(build_graph([record]) for record in order)


@pytest.mark.slow
def test_two_thousand_notes() -> None:
    """A thousand patients with two notes each, about thirty mentions a patient."""
    notes = [
        Record(
            f"{r.id}-{i}",
            r.text,
            r.entities,
            r.relations,
            r.attributes,
            (),
            {"patient": f"p{i}", **d},
        )
        for i in range(1000)
        for r, d in ((JANUARY, {"date": "2024-01-15"}), (MARCH, {"date": "2024-03-01"}))
    ]
    start = time.process_time()
    graph = build_graph(notes)
    lookup = Lookup(graph)
    assert len(graph.patients) == 1000
    assert len(ask_medications(lookup).rows) == 2000
    assert len(ask_adverse_effects(lookup).rows) == 3000
    assert ask_rates(lookup).rows[0][2:] == (1000, 1000, 1000)
    assert {r.mentions for r in ask_counts(lookup).rows if r.concept == "daily"} == {3000}
    assert time.process_time() - start < 60
