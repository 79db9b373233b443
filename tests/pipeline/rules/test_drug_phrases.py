"""German and Spanish words for drugs that are over or depend on something; a row is a note."""

from functools import cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.tsv import read_rows

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "drug_phrases.tsv")]


def told(values: str) -> dict[str, str]:
    return dict(one.split("=") for one in values.casefold().split(";"))


@cache
def pipeline(lang: str) -> Language:
    nlp = spacy.blank(lang)
    nlp.add_pipe("clinical_sentences")
    names = sorted({name for _, values, _ in ROWS for name in told(values)})
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": "MEDICATION", "pattern": name} for name in names])
    nlp.add_pipe("clinical_context", config={"rules": [lang]})
    return nlp


@pytest.mark.parametrize(("lang", "values", "text"), ROWS)
def test_phrase(lang: str, values: str, text: str) -> None:
    doc = pipeline(lang)(text)
    assert {ent.text.casefold(): ent._.assertion for ent in doc.ents} == told(values)
