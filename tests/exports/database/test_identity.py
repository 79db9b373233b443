"""Rows stand with the note that they are of, whatever its id."""

from dataclasses import replace
from pathlib import Path

import pytest

from spacy_clinical.batch.output_formats import export
from spacy_clinical.errors import ExportError
from spacy_clinical.exports.database import tables

from .samples import CDM, SETTINGS, note

duckdb = pytest.importorskip("duckdb")
COLUMNS = (
    "note_id, person_id, note_date, note_type_concept_id, note_class_concept_id, note_text, "
    "encoding_concept_id, language_concept_id"
)
OTHER = f"INSERT INTO note ({COLUMNS}) VALUES (1, 2, DATE '2025-01-01', 0, 0, 'other', 0, 0)"


@pytest.mark.parametrize("ids", [["ward-a"], ["ward-a", "1"], ["7", "ward-b"]])
def test_no_row_lands_on_another_patients_note(tmp_path: Path, ids: list[str]) -> None:
    """The CDM has note 1 of somebody else; a note whose id is no number isn't counted as that."""
    there = tmp_path / "cdm.duckdb"
    with duckdb.connect(str(there)) as connection:
        connection.execute(CDM.format(""))
        connection.execute(OTHER)
    docs = [note(id, person_id="1", date="2026-01-01") for id in ids]
    with pytest.raises(ExportError, match=r"SC753.*ward-"):
        export(docs, there, "duckdb", replace(SETTINGS, omop=True))
    with duckdb.connect(str(there)) as connection:
        assert connection.execute("SELECT count(*) FROM note_nlp").fetchall() == [(0,)]
        assert connection.execute("SELECT note_text FROM note").fetchall() == [("other",)]


def test_a_number_that_another_persons_note_has(tmp_path: Path) -> None:
    """Note 1 is of person 2 there: that of person 1 gets no row, the next note does."""
    there = tmp_path / "cdm.duckdb"
    with duckdb.connect(str(there)) as connection:
        connection.execute(CDM.format(""))
        connection.execute(OTHER)
    docs = [
        note("1", person_id="1", date="2026-01-01"),
        note("5", 1, person_id=2, date="2026-01-01"),
    ]
    left_out = export(docs, there, "duckdb", replace(SETTINGS, omop=True))
    assert left_out == {"notes whose number in NOTE is that of another person's note: no row": 1}
    with duckdb.connect(str(there)) as connection:
        assert connection.execute("SELECT note_id FROM note_nlp").fetchall() == [(5,)]
        asked = "SELECT note_id, person_id, note_text = 'other' FROM note ORDER BY 1"
        assert connection.execute(asked).fetchall() == [(1, 2, True), (5, 2, False)]


@pytest.mark.parametrize("chunk", [1, 500])
def test_documents_with_one_id_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """The last one stays, whether they are sent together or not."""
    monkeypatch.setattr(tables, "CHUNK", chunk)
    docs = [note("x"), note("y"), note("x", 1), note("x", 2)]
    left_out = export(docs, tmp_path / "f.duckdb", "duckdb", SETTINGS)
    assert left_out == {"documents with the id of a later one: replaced by it": 2}
    with duckdb.connect(str(tmp_path / "f.duckdb")) as connection:
        asked = "SELECT document, mentions FROM documents ORDER BY 1"
        assert connection.execute(asked).fetchall() == [("x", 2), ("y", 3)]
