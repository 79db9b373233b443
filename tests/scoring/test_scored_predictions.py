"""Predictions beside the gold, counted on paper."""

from spacy.tokens import Doc
from spacy.training import Example

from spacy_clinical.docs import (
    ConceptRow,
    name_doc,
    set_concept_relations,
    set_mentions,
    set_relations,
)
from spacy_clinical.scoring.scored_predictions import Prediction, Scored

from .examples import ASPIRIN, FEVER, NAPROXEN, RELIEVE, by_blanks, in_one, make_doc

GOLD = [(ASPIRIN, "Drug"), (NAPROXEN, "Drug"), (FEVER, "Sign")]
BARE = Example(by_blanks("no annotation"), by_blanks("no annotation"))


def test_mentions() -> None:
    """Aspirin is right, naproxen missed, relieve spurious; fever has no score."""
    doc = make_doc([(ASPIRIN, "Drug"), (RELIEVE, "Sign"), (FEVER, "Sign")])
    set_mentions(doc, list(doc.spans["clinical"]), scores=[0.75, 0.5, None])
    scored = Scored()
    scored.add_mentions([BARE, Example(doc, make_doc(GOLD))])
    scored.add_mentions([Example(doc, make_doc(GOLD))])
    assert scored.predictions == [
        Prediction("Drug", 0.75, True, 0),
        Prediction("Sign", 0.5, False, 0),
        Prediction("Drug", 0.75, True, 1),
        Prediction("Sign", 0.5, False, 1),
    ]
    assert scored.n_gold == {"Drug": 4, "Sign": 2}


def test_relations() -> None:
    """Undirected ones are right either way round; those of lost mentions are gold all the same."""
    doc = make_doc(GOLD)
    set_relations(doc, [(0, 2, "TREATS", 0.8), (1, 0, "WITH", 0.6), (1, 2, "TREATS", 0.4)])
    rows = ((0, 2, "TREATS"), (0, 1, "WITH"))
    scored = Scored()
    scored.add_relations([Example(doc, make_doc(GOLD, rows))], frozenset({"WITH"}))
    assert scored.predictions == [
        Prediction("TREATS", 0.8, True, 0),
        Prediction("WITH", 0.6, True, 0),
        Prediction("TREATS", 0.4, False, 0),
    ]
    whole = make_doc(GOLD, (), in_one)  # one token: it holds none of the three
    lost = Scored()
    lost.add_relations([BARE, Example(whole, make_doc(GOLD, rows, in_one))], frozenset())
    assert lost.predictions == []
    assert lost.n_gold == {"TREATS": 1, "WITH": 1}


def state(*rows: tuple[str, str, str, float | None]) -> Doc:
    doc = make_doc(GOLD)
    set_concept_relations(doc, [ConceptRow(*row) for row in rows])
    return doc


STATED = state(
    ("D1", "D2", "CAUSES", None), ("D3", "D1", "LIKE", None), ("D9", "D2", "CAUSES", None)
)
FOUND = state(
    ("D1", "D2", "CAUSES", 0.75),
    ("D1", "D3", "LIKE", 0.5),
    ("D3", "D1", "LIKE", 0.625),
    ("name:x", "D2", "CAUSES", 0.25),
    ("D2", "D1", "OTHER", 0.875),
    ("D1", "D4", "CAUSES", None),
)


def test_relations_between_concepts() -> None:
    """LIKE has no direction, so it is one prediction, with the better score. A concept by its name
    is none of the corpus. D9 is missed; what has no score is no prediction."""
    scored = Scored()
    scored.add_concepts([BARE, Example(FOUND, STATED)], frozenset({"LIKE"}))
    assert scored.predictions == [
        Prediction("CAUSES", 0.75, True, 0),
        Prediction("LIKE", 0.625, True, 0),
        Prediction("CAUSES", 0.25, False, 0),
        Prediction("OTHER", 0.875, False, 0),
    ]
    assert scored.n_gold == {"CAUSES": 2, "LIKE": 1}
    assert scored.n_docs == 1
    directed = Scored()
    directed.add_concepts([Example(FOUND, STATED)], frozenset())
    likes = [(p.score, p.right) for p in directed.predictions if p.label == "LIKE"]
    assert likes == [(0.5, False), (0.625, True)]


def test_labels_of_concepts_that_nobody_looked_for() -> None:
    gold = STATED.copy()
    name_doc(gold, "a", {"annotated": {"relations": ["CAUSES", "LIKE"]}})
    scored = Scored()
    scored.add_concepts([Example(FOUND, gold)], frozenset({"LIKE"}))
    assert [p.label for p in scored.predictions] == ["CAUSES", "LIKE", "CAUSES"]


def test_documents_where_concepts_count() -> None:
    """Relations of either kind, be it none, say that all that is found is wrong. A document that
    the component hasn't seen gives no scores, whatever is related in it."""
    none, mentions_only = make_doc(GOLD), make_doc(GOLD)
    set_relations(none, [])
    del mentions_only.spans["clinical"].attrs["relations"]
    scored = Scored()
    scored.add_concepts([Example(FOUND, none), Example(FOUND, mentions_only)], frozenset())
    assert (scored.n_docs, len(scored.predictions), scored.n_gold) == (1, 5, {})
    assert not any(p.right for p in scored.predictions)
    unseen = Scored()
    unseen.add_concepts([Example(make_doc(GOLD, ((0, 2, "CAUSES"),)), STATED)], frozenset())
    assert unseen.predictions == [] and unseen.n_gold == {"CAUSES": 2, "LIKE": 1}
