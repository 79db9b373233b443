"""Each format's tiny file, fact by fact, and what is wrong with broken ones."""

import gzip
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.errors import KnowledgeError
from spacy_clinical.knowledge.readers import FORMATS, guess_format, read_terminology
from spacy_clinical.knowledge.readers.lines import read_lines
from spacy_clinical.knowledge.readers.openfda import read_openfda
from spacy_clinical.knowledge.readers.table import read_csv
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.knowledge.terminology_facts import (
    CROSSREF,
    DEFINITION,
    LEFT_OUT,
    NAME,
    NOTED,
    READ,
    RETIRED,
    TYPE,
    UNREAD,
    Fact,
)

TINY = Path(__file__).parent / "tiny"


def facts(name: str, format: str | None = None, **options: object) -> list[Fact]:
    return of_concepts(read_terminology(TINY / name, format, **options))


def of_concepts(found: Iterable[Fact]) -> list[Fact]:
    """Without what is said of columns and rows."""
    return [fact for fact in found if fact.field not in (READ, UNREAD, LEFT_OUT, NOTED)]


def of(found: list[Fact], concept: str, field: str) -> list[str]:
    """Values of a field, the lowest rank first."""
    rows = [f for f in found if (f.concept, f.field) == (concept, field)]
    return [f.value for f in sorted(rows, key=lambda f: f.rank)]


def test_umls() -> None:
    found = facts("umls")
    assert of(found, "C0000001", NAME) == [
        "Sugar sickness, type two",
        "Zuckerkrankheit Typ zwei",
        "type 2 sugar sickness",
    ]
    assert of(found, "C0000002", NAME) == ["Fast heart beat", "racing heart"]
    assert of(found, "C0000001", TYPE) == ["T047"]
    assert of(found, "C0000001", DEFINITION) == ["A made-up illness with too much sugar."]
    assert of(found, "C0000002", DEFINITION) == []
    assert set(of(found, "C0000001", CROSSREF)) == {
        "UMLS:C0000001",
        "SRCA:A-1",
        "SRCB:B-7",
        "SRCC:C-9",
    }
    assert of(found, "C0000003", CROSSREF) == ["UMLS:C0000003"]
    german = next(f for f in found if f.value.startswith("Zucker"))
    assert (german.source, german.language) == ("SRCC", "de")


def test_rxnorm() -> None:
    found = facts("rxnorm")
    assert of(found, "700001", NAME) == ["sweetaway", "Sweetaway hydrochloride"]
    assert of(found, "700002", TYPE) == ["T200"]
    assert "RXNORM:700001" in of(found, "700001", CROSSREF)
    assert not of(found, "700003", NAME)


def test_snomed() -> None:
    found = facts("snomed")
    assert of(found, "1001", NAME) == [
        "Sugar sickness, type two",
        'Sugar "sickness"',
        "Mal del azúcar",
    ]
    assert of(found, "1001", TYPE) == ["disorder"]
    assert of(found, "1001", DEFINITION) == ["Too much sugar in a made-up blood."]
    assert of(found, "1001", CROSSREF) == [
        "SNOMEDCT:1001",
        "ICD10:E11.9",
        "ICD10CM:E11.65",
        "1234:E1",
    ]
    assert of(found, "1002", RETIRED) == [""]
    assert {f.language for f in found if f.field == NAME} == {"en", "es"}


def test_obo() -> None:
    found = facts("tiny.obo")
    assert {f.concept for f in found} == {"TINY:1"}
    assert of(found, "TINY:1", NAME) == ["sugar sickness", "type two sugar sickness"]
    assert of(found, "TINY:1", DEFINITION) == ['An illness with "sugar", made up.']
    assert of(found, "TINY:1", TYPE) == ["tiny_diseases"]
    assert of(found, "TINY:1", CROSSREF) == [
        "TINY:1",
        "TINY:9",
        "ICD10CM:E11",
        "MESH:D003924",
        "SNOMEDCT_US_2025_09_01:44054006",
    ]


OBO = r"""! written by hand
  ! and indented
[Term] ! the first
id: A:1 ! the cough
name: cough\! or whoop {comment="by \"X\"", source="A:9"} ! seldom
synonym: "hack! {a=\"b\"}" EXACT [] {source="A:9"}
synonym: "bark" RELATED [A:8 "not ! here"] ! more
namespace: airways {source="A:9"}
is_obsolete: false ! until 2027

[Term]
id: A:2
synonym: "nameless" EXACT []
is_a: A:1 ! cough

[Term]
id: A:3
name: old cough
is_obsolete: true ! since 2024

[Term]
id: A:4
name: acid {2-[bis]}amine
"""


def test_obo_comments_qualifiers_and_terms_without_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.obo").write_text(OBO, encoding="utf-8")
    found = list(read_terminology(tmp_path / "a.obo"))
    assert of(found, "A:1", NAME) == ["cough! or whoop", 'hack! {a="b"}', "bark"]
    assert of(found, "A:1", TYPE) == ["airways"]
    assert [f for f in found if f.concept == "A:2"] == [Fact("A:2", CROSSREF, "A:2")]
    assert not [f for f in found if f.concept == "A:3"]
    assert of(found, "A:4", NAME) == ["acid {2-[bis]}amine"]
    meta = build_base(tmp_path / "a.obo", tmp_path / "base")
    assert (meta["concepts"], meta["left_out"]) == (2, {"concepts without a name": 1})


@pytest.mark.parametrize("name", ["icd10cm_order_tiny.txt", "icd10cm_codes.csv"])
def test_icd10cm(name: str) -> None:
    found = facts(name)
    assert of(found, "E11", NAME)[0] == "Type 2 diabetes mellitus"
    assert of(found, "E11.9", CROSSREF) == ["ICD10CM:E11.9"]
    assert of(found, "E11.9", TYPE) == ["E"]


def test_icd10cm_csv_quotes() -> None:
    assert of(facts("icd10cm_codes.csv"), "E11.9", NAME) == ['Type 2 diabetes, "quiet"']


def test_loinc() -> None:
    found = facts("Loinc.csv")
    assert {f.concept for f in found} == {"9990-1"}
    assert of(found, "9990-1", NAME) == ["Sugar [Mass/volume] in Blood", "Sugar Bld-mCnc", "Sugar"]
    assert of(found, "9990-1", TYPE) == ["CHEM"]
    assert of(found, "9990-1", DEFINITION) == ["How much sugar,\nover two lines."]


def test_csv() -> None:
    found = facts("own.csv")
    assert of(found, "X1", NAME) == ["Sugar sickness", "T2SS", "sweet illness"]
    assert of(found, "X2", NAME) == ["Fast heart beat", "Tachybeat", "racing heart"]
    assert of(found, "X1", CROSSREF) == ["ICD10CM:E11", "UMLS:C0000001"]
    assert of(found, "X1", DEFINITION) == ["Made up, for tests."]


def test_tsv_with_columns_of_its_own() -> None:
    found = facts("own.tsv", columns={"id": "code", "name": "title"})
    assert found == [Fact("T1", NAME, "Sugar sickness")]


def test_csv_with_usual_names_of_columns(tmp_path: Path) -> None:
    path = tmp_path / "hospital.csv"
    header = "Code,Preferred Term,Synonyms,Semantic-Type,Shelf"
    path.write_text(f"{header}\nQ1,gout,podagra|urate arthritis,Disease,7\n")
    found = list(read_csv(path))
    assert Fact("hospital.csv", UNREAD, "Shelf") in found
    assert [(fact.field, fact.value) for fact in of_concepts(found)] == [
        (NAME, "gout"),
        (NAME, "podagra"),
        (NAME, "urate arthritis"),
        (TYPE, "Disease"),
    ]
    meta = build_base(path, tmp_path / "kb")
    assert meta["names"] == 3
    assert meta["left_out"] == {}
    assert meta["tables"]["hospital.csv"][UNREAD] == ["Shelf"]
    named = list(read_csv(path, columns={"name": "Synonyms"}))
    assert Fact("Q1", NAME, "podagra|urate arthritis") in named
    assert Fact("hospital.csv", READ, "name = Synonyms") in named


@pytest.mark.parametrize(
    "table",
    [
        "id;name;aliases;types\nK1;gout;podagra|AG;disease\n",
        'sep=;\r\n"ID";"Name";"Aliases";"Types"\r\n"K1";"gout";"podagra; AG";"disease"\r\n',
        "id\tname\taliases\ttypes\nK1\tgout\tpodagra;AG\tdisease\n",
        "id|name|aliases|types\nK1|gout|podagra;AG|disease\n",
        "\ufeffKode;Bezeichnung;Synonyme;Typ\nK1;gout;podagra|AG;disease\n",
        "C\u00d3DIGO,Descripci\u00f3n,Sin\u00f3nimos,Tipo\nK1,gout,podagra|AG,disease\n ,, ,\n",
        "conceptId,Term,synonym,synonym,type\nK1,gout,podagra,AG,disease\n",
        "ICD-10 Code,Display Name,Synonym 1,Synonym 2,Category\nK1,gout,podagra,AG,disease\n",
    ],
)
def test_tables_as_hospitals_write_them(tmp_path: Path, table: str) -> None:
    path = tmp_path / "ward.csv"
    path.write_bytes(table.encode())
    found = [(fact.concept, fact.field, fact.value.strip()) for fact in of_concepts(read_csv(path))]
    assert found == [
        ("K1", NAME, "gout"), ("K1", NAME, "podagra"), ("K1", NAME, "AG"), ("K1", TYPE, "disease")
    ]  # fmt: skip


def test_a_definition_beside_a_name_is_none(tmp_path: Path) -> None:
    path = tmp_path / "ward.csv"
    path.write_text("code,description\nK1,gout\n")
    assert of_concepts(read_csv(path)) == [Fact("K1", NAME, "gout")]
    path.write_text("code,term,description\nK1,gout,Swollen toe.\n")
    assert of(list(read_csv(path)), "K1", DEFINITION) == ["Swollen toe."]


def test_semantic_tags_tell_types_where_no_cell_does(tmp_path: Path) -> None:
    path = tmp_path / "ward.csv"
    path.write_text("sctid,fsn,type\n1,Gout (disorder),\n2,Gout test (procedure),lab\n")
    found = list(read_csv(path))
    assert of(found, "1", TYPE) == ["disorder"] and of(found, "2", TYPE) == ["lab"]


def test_rows_without_a_name_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "ward.csv"
    path.write_text("sep=,\nid,name\nK1,gout\nK2,\nK3,  \n\nK1,\n")
    assert build_base(path, tmp_path / "kb")["left_out"] == {"concepts without a name": 2}
    path.write_text("sep=,\nid,name\nK1,gout\n,gout\n")
    left_out = {"ward.csv: rows without an id (first: line 4)": 1}
    assert build_base(path, tmp_path / "other")["left_out"] == left_out


def test_jsonl() -> None:
    found = facts("own.jsonl")
    assert of(found, "J1", NAME) == ["Sugar sickness", "T2SS"]
    assert of(found, "J1", CROSSREF) == ["MESH:D003924"]
    assert of(found, "J2", NAME) == ["Fast heart beat"]


def test_gzip(tmp_path: Path) -> None:
    path = tmp_path / "own.csv.gz"
    path.write_bytes(gzip.compress((TINY / "own.csv").read_bytes()))
    assert of_concepts(read_terminology(path)) == facts("own.csv")


def test_other_encoding(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("id,name\n1,Ménière\n".encode("cp1252"))
    found = of_concepts(read_terminology(path, encoding="cp1252"))
    assert found == [Fact("1", NAME, "Ménière")]
    with pytest.raises(KnowledgeError, match=r"SC603.*line 2.*utf-8"):
        list(read_terminology(path))


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("umls", "umls"),
        ("umls/MRCONSO.RRF", "umls"),
        ("rxnorm", "rxnorm"),
        ("snomed", "snomed"),
        ("tiny.obo", "obo"),
        ("icd10cm_order_tiny.txt", "icd10cm"),
        ("icd10cm_codes.csv", "icd10cm"),
        ("Loinc.csv", "loinc"),
        ("atc_tiny.csv", "atc"),
        ("drug-label-0001-of-0001.json", "openfda"),
        ("own.csv", "csv"),
        ("own.jsonl", "jsonl"),
    ],
)
def test_guess(name: str, format: str) -> None:
    assert guess_format(TINY / name) == format


def test_every_format_has_a_tiny_file() -> None:
    assert {guess_format(path) for path in TINY.iterdir()} == set(FORMATS)


BROKEN = [
    ("umls", "x.RRF", "C1|ENG|P|L1|PF\n", "SC601.*line 1.*18"),
    ("umls", "x.RRF", "|ENG|P|L1|PF|S|Y|A||||S|PT|1|n|0|N||\n", "SC601.*line 1.*CUI"),
    ("rxnorm", "x.RRF", "1|ENG|\n", "SC601.*line 1"),
    ("obo", "x.obo", "[Term]\nname: a ! b\n", "SC601.*line 1.*without id"),
    ("obo", "x.obo", "[Term]\nid: A:1\nname: a\nsynonym: a EXACT []\n", "SC601.*line 4.*quotes"),
    ("obo", "x.obo", "[Term]\nid: A:1\nname: a\nsyn", "SC601.*line 4.*colon"),
    ("obo", "x.obo", "[Te", "SC601.*line 1.*closed"),
    ("icd10cm", "x.txt", "00001 E11   0 Type 2\n", "SC601.*line 1"),
    ("loinc", "x.csv", "LOINC_NUM,CLASS\n1,2\n", "SC601.*line 1.*COMPONENT"),
    ("csv", "x.csv", "code,wording\n1,a\n", "SC601.*line 1.*code, name"),
    ("csv", "x.csv", "id,name\n1,a\n2\n", "SC601.*line 3.*1 cells"),
    ("csv", "x.csv", "id,name\n1.20E+15,a\n", "SC601.*line 2.*shortened"),
    ("csv", "x.csv", "id,name\n1E+17,a\n", "SC601.*line 2.*shortened"),
    ("csv", "x.xlsx", "PK", "SC624.*as CSV"),
    ("csv", "x.csv", 'id,name\n1,"a\n', "SC601.*isn't closed"),
    ("csv", "x.csv", "", "SC601.*line 1.*none"),
    ("csv", "x.csv", "id,name\n1,a\0b\n", "SC601.*line 2.*null"),
    ("jsonl", "x.jsonl", '{"concept_id": "1", "canonical_na', "SC601.*line 1"),
    ("jsonl", "x.jsonl", '{"concept_id": "1"}\n', "SC601.*line 1"),
    ("jsonl", "x.jsonl", '{"concept_id": 1, "canonical_name": "a"}\n', "SC601.*line 1"),
    ("jsonl", "x.jsonl", '{"concept_id": "1", "canonical_name": "a", "aliases": "b"}\n', "SC601"),
    ("jsonl", "x.jsonl", "[]\n", "SC601.*line 1"),
]
NEEDED = {"umls": "MRCONSO.RRF", "rxnorm": "RXNCONSO.RRF"}


@pytest.mark.parametrize(("format", "name", "text", "message"), BROKEN)
def test_broken(format: str, name: str, text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / NEEDED.get(format, name)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=f"(?s){message}"):
        list(read_terminology(path, format))


def test_snomed_without_a_column(tmp_path: Path) -> None:
    folder = tmp_path / "snomed"
    shutil.copytree(TINY / "snomed", folder)
    file = next(folder.rglob("sct2_Description*"))
    file.write_text(file.read_text(encoding="utf-8").replace("typeId", "kind"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"SC601.*Description.*line 1.*typeId"):
        list(read_terminology(folder))


@pytest.mark.parametrize("format", ["umls", "rxnorm", "snomed", "loinc"])
def test_release_without_its_main_file(format: str, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="SC605"):
        list(read_terminology(tmp_path, format))


def test_truncated_gzip(tmp_path: Path) -> None:
    path = tmp_path / "own.csv.gz"
    path.write_bytes(gzip.compress((TINY / "own.csv").read_bytes())[:-12])
    with pytest.raises(KnowledgeError, match=r"SC601.*gzip"):
        list(read_terminology(path))


@pytest.mark.parametrize(
    "encoding",
    ["utf-99", "rot13", "base64", "hex", "zlib", "bz2", "uu", "quopri", "punycode", "hz",
     "undefined", "unicode_escape", "raw_unicode_escape", "utf-7", "utf-16",
     "utf-32", "cp037", "", "a\0b", "x" * 10_000],
)  # fmt: skip
@pytest.mark.parametrize("read", [read_lines, read_openfda])
def test_what_is_no_encoding_of_tables(read: Callable[..., Iterator[Any]], encoding: str) -> None:
    with pytest.raises(KnowledgeError, match="SC602") as caught:
        list(read(TINY / "own.csv", encoding=encoding))
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1", "cp1252", "gb18030", "shift-jis"])
def test_encodings_of_tables(encoding: str) -> None:
    assert list(read_lines(TINY / "own.csv", encoding))


def test_unknown() -> None:
    with pytest.raises(KnowledgeError, match=r"SC606.*umls"):
        facts("own.csv", "excel")
    with pytest.raises(KnowledgeError, match="SC606"):
        read_terminology(Path(__file__))
    with pytest.raises(KnowledgeError, match="SC604"):
        facts("nowhere.csv")
