"""Forms, questions with their answers, dictated stops, and answers that are told by the column in
which they stand: each row of data/forms.tsv and data/answer_columns.tsv is a note."""

from pathlib import Path

import pytest

from spacy_clinical.tsv import read_rows

from ..named_notes import name_mentions, said_of

DATA = Path(__file__).parent / "data"
ROWS = [
    tuple(row) for name in ("forms.tsv", "answer_columns.tsv") for row in read_rows(DATA / name)
]


NAMES = {name for _, values, _ in ROWS for name in said_of(values.casefold())}


@pytest.mark.parametrize(("lang", "values", "text"), ROWS)
def test_form(lang: str, values: str, text: str) -> None:
    doc = name_mentions(lang, NAMES, "SYMPTOM")(text.replace("\\n", "\n").replace("\\t", "\t"))
    assert {ent.text.casefold(): ent._.assertion for ent in doc.ents} == said_of(values.casefold())
