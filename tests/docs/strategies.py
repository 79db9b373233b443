"""Records that cover what a Doc has to hold."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation

FEW = settings(max_examples=60)

TEXTS = st.text(st.sampled_from("ab A1.,-/()\n\t é😀\u2009"), max_size=40)
LABELS = st.sampled_from(["DRUG", "SIGN", "Straße", "a b"])
SCORES = st.none() | st.floats(0, 1)
VALUES = st.text(max_size=4)
META = st.dictionaries(VALUES, st.integers(-(2**40), 2**40) | VALUES | st.lists(st.booleans()))


@st.composite
def records(draw: Any) -> Record:
    """Any text; mentions that overlap, nest, are discontinuous or cut through tokens."""
    text = draw(TEXTS)
    found = tuple(draw(entity(number, text)) for number in range(draw(st.integers(0, 5))) if text)
    if not found:
        return Record(draw(VALUES), text, meta=draw(META))
    ids = st.sampled_from([one.id for one in found])
    relations = draw(st.lists(st.builds(Relation, ids, ids, LABELS, SCORES), max_size=5))
    attributes = draw(st.lists(st.builds(Attribute, ids, VALUES, VALUES), max_size=4))
    evidence = st.lists(st.tuples(ids, ids), max_size=2).map(tuple)
    concepts = st.builds(ConceptRelation, VALUES, VALUES, LABELS, VALUES, SCORES, evidence)
    return Record(
        draw(VALUES),
        text,
        found,
        tuple(relations),
        tuple(attributes),
        tuple(draw(st.lists(concepts, max_size=2))),
        draw(META),
    )


@st.composite
def entity(draw: Any, number: int, text: str) -> Entity:
    cuts = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True))
    points = sorted(cuts)
    fragments = tuple(zip(points[::2], points[1::2], strict=False))
    return Entity(f"E{number}", draw(LABELS), fragments, draw(VALUES), draw(SCORES))
