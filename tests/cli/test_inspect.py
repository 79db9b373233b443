"""`inspect`: what a corpus holds and loses, and what a pipeline knows."""

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from spacy_clinical import inspect
from spacy_clinical.corpus.corpus_inventory import MAX_VALUES, inspect_docs
from spacy_clinical.docs import get_lost, to_doc
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Attribute, Entity, Record, Relation

from ..conftest import make_record
from .conftest import Call

NLP = spacy.blank("en")
MIXED = Record(
    "mixed",
    "Aspirin 500mg eases renal and hepatic pain.",
    (
        Entity("T1", "DRUG", ((0, 7),)),
        Entity("T2", "DRUG", ((0, 13),)),
        Entity("T3", "SIGN", ((20, 25), (38, 42))),
        Entity("T4", "HALF", ((1, 4),)),
    ),
    (Relation("T1", "T3", "TREATS"), Relation("T4", "T3", "TREATS")),
    (Attribute("T1", "assertion", "present"), Attribute("T3", "assertion", "present")),
)


def cells(output: str) -> list[list[str]]:
    return [line.split() for line in output.splitlines()]


def docs() -> list[Doc]:
    return [to_doc(record, NLP.make_doc) for record in (MIXED, make_record(0), make_record(0))]


def test_counts_by_hand() -> None:
    found = inspect_docs([*docs(), NLP("Never annotated.")])
    assert dict(+found.counts) == {
        "documents": 4,
        "documents without mentions' annotation": 1,
        "documents that repeat another's text": 1,
        "tokens": 9 + 8 + 8 + 3,
        "mentions": 8,
        "relations": 4,
        "mentions that the tokenisation loses": 1,
        "relations lost with them": 1,
        "discontinuous mentions": 1,
        "mentions that overlap another": 2,
    }
    assert found.entities == {"DRUG": 4, "SIGN": 3, "HALF": 1}
    assert found.lost == {"HALF": 1}
    assert found.relations == {("TREATS", "DRUG", "SIGN"): 3, ("TREATS", "HALF", "SIGN"): 1}
    assert found.attributes == {("assertion", "present"): 2}
    (treats,) = found.schema.relations
    assert (treats.heads, treats.tails) == (("DRUG", "HALF"), ("SIGN",))


def test_corpus(tmp_path: Path, call: Call) -> None:
    (tmp_path / "folder").mkdir()
    DocBin(docs=docs()).to_disk(tmp_path / "folder" / "a.spacy")
    for source in (tmp_path / "folder", tmp_path / "folder" / "a.spacy"):
        rows = cells(call("inspect", source).output)
        assert ["documents", "3"] in rows
        assert ["DRUG", "4", "0"] in rows
        assert ["HALF", "1", "1"] in rows
        assert ["TREATS", "DRUG", "SIGN", "3"] in rows
        assert ["assertion", "present", "2"] in rows


def test_what_reading_leaves_out_and_relations_between_concepts(tmp_path: Path, call: Call) -> None:
    task = '{"text": "No rash.", "_input_hash": 1, "spans": [], "answer": "%s"}'
    (tmp_path / "a.jsonl").write_text("\n".join(task % x for x in ("accept", "reject", "reject")))
    rows = cells(call("inspect", tmp_path / "a.jsonl").output)
    assert ["examples", "with", "the", "answer", "'reject'", "2"] in rows
    assert +inspect(tmp_path / "a.jsonl").left_out == {"examples with the answer 'reject'": 2}
    (tmp_path / "a.pubtator").write_text(
        "1|t|Aspirin for gout\n1|a|\n1\t0\t7\tAspirin\tDrug\tD1\n1\t12\t16\tgout\tSign\tD2\n"
        "1\tTREATS\tD1\tD2\n"
    )
    rows = cells(call("inspect", tmp_path / "a.pubtator").output)
    assert ["relations", "between", "concepts", "1"] in rows


def test_a_tokenizer_and_an_encoder_that_do_not_fit(
    tmp_path: Path, tiny_encoder: Path, call: Call, refuse: Call
) -> None:
    """Eight mentions inside of a word each; Chinese ones are characters in any language, but the
    encoder knows none of these."""
    source, chinese = tmp_path / "en.jsonl", tmp_path / "zh.jsonl"
    inside = (Entity("T1", "SIGN", ((2, 8),)),)
    write_jsonl([Record(f"n{i}", "Myocarditis.", inside) for i in range(8)], source)
    refuse("SC327", "inspect", source)
    rows = cells(call("inspect", source, "--insist").output)
    assert ["mentions", "that", "don't", "fit", "the", "tokens", "100.00", "%"] in rows
    note = "患者3天前出现发热。"
    at = note.index("发热")
    entities = (Entity("T1", "SIGN", ((at, at + 2),)),)
    write_jsonl([Record(f"n{i}", note, entities) for i in range(8)], chinese)
    for options in ([], ["--lang", "zh"]):
        rows = cells(call("inspect", chinese, *options).output)
        assert ["mentions", "that", "don't", "fit", "the", "tokens", "0.00", "%"] in rows
    refuse("SC326", "inspect", chinese, "--lang", "zh", "--encoder", tiny_encoder)


def test_english_without_blanks_has_our_tokens(tmp_path: Path, call: Call) -> None:
    """As the configs that we write: a word ends at a sign, whatever follows it."""
    note = "Had fever;cough. pain(chest)."
    entities = tuple(
        Entity(f"T{i}", "SIGN", ((note.index(word), note.index(word) + len(word)),))
        for i, word in enumerate(("fever", "cough", "pain", "chest"), 1)
    )
    source = tmp_path / "en.jsonl"
    write_jsonl([Record(f"n{i}", note, entities) for i in range(8)], source)
    for options in ([], ["--lang", "en"]):
        rows = cells(call("inspect", source, *options).output)
        assert ["mentions", "that", "don't", "fit", "the", "tokens", "0.00", "%"] in rows


def test_lost_mentions_one_by_one(tmp_path: Path, call: Call) -> None:
    DocBin(docs=docs()).to_disk(tmp_path / "a.spacy")
    listed = cells(call("inspect", tmp_path / "a.spacy", "--lost").output)
    rows = [row for row in listed if row[1:2] == ["HALF"] and row[0].isdigit()]
    (lost,) = [m for doc in docs() for m in get_lost(doc).mentions]
    (start, end) = lost.fragments[0]
    assert [row[1:] for row in rows] == [["HALF", str(start), str(end)]]
    numbers = [i for i, doc in enumerate(docs(), 1) if get_lost(doc).mentions]
    assert [row[0] for row in rows] == [str(i) for i in numbers]


@pytest.mark.parametrize(("number", "hidden"), [(MAX_VALUES, False), (MAX_VALUES + 1, True)])
def test_free_texts_are_only_counted(tmp_path: Path, call: Call, number: int, hidden: bool) -> None:
    entities = tuple(Entity(f"T{i}", "DRUG", ((0, 7),)) for i in range(number))
    notes = tuple(Attribute(f"T{i}", "remark", f"secret{i}") for i in range(number))
    kinds = tuple(Attribute(f"T{i}", "kind", "closed") for i in range(number))
    record = Record("a", "Aspirin", entities, (), (*notes, *kinds))
    DocBin(docs=[to_doc(record, NLP.make_doc)]).to_disk(tmp_path / "a.spacy")
    output = call("inspect", tmp_path / "a.spacy").output
    assert ("secret" not in output) == hidden
    assert ["kind", "closed", str(number)] in cells(output)
    summary = ["remark", f"({number}", "values)", str(number)]
    assert (summary in cells(output)) == hidden


def test_pipeline(trained: Path, call: Call) -> None:
    output = call("inspect", trained).output
    assert "pipeline: transformer, clinical_ner, clinical_rel" in output
    assert "clinical_ner: DRUG, SIGN" in output
    assert ["TREATS", "DRUG", "SIGN", "directed", "0.5"] in cells(output)


def test_pipeline_without_ours(tmp_path: Path, call: Call) -> None:
    NLP.to_disk(tmp_path / "blank")
    assert "pipeline:" in call("inspect", tmp_path / "blank").output


def test_any_format_and_what_cant_be_read(tmp_path: Path, call: Call, refuse: Call) -> None:
    (tmp_path / "a.txt").write_text("Loss of smell and taste.")
    lines = ["T1\tLoss 0 4\tLoss", "T2\tSense 8 13\tsmell", "T3\tSense 18 23\ttaste"]
    lines += ["E1\tLoss:T1 Of:T2", "E2\tLoss:T1 Of:T3", "A1\tNegated E2"]
    (tmp_path / "a.ann").write_text("\n".join(lines))
    rows = cells(call("inspect", tmp_path).output)
    assert ["Of", "Loss", "Sense", "1"] in rows
    apart = [
        "events",
        "of",
        "which",
        "something",
        "else",
        "holds",
        "than",
        "of",
        "others",
        "on",
        "their",
        "mention",
        "1",
    ]
    assert apart in rows
    (tmp_path / "b.txt").write_text("Secretname")
    (tmp_path / "b.ann").write_text("T1\tName 0 6\tSecretname")
    assert "Secretname" not in refuse("SC011", "inspect", tmp_path)
    output = call("inspect", tmp_path, "--lenient").output
    assert ["documents", "1"] in cells(output)
    assert "SC011" in output


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("missing", "SC501"),
        ("notes.txt", "SC024"),
        ("missing.spacy", "SC402"),
        ("folder", "SC024"),
        ("bad.spacy", "SC403"),
    ],
)
def test_neither_corpus_nor_pipeline(tmp_path: Path, refuse: Call, source: str, code: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.spacy").write_text("Secretname fell.")
    (tmp_path / "notes.txt").write_text("Secretname fell.")
    assert "Secretname" not in refuse(code, "inspect", tmp_path / source)
