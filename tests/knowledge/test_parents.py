"""What is a kind of what: kept by `kb build`, walked both ways, sets in sets."""

from pathlib import Path

import pytest

from spacy_clinical.cli import app
from spacy_clinical.errors import KnowledgeError
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.concept_sets import concepts_of, expand, read_sets
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.readers import read_terminology
from spacy_clinical.knowledge.readers.icd10cm_chapters import chapter_of
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.knowledge.terminology_facts import NAME, PARENT, Fact

from ..commands import run

TABLE = """id,name,aliases,xrefs,parents
d1,painkiller,analgesic,ATC:N02,
d2,NSAID,,ATC:M01A,d1
d3,ibuprofen,brufen,ATC:M01AE01,d2
d4,ketorolac,,,d2|nowhere
d5,round,,,d6
d6,about,,,d5
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("parents")
    (folder / "own.csv").write_text(TABLE, encoding="utf-8")
    meta = build_base(folder / "own.csv", folder / "kb")
    assert meta["parents"] == 5  # "nowhere" isn't in the base
    return KnowledgeBase(folder / "kb")


def ids(kb: KnowledgeBase, steps: dict[int, int]) -> dict[str, int]:
    return {kb.id_of(number): n for number, n in steps.items()}


def test_walks(base: KnowledgeBase) -> None:
    assert ids(base, base.hierarchy.ancestors(base.find("d3"))) == {"d2": 1, "d1": 2}
    assert ids(base, base.hierarchy.descendants(base.find("d1"))) == {"d2": 1, "d3": 2, "d4": 2}
    assert ids(base, base.hierarchy.ancestors(base.find("d1"))) == {}
    assert ids(base, base.hierarchy.ancestors(base.find("d5"))) == {"d6": 1}  # a cycle ends


def test_order_of_facts_and_many_parents(tmp_path: Path) -> None:
    facts = [Fact("a", PARENT, "z"), Fact("a", NAME, "a"), Fact("a", PARENT, "m")]
    facts += [Fact(id, NAME, id) for id in "zm"] + [Fact("m", PARENT, "z"), Fact("m", PARENT, "m")]
    build_from_facts(facts, tmp_path / "kb", run=2)
    kb = KnowledgeBase(tmp_path / "kb")
    assert [kb.id_of(n) for n in kb.hierarchy.parents(kb.find("a"))] == ["m", "z"]
    assert ids(kb, kb.hierarchy.ancestors(kb.find("a"))) == {"m": 1, "z": 1}
    assert ids(kb, kb.hierarchy.ancestors(kb.find("m"))) == {"z": 1}


def test_a_base_without_parents_says_so(base: KnowledgeBase, tmp_path: Path) -> None:
    facts = [Fact("a", NAME, "a")]
    build_from_facts(facts, tmp_path / "kb")
    (tmp_path / "kb" / "index" / "parent_starts.npy").unlink()
    kb = KnowledgeBase(tmp_path / "kb")
    assert kb.search(["a"])[0][0].concept_id == "a"
    with pytest.raises(KnowledgeError, match="SC616"):
        _ = kb.hierarchy


OBO = '[Term]\nid: T:1\nname: illness\n\n[Term]\nid: T:2\nname: cold\nis_a: T:1 {x="y"} ! illness\n'
MRREL = (
    "C1|A1|CUI|PAR|C2|A2|CUI|inverse_isa|R1||SRC|SRC|||N||\n"
    "C2|A2|CUI|CHD|C1|A1|CUI|isa|R2||SRC|SRC|||N||\n"
    "C1|A1|CUI|PAR|C3|A2|CUI||R3||SRC|SRC|||O||\n"
    "C1|A1|CUI|RO|C4|A2|CUI||R4||SRC|SRC|||N||\n"
)
RF2 = (
    "id\teffectiveTime\tactive\tmoduleId\tsourceId\tdestinationId\trelationshipGroup\ttypeId\n"
    "1\t20240101\t1\t0\t11\t12\t0\t116680003\n"
    "2\t20240101\t0\t0\t11\t13\t0\t116680003\n"
    "3\t20240101\t1\t0\t11\t14\t0\t363698007\n"
)


def parents(path: Path, format: str | None = None) -> list[tuple[str, str]]:
    facts = read_terminology(path, format)
    return [(fact.concept, fact.value) for fact in facts if fact.field == PARENT]


def test_obo(tmp_path: Path) -> None:
    (tmp_path / "x.obo").write_text(OBO, encoding="utf-8")
    assert parents(tmp_path / "x.obo") == [("T:2", "T:1")]


def test_umls_takes_par_of_a_source(tmp_path: Path) -> None:
    names = "C1|ENG|P|L|PF|S|Y|A1||||SRC|PT|1|one|0|N||\n"
    (tmp_path / "MRCONSO.RRF").write_text(names, encoding="utf-8")
    (tmp_path / "MRREL.RRF").write_text(MRREL, encoding="utf-8")
    assert parents(tmp_path) == [("C1", "C2")]


def test_snomed_takes_active_is_a(tmp_path: Path) -> None:
    head = "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\n"
    (tmp_path / "sct2_Description_Snapshot-en.txt").write_text(head, encoding="utf-8")
    (tmp_path / "sct2_Relationship_Snapshot.txt").write_text(RF2, encoding="utf-8")
    assert parents(tmp_path, "snomed") == [("11", "12")]


def test_icd10cm_without_headers_goes_up_to_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "icd10cm.csv").write_text(
        "E11,Type 2\nE11.65,With hyperglycemia\nE1165X,x\nI10,Pressure\nU99,none\n", "utf-8"
    )
    assert parents(tmp_path / "icd10cm.csv", "icd10cm") == [
        ("E11", "E00-E89"), ("E11.65", "E11"), ("E11.65X", "E11.65"), ("I10", "I00-I99"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "chapter"),
    [("A00", "A00-B99"), ("D49.9", "C00-D49"), ("D50", "D50-D89"), ("F00", ""),
     ("O9A.1", "O00-O9A"),
     ("T88", "S00-T88"), ("T99", ""), ("Y99", "V00-Y99"), ("Z00", "Z00-Z99")],
)  # fmt: skip
def test_chapters(code: str, chapter: str) -> None:
    found = chapter_of(code)
    assert (found.codes if found else "") == chapter


def test_atc(tmp_path: Path) -> None:
    rows = "id,name\nA,Alimentary\nA10BA02,metformin\nA10BA,Biguanides\n"
    (tmp_path / "atc_own.csv").write_text(rows, encoding="utf-8")
    assert parents(tmp_path / "atc_own.csv") == [("A10BA02", "A10BA"), ("A10BA", "A10B")]
    (tmp_path / "atc_own.csv").write_text("id,name\nA1,x\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"SC601.*line 2"):
        parents(tmp_path / "atc_own.csv")


def test_concepts_of(base: KnowledgeBase) -> None:
    assert concepts_of(base, "d3") == concepts_of(base, "Brufen") == ["d3"]
    assert concepts_of(base, "ATC:M01A") == ["d2"]
    assert concepts_of(base, "nothing") == []


SETS = "# drugs\nset\tmember\tsource\npain\t@nsaid\tus\npain\td1\tus\nnsaid\tATC:M01A\tus\n"


def test_sets_in_sets(base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "sets.tsv").write_text(SETS, encoding="utf-8")
    sets = read_sets([tmp_path / "sets.tsv"])
    assert sets.spread("pain") == ("ATC:M01A", "d1")
    expected = {"d2": "ATC:M01A", "d3": "ATC:M01A", "d4": "ATC:M01A", "d1": "d1"}
    assert expand(base, sets.spread("pain")) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("set\tmember\tsource\na\t@b\tx\nb\t@a\tx\n", "SC623.*a > b > a"),
        ("set\tmember\tsource\na\t@c\tx\n", "SC622.*line 2.*'c'"),
        ("set\tmember\na\tb\n", "SC601.*line 1"),
        ("set\tmember\tsource\na\tb\n", "SC601.*line 2"),
    ],
)
def test_broken_sets(text: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "sets.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=code):
        read_sets([tmp_path / "sets.tsv"]).spread("a")


def test_commands(base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "sets.tsv").write_text(SETS, encoding="utf-8")
    assert "2 concepts" in run(app, "kb", "ancestors", base.folder, "ibuprofen").output
    assert "3 concepts" in run(app, "kb", "descendants", base.folder, "ATC:N02").output
    sets = ("--sets", tmp_path / "sets.tsv")
    assert "4 concepts of 2" in run(app, "kb", "members", base.folder, "pain", *sets).output
    failed = run(app, "kb", "ancestors", base.folder, "nothing")
    assert failed.exit_code == 1 and "SC617" in failed.output
