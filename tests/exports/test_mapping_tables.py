"""Mapping tables that users have edited: what isn't right is told by line, and never quoted."""

from importlib.resources import files
from pathlib import Path

import pytest
import spacy

from spacy_clinical import annotate
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.errors import SpacyClinicalError
from spacy_clinical.exports.drugs_under_allergies import KINDS
from spacy_clinical.exports.fhir_elements import TAKES
from spacy_clinical.exports.mapping_checks import EXPECTED
from spacy_clinical.exports.mapping_tables import Mappings, write_mappings
from spacy_clinical.note import Note

SHIPPED = files("spacy_clinical.exports") / "mappings"
NAMES = sorted(entry.name.removesuffix(".tsv") for entry in SHIPPED.iterdir())


@pytest.fixture()
def tables(tmp_path: Path) -> Path:
    write_mappings(tmp_path / "tables")
    return tmp_path / "tables"


@pytest.mark.parametrize("name", NAMES)
def test_tables_as_shipped_pass(tables: Path, name: str) -> None:
    rows = Mappings(tables).read(name)
    assert rows == Mappings().read(name)
    assert set(EXPECTED.get(name, {})) <= set(rows[0] if rows else EXPECTED.get(name, {}))


def test_the_checks_know_what_the_exporters_know() -> None:
    assert EXPECTED["fhir_relations"]["element"].split() == list(TAKES)
    assert EXPECTED["medication_taken"]["where"].split() == list(KINDS)


@pytest.mark.parametrize(
    ("name", "row", "code", "told"),
    [
        ("code_systems", "[Quxwort\thttp://a.example\tX", "SC755", "'pattern'"),
        ("allergy_phrases", "x\tQuxwort\tallergy", "SC755", "before, after"),
        ("medication_status", "x\tQuxwort\tstopped", "SC755", "before, after"),
        ("medication_taken", "x\tQuxwort", "SC755", "beside, earlier"),
        ("observation_categories", "*\texam", "SC755", "'pattern'"),
        ("fhir_labels", "drug\t\tQuxwort", "SC755", "Condition, "),
        ("fhir_relations", "treats\tProcedure\tQuxwort", "SC755", "reason, "),
        ("omop_assertions", "present\tQuxwort\t\t", "SC755", "Y, N"),
        ("omop_concepts", "D1\t1\tQuxwort", "SC755", "whole number"),
        ("omop_concepts", f"D1\t{'9' * 5000}\t1", "SC755", "whole number"),
        ("omop_sections", "plan\tQuxwort", "SC755", "whole number"),
        ("fhir_labels", "Quxwort", "SC751", "found 1 cells"),
    ],
)
def test_rows_that_cannot_be(tables: Path, name: str, row: str, code: str, told: str) -> None:
    path = tables / f"{name}.tsv"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}{row}\n", encoding="utf-8")
    line = text.count("\n") + 1
    with pytest.raises(SpacyClinicalError, match=rf"{code}.*line {line}.*{told}") as caught:
        Mappings(tables).read(name)
    assert "Quxwort" not in str(caught.value)


@pytest.mark.parametrize("name", ["fhir_assertions", "omop_assertions", "fhir_systems"])
def test_rows_that_are_needed(tables: Path, name: str) -> None:
    path = tables / f"{name}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(SpacyClinicalError, match=r"SC757.*no row for '"):
        Mappings(tables).read(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_text_names_the_table(tables: Path, name: str) -> None:
    (tables / f"{name}.tsv").write_bytes(b"Gr\xfc\xdfe")
    with pytest.raises(SpacyClinicalError, match=rf"SC015.*{name}\.tsv"):
        Mappings(tables).read(name)


def test_no_folder_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "nothing"):
        with pytest.raises(SpacyClinicalError, match="SC758"):
            Mappings(path)


def test_annotate_looks_at_them_before_the_work(tables: Path, tmp_path: Path) -> None:
    (tables / "dicom_codes.tsv").write_text("Quxwort\n")
    nlp = spacy.blank("en")
    with pytest.raises(SpacyClinicalError, match="SC750"):
        settings = RunSettings(mappings=tables)
        annotate(nlp, [Note("n1", "pain")], tmp_path / "out.ndjson", settings)
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_a_long_cell_is_a_cell(tables: Path) -> None:
    path = tables / "fhir_labels.tsv"
    path.write_text(f"{path.read_text()}{'x' * 200_000}\t\tCondition\n", encoding="utf-8")
    assert len(Mappings(tables).read("fhir_labels")[-1]["label"]) == 200_000
