"""Notes that a linker has read: synonyms are one concept, in the graph and in its answers."""

from itertools import pairwise
from pathlib import Path

import pytest
import spacy

from spacy_clinical.docs import get_spans, set_mentions, set_relations
from spacy_clinical.graph import Lookup, ask_medications, ask_problems, build_graph
from spacy_clinical.graph.clinical_graph import KnowledgeGraph
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.readers import read_terminology

TERMINOLOGY = Path(__file__).parents[2] / "assets" / "sample" / "terminology.csv"
NOTES = [
    ("a", "Lasix for heart failure, aspirin.", [("Lasix", "heart failure"), ("aspirin", "")]),
    ("b", "Furosemide for CHF.", [("Furosemide", "CHF")]),
    ("c", "On furosemid for congestive heart failures; ASA.", [("furosemid", "congestive heart")]),
]


def read(link: bool, base: Path) -> KnowledgeGraph:
    """A graph of the notes, their mentions given, linked or not."""
    nlp = spacy.blank("en")
    linker = nlp.add_pipe("clinical_linker", config={"kb": str(base)})
    docs = []
    for name, text, pairs in NOTES:
        doc = nlp.make_doc(text)
        spans = []
        for drug, reason in pairs:
            for words, label in ((drug, "MEDICATION"), (reason, "CONDITION")):
                start = text.index(words)
                end = start + len(words) + 9 * (words == "congestive heart")
                spans += [doc.char_span(start, end, label=label)] if words else []
        set_mentions(doc, spans)
        labels = [span.label_ for span in get_spans(doc)]
        both = [i for i, pair in enumerate(pairwise(labels)) if pair == ("MEDICATION", "CONDITION")]
        set_relations(doc, [(i, i + 1, "TREATS", 0.9) for i in both])
        meta = {"id": name, "patient": "ann"}
        docs.append((linker(doc) if link else doc, meta))
    return build_graph(docs, titles=lambda id: linker.kb.cui_to_entity[id].canonical_name)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kb") / "base"
    build_from_facts(read_terminology(TERMINOLOGY), folder)
    return folder


def test_synonyms_are_one_concept(base: Path) -> None:
    graph = read(True, base)
    assert set(graph.concepts) == {"M06", "C03", "M03"}
    assert graph.concepts["M06"].names == {"Lasix", "Furosemide", "furosemid"}
    assert graph.concepts["C03"].name == "congestive heart failure"
    assert len(graph.findings()) == 3 and len(graph.mentions) == 7
    assert len(read(False, base).concepts) == 7


def test_and_in_the_answers(base: Path) -> None:
    linked = Lookup(read(True, base))
    (aspirin, furosemide) = ask_medications(linked).rows
    assert (aspirin.drug, furosemide.drug) == ("aspirin", "furosemide")
    assert furosemide.reasons == ("congestive heart failure",)
    assert {evidence.document for evidence in furosemide.evidence} == {"a", "b", "c"}
    (problem,) = ask_problems(linked).rows
    assert problem.treated_with == ("furosemide",)
    assert len(ask_medications(Lookup(read(False, base))).rows) == 4
