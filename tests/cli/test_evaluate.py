"""`evaluate`: against counts worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Span

from spacy_clinical.cli.evaluate import evaluate
from spacy_clinical.docs import to_doc
from spacy_clinical.records import Entity, Record, Relation
from spacy_clinical.scoring.concepts import ConceptNames

from ..conftest import make_record
from .conftest import Call
from .fakes import PUBTATOR, concept_docs, make_fake, write_docs

BLANK = spacy.blank("en")


def prf(p: float, r: float, f: float) -> Any:
    return pytest.approx({"p": p, "r": r, "f": f})


def test_perfect(trained: Path, corpus: Path, tmp_path: Path, call: Call) -> None:
    target = tmp_path / "new" / "scores.json"
    output = call("evaluate", trained, corpus, "--output", target).output
    scores = json.loads(target.read_text(encoding="utf-8"))
    assert set(scores) == {"documents", "end_to_end", "given_mentions"}
    assert scores["documents"] == 2
    one = {"p": 1.0, "r": 1.0, "f": 1.0}
    assert scores["end_to_end"]["ents_per_type"] == {"DRUG": one, "SIGN": one}
    assert scores["end_to_end"]["rel_per_type"] == {"TREATS": one}
    for name in ("end_to_end", "given_mentions"):
        assert scores[name]["rel_micro_f"] == scores[name]["rel_boundary_f"] == 1.0
    rows = [line.split() for line in output.splitlines()]
    assert rows.count(["TREATS", "100.00", "100.00", "100.00"]) == 2
    assert ["DRUG", "100.00", "100.00", "100.00"] in rows
    assert [file.name for file in target.parent.iterdir()] == ["scores.json"]
    assert "aspirin" not in output


def test_limit(trained: Path, corpus: Path, tmp_path: Path, call: Call) -> None:
    call("evaluate", trained, corpus, "-n", "1", "-o", tmp_path / "scores.json")
    assert json.loads((tmp_path / "scores.json").read_text())["documents"] == 1


def test_half(trained: Path, tmp_path: Path) -> None:
    """Gold has a third mention and a second relation: two of three found, one of two."""
    known = make_record(0)
    entities = (*known.entities, Entity("T9", "DRUG", ((4, 11),)))
    relations = (*known.relations, Relation("T9", "T1", "TREATS"))
    record = Record("more", known.text, entities, relations)
    path = write_docs([to_doc(record, BLANK.make_doc)], tmp_path / "a.spacy")
    scores = evaluate(spacy.load(trained), path)["end_to_end"]
    assert (scores["ents_p"], scores["ents_r"]) == (1.0, pytest.approx(2 / 3))
    assert scores["ents_per_type"]["DRUG"] == prf(1, 1 / 2, 2 / 3)
    assert scores["ents_per_type"]["SIGN"] == prf(1, 1, 1)
    assert (scores["rel_micro_p"], scores["rel_micro_r"]) == (1.0, 0.5)


def test_zero(tmp_path: Path) -> None:
    """The right places under other labels: nothing strict, but the relation's borders."""
    entities = (Entity("T1", "Drug", ((0, 7),)), Entity("T2", "Sign", ((15, 20),)))
    relations = (Relation("T1", "T2", "CID"),)
    record = Record("a", "Aspirin causes fever .", entities, relations)
    path = write_docs([to_doc(record, BLANK.make_doc)], tmp_path / "a.spacy")
    scores = evaluate(make_fake("test_find_words", "test_relate_all"), path)
    whole = scores["end_to_end"]
    assert whole["ents_f"] == whole["rel_micro_f"] == 0.0
    assert whole["rel_boundary_f"] == 1.0
    assert set(whole["ents_per_type"]) == {"Drug", "Sign", "Chemical", "Disease"}
    assert scores["given_mentions"]["rel_micro_f"] == 0.0
    assert scores["given_mentions"]["rel_boundary_f"] == 0.0


def test_given_mentions(tmp_path: Path) -> None:
    """An entity component that finds nothing takes nothing from the relations given gold."""
    path = write_docs(concept_docs(tmp_path), tmp_path / "a.spacy")
    nlp = make_fake("test_relate_all")
    nlp.add_pipe("test_find_nothing", first=True)
    scores = evaluate(nlp, path)
    assert scores["end_to_end"]["rel_micro_f"] == 0.0
    # gold: 2 x 2 mention pairs and 1; proposed: 2 x 3 and 1 x 2
    assert scores["given_mentions"]["rel_micro_p"] == pytest.approx(5 / 8)
    assert scores["given_mentions"]["rel_micro_r"] == 1.0


def test_concepts(tmp_path: Path) -> None:
    """See the corpus: all pairs propose D1-D2, D1-D3 and D4-D3, D4-D2, of which two are gold.

    In one sentence stand D1-D2 and D1-D3 only.
    """
    path = write_docs(concept_docs(tmp_path), tmp_path / "a.spacy")
    nlp = make_fake("test_find_words", "test_relate_all")
    scores = evaluate(nlp, path)["concepts"]
    assert set(scores) == {"given_mentions", "every_pair_in_one_sentence"}
    assert scores["given_mentions"] == prf(1 / 2, 1, 2 / 3)
    assert scores["every_pair_in_one_sentence"] == prf(1 / 2, 1 / 2, 1 / 2)


def test_concepts_end_to_end(tmp_path: Path, call: Call) -> None:
    """Without the name "fever": D1-D2 of two; D1-fever, D4-fever and D4-D2 are wrong."""
    path = write_docs(concept_docs(tmp_path), tmp_path / "a.spacy")
    known = "".join(line for line in PUBTATOR.splitlines(True) if "D3" not in line)
    names = write_docs(concept_docs(tmp_path, known), tmp_path / "names.spacy")
    make_fake("test_find_words", "test_relate_all").to_disk(tmp_path / "model")
    target = tmp_path / "scores.json"
    output = call("evaluate", tmp_path / "model", path, "--names", names, "--output", target).output
    scores = json.loads(target.read_text(encoding="utf-8"))["concepts"]
    assert scores["end_to_end"] == prf(1 / 4, 1 / 2, 1 / 3)
    assert scores["given_mentions"] == prf(1 / 2, 1, 2 / 3)
    rows = [" ".join(line.split()) for line in output.splitlines()]
    assert "end to end 25.00 50.00 33.33" in rows
    assert "every pair in one sentence 50.00 50.00 50.00" in rows


def test_all_names_known(tmp_path: Path) -> None:
    docs = concept_docs(tmp_path)
    path = write_docs(docs, tmp_path / "a.spacy")
    nlp = make_fake("test_find_words", "test_relate_all")
    scores = evaluate(nlp, path, names=ConceptNames.learn(docs))["concepts"]
    assert scores["end_to_end"] == scores["given_mentions"] == prf(1 / 2, 1, 2 / 3)


def test_entities_only(tmp_path: Path, call: Call) -> None:
    path = write_docs(concept_docs(tmp_path), tmp_path / "a.spacy")
    make_fake("test_find_words").to_disk(tmp_path / "model")
    target = tmp_path / "scores.json"
    output = call("evaluate", tmp_path / "model", path, "-o", target).output
    scores = json.loads(target.read_text(encoding="utf-8"))
    assert set(scores) == {"documents", "end_to_end"}
    assert scores["end_to_end"]["ents_f"] == 1.0
    assert "rel_micro_f" not in scores["end_to_end"]
    assert "Relations" not in output


@pytest.mark.parametrize("ents", [True, False])
def test_a_corpus_without_relations(tmp_path: Path, call: Call, ents: bool) -> None:
    """As spaCy's own tools write it: `doc.ents`, or nothing at all. None is not zero."""
    doc = BLANK("Aspirin causes fever .")
    if ents:
        doc.ents = [Span(doc, 0, 1, label="Chemical")]
    path = write_docs([doc], tmp_path / "a.spacy")
    make_fake("test_find_words", "test_relate_all").to_disk(tmp_path / "model")
    target = tmp_path / "scores.json"
    output = call("evaluate", tmp_path / "model", path, "-o", target).output
    scores = json.loads(target.read_text(encoding="utf-8"))
    assert scores["end_to_end"]["ents_p"] == (0.5 if ents else None)
    assert scores["end_to_end"]["rel_micro_f"] is None
    assert scores["given_mentions"]["rel_micro_f"] is None
    assert "concepts" not in scores
    assert ["all", "-", "-", "-"] in [line.split() for line in output.splitlines()]


def test_some_documents_without_mentions(tmp_path: Path) -> None:
    docs = [*concept_docs(tmp_path), BLANK("Naproxen.")]
    path = write_docs(docs, tmp_path / "a.spacy")
    nlp = make_fake("test_find_words", "test_relate_all")
    scores = evaluate(nlp, path, names=ConceptNames.learn(docs))
    assert scores["documents"] == 3
    assert scores["concepts"]["end_to_end"] == prf(1 / 2, 1, 2 / 3)


@pytest.mark.parametrize(
    ("model", "corpus", "code"),
    [
        ("missing", "bad.spacy", "SC501"),
        ("model", "missing.spacy", "SC402"),
        ("model", "bad.spacy", "SC403"),
        ("model", "empty", "SC402"),
    ],
)
def test_what_cant_be_evaluated(
    tmp_path: Path, refuse: Call, model: str, corpus: str, code: str
) -> None:
    make_fake("test_find_words").to_disk(tmp_path / "model")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.spacy").write_text("Secretname fell.")
    target = tmp_path / "scores.json"
    output = refuse(code, "evaluate", tmp_path / model, tmp_path / corpus, "-o", target)
    assert "Secretname" not in output
    assert not target.exists()


def test_names_that_are_missing(tmp_path: Path, trained: Path, corpus: Path, refuse: Call) -> None:
    refuse("SC402", "evaluate", trained, corpus, "--names", tmp_path / "missing.spacy")
