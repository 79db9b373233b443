"""Cells without a result: each row of data/unresulted.tsv is a note, its mentions are tests."""

from pathlib import Path

import pytest

from spacy_clinical.tsv import read_rows

from ..named_notes import name_mentions, said_of

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "unresulted.tsv")]
NAMES = {name for _, values, _ in ROWS for name in said_of(values.casefold())}


@pytest.mark.parametrize(("lang", "values", "text"), ROWS)
def test_cell(lang: str, values: str, text: str) -> None:
    doc = name_mentions(lang, NAMES, "TEST")(text.replace("\\n", "\n").replace("\\t", "\t"))
    assert {ent.text.casefold(): ent._.assertion for ent in doc.ents} == said_of(values.casefold())
