"""Documents for FHIR: mentions marked in a text, and what the export makes of them."""

import re
from collections.abc import Sequence
from typing import Any

from spacy.tokens import Doc

from spacy_clinical.corpus.corpus_files import any_language
from spacy_clinical.docs import to_doc
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir import FhirExporter
from spacy_clinical.records import Attribute, Entity, Record, Relation

BLANK = any_language()
LABELS = {
    "m": "MEDICATION", "c": "CONDITION", "s": "SYMPTOM", "t": "TEST", "v": "LAB_VALUE", "d": "DATE",
    "g": "STRENGTH", "n": "DOSAGE", "r": "ROUTE", "f": "FREQUENCY", "u": "DURATION", "a": "ANATOMY",
    "o": "PROCEDURE",
}  # fmt: skip
MARK = re.compile(r"\{(\w+)(?::([\w,]+))?\|([^}]*)\}")
Resource = dict[str, Any]


def make_doc(
    marked: str, relations: Sequence[str] = (), id: str = "n", concept: str = "", **meta: object
) -> Doc:
    """Make a document from "{m1:absent|aspirin}": label's letter and number, assertions, words; and
    from relations such as "TREATS m1 c1"."""
    text, entities, attributes, at = "", [], [], 0
    for match in MARK.finditer(marked):
        name, said, words = match.groups()
        text += marked[at : match.start()]
        extent = ((len(text), len(text) + len(words)),)
        entities.append(Entity(name, LABELS[name[0]], extent, concept))
        attributes += [Attribute(name, "assertion", x) for x in (said or "").split(",") if x]
        text, at = text + words, match.end()
    rows = (row.split() for row in relations)
    record = Record(
        id,
        text + marked[at:],
        tuple(entities),
        tuple(Relation(head, tail, label) for label, head, tail in rows),
        tuple(attributes),
        meta=dict(meta),
    )
    return to_doc(record, BLANK.make_doc)


def make_resources(doc: Doc, settings: ExportSettings | None = None) -> list[Resource]:
    """The resources of a document but for its own and the traces, each checked."""
    exporter = FhirExporter(settings or ExportSettings())
    made = exporter.checked(read_facts(doc, exporter.settings))
    for resource in made:
        exporter.dump(resource)
    return [x for x in made if x["resourceType"] not in ("Provenance", "DocumentReference")]


def words_of(resource: Resource) -> str:
    concepts = resource.get("condition", [{}])[0].get("code")
    concept = resource.get("code") or resource.get("medicationCodeableConcept") or concepts
    return str(concept["text"])


def code_of(concept: Resource) -> str:
    return str(concept["coding"][0]["code"])
