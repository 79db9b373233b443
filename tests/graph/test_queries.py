"""What a clinician asks, answered as a reader of the notes would."""

import pytest

from spacy_clinical.errors import GraphError
from spacy_clinical.graph import (
    Answer,
    Lookup,
    Rate,
    ask_adverse_effects,
    ask_counts,
    ask_family,
    ask_medications,
    ask_problems,
    ask_rates,
    ask_ruled_out,
    build_graph,
    cross_table,
)
from spacy_clinical.records import Attribute, Entity, Record

from .cases import BOB, JANUARY, LINKED, MARCH, NOTES, note


@pytest.fixture(scope="module")
def graph() -> Lookup:
    return Lookup(build_graph(NOTES))


def columns(answer: Answer, *names: str) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, name) for name in names) for row in answer.rows]


def test_medications(graph: Lookup) -> None:
    answer = ask_medications(graph)
    details = ("patient", "drug", "strength", "route", "frequency", "reasons")
    assert columns(answer, *details) == [
        ("ann", "metformin", ("1000 mg",), (), ("daily",), ("diabetes",)),
        ("ann", "metformin", ("500 mg",), ("PO",), ("daily",), ("diabetes",)),
        ("bob-1", "penicillin", (), (), (), ()),
    ]
    # Stopped, allergic, a relative's; never taken.
    assert answer.left_out == {"historical": 2, "family": 1, "absent": 1}


def test_medication_since_and_evidence(graph: Lookup) -> None:
    raised = ask_medications(graph).rows[0]
    assert str(raised.since) == "2024-01-15 (document)"
    assert raised.also_said == ("hypothetical",)
    # The mention without a strength is part of the fuller one.
    second = MARCH.text.index("Metformin", 5)
    assert [str(e) for e in raised.evidence] == ["ann-2:0-9", f"ann-2:{second}-{second + 9}"]


def test_a_stopped_drug_is_taken_without_the_newer_note() -> None:
    rows = ask_medications(Lookup(build_graph([JANUARY]))).rows
    assert [row.drug for row in rows] == ["Aspirin", "Metformin"]
    assert rows[0].reasons == ("pain",)


def test_since_a_date_in_the_sentence() -> None:
    text = "Warfarin since June 2022, digoxin."
    said = [("Warfarin", "MEDICATION"), ("June 2022", "DATE"), ("digoxin", "MEDICATION")]
    rows = ask_medications(Lookup(build_graph([note("x", text, said)]))).rows
    assert [(r.drug, str(r.since)) for r in rows] == [
        ("Warfarin", "2022-06 (same sentence)"),
        ("digoxin", ""),
    ]


def test_adverse_effects(graph: Lookup) -> None:
    answer = ask_adverse_effects(graph)
    assert columns(answer, "patient", "drug", "effect", "status") == [
        ("ann", "aspirin", "heartburn", "present"),
        ("ann", "metformin", "rash", "hypothetical"),
        ("ann", "penicillin", "rash", "historical"),
        ("bob-1", "penicillin", "rash", "present"),
    ]
    assert answer.left_out == {"absent": 1}


def test_problems(graph: Lookup) -> None:
    answer = ask_problems(graph)
    assert columns(answer, "patient", "problem", "status", "sites", "treated_with") == [
        ("ann", "diabetes", "present", (), ("metformin",)),
        ("ann", "fever", "present", (), ()),
        ("ann", "heartburn", "present", (), ()),
        ("ann", "pain", "present", (), ("aspirin",)),
        ("ann", "rash", "historical", (), ()),
        ("bob-1", "gout", "possible", (), ()),
        ("bob-1", "rash", "present", ("arms",), ()),
    ]
    assert answer.left_out == {"family": 1, "absent": 1}


def test_ruled_out(graph: Lookup) -> None:
    assert columns(ask_ruled_out(graph), "patient", "problem", "also_said") == [
        ("ann", "fever", ("present",)),
        ("bob-1", "fever", ()),
    ]


def test_family(graph: Lookup) -> None:
    assert columns(ask_family(graph), "patient", "problem", "treated_with") == [
        ("ann", "breast cancer", ()),
        ("ann", "diabetes", ("insulin",)),
    ]


def test_counts(graph: Lookup) -> None:
    rows = ask_counts(graph).rows
    found = {(r.label, r.concept.lower(), r.assertion): r[3:] for r in rows}
    assert found["SYMPTOM", "fever", "absent"] == (2, 2, 2)
    assert found["FREQUENCY", "daily", "present"] == (1, 2, 3)
    assert found["MEDICATION", "metformin", "present"] == (1, 2, 3)
    assert rows[0][:4] == ("SYMPTOM", "fever", "absent", 2)
    assert sum(row.mentions for row in rows) == 30


def test_rates(graph: Lookup) -> None:
    answer = ask_rates(graph)
    assert answer.rows == [
        Rate("penicillin", "rash", 2, 2, 2),
        Rate("aspirin", "heartburn", 1, 1, 1),
    ]
    assert answer.left_out == {"absent": 1, "hypothetical": 1}
    assert cross_table(answer.rows) == (
        ["heartburn", "rash"],
        [["aspirin", 1, 1, 0], ["penicillin", 2, 0, 2]],
    )


def test_rates_count_all_takers() -> None:
    well = note("cy-1", "Penicillin.", [("Penicillin", "MEDICATION")])
    rows = ask_rates(Lookup(build_graph([BOB, well]))).rows
    assert rows == [Rate("penicillin", "rash", 1, 1, 2)]


def test_relations_of_a_document_as_a_whole() -> None:
    (row,) = ask_adverse_effects(Lookup(build_graph([LINKED]))).rows
    assert row[:4] == ("pm-1", "clonidine", "Hypertension", "present")
    assert list(map(str, row.evidence)) == ["pm-1"]


def test_the_direction_of_relations_is_free() -> None:
    text = "rash, on Cefalexin 1 g"
    said = [("rash", "ADE"), ("Cefalexin", "Drug"), ("1 g", "Strength")]
    record = note("x", text, said, [(0, "ADE-Drug", 1), (2, "Strength-Drug", 1)])
    graph = Lookup(build_graph([record]))
    assert columns(ask_adverse_effects(graph), "drug", "effect") == [("Cefalexin", "rash")]
    assert columns(ask_medications(graph), "drug", "strength") == [("Cefalexin", ("1 g",))]


def test_one_patient() -> None:
    graph = build_graph(NOTES)
    assert {row.patient for row in ask_problems(Lookup(graph.only(["bob-1"]))).rows} == {"bob-1"}
    assert graph.only(graph.patients) == graph
    with pytest.raises(GraphError, match="SC653"):
        graph.only(["cy"])


def test_several_assertions_hold_at_once() -> None:
    """Gout is denied for the past; the mother has no cancer; the father had a stroke."""
    text = "No history of gout. Mother has no cancer. Father had a stroke."
    words = (("gout", "absent historical"), ("cancer", "absent family"), ("stroke", "past family"))
    entities = tuple(
        Entity(f"T{i}", "PROBLEM", ((text.index(w), text.index(w) + len(w)),))
        for i, (w, _) in enumerate(words)
    )
    said = tuple(
        Attribute(f"T{i}", "assertion", value)
        for i, (_, values) in enumerate(words)
        for value in values.split()
    )
    graph = Lookup(build_graph([Record("n", text, entities, (), said)]))
    assert columns(ask_ruled_out(graph), "problem") == [("gout",)]
    assert columns(ask_family(graph), "problem") == [("stroke",)]
    assert ask_problems(graph).rows == []


def test_flags_without_a_value_and_words_of_nobody() -> None:
    text = "No gout. Possible lupus. Odd rash. Asthma."
    labels = (("gout", "Negated"), ("lupus", "Speculated"), ("rash", "Weird"), ("Asthma", ""))
    entities = tuple(
        Entity(f"T{i}", "PROBLEM", ((text.index(w), text.index(w) + len(w)),))
        for i, (w, _) in enumerate(labels)
    )
    said = tuple(Attribute(f"T{i}", name) for i, (_, name) in enumerate(labels) if name)
    graph = Lookup(build_graph([Record("n", text, entities, (), said)]))
    assert columns(ask_ruled_out(graph), "problem") == [("gout",)]
    answer = ask_problems(graph)
    assert columns(answer, "problem", "status") == [("Asthma", "present"), ("lupus", "possible")]
    assert answer.left_out == {"absent": 1, "unknown": 1}
