"""`evaluate`: against counts worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Span

from spacy_clinical.cli.util import print_results
from spacy_clinical.docs import to_doc
from spacy_clinical.evaluation.pipeline_evaluation import evaluate
from spacy_clinical.evaluation.score_tables import score_tables
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, Fact
from spacy_clinical.records import Attribute, Entity, Record, Relation
from spacy_clinical.scoring.concept_relation_scores import ConceptNames
from spacy_clinical.scoring.confidence_intervals import Settings

from ..conftest import make_record
from .conftest import Call
from .fakes import PUBTATOR, concept_docs, make_fake, write_docs

BLANK = spacy.blank("en")
MORE = ("tasks", "losses", "intervals")


def prf(p: float, r: float, f: float) -> Any:
    return pytest.approx({"p": p, "r": r, "f": f})


def test_perfect(trained: Path, corpus: Path, tmp_path: Path, call: Call) -> None:
    target = tmp_path / "new" / "scores.json"
    output = call("evaluate", trained, corpus, "--output", target).output
    scores = json.loads(target.read_text(encoding="utf-8"))
    assert set(scores) == {"made_with", "documents", "end_to_end", "given_mentions", *MORE}
    assert scores["made_with"]["corpus"] == corpus.name
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
    scores = evaluate(spacy.load(trained), path).scores["end_to_end"]
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
    scores = evaluate(make_fake("test_find_words", "test_relate_all"), path).scores
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
    scores = evaluate(nlp, path).scores
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
    scores = evaluate(nlp, path).scores["concepts"]
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
    scores = evaluate(nlp, path, names=ConceptNames.learn(docs)).scores["concepts"]
    assert scores["end_to_end"] == scores["given_mentions"] == prf(1 / 2, 1, 2 / 3)


def test_linked_by_the_pipeline(tmp_path: Path) -> None:
    """A base without "fever": as without its name among the names, but fever is no concept."""
    names = {"D1": "aspirin", "D2": "rash", "D4": "naproxen"}
    facts = [Fact(id, NAME, name) for id, name in names.items()]
    build_from_facts(facts, tmp_path / "kb")
    path = write_docs(concept_docs(tmp_path), tmp_path / "a.spacy")
    nlp = make_fake("test_find_words", "test_relate_all")
    config = {"kb": str(tmp_path / "kb")}
    nlp.add_pipe("clinical_linker", after="test_find_words", config=config)
    scores = evaluate(nlp, path).scores
    assert scores["concepts"]["end_to_end"] == prf(1 / 2, 1 / 2, 1 / 2)
    assert scores["concepts"]["given_mentions"] == prf(1 / 2, 1, 2 / 3)
    assert scores["end_to_end"]["links_p"] == 1.0
    assert scores["end_to_end"]["links_r"] == pytest.approx(6 / 8)


def test_entities_only(tmp_path: Path, call: Call) -> None:
    path = write_docs(concept_docs(tmp_path), tmp_path / "a.spacy")
    make_fake("test_find_words").to_disk(tmp_path / "model")
    target = tmp_path / "scores.json"
    output = call("evaluate", tmp_path / "model", path, "-o", target).output
    scores = json.loads(target.read_text(encoding="utf-8"))
    assert set(scores) == {"made_with", "documents", "end_to_end", *MORE}
    assert set(scores["tasks"]) == {"entities"}
    assert scores["end_to_end"]["ents_f"] == 1.0
    assert "rel_micro_f" not in scores["end_to_end"]
    assert "Relations" not in output
    assert scores["losses"]["candidate_recall"] == 1.0


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
    scores = evaluate(nlp, path, names=ConceptNames.learn(docs)).scores
    assert scores["documents"] == 3
    assert scores["concepts"]["end_to_end"] == prf(1 / 2, 1, 2 / 3)


@pytest.mark.parametrize(
    ("model", "corpus", "code"),
    [
        ("missing", "bad.spacy", "SC501"),
        ("model", "missing.spacy", "SC402"),
        ("model", "bad.spacy", "SC403"),
        ("model", "empty", "SC024"),
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


def test_tasks(tmp_path: Path) -> None:
    """Counts of the fake pipeline, see `test_given_mentions`, with intervals around them."""
    path = write_docs(concept_docs(tmp_path), tmp_path / "a.spacy")
    nlp = make_fake("test_find_words", "test_relate_all")
    scores = evaluate(nlp, path, settings=Settings(100, seed=1)).scores
    assert set(scores["tasks"]) == {
        "entities",
        "relations_end_to_end",
        "relations_given_mentions",
        "concept_relations_given_mentions",
    }
    # every Chemical with every Disease: D1-D2 and D4-D3 right, D1-D3 and D4-D2 spurious
    concepts = scores["tasks"]["concept_relations_given_mentions"]["strict"]["all"]
    assert (concepts["right"], concepts["spurious"], concepts["missed"]) == (2, 2, 0)
    assert scores["concept_labels"]["given_mentions"]["macro_f"] == pytest.approx(2 / 3)
    assert "biored" not in scores
    for name in ("relations_end_to_end", "relations_given_mentions"):
        whole = scores["tasks"][name]["strict"]["all"]
        assert (whole["right"], whole["spurious"], whole["missed"]) == (5, 3, 0)
        assert whole["p"]["value"] == pytest.approx(5 / 8)
        assert whole["p"]["low"] == 1 / 2  # the second document twice
        assert whole["p"]["high"] == pytest.approx(4 / 6)  # the first one twice
        assert scores["tasks"][name]["lenient"]["all"]["f"] == whole["f"]
        (row,) = scores["tasks"][name]["reliability"]["bins"]
        assert (row["count"], row["mean_score"], row["share_right"]) == (8, 0.75, 5 / 8)
    assert scores["losses"]["mentions"] == 8
    assert scores["intervals"] == {"samples": 100, "level": 0.95, "seed": 1}


def test_calibration_of_concepts(tmp_path: Path, call: Call) -> None:
    """Four relations at 0.75, of which two are right; without the name "fever" one is."""
    path = write_docs(concept_docs(tmp_path), tmp_path / "a.spacy")
    known = "".join(line for line in PUBTATOR.splitlines(True) if "D3" not in line)
    names = write_docs(concept_docs(tmp_path, known), tmp_path / "names.spacy")
    make_fake("test_find_words", "test_relate_concepts").to_disk(tmp_path / "model")
    page, target = tmp_path / "page.html", tmp_path / "scores.json"
    options = ("--names", names, "-o", target, "-r", page, "--samples", "20")
    output = call("evaluate", tmp_path / "model", path, *options).output
    tasks = json.loads(target.read_text(encoding="utf-8"))["tasks"]
    for name, share in (("given_mentions", 1 / 2), ("end_to_end", 1 / 4)):
        found = tasks[f"concept_relations_{name}"]["reliability"]
        (row,) = found["bins"]
        assert (row["count"], row["mean_score"], row["share_right"]) == (4, 0.75, share)
        assert found["expected_calibration_error"] == pytest.approx(0.75 - share)
    rows = [line.split() for line in output.splitlines() if line.startswith("Relations between")]
    errors = {" ".join(row[2:-5]): row[-1] for row in rows if "strict" in row}
    assert errors == {"concepts given gold mentions": "0.250", "concepts, end to end": "0.500"}
    html = page.read_text(encoding="utf-8")
    assert "Relations between concepts given gold mentions: share right over score" in html


def test_biored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A corpus that says what is new: D1-D2 is, D4-D3 isn't. Both pairs are found, with two others;
    of novelty nothing is said."""
    text = PUBTATOR.replace("CID\tD1\tD2", "CID\tD1\tD2\tNovel")
    text = text.replace("CID\tD4\tD3", "CID\tD4\tD3\tNo")
    path = write_docs(concept_docs(tmp_path, text), tmp_path / "a.spacy")
    nlp = make_fake("test_find_words", "test_relate_all")
    scores = evaluate(nlp, path, settings=Settings(1, seed=1)).scores
    found = scores["biored"]["given_mentions"]
    assert found["pair"] == found["type"] == pytest.approx({"p": 1 / 2, "r": 1, "f": 2 / 3})
    assert found["novelty"]["f"] == found["all"]["f"] == 0.0
    print_results(score_tables(scores))
    assert "pair, type and novelty" in capsys.readouterr().out


def test_candidates(trained: Path, tmp_path: Path) -> None:
    """Of four gold relations one is a candidate: one is of another label, one has the wrong
    types, one an argument that no tokens can hold."""
    known = make_record(0)
    relations = (
        *known.relations,
        Relation("T0", "T1", "CAUSES"),
        Relation("T1", "T0", "TREATS"),
        Relation("T9", "T1", "TREATS"),
    )
    entities = (*known.entities, Entity("T9", "DRUG", ((22, 25),)))
    record = Record("more", known.text, entities, relations)
    path = write_docs([to_doc(record, BLANK.make_doc)], tmp_path / "a.spacy")
    losses = evaluate(spacy.load(trained), path).scores["losses"]
    assert (losses["mentions"], losses["inside_tokens"]) == (3, 1)
    assert (losses["relations"], losses["with_lost_argument"]) == (4, 1)
    assert losses["outside_candidates"] == 2
    assert losses["candidate_recall"] == 0.25


def test_scores_below_the_threshold_make_curves_only(trained: Path, corpus: Path) -> None:
    nlp = spacy.load(trained)
    relate = nlp.get_pipe("clinical_rel")
    relate.cfg["threshold"] = 1.1  # type: ignore[attr-defined]
    scores = evaluate(nlp, corpus).scores
    assert relate.cfg["threshold"] == 1.1  # type: ignore[attr-defined]
    task = scores["tasks"]["relations_end_to_end"]
    assert task["strict"]["all"]["right"] == 0
    assert task["reliability"] is None
    assert task["curve"]["average_precision"] == 1.0


def test_two_pipelines_and_a_report(
    trained: Path, corpus: Path, tmp_path: Path, call: Call
) -> None:
    make_fake("test_find_nothing", "test_relate_all").to_disk(tmp_path / "other")
    page, target = tmp_path / "new" / "page.html", tmp_path / "scores.json"
    options = ("--compare", tmp_path / "other", "-r", page, "-o", target, "--samples", "50")
    output = call("evaluate", trained, corpus, *options).output
    tests = json.loads(target.read_text(encoding="utf-8"))["comparison"]["tests"]
    assert tests["entities"]["strict"]["difference"] == -1.0
    assert tests["relations_end_to_end"]["strict"]["second"] == 0.0
    assert 0 < tests["entities"]["strict"]["p"] <= 1
    assert "Against other" in output
    assert "Report in" in output
    html = page.read_text(encoding="utf-8")
    assert "Against other" in html
    assert "<p>None.</p>" in html
    assert [file.name for file in page.parent.iterdir()] == ["page.html"]
    assert "aspirin" not in output + target.read_text(encoding="utf-8")


def test_every_error_is_in_the_report(corpus: Path, tmp_path: Path, call: Call) -> None:
    make_fake("test_find_nothing", "test_relate_all").to_disk(tmp_path / "model")
    call("evaluate", tmp_path / "model", corpus, "-r", tmp_path / "page.html", "--samples", "20")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert html.count('data-kind="entity|missed"') == 4
    assert html.count('data-kind="relation|missed: argument not found"') == 1


def test_a_report_is_a_page(trained: Path, corpus: Path, tmp_path: Path, refuse: Call) -> None:
    refuse("SC704", "evaluate", trained, corpus, "-r", tmp_path / "page.pdf")


def test_assertions_and_links(tmp_path: Path, call: Call) -> None:
    """Of three mentions one is absent, one is linked as gold links it."""
    entities = (
        Entity("T1", "Chemical", ((0, 7),), "D-aspirin"),
        Entity("T2", "Disease", ((15, 20),), "D1"),
        Entity("T3", "Disease", ((25, 29),), "D2"),
    )
    said = tuple(
        Attribute(f"T{i}", "assertion", value)
        for i, value in enumerate(("absent", "present", "present"), 1)
    )
    record = Record("a", "Aspirin causes fever and rash .", entities, (), said)
    path = write_docs([to_doc(record, BLANK.make_doc)], tmp_path / "a.spacy")
    make_fake("test_find_words", "test_say_absent").to_disk(tmp_path / "model")
    page, target = tmp_path / "page.html", tmp_path / "scores.json"
    output = call("evaluate", tmp_path / "model", path, "-o", target, "-r", page).output
    scores = json.loads(target.read_text(encoding="utf-8"))
    whole = scores["end_to_end"]
    assert whole["assertion_per_type"]["absent"] == prf(1 / 3, 1, 1 / 2)
    assert whole["links_p"] == whole["links_r"] == pytest.approx(1 / 3)
    strict = scores["tasks"]["assertions"]["strict"]
    assert strict["labels"]["absent"]["p"]["value"] == pytest.approx(1 / 3)
    assert strict["all"]["right"] == 1
    reliability = scores["tasks"]["assertions"]["reliability"]
    assert reliability["expected_calibration_error"] == pytest.approx(0.75 - 1 / 3)
    rows = [" ".join(line.split()) for line in output.splitlines()]
    assert "absent 33.33 100.00 50.00" in rows
    html = page.read_text(encoding="utf-8")
    assert html.count('data-kind="assertion|wrong value"') == 2
    assert 'id="assertions"' in html
    assert "Assertions of the mentions found: share right over score" in html
