"""What tables' columns are, by their headings, and which files are tables."""

from pathlib import Path

import pytest

from spacy_clinical.knowledge.readers import guess_format
from spacy_clinical.knowledge.readers.table_columns import choose_columns


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("icd10cm_wards.csv", "Code,Diagnosis\nK90.1,sprue\n", "csv"),
        ("icd10cm_codes.csv", "K901,Tropical sprue\n", "icd10cm"),
        ("formulary_atc_2026.csv", "item code;Name;ATC\nA1;paracetamol;N02BE01\n", "csv"),
        ("ward_atc_2026.csv", "PZN;Wirkstoff;ATC\n1234562;Paracetamol;N02BE01\n", "csv"),
        ("own_atc_2026.csv", "ATC;Wirkstoff;gesperrt\nN02BE01;Paracetamol;\n", "csv"),
        ("who_atc_2026.csv", "ATC code;ATC level name\nN02BE01;paracetamol\n", "atc"),
        ("who_atc_2026.tsv", "ATC-Code\tBezeichnung\nN02BE01\tParacetamol\n", "atc"),
        ("ward.txt", "code\tname\n1\tsprue\n", "csv"),
        ("ward.parquet", "", "csv"),
    ],
)
def test_files_named_after_a_list_may_be_tables(
    tmp_path: Path, name: str, text: str, format: str
) -> None:
    (tmp_path / name).write_text(text)
    assert guess_format(tmp_path / name) == format


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("CATALOG_CD,PRIMARY_MNEMONIC,DESCRIPTION,CATALOG_TYPE", "id aliases name types"),
        ("MEDICATION_ID,NAME,THERA_CLASS_C_NAME,RECORD_STATE_C_NAME", "id name types status"),
        ("DIAGNR,DIAGTEXT,Diagnoseart,KZ_AKTIV", "id name types active"),
        ("Code analyse,Libellé analyse,Type d'analyse,Date de fin", "id name types valid_to"),
        ("Exam Code,Exam Name,Modality,Date de fermeture", "id name - valid_to"),
        ("Allergen ID,Allergen,Allergen Type,RETIRED_AT", "id name types valid_to"),
        ("Code acte,Libellé de l'acte,VaccineStatus", "id name status"),
        ("DX_CODE,DX_DESC,CODE_SET,EFF_DATE", "id name system valid_from"),
        ("Code,Name,Route Code,Drug", "id name - -"),
        ("Problem #,Problem Description,Use Status,Last Updated", "id name state -"),
        ("Diagnosenummer,Diagnosebezeichnung,Inaktiv ab", "id name valid_to"),
        ("Código,Procedimiento,Activo (S/N)", "id name active"),
        ("Zeta Code,Zeta Name,Unit Name,Route Code", "id name - -"),
        ("Abbrev.,Code,Ward Name,Zeta Name", "aliases id - name"),
        ("Code,Name,Patient ID,Unit Name", "id name - -"),
        ("Lab Code,Lab Test Name,Lab Status,Test State", "id name status status"),
    ],
)
def test_headings_that_say_whose(header: str, fields: str) -> None:
    columns = header.split(",")
    chosen = choose_columns(columns)
    held = {column: name for name, found in chosen.fields.items() for column in found}
    assert [held.get(column, "-") for column in columns] == fields.split()


def test_headings_in_four_languages() -> None:
    for header in (
        ["Item Code", "Test Name", "Short Name", "Category"],
        ["Interne Nummer", "Langbezeichnung", "Kürzel", "Kategorie"],
        ["Código interno", "Denominación", "Siglas", "Categoría"],
        ["Code interne", "Libellé", "Sigle", "Catégorie"],
    ):
        chosen = choose_columns(header)
        found = [chosen.fields[name] for name in ("id", "name", "aliases", "types")]
        assert found == [[column] for column in header] and not chosen.unread
