"""Mentions that begin or end inside a word of the tokenizer's are kept, or counted."""

from collections import Counter
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

import spacy_clinical
from spacy_clinical.batch.shown_notes import gather_corpus, shown_results
from spacy_clinical.corpus.corpus_files import read_annotated, read_records
from spacy_clinical.docs import get_lost, to_doc, to_fitted_doc, to_record
from spacy_clinical.formats import FORMATS
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Entity, Record, Relation

# A text with its mentions between bars.
TEXTS = [
    "Ibuprofeno |cada 8 h|.\n|Ingreso|.",
    "|Ramipril| 5 mg |tgl|.\nKontrolle.",
    "Taken at |8 a.m|. daily.",
    "|Amoxicillin| |p.o|.",
    "Vitamin |C|.",
    "|10|mg |i.v|.",
    "|aspirin|-induced |asthma|/COPD",
    "He |don't|. |n|'t",
    "|37,5|°C",
    "HbA|1c| 7 %",
    "Metformina|.|",
    "pain |scale |8/10",
    "|b|",
    "a  |two  spaces|  b",
    "\n|fever|\n\n",
    "|糖尿病|史",
    "😀|cough|😀",
    "e\u0301|dema|",
    "|z|.B. |ASS|",
    "|U.S|. born",
    "| leading|, |trailing |",
    "|A||B|",
]


def record_of(marked: str, id: str = "n") -> Record:
    text, entities = "", []
    for i, part in enumerate(marked.split("|")):
        if i % 2:
            extent = ((len(text), len(text) + len(part)),)
            entities.append(Entity(f"T{i // 2 + 1}", "CONDITION", extent))
        text += part
    return Record(id, text, tuple(entities))


@pytest.mark.parametrize("marked", TEXTS)
@pytest.mark.parametrize("lang", ["en", "de", "es", "xx"])
def test_no_mention_is_lost(marked: str, lang: str) -> None:
    record = record_of(marked)
    doc = to_fitted_doc(record, spacy.blank(lang).make_doc)
    assert doc.text == record.text
    assert not get_lost(doc).mentions
    assert to_record(doc).entities == record.entities


def test_tokens_that_fit_stay() -> None:
    make_doc = spacy.blank("en").make_doc
    doc = to_fitted_doc(record_of("No |fever| e.g. at night."), make_doc)
    assert [token.text for token in doc] == [token.text for token in make_doc(doc.text)]
    assert [token.whitespace_ for token in doc] == [
        token.whitespace_ for token in make_doc(doc.text)
    ]


WRITTEN = sorted(name for name, one in FORMATS.items() if one.write)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_reader(name: str, tmp_path: Path) -> None:
    source = record_of("Ibuprofeno |cada 8 h|.\n|Fiebre|, 10|mg|.", "n1")
    suffix = next(iter(FORMATS[name].suffixes), "")
    path = tmp_path / f"notes{suffix}"
    left_out = Counter[str]()
    FORMATS[name].write([source], path, left_out=left_out)
    told = [r.text[e.start : e.end] for r in read_records(path) for e in r.entities]
    assert told or left_out
    docs = list(read_annotated(path))
    assert sorted(ent.text for doc in docs for ent in doc.ents) == sorted(told)
    assert not any(get_lost(doc).mentions for doc in docs)


def test_relations_of_such_mentions_are_exported(tmp_path: Path) -> None:
    text = "Ibuprofeno cada 8 h.\nFiebre."
    entities = (Entity("d", "MEDICATION", ((0, 10),)), Entity("f", "FREQUENCY", ((11, 19),)))
    record = Record("n", text, entities, (Relation("d", "f", "HAS_FREQUENCY"),))
    write_jsonl([record], tmp_path / "n.jsonl")
    assert not spacy_clinical.export(tmp_path / "n.jsonl", tmp_path / "tables", to="csv")
    assert "cada 8 h" in (tmp_path / "tables" / "relations.csv").read_text(encoding="utf8")


def test_what_stored_tokens_cannot_hold_is_counted(tmp_path: Path) -> None:
    doc = to_doc(record_of("Ibuprofeno |cada 8 h|.\n|Fiebre|."), spacy.blank("en").make_doc)
    assert len(get_lost(doc).mentions) == 1
    DocBin(docs=[doc]).to_disk(tmp_path / "n.spacy")
    left_out = spacy_clinical.export(tmp_path / "n.spacy", tmp_path / "n.ndjson")
    assert left_out["mentions whose borders fall inside a word"] == 1
    _, told = shown_results(gather_corpus(tmp_path / "n.spacy", None), tmp_path / "n.html")
    assert told.text.startswith("1 mention can't be shown")
