"""`convert`: every format into .spacy and back, counts, and what a malformed input leaves."""

import json
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from spacy_clinical.corpus.corpus_conversion import Converted, convert
from spacy_clinical.docs import get_concept_relations, get_lost, get_relation_rows
from spacy_clinical.formats import read, read_jsonl, write_brat, write_jsonl
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation

from ..conftest import make_record
from .conftest import Call

TEXT = "Aspirin 500mg eases renal and hepatic pain."
FULL = Record(
    "full",
    TEXT,
    (
        Entity("T1", "Drug", ((0, 7),), "D1", 0.5),
        Entity("T2", "Dose", ((8, 11),)),
        Entity("T7", "Sign", ((20, 25), (38, 42))),
        Entity("T4", "Half", ((1, 4),), "D4", 0.25),
    ),
    (Relation("T1", "T7", "TREATS", 1.0), Relation("T1", "T4", "HAS")),
    (Attribute("T7", "assertion", "present"), Attribute("T4", "kind", "part")),
    (ConceptRelation("D1", "D2", "CID", "Novel"),),
    {"split": "train"},
)
PUBTATOR = """\
7|t|Aspirin and rash.
7|a|Rash after aspirin, no fever.
7\t0\t7\tAspirin\tChemical\tD1
7\t12\t16\trash\tDisease\tD2
7\t18\t22\tRash\tDisease\tD2
7\t29\t36\taspirin\tChemical\tD1
7\t41\t46\tfever\tDisease\tD3
7\tCID\tD1\tD2

"""


def test_jsonl_there_and_back(tmp_path: Path, call: Call) -> None:
    records = [FULL, make_record(0), Record("empty", "")]
    write_jsonl(records, tmp_path / "a.jsonl")
    there = call("convert", tmp_path / "a.jsonl", tmp_path / "new" / "a.spacy")
    assert "3 documents" in there.output
    assert "6 mentions, 3 relations" in there.output
    assert "1 mention and 1 relation don't fit" in there.output
    back = call("convert", tmp_path / "new" / "a.spacy", tmp_path / "b.jsonl")
    assert "don't fit" not in back.output
    assert list(read_jsonl(tmp_path / "b.jsonl")) == records


def test_stored_documents_are_a_format_too(tmp_path: Path, call: Call, refuse: Call) -> None:
    write_jsonl([make_record(0)], tmp_path / "in.jsonl")
    call("convert", tmp_path / "in.jsonl", tmp_path / "out.spacy", "--to", "spacy")
    call("convert", tmp_path / "out.spacy", tmp_path / "back.jsonl")
    assert [r.id for r in read(tmp_path / "back.jsonl")] == [make_record(0).id]
    refuse("SC502", "convert", tmp_path / "in.jsonl", tmp_path / "out.bin", "--to", "spacy")
    assert not (tmp_path / "out.bin").exists()


def test_what_the_tokenizer_loses_is_stored_apart(tmp_path: Path) -> None:
    write_jsonl([FULL], tmp_path / "a.jsonl")
    nlp = spacy.blank("en")
    done = convert(tmp_path / "a.jsonl", tmp_path / "a.spacy", nlp)
    assert done == Converted(1, 4, 2, 1, 1)
    (doc,) = DocBin().from_disk(tmp_path / "a.spacy").get_docs(nlp.vocab)
    assert [mention.label for mention in get_lost(doc).mentions] == ["Half"]
    assert get_relation_rows(doc) == [(0, 2, "TREATS", 1.0)]


def test_a_finer_tokenizer(tmp_path: Path, call: Call, refuse: Call) -> None:
    entities = (Entity("T1", "GENE", ((3, 6),)), Entity("T2", "DRUG", ((17, 18),)))
    write_jsonl([Record("1", "to TNF\u03b1: vitamin C.", entities)], tmp_path / "a.jsonl")
    plain = ("convert", tmp_path / "a.jsonl", tmp_path / "a.spacy", "--force")
    assert "2 mentions and 0 relations don't fit" in call(*plain).output
    fine = call(*plain, "--tokenizer", "spacy-clinical.Tokenizer.v1")
    assert "don't fit" not in fine.output
    message = refuse("SC416", *plain, "--tokenizer", "no-such")
    assert "spacy-clinical.Tokenizer.v1" in message


def test_brat_there_and_back(tmp_path: Path, call: Call) -> None:
    records = [make_record(0), make_record(1)]
    write_brat(records, tmp_path / "brat")
    assert "2 documents" in call("convert", tmp_path / "brat", tmp_path / "a.spacy").output
    output = call("convert", tmp_path / "a.spacy", tmp_path / "out" / "again").output
    assert "4 mentions, 1 relation" in output
    assert list(read(tmp_path / "out" / "again")) == records
    names = sorted(file.name for file in (tmp_path / "out" / "again").iterdir())
    assert names == ["doc0.ann", "doc0.txt", "doc1.ann", "doc1.txt"]


@pytest.mark.parametrize(("options", "relations"), [([], 0), (["--spread-concepts"], 4)])
def test_pubtator(tmp_path: Path, call: Call, options: list[str], relations: int) -> None:
    """Two mentions of each of two related concepts: four pairs, chemical first."""
    (tmp_path / "a.txt").write_text(PUBTATOR, encoding="utf-8")
    output = call("convert", tmp_path / "a.txt", tmp_path / "a.spacy", *options).output
    assert f"5 mentions, {relations} relations" in output
    (doc,) = DocBin().from_disk(tmp_path / "a.spacy").get_docs(spacy.blank("en").vocab)
    rows = get_relation_rows(doc)
    expected = [(0, 1), (0, 2), (3, 1), (3, 2)][:relations]
    assert sorted((head, tail) for head, tail, _, _ in rows) == expected
    assert {label for _, _, label, _ in rows} <= {"CID"}
    assert get_concept_relations(doc) == [ConceptRelation("D1", "D2", "CID")]


def test_pubtator_there_and_back(tmp_path: Path, call: Call) -> None:
    (tmp_path / "a.pubtator").write_text(PUBTATOR, encoding="utf-8")
    call("convert", tmp_path / "a.pubtator", tmp_path / "a.spacy")
    call("convert", tmp_path / "a.spacy", tmp_path / "b.pubtator")
    assert (tmp_path / "b.pubtator").read_text(encoding="utf-8") == PUBTATOR


def test_lenient(tmp_path: Path, call: Call, refuse: Call) -> None:
    path = tmp_path / "a.pubtator"
    path.write_text(PUBTATOR.replace("Rash\tDis", "Rush\tDis"), encoding="utf-8")
    message = refuse("SC011", "convert", path, tmp_path / "a.spacy")
    assert "a.pubtator, line 5" in message
    assert "Rush" not in message
    assert "5 mentions" in call("convert", path, tmp_path / "a.spacy", "--lenient").output


def test_lenient_sets_bad_documents_aside(tmp_path: Path, call: Call, refuse: Call) -> None:
    path = tmp_path / "a.pubtator"
    path.write_text(f"1|t|Secretname\n1|a|x\n1\t3\n\n{PUBTATOR}2|x|", encoding="utf-8")
    message = refuse("SC027", "convert", path, tmp_path / "a.jsonl").replace(" ", "")
    assert "line3" in message
    assert "line14" in message
    assert not (tmp_path / "a.jsonl").exists()
    output = call("convert", path, tmp_path / "a.jsonl", "--lenient").output
    assert "2 documents set aside" in output
    assert "1 document to" in output
    rows = [json.loads(x) for x in (tmp_path / "a.jsonl.failed.jsonl").read_text().splitlines()]
    assert [row["code"] for row in rows] == ["SC010", "SC010"]
    assert [row["id"] for row in rows] == [f"{path}, line 1", f"{path}, line 14"]
    assert SECRET not in message + output + str(rows)
    path.write_text(PUBTATOR, encoding="utf-8")
    call("convert", path, tmp_path / "a.jsonl", "--lenient", "--force")
    assert not (tmp_path / "a.jsonl.failed.jsonl").exists()


def test_lenient_does_nothing_to_other_formats(tmp_path: Path, call: Call) -> None:
    write_jsonl([make_record(0)], tmp_path / "a.jsonl")
    call("convert", tmp_path / "a.jsonl", tmp_path / "a.spacy", "--lenient")
    call("convert", tmp_path / "a.spacy", tmp_path / "b.jsonl", "--lenient")
    assert list(read_jsonl(tmp_path / "b.jsonl")) == [make_record(0)]


def test_tokenizer_of_a_language_or_a_pipeline(tmp_path: Path, call: Call) -> None:
    blank = spacy.blank("en")
    blank.tokenizer.add_special_case("500mg", [{"ORTH": "500mg"}])
    blank.to_disk(tmp_path / "pipeline")
    write_jsonl([FULL], tmp_path / "a.jsonl")
    output = call("convert", tmp_path / "a.jsonl", tmp_path / "a.spacy", "-l", "de").output
    assert "mentions" in output
    output = call(
        "convert", tmp_path / "a.jsonl", tmp_path / "b.spacy", "-m", tmp_path / "pipeline"
    ).output
    assert "2 mentions and 1 relation don't fit" in output


SECRET = "Secretname"
GOOD = json.dumps({"id": "1", "text": "fine"})
MALFORMED = [
    ("a.jsonl", [GOOD, '{"text": "Secretname", '], "SC010", "a.jsonl, line 2", "JSON object"),
    (
        "a.jsonl",
        [GOOD, "", json.dumps({"text": SECRET, "entities": [{"label": "X", "start": 0}]})],
        "SC017",
        "a.jsonl, line 3",
        "Expected a list of [start, end]",
    ),
    (
        "a.jsonl",
        [
            GOOD,
            json.dumps({"text": SECRET, "entities": [{"label": "X", "start": 4, "end": 11}]}),
        ],
        "SC001",
        "a.jsonl, line 2",
        "the text has 10 characters",
    ),
    ("a.jsonl", [GOOD, json.dumps({"text": 3})], "SC017", "a.jsonl, line 2", "Expected a string"),
    (
        "a.pubtator",
        [*PUBTATOR.splitlines()[:3], "7\t12\t16\tSecretname"],
        "SC010",
        "a.pubtator, line 4",
        "Expected ID, START, END",
    ),
]


@pytest.mark.parametrize("target", ["out.spacy", "out.jsonl", "out.pubtator", "out"])
@pytest.mark.parametrize(("name", "lines", "code", "where", "expected"), MALFORMED)
def test_malformed_input_is_named_and_leaves_nothing(
    tmp_path: Path,
    refuse: Call,
    name: str,
    lines: list[str],
    code: str,
    where: str,
    expected: str,
    target: str,
) -> None:
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    message = refuse(code, "convert", tmp_path / name, tmp_path / target)
    assert where in message
    assert expected in message
    assert SECRET not in message
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_malformed_brat(tmp_path: Path, refuse: Call) -> None:
    write_brat([make_record(0), make_record(1)], tmp_path / "brat")
    ann = tmp_path / "brat" / "doc1.ann"
    ann.write_text(ann.read_text().replace("T1\tDRUG 33 40\t", "T1\tDRUG 33\t"))
    message = refuse("SC010", "convert", tmp_path / "brat", tmp_path / "a.spacy")
    assert "doc1.ann, line 2" in message
    assert "START" in message
    assert "aspirin" not in message
    assert [file.name for file in tmp_path.iterdir()] == ["brat"]


def test_an_old_target_outlives_a_failure(tmp_path: Path, refuse: Call, corpus: Path) -> None:
    (tmp_path / "a.spacy").write_bytes(corpus.read_bytes())
    (tmp_path / "a.jsonl").write_text(GOOD + "\n{", encoding="utf-8")
    refuse("SC010", "convert", tmp_path / "a.jsonl", tmp_path / "a.spacy", "--force")
    assert (tmp_path / "a.spacy").read_bytes() == corpus.read_bytes()


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("a.jsonl", "a.json", "SC502"),
        ("a.txt", "a.spacy", "SC024"),
        ("folder", "a.spacy", "SC024"),
        ("bad.spacy", "b.jsonl", "SC403"),
        ("a.jsonl", "folder/full", "SC022"),
    ],
)
def test_what_cant_be_converted(
    tmp_path: Path, refuse: Call, source: str, target: str, code: str
) -> None:
    (tmp_path / "folder" / "full").mkdir(parents=True)
    (tmp_path / "folder" / "full" / "notes.md").write_text("mine")
    (tmp_path / "a.jsonl").write_text(GOOD)
    (tmp_path / "a.txt").write_text("Secretname fell.")
    (tmp_path / "bad.spacy").write_text("Secretname fell.")
    assert SECRET not in refuse(code, "convert", tmp_path / source, tmp_path / target)


def test_an_unknown_format_or_pipeline(tmp_path: Path, refuse: Call) -> None:
    (tmp_path / "a.jsonl").write_text(GOOD)
    files = (tmp_path / "a.jsonl", tmp_path / "a.spacy")
    assert "pubannotation" in refuse("SC024", "convert", *files, "--format", "nerfile")
    refuse("SC501", "convert", *files, "--model", tmp_path / "missing")
    refuse("SC501", "convert", *files, "--model", tmp_path)
    refuse("SC519", "convert", *files, "--lang", "qq")
