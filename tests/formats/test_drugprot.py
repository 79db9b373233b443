"""DrugProt's tables: names of files, offsets over title and abstract, lines that are wrong."""

from collections import Counter
from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.formats.rejected_documents import Reject
from spacy_clinical.records import Entity, Record, Relation

from .samples import mentions, put, relations

TITLE, ABSTRACT = "Blockade of KCNH9 by loxatil.", "Loxatil inhibits KCNH9\u2019s current."
ENTITIES = (
    "11\tT1\tGENE-Y\t12\t17\tKCNH9",
    "11\tT2\tCHEMICAL\t21\t28\tloxatil",
    "11\tT3\tCHEMICAL\t30\t37\tLoxatil",
    "11\tT4\tGENE-Y\t47\t52\tKCNH9",
)
RELATIONS = ("11\tINHIBITOR\tArg1:T3\tArg2:T4", "11\tANTAGONIST\tArg1:T2\tArg2:T1")


def corpus(folder: Path, stem: str = "drugprot_training", abstracts: str = "abstracs") -> Path:
    put(folder / f"{stem}_{abstracts}.tsv", f"11\t{TITLE}\t{ABSTRACT}", "12\tNothing here.\t", "")
    put(folder / f"{stem}_entities.tsv", *ENTITIES)
    put(folder / f"{stem}_relations.tsv", *RELATIONS)
    return folder


def test_the_files_of_the_training_part(tmp_path: Path) -> None:
    """Its authors' own spelling, and offsets that count one character between the two texts."""
    first, second = read(corpus(tmp_path))
    assert guess_format(tmp_path) == "drugprot"
    assert (first.id, first.text) == ("11", f"{TITLE}\n{ABSTRACT}")
    assert mentions(first) == [
        ("KCNH9", "GENE-Y"),
        ("loxatil", "CHEMICAL"),
        ("Loxatil", "CHEMICAL"),
        ("KCNH9", "GENE-Y"),
    ]
    assert relations(first) == [
        ("Loxatil", "INHIBITOR", "KCNH9"),
        ("loxatil", "ANTAGONIST", "KCNH9"),
    ]
    assert second == Record("12", "Nothing here.")


def test_several_parts_in_folders_and_one_without_relations(tmp_path: Path) -> None:
    corpus(tmp_path / "development", "drugprot_development", "abstracts")
    put(tmp_path / "test" / "test_background_abstracts.tsv", "13\tA\tB")
    put(tmp_path / "test" / "test_background_entities.tsv", "13\tT1\tCHEMICAL\t2\t3\tB")
    found = list(read(tmp_path))
    assert [(r.id, len(r.entities), len(r.relations)) for r in found] == [
        ("11", 4, 2),
        ("12", 0, 0),
        ("13", 1, 0),
    ]


def test_an_abstract_that_is_there_twice(tmp_path: Path) -> None:
    """Whose the mentions are, nobody knows; that of another set is another's."""
    put(corpus(tmp_path) / "drugprot_training_abstracs.tsv", f"11\t{TITLE}\t{ABSTRACT}",
        "11\tOther.\t")  # fmt: skip
    rejects: list[Reject] = []
    (first,) = read(tmp_path, rejects=rejects)
    assert len(first.entities) == 4
    assert "line 2" in rejects[0].where and "used twice" in rejects[0].error


def test_all_wrong_lines_are_named_at_once(tmp_path: Path) -> None:
    corpus(tmp_path)
    wrong = ("11\tT9\tGENE-Y\tx\t3\tBlo", "11\tT8\tGENE-Y\t12\t17\tKCNH8", "11\tT7", "99\tT1\tA")
    put(tmp_path / "drugprot_training_entities.tsv", *ENTITIES, *wrong)
    put(tmp_path / "drugprot_training_relations.tsv", "11\tINHIBITOR\tArg1:T3\tT4")
    with pytest.raises(FormatError) as caught:
        list(read(tmp_path))
    message = str(caught.value)
    assert "[SC027] 2 documents" in message
    for place in ("entities.tsv, line 5", "line 6", "line 7", "line 8", "relations.tsv, line 1"):
        assert place in message
    assert "KCNH8" not in message
    rejects: list[Reject] = []
    (kept,) = read(tmp_path, rejects=rejects)
    assert (kept.id, len(rejects)) == ("12", 2)


def test_a_relation_of_an_unknown_mention_and_text_that_differs(tmp_path: Path) -> None:
    corpus(tmp_path)
    put(tmp_path / "drugprot_training_relations.tsv", "11\tINHIBITOR\tArg1:T3\tArg2:T99")
    with pytest.raises(FormatError, match=r"SC012.*SC003.*'T99'"):
        list(read(tmp_path))
    put(tmp_path / "drugprot_training_relations.tsv", "")
    put(tmp_path / "drugprot_training_entities.tsv", "11\tT1\tGENE-Y\t12\t17\tKCNH7")
    with pytest.raises(FormatError, match="SC011"):
        list(read(tmp_path))
    first, _ = read(tmp_path, strict=False)
    assert first.meta == {"text_mismatches": ["T1"]}


def test_a_table_without_abstracts(tmp_path: Path) -> None:
    corpus(tmp_path)
    put(tmp_path / "b_entities.tsv", *ENTITIES)
    rejects: list[Reject] = []
    assert len(list(read(tmp_path, rejects=rejects))) == 2
    assert [reject.code for reject in rejects] == ["SC010"]


def test_what_is_written(tmp_path: Path) -> None:
    text = "A\tb\nc d\ne"
    found = (Entity("x", "CHEMICAL", ((2, 3),)), Entity("y", "GENE", ((4, 5),), "9"))
    record = Record("7", text, found, (Relation("x", "y", "PART-OF"),))
    with pytest.raises(FormatError, match=r"SC020.*concepts of mentions \(1\)"):
        write([record], tmp_path / "out", "drugprot")
    left_out: Counter[str] = Counter()
    assert write([record], tmp_path / "out", "drugprot", left_out=left_out) == 1
    written = {file.name: file.read_text() for file in (tmp_path / "out").iterdir()}
    assert written == {
        "abstracts.tsv": "7\tA b\tc d e\n",
        "entities.tsv": "7\tT1\tCHEMICAL\t2\t3\tb\n7\tT2\tGENE\t4\t5\tc\n",
        "relations.tsv": "7\tPART-OF\tArg1:T1\tArg2:T2\n",
    }
    assert left_out == {
        "concepts of mentions": 1,
        "line ends and tabs in texts, written as spaces": 1,
    }
