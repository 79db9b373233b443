"""Concept relations against counts worked out by hand. The corpus is told in `fakes`."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_clinical.docs import (
    ConceptRow,
    get_concept_rows,
    get_relation_rows,
    get_spans,
    name_doc,
    set_concept_relations,
    set_mentions,
    set_relations,
)
from spacy_clinical.scoring.concept_relation_scores import (
    ConceptNames,
    make_concept_scorer,
    raise_to_concepts,
    read_found_concepts,
    read_gold_concepts,
    score_concept_labels,
    score_concepts,
    score_sentence_pairs,
)
from spacy_clinical.scoring.scoring_tasks import read_concept_task

from ..cli.fakes import PUBTATOR, concept_docs

NLP = spacy.blank("en")
Place = tuple[int, int, str, str]


def make_doc(text: str, places: list[Place], rows: Sequence[tuple[int, int, str]] = ()) -> Doc:
    doc = NLP(text)
    set_mentions(doc, [Span(doc, s, e, label=label, kb_id=kb) for s, e, label, kb in places])
    set_relations(doc, [(h, t, label, 0.9) for h, t, label in rows])
    return doc


def prf(p: float, r: float, f: float) -> Any:
    return pytest.approx({"p": p, "r": r, "f": f})


def test_gold(tmp_path: Path) -> None:
    first, second = concept_docs(tmp_path)
    assert read_gold_concepts(first) == {("D1", "D2", "CID")}
    assert read_gold_concepts(second) == {("D4", "D3", "CID")}


def test_mention_pairs_become_one_concept_pair(tmp_path: Path) -> None:
    first, second = concept_docs(tmp_path)
    assert len(get_relation_rows(first)) == 4
    assert raise_to_concepts(first) == {("D1", "D2", "CID")}
    assert raise_to_concepts(second) == {("D4", "D3", "CID")}


@pytest.mark.parametrize(
    ("head", "tail", "expected"),
    [
        ("D1", "D2", {("D1", "D2")}),
        ("D1|D5", "D2", {("D1", "D2"), ("D5", "D2")}),
        ("D1", "D2|D3", {("D1", "D2"), ("D1", "D3")}),
        ("", "D2", set()),
        ("D1", "-1", set()),
        ("3172,3651", "D2", {("3172", "D2"), ("3651", "D2")}),
        ("c|DEL|12|", "D2", {("c|DEL|12|", "D2")}),
    ],
)
def test_mentions_of_several_or_no_concepts(
    head: str, tail: str, expected: set[tuple[str, str]]
) -> None:
    places = [(0, 1, "Chemical", head), (2, 3, "Disease", tail)]
    doc = make_doc("Aspirin causes rash", places, [(0, 1, "CID")])
    assert raise_to_concepts(doc) == {(*pair, "CID") for pair in expected}


def test_scores(tmp_path: Path) -> None:
    """First document: right, and one wrong. Second: turned round, which is wrong, one missed."""
    places = [(0, 1, "Chemical", "D1"), (2, 3, "Disease", "D2"), (10, 11, "Disease", "D3")]
    first, second = concept_docs(tmp_path)
    found = make_doc(first.text, places, [(0, 1, "CID"), (0, 2, "CID")])
    places = [(0, 1, "Chemical", "D4"), (4, 5, "Disease", "D3")]
    turned = make_doc(second.text, places, [(1, 0, "CID")])
    examples = [Example(found, first), Example(turned, second)]
    assert score_concepts(examples) == prf(1 / 3, 1 / 2, 2 / 5)
    assert score_concepts(examples[:1]) == prf(1 / 2, 1, 2 / 3)
    assert score_concepts(examples[1:]) == prf(0, 0, 0)


def test_labels_that_nobody_looked_for_do_not_count() -> None:
    """Gold: D1-D2 CAUSES. Found: that, and D1-D3 LIKE, which is wrong where LIKE was looked for."""
    gold, found = NLP("a b c"), NLP("a b c")
    rows = [["D1", "D2", "CAUSES", ""], ["D1", "D3", "LIKE", ""]]
    for doc, stated in ((gold, rows[:1]), (found, rows)):
        set_mentions(doc, [])
        doc.spans["clinical"].attrs["concept_relations"] = stated
    assert score_concepts([Example(found, gold)]) == prf(1 / 2, 1, 2 / 3)
    name_doc(gold, "a", {"annotated": {"relations": ["CAUSES"]}})
    assert score_concepts([Example(found, gold)]) == prf(1, 1, 1)


def test_labels_and_direction() -> None:
    """Gold: D1-D2 LIKE, D1-D3 CAUSES. Found: D2-D1 LIKE, the same turned round; D3-D1 CAUSES,
    which has a direction: one wrong, one missed."""
    gold, found = NLP("a b c"), NLP("a b c")
    rows = [["D1", "D2", "LIKE", ""], ["D1", "D3", "CAUSES", ""]]
    for doc, stated in ((gold, rows), (found, [[t, h, label, n] for h, t, label, n in rows])):
        set_mentions(doc, [])
        doc.spans["clinical"].attrs["concept_relations"] = stated
    examples = [Example(found, gold)]
    assert score_concepts(examples) == prf(0, 0, 0)
    assert score_concepts(examples, symmetric=["LIKE"]) == prf(1 / 2, 1 / 2, 1 / 2)
    by_label = score_concept_labels(examples, symmetric=["LIKE"])
    assert by_label["per_type"] == {"CAUSES": prf(0, 0, 0), "LIKE": prf(1, 1, 1)}
    assert by_label["macro_f"] == 0.5
    assert score_concept_labels([]) == {"per_type": {}, "macro_f": None}
    task = read_concept_task("c", examples, frozenset({"LIKE"}))
    assert task.strict.labels == ("CAUSES", "LIKE")
    assert task.strict.values.tolist() == [[[0, 1, 1], [1, 0, 0]]]
    assert task.scores == task.right == task.made == []
    logged = make_concept_scorer()(examples)
    assert logged["concept_rel_f"] == 0.0
    assert set(logged["concept_rel_per_type"]) == {"CAUSES", "LIKE"}


def test_scores_of_a_task() -> None:
    """Right, wrong, and one of a label that nobody looked for. What has no score is counted, but
    not by its score."""
    gold, found = NLP("a b c"), NLP("a b c")
    stated = [ConceptRow("D1", "D2", "LIKE"), ConceptRow("D1", "D4", "LIKE")]
    told = [
        ConceptRow("D2", "D1", "LIKE", 0.75),
        ConceptRow("D1", "D3", "LIKE", 0.5),
        ConceptRow("D1", "D4", "LIKE"),
        ConceptRow("D1", "D3", "OTHER", 0.25),
    ]
    for doc, rows in ((gold, stated), (found, told)):
        set_mentions(doc, [])
        set_concept_relations(doc, rows)
    name_doc(gold, "a", {"annotated": {"relations": ["LIKE"]}})
    task = read_concept_task("c", [Example(found, gold)], frozenset({"LIKE"}))
    assert task.strict.values.tolist() == [[[2, 1, 0]]]
    assert (task.scores, task.right, task.made) == ([0.75, 0.5], [True, False], [True, True])


def test_a_pair_counts_once_and_what_no_mention_gives_is_missed() -> None:
    """Two mention pairs are one pair of identifiers. D9 has no mention: still missed."""
    gold = NLP("Aspirin aspirin rash")
    set_mentions(gold, [])
    stated = [["D1", "D2", "CID", ""], ["D9", "D2", "CID", ""]]
    gold.spans["clinical"].attrs["concept_relations"] = stated
    places = [(0, 1, "Drug", "D1"), (1, 2, "Drug", "D1"), (2, 3, "Sign", "D2")]
    found = make_doc("Aspirin aspirin rash", places, [(0, 2, "CID"), (1, 2, "CID")])
    assert score_concepts([Example(found, gold)]) == prf(1, 1 / 2, 2 / 3)


def test_perfect_and_empty(tmp_path: Path) -> None:
    docs = concept_docs(tmp_path)
    assert score_concepts([Example(doc.copy(), doc) for doc in docs]) == prf(1, 1, 1)
    empty = [Example(make_doc(doc.text, []), doc) for doc in docs]
    assert score_concepts(empty) == prf(0, 0, 0)
    assert score_sentence_pairs(empty) == prf(0, 0, 0)


def test_sentence_pairs(tmp_path: Path) -> None:
    """In one sentence: D1-D2 (right) and D1-D3 (wrong); D4-D3, across two, is missed."""
    docs = concept_docs(tmp_path)
    examples = [Example(doc.copy(), doc) for doc in docs]
    assert score_sentence_pairs(examples) == prf(1 / 2, 1 / 2, 1 / 2)
    assert score_sentence_pairs(examples[:1]) == prf(1 / 2, 1, 2 / 3)
    # alone, the second document teaches that pairs are CID, but has none in one sentence
    assert score_sentence_pairs(examples[1:]) == prf(0, 0, 0)


def test_sentence_pairs_keep_to_the_types_of_gold(tmp_path: Path) -> None:
    """A third type is never paired, and a Disease is never a head."""
    (first, _) = concept_docs(tmp_path)
    places = [(0, 1, "Chemical", "D1"), (1, 2, "Gene", "D9"), (2, 3, "Disease", "D2")]
    found = make_doc(first.text, places)
    assert score_sentence_pairs([Example(found, first)]) == prf(1, 1, 1)


def test_names(tmp_path: Path) -> None:
    names = ConceptNames.learn([*concept_docs(tmp_path), NLP("Not annotated.")])
    assert names.find("Chemical", "ASPIRIN") == "D1"
    assert names.find("Disease", "Rash") == "D2"
    assert names.find("Disease", "aspirin") == "name:aspirin"
    assert names.find("Disease", "Head-ache") == "name:headache"


def test_the_commonest_meaning_wins(tmp_path: Path) -> None:
    text = PUBTATOR.replace("8\t32\t36\tRash\tDisease\tD2", "8\t32\t36\tRash\tDisease\tD8")
    names = ConceptNames.learn(concept_docs(tmp_path, text))
    assert names.counts["Disease", "rash"] == {"D2": 2, "D8": 1}
    assert names.find("Disease", "rash") == "D2"


def test_assign_keeps_the_rest_of_the_store(tmp_path: Path) -> None:
    names = ConceptNames.learn(concept_docs(tmp_path))
    places = [(0, 1, "Chemical", ""), (2, 3, "Disease", "old")]
    doc = make_doc("Aspirin causes hives", places, [(0, 1, "CID")])
    before = dict(doc.spans["clinical"].attrs)
    names.assign(doc)
    assert [span.kb_id_ for span in get_spans(doc)] == ["D1", "name:hive"]
    assert [span.label_ for span in get_spans(doc)] == ["Chemical", "Disease"]
    assert doc.spans["clinical"].attrs == before
    assert raise_to_concepts(doc) == {("D1", "name:hive", "CID")}


def test_assign_renames_the_concepts_that_a_component_related(tmp_path: Path) -> None:
    names = ConceptNames.learn(concept_docs(tmp_path))
    names.counts["Disease", "hive"] = Counter({"D7|D8": 1})
    places = [(0, 1, "Chemical", ""), (2, 3, "Disease", ""), (3, 4, "Disease", "")]
    doc = make_doc("Aspirin causes hives nausea", places)
    rows = [("name:aspirin", "name:hive", 0.7), ("name:aspirin", "name:nausea", 0.6)]
    told = [ConceptRow(head, tail, "CID", score, ((0, 1),)) for head, tail, score in rows]
    set_concept_relations(doc, told)
    names.assign(doc)
    assert get_concept_rows(doc) == [
        ConceptRow("D1", "D7", "CID", 0.7, ((0, 1),)),
        ConceptRow("D1", "D8", "CID", 0.7, ((0, 1),)),
        ConceptRow("D1", "name:nausea", "CID", 0.6, ((0, 1),)),
    ]


def test_a_component_that_found_none_is_believed() -> None:
    """Relations between mentions don't stand in for what a component decided."""
    places = [(0, 1, "Chemical", "D1"), (2, 3, "Disease", "D2")]
    doc = make_doc("Aspirin causes hives", places, [(0, 1, "CID")])
    assert read_found_concepts(doc) == {("D1", "D2", "CID")}
    set_concept_relations(doc, [])
    assert read_found_concepts(doc) == set()
