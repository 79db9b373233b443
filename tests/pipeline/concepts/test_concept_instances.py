"""Concepts, their candidate pairs and features, against what is counted by hand."""

from typing import Any

import numpy
import pytest
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from spacy_clinical.docs import (
    ConceptRow,
    set_concept_relations,
    set_mentions,
    set_relations,
)
from spacy_clinical.pipeline.concepts.concept_features import (
    LINK_FEATURES,
    PAIR_FEATURES,
    count_bucket,
    distance_bucket,
)
from spacy_clinical.pipeline.concepts.concept_instances import (
    ConceptInstances,
    ConceptLimits,
    label_concepts,
    learn_concept_schema,
    predict_concepts,
    propose_concepts,
)
from spacy_clinical.pipeline.heads.adaptive_threshold import adaptive_loss
from spacy_clinical.schema import RelationType, Schema

#        0         1     2       3    4      5       6         7    8       9     10
WORDS = ["Aspirin", "and", "rash", ".", "The", "rash", "after", "aspirin", "or", "iron", "."]
CID = RelationType("CID", ("Chemical",), ("Disease",))
WITH = RelationType("WITH", ("Chemical", "Disease"), ("Chemical", "Disease"), True)
SCHEMA = Schema(("Chemical", "Disease"), (CID,))
LIMITS = ConceptLimits(by_name=True, max_pairs=100, max_links=100)
PLACES = [
    (0, 1, "Chemical", "D1"),
    (2, 3, "Disease", "D2|D3"),
    (5, 6, "Disease", "D2"),
    (7, 8, "Chemical", "D1"),
    (9, 10, "Chemical", ""),
    (8, 9, "Chemical", "-1"),
    (6, 7, "OTHER", "D9"),
]
Place = tuple[int, int, str, str]


def make_doc(places: list[Place] = PLACES) -> Doc:
    starts = [i in (0, 4) for i in range(len(WORDS))]
    doc = Doc(Vocab(), words=WORDS, sent_starts=starts)
    set_mentions(doc, [Span(doc, s, e, label=x, kb_id=kb) for s, e, x, kb in places])
    return doc


def propose(
    schema: Schema = SCHEMA, limits: ConceptLimits = LIMITS, places: list[Place] = PLACES
) -> ConceptInstances:
    return predict_concepts(make_doc(places), schema, limits, "clinical")


def named(found: ConceptInstances) -> list[tuple[str, str]]:
    return [
        (found.concepts[h][0], found.concepts[t][0]) for h, t in found.arrays.pairs[:, :2].tolist()
    ]


def test_concepts_and_members() -> None:
    found = propose()
    assert found.concepts == (
        ("D1", "Chemical"),
        ("D2", "Disease"),
        ("D3", "Disease"),
        ("name:iron", "Chemical"),
    )
    # Neither the mention without an identifier ("-1") nor that of another label is there.
    assert found.positions.tolist() == [0, 1, 2, 3, 4]
    assert found.arrays.mentions.tolist() == [
        [0, 1, 0, 0],
        [2, 3, 1, 0],
        [5, 6, 1, 1],
        [7, 8, 0, 1],
        [9, 10, 0, 1],
    ]
    assert found.arrays.members.tolist() == [[0, 0], [0, 3], [1, 1], [1, 2], [2, 1], [3, 4]]


def test_names_can_be_left_out() -> None:
    found = propose(limits=ConceptLimits(False, 100, 100))
    assert [concept for concept, _ in found.concepts] == ["D1", "D2", "D3"]


def test_pairs_in_the_direction_of_the_schema() -> None:
    assert named(propose()) == [
        ("D1", "D2"),
        ("D1", "D3"),
        ("name:iron", "D2"),
        ("name:iron", "D3"),
    ]


def test_symmetric_labels_are_scored_once() -> None:
    found = propose(Schema(("Chemical", "Disease"), (CID, WITH)))
    assert sorted(named(found)) == sorted(
        [
            *[("D1", "D2"), ("D1", "D3"), ("D1", "name:iron"), ("D2", "D3")],
            *[("D2", "name:iron"), ("D3", "name:iron"), ("name:iron", "D2"), ("name:iron", "D3")],
        ]
    )
    by_pair = dict(zip(named(found), found.mask.tolist(), strict=True))
    assert by_pair["D1", "D2"] == [True, True]
    assert by_pair["name:iron", "D2"] == [True, False]
    assert by_pair["D2", "name:iron"] == [False, True]


def test_features_by_hand() -> None:
    found = propose()
    # D1 (tokens 0 and 7) and D2 (2 and 5): one token between the nearest; two pairs in a sentence,
    # the drug first; two mentions in two sentences each; both in the first and the last sentence;
    # most frequent of their types; two drugs, two diseases.
    distance, sentences, together, first = found.arrays.pairs[0, 2:6].tolist()
    assert (distance, sentences, together, first) == (2, 0, 2, 1)
    assert found.arrays.pairs[0, 6:].tolist() == [2, 2, 2, 2, 3, 3, 0, 0, 2, 2]
    # Iron (9) and D3 (2): six tokens, one border, never in one sentence, the disease first; once
    # each; D3 in the first sentence only, iron in the last only; both second in rank.
    assert found.arrays.pairs[3, 2:].tolist() == [3, 1, 0, 0, 1, 1, 1, 1, 1, 2, 1, 1, 2, 2]


def test_links_by_hand() -> None:
    links = propose().arrays.links
    # Pair, head, tail, tokens between (as a bucket), order, sentence borders.
    assert links[links[:, 0] == 0].tolist() == [
        [0, 0, 1, 2, 0, 0],
        [0, 0, 2, 3, 0, 1],
        [0, 3, 1, 3, 1, 1],
        [0, 3, 2, 2, 1, 0],
    ]
    assert links[links[:, 0] == 3].tolist() == [[3, 4, 1, 3, 1, 1]]


def test_the_nearest_links_are_kept() -> None:
    links = propose(limits=ConceptLimits(True, 100, 2)).arrays.links
    assert links[links[:, 0] == 0, 1:3].tolist() == [[0, 1], [3, 2]]
    assert set(links[:, 0].tolist()) == {0, 1, 2, 3}


def test_the_nearest_pairs_are_kept_and_the_others_counted() -> None:
    found = propose(limits=ConceptLimits(True, 2, 100))
    assert named(found) == [("D1", "D2"), ("D1", "D3")]
    assert found.dropped == 2
    assert set(found.arrays.links[:, 0].tolist()) == {0, 1}
    assert len(found.mask) == 2


def test_features_stay_within_their_sizes() -> None:
    rng = numpy.random.default_rng(0)
    words = ["x"] * 3000
    doc = Doc(Vocab(), words=words, sent_starts=[i % 7 == 0 for i in range(3000)])
    starts = rng.integers(0, 2990, 120)
    spans = [
        Span(doc, s, s + 2, label=("Chemical", "Disease")[i % 2], kb_id=f"D{i % 23}")
        for i, s in enumerate(starts.tolist())
    ]
    set_mentions(doc, spans, set_ents=False)
    schema = Schema(("Chemical", "Disease"), (CID, WITH))
    arrays = predict_concepts(doc, schema, ConceptLimits(True, 4000, 5), "clinical").arrays
    assert (arrays.pairs[:, 2:] >= 0).all() and (arrays.links >= 0).all()
    assert (arrays.pairs[:, 2:].max(axis=0) < PAIR_FEATURES).all()
    assert (arrays.links[:, 3:].max(axis=0) < LINK_FEATURES).all()
    counts = numpy.bincount(arrays.links[:, 0], minlength=len(arrays.pairs))
    assert counts.min() >= 1 and counts.max() == 5
    # Every link joins a mention of its pair's head to one of its tail.
    owners = {tuple(row) for row in arrays.members.tolist()}
    for pair, head, tail in arrays.links[:, :3].tolist():
        h, t = arrays.pairs[pair, :2].tolist()
        assert (h, head) in owners and (t, tail) in owners


def test_documents_without_pairs() -> None:
    for places in ([], PLACES[:1], PLACES[5:]):
        found = propose(places=places)
        assert (len(found.arrays.pairs), len(found.arrays.links), found.mask.shape) == (
            0,
            0,
            (0, 1),
        )


def test_without_sentences_a_document_is_one() -> None:
    doc = Doc(Vocab(), words=WORDS)
    set_mentions(doc, [Span(doc, s, e, label=x, kb_id=kb) for s, e, x, kb in PLACES])
    found = predict_concepts(doc, SCHEMA, LIMITS, "clinical")
    assert not found.arrays.mentions[:, 3].any()


GOLD = [ConceptRow("D1", "D3", "CID"), ConceptRow("name:iron", "D2", "CID")]


def label(relations: list[Any], schema: Schema = SCHEMA, **limits: Any) -> ConceptInstances:
    doc = make_doc()
    set_concept_relations(doc, relations)
    found = propose(schema, ConceptLimits(True, limits.get("max_pairs", 100), 100))
    return label_concepts(doc, found, schema, "clinical")


def test_gold_labels() -> None:
    found = label(GOLD)
    assert found.truth is not None
    assert found.truth[:, 0].tolist() == [0.0, 1.0, 1.0, 0.0]
    assert found.outside == 0


def test_symmetric_gold_in_either_direction() -> None:
    schema = Schema(("Chemical", "Disease"), (WITH,))
    for ends in (("D1", "D2"), ("D2", "D1")):
        found = label([ConceptRow(*ends, "WITH")], schema)
        assert found.truth is not None
        chosen = found.truth[:, 0] == 1
        assert [pair for pair, is_gold in zip(named(found), chosen, strict=True) if is_gold] == [
            ("D1", "D2")
        ]


def test_labels_that_nobody_looked_for_have_no_pairs() -> None:
    """Chemical-Disease pairs may be CID and WITH; where CID alone was looked for, nothing says
    whether they are WITH, and other pairs are none, so that cutting off doesn't count them."""
    schema = Schema(("Chemical", "Disease"), (CID, WITH))
    reference = make_doc()
    set_concept_relations(reference, GOLD)
    every = propose(schema)
    spans = list(reference.spans["clinical"])
    looked_for = frozenset({"CID"})
    proposed = propose_concepts(reference, spans, range(len(spans)), schema, LIMITS, looked_for)
    assert len(proposed.mask) == every.mask[:, 0].sum() < len(every.mask)
    assert named(proposed) == named(propose())
    few = ConceptLimits(by_name=True, max_pairs=len(proposed.mask), max_links=100)
    again = propose_concepts(reference, spans, range(len(spans)), schema, few, looked_for)
    assert again.dropped == 0 < propose(schema, few).dropped
    found = label_concepts(reference, proposed, schema, "clinical")
    assert not found.mask[:, 1].any()
    assert found.truth is not None
    assert found.truth[:, 0].sum() > 0
    logits = numpy.random.default_rng(0).normal(size=(len(found.mask), 3))
    _, gradient = adaptive_loss(logits, found.truth, found.mask)
    assert not gradient[:, 2].any()
    assert gradient[:, 1].all()


OUTSIDE: list[tuple[str, list[ConceptRow], dict[str, int]]] = [
    ("no mention", [ConceptRow("D1", "D8", "CID")], {}),
    ("against the direction", [ConceptRow("D2", "D1", "CID")], {}),
    ("unknown label", [ConceptRow("D1", "D2", "OTHER")], {}),
    ("cut off", [ConceptRow("name:iron", "D3", "CID")], {"max_pairs": 1}),
]


@pytest.mark.parametrize("what, relations, limits", OUTSIDE, ids=[row[0] for row in OUTSIDE])
def test_outside_is_counted(what: str, relations: Any, limits: Any) -> None:
    found = label(relations, **limits)
    assert found.outside == 1
    assert found.truth is not None
    assert not found.truth.any()


def test_the_schema_is_learned_from_types() -> None:
    docs = [make_doc(), make_doc()]
    set_concept_relations(docs[0], GOLD)
    set_concept_relations(docs[1], [ConceptRow("D3", "D2", "WITH")])
    found = learn_concept_schema(docs, "clinical", True, ["WITH"])
    assert found.relations == (
        RelationType("CID", ("Chemical",), ("Disease",)),
        RelationType("WITH", ("Disease",), ("Disease",), True),
    )
    assert found.entities == ("Chemical", "Disease", "OTHER")


def test_documents_without_relations_teach_no_schema() -> None:
    doc = make_doc()
    assert learn_concept_schema([doc], "clinical", True, []) == Schema()
    set_relations(doc, [])
    assert learn_concept_schema([doc], "clinical", True, []).entities == (
        "Chemical",
        "Disease",
        "OTHER",
    )


@pytest.mark.parametrize(
    "gaps, buckets", [([0, 1, 2, 3, 6, 7, 14, 10**6], [0, 2, 2, 3, 3, 4, 4, 11])]
)
def test_distance_bucket(gaps: list[int], buckets: list[int]) -> None:
    assert distance_bucket(numpy.asarray(gaps)).tolist() == buckets


def test_count_bucket() -> None:
    counts = numpy.asarray([0, 1, 2, 3, 4, 5, 8, 9, 500])
    assert count_bucket(counts).tolist() == [0, 1, 2, 3, 3, 4, 4, 5, 5]
