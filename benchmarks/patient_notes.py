"""The invented patients as gold and as a pipeline predicts them, for ask.py and decide.py."""

import sys
from dataclasses import replace
from pathlib import Path

from spacy_clinical.graph import KnowledgeGraph, build_graph
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.records import Record

PATIENTS = Path(__file__).parents[1] / "assets" / "patients"
sys.path.insert(0, str(PATIENTS))

import build  # noqa: E402
from build import read_names, read_note, read_patients  # noqa: E402

LINKED = ("CONDITION", "SYMPTOM", "MEDICATION", "TEST", "PROCEDURE")


def read_chinese() -> list[Record]:
    """The Chinese notes, not linked."""
    paths = sorted((PATIENTS / "notes_zh").glob("*.txt"))
    return [read_note(path.read_text("utf8"), path.stem, str(path)) for path in paths]


def read_situations() -> list[Record]:
    """The patients of situations/."""
    return build.read_situations()


def make_base(folder: Path) -> KnowledgeBase:
    """The terminology as a base."""
    build_base(PATIENTS / "terminology.csv", folder)
    return KnowledgeBase(folder)


def make_graph(records: list[Record], kb: KnowledgeBase) -> KnowledgeGraph:
    """Their graph, with the base's names."""
    names = kb.cui_to_entity
    return build_graph(records, titles=lambda id: names[id].canonical_name if id in names else "")


def predict(model: str, gold: list[Record] | None = None) -> list[Record]:
    """Notes, the patients' if none are given, as a pipeline annotates them, with assertions by
    rules, linked by their words."""
    from spacy_clinical.docs import to_record
    from spacy_clinical.installed import load_model

    nlp, ids = load_model(model), read_names()
    if "clinical_assertion" in nlp.pipe_names:
        nlp.remove_pipe("clinical_assertion")
    for name in ("clinical_sentences", "clinical_sections", "clinical_context"):
        if name not in nlp.pipe_names:
            nlp.add_pipe(name)
    gold = read_patients(linked=False) if gold is None else gold
    predicted = []
    for record, doc in zip(gold, nlp.pipe([record.text for record in gold]), strict=True):
        found = to_record(doc, id=record.id)
        entities = tuple(
            replace(e, concept=ids.get(_words(found.text, e.start, e.end), ""))
            if e.label in LINKED
            else e
            for e in found.entities
        )
        predicted.append(replace(found, entities=entities, meta=record.meta))
    return predicted


def _words(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].split()).casefold()
