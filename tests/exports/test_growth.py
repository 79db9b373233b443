"""Exports take time in proportion to a note, however many mentions it has."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc

from spacy_clinical.docs import to_doc
from spacy_clinical.docs.section_spans import DocSection, set_sections
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.fhir import FhirExporter
from spacy_clinical.exports.flat_tables import write_csv
from spacy_clinical.exports.omop import write_omop
from spacy_clinical.records import Entity, Record, Relation
from spacy_clinical.tokenizer import make_tokenizer

from ..growth import growth
from .conftest import SETTINGS

UNIT = "PLAN: aspirin or "


def make_note(drugs: int) -> Doc:
    """One sentence of drugs, each of which has the same reason, and each in its section."""
    import spacy

    text = "gout " + UNIT * drugs
    size = len(UNIT)
    entities = [
        Entity(f"T{i}", "MEDICATION", ((11 + size * i, 18 + size * i),)) for i in range(drugs)
    ]
    gout = Entity("C", "CONDITION", ((0, 4),))
    relations = tuple(Relation(entity.id, "C", "TREATS") for entity in entities)
    record = Record("n", text, (gout, *entities), relations)
    doc = to_doc(record, make_tokenizer()(spacy.blank("en")))
    places = [5 + size * i for i in range(drugs)]
    set_sections(doc, [DocSection("plan", p, p + size, (p, p + 5), "") for p in places])
    return doc


def fhir(doc: Doc, path: Path) -> Any:
    return FhirExporter(SETTINGS).checked(read_facts(doc, SETTINGS))


def csv(doc: Doc, path: Path) -> Any:
    return write_csv([doc], path, SETTINGS)


def omop(doc: Doc, path: Path) -> Any:
    return write_omop([doc], path, SETTINGS)


@pytest.mark.parametrize(("export", "drugs"), [(csv, 1500), (omop, 1500), (fhir, 100)])
def test_time_is_linear(export: Callable[[Doc, Path], Any], drugs: int, tmp_path: Path) -> None:
    number = count()
    assert growth(make_note, lambda d: export(d, tmp_path / str(next(number))), drugs) < 9


def test_each_mention_has_its_section() -> None:
    facts = read_facts(make_note(3), SETTINGS)
    assert [(fact.text, fact.section) for fact in facts.mentions] == [
        ("gout", ""),
        *[("aspirin", "plan")] * 3,
    ]
