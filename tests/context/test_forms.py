"""Forms, questions with their answers, dictated stops, and answers that are told by the column in
which they stand: each row of data/forms.tsv and data/answer_columns.tsv is a note."""

import re
from pathlib import Path

import pytest

from spacy_clinical.context.answer_columns import find_answers
from spacy_clinical.tsv import read_rows

from ..growth import growth
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


@pytest.mark.parametrize("unit", ["yes  no  ", "yes|no|", "Symptom  Yes  No\n", "rash ... no  "])
def test_time_grows_as_the_text(unit: str) -> None:
    """Also where all of it is one line of answers, or nothing but headings."""

    def make(size: int) -> tuple[str, list[tuple[int, int]]]:
        text = unit * size
        return text, [(one.start(), one.end()) for one in re.finditer("rash|Symptom", text)]

    assert growth(make, lambda given: find_answers(*given), 4000) < 9
