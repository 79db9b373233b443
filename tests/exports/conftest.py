"""A document with one of everything."""

import pytest
import spacy
from spacy.tokens import Doc, Span

from spacy_clinical.docs import to_doc
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.records import Attribute, Entity, Record, Relation

TEXT = (
    "Takes metformin 500 mg daily for diabetes. No chest pain. HbA1c 7.9 %. Mother had asthma. "
    "Rash after penicillin."
)
SETTINGS = ExportSettings("en_test", "1.2.3", "2026-11-24T10:11:12+00:00")
MENTIONS = (
    ("MEDICATION", "metformin", "present"),
    ("STRENGTH", "500 mg", ""),
    ("FREQUENCY", "daily", ""),
    ("CONDITION", "diabetes", "present"),
    ("SYMPTOM", "chest pain", "absent"),
    ("TEST", "HbA1c", ""),
    ("LAB_VALUE", "7.9 %", ""),
    ("CONDITION", "asthma", "family"),
    ("SYMPTOM", "Rash", "historical"),
    ("MEDICATION", "penicillin", "historical"),
)
RELATIONS = (
    (0, 1, "HAS_STRENGTH"),
    (0, 2, "HAS_FREQUENCY"),
    (0, 3, "TREATS"),
    (6, 5, "RESULT_OF"),
    (9, 8, "CAUSES"),
)


def make_record(id: str = "note 7", meta: dict[str, object] | None = None) -> Record:
    entities, attributes = [], []
    for index, (label, words, assertion) in enumerate(MENTIONS):
        start = TEXT.index(words)
        concept = "C0011849" if words == "diabetes" else ""
        fragments = ((start, start + len(words)),)
        entities.append(Entity(f"T{index}", label, fragments, concept, 0.5 + index / 100))
        if assertion:
            attributes.append(Attribute(f"T{index}", "assertion", assertion))
    relations = tuple(Relation(f"T{h}", f"T{t}", label, 0.75) for h, t, label in RELATIONS)
    meta = {"patient": "p-1"} if meta is None else meta
    return Record(id, TEXT, tuple(entities), relations, tuple(attributes), meta=meta)


def make_doc(id: str = "note 7", meta: dict[str, object] | None = None) -> Doc:
    doc = to_doc(make_record(id, meta), spacy.blank("en").make_doc)
    start = next(t.i for t in doc if t.text == "Rash")
    doc.spans["sections"] = [Span(doc, start, len(doc), label="allergies")]
    return doc


def make_said(words: str, label: str = "CONDITION") -> Doc:
    """A document of one mention, with an assertion of each of some words."""
    said = tuple(Attribute("T1", "assertion", word) for word in words.split())
    record = Record("n", "gout", (Entity("T1", label, ((0, 4),)),), (), said)
    return to_doc(record, spacy.blank("en").make_doc)


@pytest.fixture()
def doc() -> Doc:
    return make_doc()
