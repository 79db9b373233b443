"""Small cohorts of any shape."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from spacy_clinical.graph import KnowledgeGraph, build_graph
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation

FEW = settings(max_examples=40)
TEXT = st.text(st.sampled_from("ab A1/%;,|:-.\n\té😀\"'&<"), min_size=4, max_size=24)
IDS = st.text(st.sampled_from("ab/%;: é&<\"'"), min_size=1, max_size=5).filter(str.strip)
LABELS = st.sampled_from(["MEDICATION", "SYMPTOM", "DATE", "LAB_VALUE", "PATIENT", "a b/é;"])
RELATIONS = st.sampled_from(["TREATS", "CAUSES", "has part/é;", "STATED_IN"])
CONCEPTS = st.sampled_from(["", "D1", "D2", "D1|D2", "x:y/z"])
ASSERTIONS = st.sampled_from(["present", "absent", "family", "somehow/else"])
SCORES = st.none() | st.floats(0, 1)


@st.composite
def notes(draw: Any, id: str) -> Record:
    text = draw(TEXT)
    entities = []
    for number in range(draw(st.integers(0, 4))):
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=4)))
        fragments = tuple(zip(cuts[::2], cuts[1::2], strict=False))
        parts = draw(LABELS), fragments, draw(CONCEPTS), draw(SCORES)
        entities.append(Entity(f"T{number}", *parts))
    if not entities:
        return Record(id, text)
    ids = st.sampled_from([e.id for e in entities])
    relations = draw(st.lists(st.builds(Relation, ids, ids, RELATIONS, SCORES), max_size=3))
    said = draw(st.lists(st.builds(Attribute, ids, st.just("assertion"), ASSERTIONS), max_size=3))
    whole = st.builds(ConceptRelation, st.just("D1"), st.sampled_from(["D2", "-1"]), RELATIONS, IDS)
    patient = draw(st.sampled_from(["", "p/1", "p;2"]))
    date = draw(st.sampled_from(["", "2024", "2024-05-01"]))
    language = draw(st.sampled_from(["", "de", "es-MX"]))
    return Record(
        id,
        text,
        tuple(entities),
        tuple(relations),
        tuple(said),
        tuple(draw(st.lists(whole, max_size=1))),
        {"patient": patient, "date": date, "language": language},
    )


@st.composite
def cohorts(draw: Any, most: int = 4) -> list[Record]:
    ids = draw(st.lists(IDS, unique=True, max_size=most))
    return [draw(notes(id)) for id in ids]


@st.composite
def graphs(draw: Any) -> KnowledgeGraph:
    return build_graph(
        draw(cohorts()), keep_text=draw(st.booleans()), source=draw(st.sampled_from(["", "m 1;0"]))
    )
