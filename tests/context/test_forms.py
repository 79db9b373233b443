"""Forms, questions with their answers, and dictated stops: each row of data/forms.tsv is a note."""

from pathlib import Path

import pytest

from spacy_clinical.tsv import read_rows

from ..named_notes import name_mentions, said_of

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "forms.tsv")]


NAMES = {name for _, values, _ in ROWS for name in said_of(values.casefold())}


@pytest.mark.parametrize(("lang", "values", "text"), ROWS)
def test_form(lang: str, values: str, text: str) -> None:
    doc = name_mentions(lang, NAMES, "SYMPTOM")(text.replace("\\n", "\n"))
    assert {ent.text.casefold(): ent._.assertion for ent in doc.ents} == said_of(values.casefold())
