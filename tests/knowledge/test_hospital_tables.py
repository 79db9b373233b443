"""Tables as hospitals export them: which column is what, which rows hold, which codes are whose."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.errors import CommandError, KnowledgeError
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.terminology_bases import build_base


class Built:
    """A base of tables, and what its making says."""

    def __init__(self, folder: Path, tables: dict[str, str], **options: Any):
        for name, text in tables.items():
            (folder / name).write_bytes(text.encode())
        self.meta = build_base([folder / name for name in tables], folder / "base", **options)
        self.kb = KnowledgeBase(folder / "base")
        self.concepts = dict(self.kb.cui_to_entity)

    def codes(self) -> dict[str, set[str]]:
        return {id: set(concept.xrefs) for id, concept in self.concepts.items()}

    def names(self) -> dict[str, str]:
        return {id: concept.canonical_name for id, concept in self.concepts.items()}


INACTIVE = [
    ("Active", "Y", "N"),
    ("Status", "current", "Retired"),
    ("Retired", "", "x"),
    ("Gültig bis", "31.12.2999", "01.01.2001"),
    ("gesperrt", "nein", "ja"),
    ("Estado", "Vigente", "Anulado"),
    ("Actif", "oui", "non"),
    ("invalid_reason", "", "D"),
    ("Valid From", "2001-01-01", "2999-01-01"),
]


@pytest.mark.parametrize(("heading", "good", "bad"), INACTIVE)
def test_rows_that_hold_no_more_are_left_out_and_counted(
    tmp_path: Path, heading: str, good: str, bad: str
) -> None:
    table = f"code;name;{heading}\nG1;gallstones;{good}\nG2;chlorosis;{bad}\n"
    built = Built(tmp_path, {"list.csv": table})
    assert built.names() == {"G1": "gallstones"}
    [(reason, count)] = built.meta["left_out"].items()
    assert reason.startswith("list.csv: ") and f"'{heading}'" in reason and count == 1
    kept = build_base(tmp_path / "list.csv", tmp_path / "all", inactive=True)
    assert kept["concepts"] == 2 and kept["left_out"] == {}


def test_a_status_that_is_not_known_keeps_its_rows_and_is_told(tmp_path: Path) -> None:
    built = Built(tmp_path, {"a.csv": "code,name,status\nG1,gallstones,on loan\nG2,sprue,\n"})
    assert len(built.concepts) == 2
    assert built.meta["noted"] == {
        "a.csv: rows kept, as 'status' has a word that isn't known (first: on loan)": 1,
        "a.csv: rows kept, as 'status' says nothing": 1,
    }


def test_own_codes_are_ids_and_codes_of_systems_cross_references(tmp_path: Path) -> None:
    header = "SNOMED CT,Item ID,Term,ICD-10-CM,Class"
    row = "235919008,G1,gallstones,K8020|K80.21,Disease"
    built = Built(tmp_path, {"a.csv": f"{header}\n{row}\n"})
    assert built.codes() == {"G1": {"SNOMEDCT:235919008", "ICD10CM:K80.20", "ICD10CM:K80.21"}}
    assert built.concepts["G1"].types == ["Disease", "K"]
    assert built.kb.concepts_with("SNOMEDCT:235919008") == ["G1"]
    assert "id = Item ID" in built.meta["tables"]["a.csv"]["read"]


def test_without_own_codes_the_finest_system_gives_the_id(tmp_path: Path) -> None:
    built = Built(
        tmp_path, {"a.csv": "ATC,PZN,RxNorm,Wirkstoff\nN02BE01,1234562,161,Paracetamol\n"}
    )
    assert built.codes() == {"RXNORM:161": {"RXNORM:161", "ATC:N02BE01", "PZN:01234562"}}
    assert built.concepts["RXNORM:161"].types == ["drug"]
    other = build_base(tmp_path / "a.csv", tmp_path / "other", columns={"id": "ATC"})
    assert other["systems"] == {"ATC": 1, "RXNORM": 1, "PZN": 1}
    assert list(KnowledgeBase(tmp_path / "other").cui_to_entity) == ["ATC:N02BE01"]


def test_codes_that_no_such_system_has_are_counted(tmp_path: Path) -> None:
    table = "code,name,ICD-10-CM\nG1,gallstones,see list\nG2,sprue,K90.1\n"
    built = Built(tmp_path, {"a.csv": table})
    assert built.codes() == {"G1": set(), "G2": {"ICD10CM:K90.1"}}
    reason = "a.csv: codes in 'ICD-10-CM' that aren't of ICD10CM's form (first: see list)"
    assert built.meta["left_out"] == {reason: 1}


def test_an_id_that_its_heading_belies_has_no_system(tmp_path: Path) -> None:
    built = Built(tmp_path, {"a.csv": "ICD-10-GM,Text\nWARD7,Gallensteine\nK80.20,Stein\n"})
    assert set(built.concepts) == {"WARD7", "ICD10GM:K80.20"}
    assert any("ICD10GM's form (first: line 2)" in reason for reason in built.meta["noted"])


def test_each_row_may_say_its_system(tmp_path: Path) -> None:
    table = "code,coding system,term\n235919008,SNOMED CT,gallstones\n7,ward list,sprue\n"
    built = Built(tmp_path, {"a.csv": table})
    assert built.codes() == {"SNOMEDCT:235919008": {"SNOMEDCT:235919008"}, "7": set()}
    table = "concept_id,concept_code,vocabulary_id,concept_name\n9,K90.1,ICD10CM,sprue\n"
    (tmp_path / "b.csv").write_text(table)
    build_base(tmp_path / "b.csv", tmp_path / "omop")
    assert KnowledgeBase(tmp_path / "omop").cui_to_entity["9"].xrefs == ["ICD10CM:K90.1"]


def test_codes_whose_form_tells_their_system_stay_as_they_are(tmp_path: Path) -> None:
    built = Built(tmp_path, {"a.csv": "LOINC,Component Name\n718-7,hemoglobin\n"})
    assert built.codes() == {"718-7": {"LOINC:718-7"}}
    assert built.concepts["718-7"].types == ["test"]


def test_beside_a_release_codes_are_ids_as_the_release_has_them(tmp_path: Path) -> None:
    tables = {"who_atc_2026.csv": "id,name\nN,nerves\nN02BE01,paracetamol\n"}
    built = Built(tmp_path, tables | {"brands.csv": "ATC,Brand Name\nN02BE01,Panadol\n"})
    assert built.concepts["N02BE01"].aliases == ["Panadol"]


@pytest.mark.parametrize("nothing", ["N/A", "#N/A", "NULL", "none", "-", "k.A.", " "])
def test_what_stands_for_nothing_is_no_name_and_no_code(tmp_path: Path, nothing: str) -> None:
    table = f"code,name,synonyms,ATC\nG1,{nothing},sprue,{nothing}\nG2,NA,{nothing},\n"
    built = Built(tmp_path, {"a.csv": f"{table}{nothing},gone,,\n"})
    assert built.names() == {"G1": "sprue", "G2": "NA"}
    assert built.meta["left_out"] == {"a.csv: rows without an id (first: line 4)": 1}


def test_lines_in_cells_headings_below_a_title_and_empty_cells_behind(tmp_path: Path) -> None:
    table = 'Catalogue 2026\r\n\r\ncode;name;synonyms;;\r\nG1;"gall\r\nstones";"CL\r\nGS";;;;\r\n'
    built = Built(tmp_path, {"a.csv": f"\ufeff{table}"})
    assert built.names() == {"G1": "gall stones"}
    assert built.concepts["G1"].aliases == ["CL", "GS"]
    assert built.meta["noted"] == {"a.csv: lines before the headings": 2}


def test_ids_that_stand_in_several_tables_are_told(tmp_path: Path) -> None:
    tables = {"dx.csv": "code,name\n1,sprue\n2,gout\n", "rx.csv": "code,name\n1,aspirin\n"}
    noted = Built(tmp_path, tables).meta["noted"]
    reason = "rx.csv: rows of an id that stands in dx.csv too: they are one concept"
    assert noted == {f"{reason} (first: line 2)": 1}


def test_flags_are_no_names(tmp_path: Path) -> None:
    built = Built(tmp_path, {"a.csv": "code,name,synonym\nG1,sprue,Y\nG2,gout,podagra\n"})
    assert built.concepts["G1"].aliases == [] and built.concepts["G2"].aliases == ["podagra"]
    reason = "a.csv: words in 'synonym' that are no names (first: Y)"
    assert built.meta["left_out"] == {reason: 1}


def test_what_a_formulary_says_of_itself_is_no_state_of_a_row(tmp_path: Path) -> None:
    table = "code,name,Formulary Status\nG1,paracetamol,F\nG2,metamizole,NF\n"
    built = Built(tmp_path, {"a.csv": table})
    assert len(built.concepts) == 2 and built.meta["left_out"] == {}


def test_rows_of_one_id_are_put_together_and_counted(tmp_path: Path) -> None:
    built = Built(tmp_path, {"a.csv": "code,name\nG1,sprue\nG1,celiac disease\nG2,sprue\n"})
    assert built.concepts["G1"].aliases == ["celiac disease"]
    reason = "a.csv: rows of an id that stood before: their names are put together"
    assert built.meta["noted"] == {reason: 1, "names that several concepts have": 1}


def test_numbers_of_spreadsheets(tmp_path: Path) -> None:
    built = Built(tmp_path, {"a.csv": "RxCUI,Drug\n161.0,paracetamol\n"})
    assert set(built.concepts) == {"RXNORM:161"}
    (tmp_path / "b.csv").write_text("code,name\n17.0,sprue\n")
    noted = build_base(tmp_path / "b.csv", tmp_path / "other")["noted"]
    assert list(noted) == [
        "b.csv: ids that end in '.0', as spreadsheets write numbers (first: line 2)"
    ]
    (tmp_path / "c.csv").write_text("SCTID,term\n235919008,sprue\n9.99E+14,gallstones\n")
    with pytest.raises(KnowledgeError, match=r"SC601.*c\.csv, line 3.*shortened"):
        build_base(tmp_path / "c.csv", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_parquet(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [
        {"Code": 7.0, "Term": "sprue", "Synonyms": ["celiac"], "Active": True, "End": None},
        {"Code": None, "Term": "old", "Synonyms": [], "Active": False, "End": None},
        {"Code": 9.0, "Term": "late", "Synonyms": None, "Active": True, "End": date(2001, 1, 1)},
    ]
    table = arrow.Table.from_pylist(rows).rename_columns(
        ["Code", "Term", "Synonyms", "Active", "Valid to"]
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    meta = build_base(tmp_path / "a.parquet", tmp_path / "base")
    concept = KnowledgeBase(tmp_path / "base").cui_to_entity["7"]
    assert (concept.canonical_name, concept.aliases) == ("sprue", ["celiac"])
    assert sum(meta["left_out"].values()) == 2
    (tmp_path / "b.parquet").write_bytes(b"PAR1 broken PAR1")
    with pytest.raises(CommandError, match=r"SC565.*b\.parquet"):
        build_base(tmp_path / "b.parquet", tmp_path / "none")


TWO = {"dx.csv": "Nr;Wort\n1;sprue\n", "rx.csv": "Artikel,Text\nA1,paracetamol\n"}


def test_columns_of_each_file(tmp_path: Path) -> None:
    columns = ["dx.csv:id=Nr", "name=wort", "rx.csv:id=Artikel", "rx.csv:name=Text"]
    assert Built(tmp_path, TWO, columns=columns).names() == {"1": "sprue", "A1": "paracetamol"}


def test_columns_may_be_given_again_and_may_name_a_system(tmp_path: Path) -> None:
    tables = {"a.csv": "nr,Lang,Kurz,Auch,Dx\n1,Sprue,SP,GSE,K90.0\n"}
    columns = ["id=nr", "name=Lang", "aliases=Kurz", "aliases=Auch", "icd-10-gm=Dx"]
    built = Built(tmp_path, tables, columns=columns)
    assert sorted(built.concepts["1"].aliases) == ["GSE", "SP"]
    assert built.codes() == {"1": {"ICD10GM:K90.0"}}


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("wx.csv:id=Nr", "SC621.*wx.csv.*dx.csv, rx.csv"),
        ("name=Worte", "SC621.*Worte.*dx.csv, rx.csv"),
        ("nom=Wort", "SC620.*nom=Wort"),
        ("id", "SC620"),
        ("dx.csv:name=Worte", "SC601.*dx.csv, line 1.*Worte"),
    ],
)
def test_columns_that_nothing_has(tmp_path: Path, column: str, code: str) -> None:
    good = ["dx.csv:id=Nr", "dx.csv:name=Wort", "rx.csv:id=Artikel", "rx.csv:name=Text"]
    kept = [one for one in good if one.partition("=")[0] != column.partition("=")[0]]
    with pytest.raises((CommandError, KnowledgeError), match=f"(?s){code}"):
        Built(tmp_path, TWO, columns=[column, *kept])
    assert not (tmp_path / "base").exists()


def test_a_field_with_one_column_has_no_second(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"SC621.*second column of 'name'"):
        Built(tmp_path, {"a.csv": "id,A,B\n1,x,y\n"}, columns=["name=A", "name=B"])


def test_an_error_names_each_column_once_and_no_whole_row(tmp_path: Path) -> None:
    row = ",".join(f"cell {n} of a row without headings" for n in range(40))
    with pytest.raises(KnowledgeError) as caught:
        Built(tmp_path, {"a.csv": f"{row}\n"}, columns={"id": "Nr"})
    said = str(caught.value)
    assert said.count("Nr") == 1 and "cell 20" not in said and "headings" not in said


def test_the_edition_of_icd_in_a_files_name_is_that_of_its_codes(tmp_path: Path) -> None:
    table = "Kode;Titel\nK90.0;Zöliakie\nKAPITEL;Verdauung\n"
    built = Built(tmp_path, {"icd10gm2026.csv": table})
    assert built.codes() == {"ICD10GM:K90.0": {"ICD10GM:K90.0"}, "KAPITEL": set()}
    (tmp_path / "codes.csv").write_text(table)
    noted = build_base(tmp_path / "codes.csv", tmp_path / "unsaid")["noted"]
    assert list(noted) == [
        "codes.csv: ids in 'Kode' that FHIR takes for ICD-10-CM's (first: line 2)"
    ]


def test_rulers_below_headings_and_cells_without_an_end(tmp_path: Path) -> None:
    long = "x" * 200_000
    built = Built(tmp_path, {"a.csv": f'code,name,note\n----,------,--\nG1,sprue,"{long}"\n'})
    assert built.names() == {"G1": "sprue"}
    (tmp_path / "b.csv").write_text("code,name,note\n(12 rows)\n")
    with pytest.raises(KnowledgeError, match=r"SC601.*line 2.*1 cells.*3 as in the headings"):
        build_base(tmp_path / "b.csv", tmp_path / "none")


def test_columns_without_any_table(tmp_path: Path) -> None:
    (tmp_path / "a.obo").write_text("[Term]\nid: A:1\nname: sprue\n")
    with pytest.raises(CommandError, match=r"SC621.*id=code"):
        build_base(tmp_path / "a.obo", tmp_path / "base", columns=["id=code"])
    (tmp_path / "b.csv").write_text("CODE,Wort\nG1,gallstones\n")
    paths, columns = [tmp_path / "a.obo", tmp_path / "b.csv"], {"id": "code", "name": "wort"}
    assert build_base(paths, tmp_path / "base", columns=columns)["concepts"] == 2


def test_files_of_a_release_of_snomed_as_tables(tmp_path: Path) -> None:
    said = "id\tactive\tconceptId\tlanguageCode\tterm\n"
    rows = "11\t1\t49436004\ten\tAF\n12\t1\t49436004\ten\tatrial fib\n13\t0\t49436004\ten\tAFL\n"
    built = Built(tmp_path, {"a.txt": said + rows})
    assert built.names() == {"49436004": "AF"} and sum(built.meta["left_out"].values()) == 1
    member = "id\tactive\treferencedComponentId\tterm\n80aa\t1\t49436004\tatrial fibrillation\n"
    (tmp_path / "b.txt").write_text(member)
    build_base(tmp_path / "b.txt", tmp_path / "members")
    assert list(KnowledgeBase(tmp_path / "members").cui_to_entity) == ["SNOMEDCT:49436004"]
