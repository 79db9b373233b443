"""Annotated notes whose language nobody told keep their mentions."""

from pathlib import Path

import pytest

import spacy_clinical
from spacy_clinical.corpus.corpus_files import read_annotated
from spacy_clinical.docs import to_record
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Entity, Record


def annotated(text: str, words: str) -> Record:
    start = text.index(words)
    return Record("note", text, (Entity("T1", "CONDITION", ((start, start + len(words)),)),))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("病人有高血壓，CT示 右肺結節。\n复查。", "右肺結節"),
        ("糖尿病の既往あり", "糖尿病"),
        ("ผู้ป่วยเป็นโรคเบาหวาน", "โรคเบาหวาน"),
        ("Hipertensión arterial, 10mg.", "Hipertensión"),
        ("No asthma.", "asthma"),
    ],
)
def test_mentions_fit(text: str, words: str) -> None:
    record = annotated(text, words)
    (doc,) = read_annotated([record])
    assert doc.text == text
    assert [ent.text for ent in doc.ents] == [words]
    assert to_record(doc).entities == record.entities


def test_an_export_has_them(tmp_path: Path) -> None:
    write_jsonl([annotated("患者诊断为2型糖尿病。", "2型糖尿病")], tmp_path / "notes.jsonl")
    left_out = spacy_clinical.export(tmp_path / "notes.jsonl", tmp_path / "notes.ndjson")
    assert not left_out
    written = (tmp_path / "notes.ndjson").read_text(encoding="utf8")
    assert '"resourceType": "Condition"' in written.replace('":"', '": "')
    assert "2型糖尿病" in written
