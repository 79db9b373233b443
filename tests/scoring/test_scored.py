"""Predictions beside the gold, counted on paper."""

from spacy.training import Example

from spacy_clinical.docs import set_mentions, set_relations
from spacy_clinical.scoring.scored import Prediction, Scored

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
