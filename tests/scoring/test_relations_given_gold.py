"""Gold mentions in place of predicted ones."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Span
from spacy.training import Example

from spacy_clinical.docs import (
    get_mentions,
    get_relation_rows,
    get_spans,
    has_mentions,
    set_mentions,
    to_doc,
)
from spacy_clinical.records import Entity, Record
from spacy_clinical.scoring.relation_scores import score_relations
from spacy_clinical.scoring.relations_given_gold import (
    copy_gold_mentions,
    predict_with_gold_mentions,
)

from ..cli.fakes import concept_docs, make_fake
from ..conftest import make_examples
from .examples import ASPIRIN, FEVER, NAPROXEN, TEXT, by_blanks, by_letters, in_one, make_doc

MIXED = Record(
    "mixed",
    TEXT,
    (
        Entity("T1", "Drug", (ASPIRIN,), "D1"),
        Entity("T2", "Drug", (ASPIRIN, FEVER)),
        Entity("T3", "Half", ((0, 3),)),
        Entity("T4", "Sign", (FEVER,)),
    ),
)


def test_what_tokens_can_hold_is_copied() -> None:
    """The discontinuous mention and the one that no token begins or ends stay away."""
    reference, predicted = to_doc(MIXED, by_letters), by_blanks(TEXT)
    assert len(get_mentions(reference)) == 4
    copy_gold_mentions(reference, predicted)
    assert [(s.text, s.label_, s.kb_id_) for s in get_spans(predicted)] == [
        ("aspirin", "Drug", "D1"),
        ("fever", "Sign", ""),
    ]
    assert [ent.text for ent in predicted.ents] == ["aspirin", "fever"]
    assert get_relation_rows(predicted) == []


def test_identifiers_of_either_kind_are_copied() -> None:
    reference, predicted = by_blanks(TEXT), by_blanks(TEXT)
    spans = [
        Span(reference, 0, 1, label="Drug", kb_id="D1"),
        Span(reference, 3, 4, label="Sign", span_id="S1"),
    ]
    set_mentions(reference, spans)
    copy_gold_mentions(reference, predicted)
    assert [(s.kb_id_, s.id_) for s in get_spans(predicted)] == [("D1", ""), ("", "S1")]


def test_nothing_fits() -> None:
    predicted = in_one(TEXT)
    copy_gold_mentions(to_doc(MIXED, by_blanks), predicted)
    assert has_mentions(predicted)
    assert get_spans(predicted) == []


def test_a_reference_without_mentions_gives_none() -> None:
    predicted = by_blanks(TEXT)
    predicted.ents = [Span(predicted, 0, 1, label="Drug")]
    copy_gold_mentions(by_blanks(TEXT), predicted)
    assert get_spans(predicted) == []
    assert predicted.ents == ()


def test_another_group() -> None:
    reference, predicted = by_blanks(TEXT), by_blanks(TEXT)
    set_mentions(reference, [Span(reference, 1, 2, label="Drug")], key="other")
    copy_gold_mentions(reference, predicted, "other")
    assert get_mentions(predicted, "other") == [("Drug", (NAPROXEN,))]
    assert not has_mentions(predicted)


@pytest.mark.parametrize("finder", ["test_find_nothing", "test_find_words"])
def test_the_entity_component_is_left_out(tmp_path: Path, finder: str) -> None:
    """Proposed: 2 x 3 pairs and 1 x 2; gold: 4 of them and 1."""
    nlp = make_fake(finder, "test_relate_all")
    docs = concept_docs(tmp_path)
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    given = predict_with_gold_mentions(nlp, examples)
    assert [len(get_relation_rows(eg.predicted)) for eg in given] == [6, 2]
    assert [get_mentions(eg.predicted) for eg in given] == [get_mentions(doc) for doc in docs]
    scores = score_relations(given)
    assert scores["rel_micro_p"] == pytest.approx(5 / 8)
    assert scores["rel_micro_r"] == 1.0


def test_lost_mentions_cost_recall() -> None:
    """One gold relation of two can't be proposed: its head is half a word."""
    mentions = [(ASPIRIN, "Chemical"), ((8, 11), "Chemical"), (FEVER, "Disease")]
    reference = make_doc(mentions, [(0, 2, "CID"), (1, 2, "CID")], by_letters)
    nlp = make_fake("test_relate_all")
    (given,) = predict_with_gold_mentions(nlp, [Example(by_blanks(TEXT), reference)])
    scores = score_relations([given])
    assert (scores["rel_micro_p"], scores["rel_micro_r"]) == (1.0, 0.5)


def test_other_components_run() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "Wrong", "pattern": "aspirin"}])  # type: ignore[attr-defined]
    example = Example(nlp.make_doc(TEXT), make_doc([(FEVER, "Sign")]))
    (given,) = predict_with_gold_mentions(nlp, [example])
    assert given.predicted.has_annotation("SENT_START")
    assert [ent.label_ for ent in given.predicted.ents] == ["Sign"]


def test_a_real_pipeline(tiny_nlp: Language) -> None:
    given = predict_with_gold_mentions(tiny_nlp, make_examples(tiny_nlp, 3))
    for example in given:
        assert get_mentions(example.predicted) == get_mentions(example.reference)
        assert "relations" in example.predicted.spans["clinical"].attrs
    assert predict_with_gold_mentions(tiny_nlp, []) == []
