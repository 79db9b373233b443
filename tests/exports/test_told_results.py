"""What words beside tests say that these came to, as Observations, in OMOP and in tables.

Each row of data/told_results.tsv is a note; "-" is no Observation, "novalue" one of which nothing
is told.
"""

import json
from functools import cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.exports.document_facts import Facts, read_facts
from spacy_clinical.exports.fhir_mapping import FhirMapping
from spacy_clinical.exports.flat_tables import table_rows
from spacy_clinical.exports.mapping_tables import Mappings
from spacy_clinical.exports.omop import OmopMapping
from spacy_clinical.tsv import read_rows

from .conftest import SETTINGS

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "told_results.tsv")]


def told(results: str) -> dict[str, str]:
    pairs = (one.split("=") for one in results.casefold().split(";"))
    return {name: words for name, words in pairs}


@cache
def pipeline(lang: str) -> Language:
    nlp = spacy.blank(lang)
    nlp.add_pipe("clinical_sentences")
    names = {name for _, results, _ in ROWS for name in told(results)}
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": "TEST", "pattern": name} for name in sorted(names)])
    nlp.add_pipe("clinical_context", config={"rules": [lang]})
    return nlp


def read(lang: str, text: str) -> tuple[Doc, Facts]:
    doc = pipeline(lang)(text)
    return doc, read_facts(doc, SETTINGS)


def observed(facts: Facts) -> dict[str, dict[str, object]]:
    mapping = FhirMapping(Mappings())
    drafts, _ = mapping.resources(facts)
    return {
        draft.fact.text.casefold(): mapping.finish(kind, draft, "2024-05-01", lambda *_: None)
        for (kind, _), draft in drafts.items()
        if kind == "Observation"
    }


@pytest.mark.parametrize(("lang", "results", "text"), ROWS)
def test_observations(lang: str, results: str, text: str) -> None:
    _, facts = read(lang, text)
    bodies = observed(facts)
    found = {name: "-" for name in told(results)}
    for name, body in bodies.items():
        value = body.get("valueCodeableConcept", {"text": "novalue"})
        found |= {name: value["text"].casefold()} if name in found else {}  # type: ignore[index]
    assert found == told(results)


@pytest.mark.parametrize(
    ("text", "code"),
    [("HIV negative.", "NEG"), ("COVID PCR positive.", "POS"), ("D-dimer was elevated.", "H")],
)
def test_codes(text: str, code: str) -> None:
    (body,) = observed(read("en", text)[1]).values()
    assert body["interpretation"][0]["coding"][0]["code"] == code  # type: ignore[index]


def test_no_code_where_the_words_tell_none() -> None:
    for text in ("D-dimer not elevated.", "Troponin initially negative, then positive."):
        (body,) = observed(read("en", text)[1]).values()
        assert "interpretation" not in body


def test_in_omop_and_tables_a_negative_test_was_done() -> None:
    _, facts = read("en", "Troponin negative.")
    (row,) = OmopMapping(Mappings()).rows(facts, 1, SETTINGS)
    assert row["term_exists"] == "Y" and row["term_modifiers"].endswith(";Result=negative")
    (mention,) = table_rows(facts, SETTINGS)["mentions"]
    assert mention["assertion"] == "present"
    assert ["result", "negative"] in json.loads(mention["attributes"])
