"""Texts that a spreadsheet would run as formulas: as they are, or behind an apostrophe."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from spacy_clinical.docs import to_doc
from spacy_clinical.exports.csv_cells import guard_row
from spacy_clinical.exports.flat_tables import write_csv
from spacy_clinical.exports.omop import write_omop
from spacy_clinical.records import Entity, Record

from .conftest import SETTINGS

GUARD = replace(SETTINGS, guard_formulas=True)


def make_doc(words: str) -> Doc:
    record = Record("@n", words, (Entity("T1", "TEST", ((0, len(words)),)),))
    return to_doc(record, spacy.blank("en").make_doc)


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open(encoding="utf-8", newline="")))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_guard(first: str) -> None:
    assert guard_row({"text": f"{first}1", "n": -1, "x": None}) == {
        "text": f"'{first}1",
        "n": -1,
        "x": None,
    }
    assert guard_row({"text": f"1{first}"}) == {"text": f"1{first}"}


def test_tables(tmp_path: Path) -> None:
    for settings, before in ((SETTINGS, ""), (GUARD, "'")):
        folder = tmp_path / f"csv{len(before)}"
        write_csv([make_doc("=1+1")], folder, settings)
        (mention,) = read(folder / "mentions.csv")
        assert (mention["document"], mention["text"]) == (f"{before}@n", f"{before}=1+1")
        assert read(folder / "documents.csv")[0]["text"] == f"{before}=1+1"


def test_omop(tmp_path: Path) -> None:
    words = "+" + "a" * 260
    for settings, before in ((SETTINGS, ""), (GUARD, "'")):
        folder = tmp_path / f"omop{len(before)}"
        write_omop([make_doc(words)], folder, settings)
        (row,) = read(folder / "NOTE_NLP.csv")
        assert row["lexical_variant"] == row["snippet"] == f"{before}{words}"[:250]
        assert read(folder / "NOTE_ID.csv")[0]["note_source_value"] == f"{before}@n"
