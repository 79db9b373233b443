"""NOTE_NLP: every column, and a database with the CDM's types takes it."""

import csv
import sqlite3
from pathlib import Path

import pytest
from spacy.tokens import Doc

from spacy_clinical.errors import ExportError
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.mapping_tables import write_mappings
from spacy_clinical.exports.omop import COLUMNS, write_omop

from .conftest import MENTIONS, SETTINGS, TEXT, make_doc, make_said

# OMOP CDM v5.4, as its own scripts for SQL Server and PostgreSQL have the table.
CDM = {
    "note_nlp_id": ("integer", 0, True),
    "note_id": ("integer", 0, True),
    "section_concept_id": ("integer", 0, False),
    "snippet": ("varchar", 250, False),
    "offset": ("varchar", 50, False),
    "lexical_variant": ("varchar", 250, True),
    "note_nlp_concept_id": ("integer", 0, False),
    "note_nlp_source_concept_id": ("integer", 0, False),
    "nlp_system": ("varchar", 250, False),
    "nlp_date": ("date", 0, True),
    "nlp_datetime": ("datetime", 0, False),
    "term_exists": ("varchar", 1, False),
    "term_temporal": ("varchar", 50, False),
    "term_modifiers": ("varchar", 2000, False),
}
CHECKS = {
    "integer": "typeof(\"{name}\") IN ('integer', 'null')",
    "varchar": 'length("{name}") <= {size}',
    "date": 'date("{name}") IS "{name}"',
    "datetime": 'datetime("{name}") IS "{name}"',
}


def database() -> sqlite3.Connection:
    """The CDM's table; sqlite doesn't hold to types by itself, so each column checks its own."""
    columns = [
        f'"{name}" {kind}{f"({size})" if size else ""}{" NOT NULL" if required else ""} '
        f"CHECK ({CHECKS[kind].format(name=name, size=size)})"
        for name, (kind, size, required) in CDM.items()
    ]
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE note_nlp ({', '.join(columns)}, PRIMARY KEY (note_nlp_id))")
    return connection


def load(folder: Path) -> tuple[sqlite3.Connection, int]:
    connection = database()
    with (folder / "NOTE_NLP.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        assert next(reader) == list(CDM)
        marks = ", ".join("?" for _ in CDM)
        rows = [[cell or None for cell in row] for row in reader]
        connection.executemany(f"INSERT INTO note_nlp VALUES ({marks})", rows)
    return connection, len(rows)


def test_columns_are_the_cdm() -> None:
    for name, (kind, size, required) in CDM.items():
        sized = f"{kind}({size})" if size else kind
        assert COLUMNS[name] == f"{sized} {'NOT NULL' if required else 'NULL'}"
    assert list(COLUMNS) == list(CDM)


def test_the_table_refuses_what_does_not_fit() -> None:
    for column, value in (("nlp_date", "24.11.2026"), ("term_exists", "Yes"), ("note_id", "x")):
        row = {"note_nlp_id": 1, "note_id": 1, "lexical_variant": "a", "nlp_date": "2026-11-24"}
        row[column] = value
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        with pytest.raises(sqlite3.IntegrityError):
            database().execute(f"INSERT INTO note_nlp ({names}) VALUES ({marks})", [*row.values()])


def test_rows(doc: Doc, tmp_path: Path) -> None:
    assert write_omop([doc], tmp_path / "out", SETTINGS) == {}
    connection, count = load(tmp_path / "out")
    assert count == len(MENTIONS)
    query = (
        'SELECT lexical_variant, "offset", term_exists, term_temporal, term_modifiers FROM note_nlp'
    )
    rows = {row[0]: row[1:] for row in connection.execute(query)}
    modifiers = "Negation={};Certainty=positive;Subject=patient;Conditional=false"
    assert rows["diabetes"] == (
        str(TEXT.index("diabetes")),
        "Y",
        "Present",
        modifiers.format("false"),
    )
    assert rows["chest pain"][1:] == (
        "N",
        "Present",
        modifiers.format("true"),
    )
    assert rows["asthma"][1] == "N" and "Subject=family" in rows["asthma"][3]
    assert rows["Rash"][1:3] == ("Y", "Past")
    assert rows["HbA1c"][1:] == ("Y", None, None)
    (first,) = connection.execute("SELECT * FROM note_nlp WHERE lexical_variant = 'diabetes'")
    assert first[:3] == (4, 1, 0)
    assert first[3] == TEXT[: TEXT.index("diabetes") + len("diabetes") + 80]
    assert first[6:11] == (0, 0, "en_test 1.2.3", "2026-11-24", "2026-11-24 10:11:12")
    assert (tmp_path / "out" / "NOTE_ID.csv").read_text() == "note_id,note_source_value\n1,note 7\n"


@pytest.mark.parametrize(
    ("words", "exists", "when", "modifiers"),
    [
        ("conditional", "N", "Present", {"Certainty": "uncertain", "Conditional": "true"}),
        ("associated_with_someone_else", "N", "Present", {"Subject": "family"}),
        ("negated past", "N", "Past", {"Negation": "true", "History": "true"}),
        ("family historical", "N", "Past", {"Subject": "family", "History": "true"}),
        ("historical", "Y", "Past", {"History": "true"}),
        ("likely", "N", "Present", {"Certainty": "uncertain"}),
    ],
)
def test_other_words(
    words: str, exists: str, when: str, modifiers: dict[str, str], tmp_path: Path
) -> None:
    doc = make_said(words)
    assert write_omop([doc], tmp_path / "out", SETTINGS) == {}
    (row,) = csv.DictReader((tmp_path / "out" / "NOTE_NLP.csv").open())
    assert (row["term_exists"], row["term_temporal"]) == (exists, when)
    usual = {"Negation": "false", "Certainty": "positive", "Subject": "patient"}
    found = dict(pair.split("=") for pair in row["term_modifiers"].split(";"))
    assert found == {**usual, "Conditional": "false", **modifiers}


def test_a_word_that_nobody_knows_is_left_out(tmp_path: Path) -> None:
    left_out = write_omop([make_said("present rumoured")], tmp_path / "out", SETTINGS)
    assert left_out == {"mentions with an assertion that nobody knows: assertion=rumoured": 1}
    assert len((tmp_path / "out" / "NOTE_NLP.csv").read_text().splitlines()) == 1


def test_only_what_is_asserted(doc: Doc, tmp_path: Path) -> None:
    settings = ExportSettings(only_asserted=True)
    assert write_omop([doc], tmp_path / "out", settings) == {"mentions that aren't asserted": 2}
    connection, count = load(tmp_path / "out")
    assert count == len(MENTIONS) - 2
    words = {row[0] for row in connection.execute("SELECT lexical_variant FROM note_nlp")}
    assert not words & {"chest pain", "asthma"}
    facts = read_facts(doc, settings)
    assert [fact.index for fact in facts.mentions] == [0, 1, 2, 3, 5, 6, 8, 9]
    assert len(facts.relations) == 5


def test_edited_tables(doc: Doc, tmp_path: Path) -> None:
    write_mappings(tmp_path / "tables")
    with (tmp_path / "tables" / "omop_concepts.tsv").open("a") as file:
        file.write("C0011849\t201826\t45533017\n")
    with (tmp_path / "tables" / "omop_sections.tsv").open("a") as file:
        file.write("allergies\t4000001\n")
    (tmp_path / "tables" / "omop_assertions.tsv").unlink()
    write_omop([doc], tmp_path / "out", ExportSettings(mappings=tmp_path / "tables"))
    connection, _ = load(tmp_path / "out")
    query = (
        "SELECT note_nlp_concept_id, note_nlp_source_concept_id, section_concept_id, term_exists "
        "FROM note_nlp WHERE lexical_variant = ?"
    )
    assert list(connection.execute(query, ["diabetes"])) == [(201826, 45533017, 0, "Y")]
    assert list(connection.execute(query, ["penicillin"])) == [(0, 0, 4000001, "Y")]


def test_bad_tables(doc: Doc, tmp_path: Path) -> None:
    write_mappings(tmp_path / "tables")
    table = tmp_path / "tables" / "omop_sections.tsv"
    settings = ExportSettings(mappings=tmp_path / "tables")
    table.write_text(table.read_text() + "allergies\n")
    with pytest.raises(ExportError, match=r"SC751.*found 1 cells. Expected 2"):
        write_omop([doc], tmp_path / "out", settings)
    table.write_text("section\tconcept\n")
    with pytest.raises(ExportError, match=r"SC750.*omop_sections.*section, section_concept_id"):
        write_omop([doc], tmp_path / "out", settings)
    assert not (tmp_path / "out").exists()


def numbers(docs: list[Doc], folder: Path) -> list[str]:
    write_omop(docs, folder, SETTINGS)
    lines = (folder / "NOTE_ID.csv").read_text().splitlines()
    return [line.split(",")[0] for line in lines[1:]]


def test_numbers_of_notes(tmp_path: Path) -> None:
    assert numbers([make_doc("17"), make_doc("x", {"note_id": 5})], tmp_path / "a") == ["17", "5"]
    assert numbers([make_doc("x"), make_doc("17"), make_doc("y")], tmp_path / "b") == [
        "1",
        "2",
        "3",
    ]
    for second in (make_doc("x"), make_doc("17"), make_doc("99999999999")):
        with pytest.raises(ExportError, match="SC753"):
            write_omop([make_doc("17"), second], tmp_path / "c", SETTINGS)


def test_long_words_are_cut_and_counted(tmp_path: Path) -> None:
    import spacy

    from spacy_clinical.docs import to_doc
    from spacy_clinical.records import Entity, Record

    record = Record("1", "x" * 600, (Entity("T1", "A", ((0, 600),)),))
    doc = to_doc(record, spacy.blank("en").make_doc)
    assert write_omop([doc], tmp_path / "out", SETTINGS) == {"mentions cut to 250 characters": 1}
    load(tmp_path / "out")
