"""Labels that exclude each other: learned by counts, applied by score."""

import spacy
from spacy.tokens import Doc, Span

from spacy_clinical.docs import ConceptRow, set_concept_relations, set_mentions, set_relations
from spacy_clinical.docs.annotated_labels import Annotated, restrict
from spacy_clinical.pipeline.concepts.exclusive_labels import LEAST, drop_excluded, learn_exclusive

NLP = spacy.blank("en")


def make_doc(*stated: tuple[str, str, str]) -> Doc:
    doc = NLP("aspirin pain")
    set_mentions(doc, [Span(doc, 0, 1, "DRUG", kb_id="D1"), Span(doc, 1, 2, "SIGN", kb_id="S1")])
    set_concept_relations(doc, [ConceptRow(*one, 1.0, (), "") for one in stated], key="clinical")
    return doc


def test_what_is_never_stated_together_excludes_each_other() -> None:
    """UP and DOWN are held by 20 pairs each and never together; UP and BINDS once together, the
    other way round; RARE is held by 19."""
    docs = [make_doc(("D1", "S1", "UP")) for _ in range(LEAST)]
    docs += [make_doc(("D1", "S1", "DOWN")) for _ in range(LEAST)]
    docs += [make_doc(("D1", "S1", "BINDS")) for _ in range(LEAST)]
    docs += [make_doc(("D1", "S1", "RARE")) for _ in range(LEAST - 1)]
    docs += [make_doc(("D1", "S1", "UP"), ("S1", "D1", "BINDS"))]
    assert learn_exclusive(docs, "clinical") == [["BINDS", "DOWN"], ["DOWN", "UP"]]


def test_labels_of_different_corpora_dont_exclude_each_other() -> None:
    """CAUSES is looked for in one corpus, UP and DOWN in another: that no pair has CAUSES and UP
    together tells nothing, where no annotator could have said so."""
    docs = [looked_for(make_doc(("D1", "S1", "CAUSES")), "CAUSES") for _ in range(LEAST)]
    for label in ("UP", "DOWN"):
        docs += [looked_for(make_doc(("D1", "S1", label)), "UP", "DOWN") for _ in range(LEAST)]
    assert learn_exclusive(docs, "clinical") == [["DOWN", "UP"]]
    docs += [make_doc(("D1", "S1", label)) for label in ("UP", "CAUSES") for _ in range(LEAST)]
    assert learn_exclusive(docs, "clinical") == [["CAUSES", "UP"], ["DOWN", "UP"]]


def looked_for(doc: Doc, *labels: str) -> Doc:
    set_relations(doc, [])
    restrict(doc, Annotated(relation_labels=labels))
    return doc


def test_the_surest_of_them_stays() -> None:
    found = {
        ("D1", "S1", "UP"): (0.6, 0),
        ("D1", "S1", "DOWN"): (0.8, 1),
        ("S1", "D1", "UP"): (0.7, 2),
        ("D1", "S1", "BINDS"): (0.5, 3),
        ("D1", "S2", "UP"): (0.6, 4),
    }
    kept = drop_excluded(found, [["DOWN", "UP"]])
    assert [value[1] for value in kept.values()] == [1, 3, 4]
    assert drop_excluded(found, []) == found
