"""BioRED's four levels against counts worked out by hand, and a corpus that comes back whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Example

from spacy_clinical.docs import name_doc, set_mentions, set_relations, to_doc, to_record
from spacy_clinical.formats import read_pubtator, write_pubtator
from spacy_clinical.scoring.biored_scores import make_biored_scorer, score_biored

NLP = spacy.blank("en")
ASSOCIATION, BIND, POSITIVE = "Association", "Bind", "Positive_Correlation"
GOLD = [
    ["3175", "D003924", ASSOCIATION, "No"],
    ["D005947", "3630", POSITIVE, "Novel"],
    ["3172", "3630", BIND, "Novel"],
]
TEXT = "HNF6 MODY diabetes glucose insulin"
PLACES = ["3175", "3172,3651", "D003924", "D005947", "3630"]
PUBTATOR = """\
7|t|HNF-6, MODY and diabetes.
7|a|
7\t0\t5\tHNF-6\tGeneOrGeneProduct\t3175
7\t7\t11\tMODY\tGeneOrGeneProduct\t3172,3651
7\t16\t24\tdiabetes\tDiseaseOrPhenotypicFeature\tD003924
7\tAssociation\t3175\tD003924\tNo
7\tAssociation\t3651\tD003924\tNovel

"""


def state(rows: Sequence[Sequence[str]]) -> Doc:
    """A Doc that states relations between identifiers."""
    doc = NLP(TEXT)
    set_mentions(doc, [])
    doc.spans["clinical"].attrs["concept_relations"] = [list(row) for row in rows]
    return doc


def score(found: Sequence[Sequence[str]], **settings: Any) -> dict[str, Any]:
    return score_biored([Example(state(found), state(GOLD))], **settings)


def prf(tp: int, fp: int, fn: int) -> Any:
    p, r = tp / (tp + fp) if tp + fp else 0.0, tp / (tp + fn) if tp + fn else 0.0
    return pytest.approx({"p": p, "r": r, "f": 2 * p * r / (p + r) if p + r else 0.0})


# Predicted rows; counts (right, spurious, missed) at pair, type, novelty, all.
CASES: dict[str, tuple[Sequence[Sequence[str]], list[tuple[int, int, int]]]] = {
    "perfect": (GOLD, [(3, 0, 0)] * 4),
    "nothing": ([], [(0, 0, 3)] * 4),
    # the other way round is the same pair
    "turned round": ([[t, h, label, n] for h, t, label, n in GOLD], [(3, 0, 0)] * 4),
    "type": (
        [["3175", "D003924", BIND, "No"], *GOLD[1:]],
        [(3, 0, 0), (2, 1, 1), (3, 0, 0), (2, 1, 1)],
    ),
    "novelty": (
        [["3175", "D003924", ASSOCIATION, "Novel"], *GOLD[1:]],
        [(3, 0, 0), (3, 0, 0), (2, 1, 1), (2, 1, 1)],
    ),
    "type and novelty of two": (
        [["3175", "D003924", BIND, "No"], ["D005947", "3630", POSITIVE, "No"]],
        [(2, 0, 1), (1, 1, 2), (1, 1, 2), (0, 2, 3)],
    ),
    "another pair": ([["3175", "3630", BIND, "No"]], [(0, 1, 3)] * 4),
    # two types of one pair: one pair, of which one type is right; one novelty
    "two types": (
        [GOLD[0], ["D003924", "3175", BIND, "No"]],
        [(1, 0, 2), (1, 1, 2), (1, 0, 2), (1, 1, 2)],
    ),
    # nothing is said of novelty: wrong wherever it is asked for
    "silent": (
        [[*row[:3], ""] for row in GOLD],
        [(3, 0, 0), (3, 0, 0), (0, 3, 3), (0, 3, 3)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_counts(case: str) -> None:
    rows, counts = CASES[case]
    scores = score(rows)
    found = {level: scores[level] for level in ("pair", "type", "novelty", "all")}
    assert found == dict(zip(found, (prf(*count) for count in counts), strict=True))


def test_predictions_that_are_silent_may_count_as_novel() -> None:
    """Two of three gold relations are."""
    scores = score([[*row[:3], ""] for row in GOLD], novelty="Novel")
    assert scores["novelty"] == prf(2, 1, 1)
    assert scores["all"] == prf(2, 1, 1)


def test_labels() -> None:
    """Association right; Bind one right of two; Positive_Correlation missed: 1, 2/3, 0."""
    scores = score([GOLD[0], GOLD[2], ["3175", "3630", BIND, "No"]])
    assert scores["per_type"] == {
        ASSOCIATION: prf(1, 0, 0),
        BIND: prf(1, 1, 0),
        POSITIVE: prf(0, 0, 1),
    }
    assert scores["macro_f"] == pytest.approx(5 / 9)
    assert score_biored([])["macro_f"] is None


def test_pooled_over_documents() -> None:
    """The same pair in two documents is two."""
    examples = [Example(state(GOLD[:1]), state(GOLD[:1])), Example(state(GOLD[:1]), state([]))]
    assert score_biored(examples)["pair"] == prf(1, 1, 0)


def test_relations_of_mentions_are_raised() -> None:
    """MODY stands for two genes: two pairs with diabetes, one of them gold."""
    doc = NLP(TEXT)
    set_mentions(doc, [Span(doc, i, i + 1, label="X", kb_id=id) for i, id in enumerate(PLACES)])
    set_relations(doc, [(2, 1, ASSOCIATION, 0.9)])
    gold = state([["3651", "D003924", ASSOCIATION, "Novel"]])
    assert score_biored([Example(doc, gold)], novelty="Novel")["all"] == prf(1, 1, 0)


def test_labels_that_nobody_looked_for_do_not_count() -> None:
    """Association and Bind were looked for; of Positive_Correlation nothing is known."""
    gold = state([GOLD[0], GOLD[2]])
    name_doc(gold, "7", {"annotated": {"relations": [ASSOCIATION, BIND]}})
    found = state([*GOLD, ["3175", "3630", POSITIVE, "No"]])
    scores = score_biored([Example(found, gold)])
    assert scores["pair"] == scores["all"] == prf(2, 0, 0)
    assert set(scores["per_type"]) == {ASSOCIATION, BIND}
    set_relations(found, [])
    del found.spans["clinical"].attrs["concept_relations"]
    assert score_biored([Example(found, gold)])["pair"] == prf(0, 0, 2)


def test_scorer_for_training() -> None:
    scores = make_biored_scorer(novelty="Novel")([Example(state(GOLD[1:]), state(GOLD))])
    assert scores == pytest.approx(
        {
            "biored_pair_f": 0.8,
            "biored_type_f": 0.8,
            "biored_novelty_f": 0.8,
            "biored_all_f": 0.8,
            "biored_macro_f": 2 / 3,
        }
    )


def come_back(path: Path, target: Path) -> None:
    """File to Records to stored Docs to Records to file: nothing is lost on the way."""
    records = list(read_pubtator(path, strict=False))
    stored = DocBin(docs=[to_doc(record, NLP.make_doc) for record in records]).to_bytes()
    back = [to_record(doc) for doc in DocBin().from_bytes(stored).get_docs(NLP.vocab)]
    assert write_pubtator(back, target) == len(records)
    for record, other in zip(records, read_pubtator(target, strict=False), strict=True):
        assert other.concept_relations == record.concept_relations
        assert sorted(e[1:] for e in map(places, other.entities)) == sorted(
            e[1:] for e in map(places, record.entities)
        )


def places(entity: Any) -> tuple[Any, ...]:
    return entity.id, entity.fragments, entity.label, entity.concept


def test_novelty_and_joined_identifiers_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.pubtator"
    path.write_text(PUBTATOR, encoding="utf-8")
    come_back(path, tmp_path / "b.pubtator")
    assert (tmp_path / "b.pubtator").read_text(encoding="utf-8") == PUBTATOR


@pytest.mark.corpora
def test_the_corpus_comes_back(corpora: Path, tmp_path: Path) -> None:
    come_back(corpora / "biored" / "Dev.PubTator", tmp_path / "b.pubtator")
