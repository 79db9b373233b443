"""`clinical_rel`: candidates, gradient, schema, thresholds, and what stands before it."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
import pytest
import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_clinical.candidates import make_typed_candidates
from spacy_clinical.docs import get_relation_rows, get_spans, name_doc, set_mentions, set_relations
from spacy_clinical.errors import PipelineError, SchemaError
from spacy_clinical.pipeline.relations.relation_instances import (
    Instances,
    predict_instances,
    training_instances,
)
from spacy_clinical.schema import RelationType, Schema

from ...conftest import make_examples
from ...pipelines import Build, train

WORDS = ["aspirin", "for", "pain", "and", "fever", "after", "rash"]
SCHEMA = Schema(
    ("DRUG", "SIGN"),
    (
        RelationType("TREATS", ("DRUG",), ("SIGN",)),
        RelationType("CAUSES", ("DRUG",), ("SIGN",)),
        RelationType("WITH", ("SIGN",), ("SIGN",), True),
    ),
)
DRUG, PAIN, FEVER, RASH = (0, 1, "DRUG"), (2, 3, "SIGN"), (4, 5, "SIGN"), (6, 7, "SIGN")
REL = "components.clinical_rel"
TREATS = {"TREATS": {"head": ["DRUG"], "tail": ["SIGN"]}}

Place = tuple[int, int, str]
Row = tuple[int, int, str]


def make_doc(nlp: Language, places: Sequence[Place] = (), rows: Sequence[Row] | None = None) -> Doc:
    doc = nlp.make_doc(" ".join(WORDS))
    set_mentions(doc, [Span(doc, s, e, label=label) for s, e, label in places])
    if rows is not None:
        set_relations(doc, [(*row, None) for row in rows])
    return doc


def make_example(
    nlp: Language, gold: Sequence[Place], rows: Sequence[Row] | None, found: Sequence[Place] = ()
) -> Example:
    return Example(make_doc(nlp, found), make_doc(nlp, gold, rows))


def labelled(instances: Instances, schema: Schema) -> set[tuple[Any, Any, str]]:
    """The pairs with a gold label, as first tokens."""
    assert instances.truth is not None
    starts = instances.mentions[:, 0].tolist()
    return {
        (starts[h], starts[t], schema.relation_labels[k])
        for (h, t), row in zip(instances.pairs[:, :2].tolist(), instances.truth, strict=True)
        for k in numpy.flatnonzero(row)
    }


def label(nlp: Language, example: Example, **limits: Any) -> Instances:
    return training_instances(example, SCHEMA, make_typed_candidates(**limits), "clinical")


def test_gold_labels(trained: Language) -> None:
    rows = [(0, 1, "TREATS"), (0, 1, "CAUSES"), (3, 2, "WITH")]
    found = label(trained, make_example(trained, [DRUG, PAIN, FEVER, RASH], rows))
    # The symmetric pair is labelled in text order: fever (4) before rash (6).
    assert labelled(found, SCHEMA) == {(0, 2, "TREATS"), (0, 2, "CAUSES"), (4, 6, "WITH")}
    assert found.outside == 0
    # One drug with three signs, and three pairs of signs, each in one direction.
    assert len(found.pairs) == 6


def test_predicted_mentions_are_negatives(trained: Language) -> None:
    wrong = [(0, 2, "DRUG"), (2, 3, "DRUG"), PAIN]
    found = label(trained, make_example(trained, [DRUG, PAIN], [(0, 1, "TREATS")], wrong))
    places = [tuple(row) for row in found.mentions.tolist()]
    assert places == [(0, 1, 0), (2, 3, 1), (0, 2, 0), (2, 3, 0)]
    assert labelled(found, SCHEMA) == {(0, 2, "TREATS")}
    assert found.truth is not None
    assert found.truth.sum() == 1.0
    assert len(found.pairs) == 3


def test_labels_that_nobody_looked_for_have_no_pairs(trained: Language) -> None:
    """Of a drug and two signs, the signs may be WITH alone, and nobody looked for that: two pairs
    remain, and cutting off counts only them."""
    example = make_example(trained, [PAIN, FEVER, DRUG], [(2, 0, "TREATS")])
    assert len(label(trained, example).pairs) == 3
    name_doc(example.reference, "a", {"annotated": {"relations": ["TREATS"]}})
    found = label(trained, example)
    assert [SCHEMA.relation_labels[k] for _, k in numpy.argwhere(found.mask)] == ["TREATS"] * 2
    assert labelled(found, SCHEMA) == {(0, 2, "TREATS")}
    assert found.outside == 0
    cut = label(trained, example, max_pairs=1)
    assert (len(cut.pairs), cut.dropped, cut.outside) == (1, 1, 0)


def test_corrupted_mentions_are_negatives(build: Build) -> None:
    nlp = build({f"{REL}.relations": TREATS, f"{REL}.corrupted": 1.0})
    nlp.initialize(lambda: make_examples(nlp))
    rel = nlp.get_pipe("clinical_rel")
    (found,) = rel._training_instances([make_example(nlp, [DRUG, PAIN], [(0, 1, "TREATS")])])
    assert len(found.mentions) == 4
    assert labelled(found, rel.schema) == {(0, 2, "TREATS")}
    assert found.truth is not None
    assert found.truth.sum() == 1.0
    assert len(found.pairs) > 1


def test_limits_of_the_schema(build: Build) -> None:
    limited = {"TREATS": {**TREATS["TREATS"], "max_per_head": 1}}
    nlp = build({f"{REL}.relations": limited, f"{REL}.threshold": 0.0})
    nlp.initialize(lambda: make_examples(nlp))
    rel = nlp.get_pipe("clinical_rel")
    doc = make_doc(nlp, [DRUG, PAIN, FEVER])
    found = predict_instances(doc, rel.schema, rel.candidates, rel.key)
    rel.set_annotations([doc], ([found], numpy.asarray([probable(0.4), probable(0.6)])))
    assert [(r.head.text, r.tail.text) for r in doc._.relations] == [("aspirin", "fever")]


@pytest.mark.parametrize(("exceptions", "limit"), [(0.5, 1), (0.02, None), (None, None)])
def test_limits_are_learned(build: Build, exceptions: float | None, limit: int | None) -> None:
    """Each drug and each sign has one relation; but two of each are too few for a small share."""
    nlp = build({f"{REL}.limit_exceptions": exceptions})
    nlp.initialize(lambda: make_examples(nlp))
    (learned,) = nlp.get_pipe("clinical_rel").schema.relations  # type: ignore[attr-defined]
    assert (learned.max_per_head, learned.max_per_tail) == (limit, limit)


@pytest.mark.parametrize(("version", "n_features"), [("v1", 3), ("v2", 8)])
def test_saved_with_the_features_of_its_candidates(
    build: Build, tmp_path: Path, version: str, n_features: int
) -> None:
    settings = {f"{REL}.candidates": {"@misc": f"spacy-clinical.typed_candidates.{version}"}}
    nlp = build(settings)
    nlp.initialize(lambda: make_examples(nlp))
    rel: Any = nlp.get_pipe("clinical_rel")
    assert len(rel.model.shims[0].sizes["n_features"]) == n_features
    doc = make_doc(nlp, [DRUG, PAIN, FEVER, RASH])
    doc = nlp.get_pipe("transformer")(doc)
    _, scores = rel.predict([doc])
    rel.to_disk(tmp_path / "rel")
    other: Any = build(settings)
    other.get_pipe("clinical_rel").from_disk(tmp_path / "rel")
    numpy.testing.assert_array_equal(other.get_pipe("clinical_rel").predict([doc])[1], scores)


def test_wrong_mentions_are_bounded(trained: Language) -> None:
    wrong = [(s, e, "SIGN") for s in range(7) for e in range(s + 1, 8)]
    example = make_example(trained, [DRUG], [], wrong)
    attrs = example.predicted.spans["clinical"].attrs
    attrs["scores"] = [i / 100 for i in range(len(wrong))]
    found = label(trained, example)
    # One gold mention, and the eleven most certain of the others.
    assert [tuple(row[:2]) for row in found.mentions.tolist()[1:]] == [
        place[:2] for place in wrong[:-12:-1]
    ]


@pytest.mark.parametrize(
    ("gold", "rows", "limits", "outside"),
    [
        pytest.param([DRUG, RASH], [(0, 1, "TREATS")], {"max_tokens": 4}, 1, id="too far"),
        pytest.param([DRUG, RASH], [(0, 1, "TREATS")], {"max_tokens": 5}, 0, id="near enough"),
        pytest.param([PAIN], [(0, 0, "WITH")], {}, 1, id="with itself"),
        pytest.param(
            [DRUG, PAIN, RASH],
            [(0, 1, "TREATS"), (0, 2, "TREATS")],
            {"max_pairs": 1},
            1,
            id="cut off",
        ),
    ],
)
def test_outside_is_counted(
    trained: Language, gold: Any, rows: Any, limits: Any, outside: int
) -> None:
    found = label(trained, make_example(trained, gold, rows), **limits)
    assert found.outside == outside
    assert found.truth is not None
    assert found.truth.sum() == len(rows) - outside


def test_lost_and_unalignable_relations_are_outside(trained: Language) -> None:
    gold = make_doc(trained, [DRUG, PAIN, FEVER], [(0, 1, "TREATS"), (0, 2, "TREATS")])
    gold.spans["clinical"].attrs["lost"] = {
        "entities": [{"label": "SIGN", "fragments": [[17, 19]], "id": "T9"}],
        "relations": [[0, -1, "TREATS", None]],
    }
    words = ["aspirin", "for", "pain and", "fever", "after", "rash"]
    predicted = Doc(trained.vocab, words=words, spaces=[True] * 5 + [False])
    found = label(trained, Example(predicted, gold))
    assert labelled(found, SCHEMA) == {(0, 3, "TREATS")}
    assert found.outside == 2


@pytest.mark.parametrize("rows", [None, []])
def test_annotated_or_not(trained: Language, rows: Any) -> None:
    found = label(trained, make_example(trained, [DRUG, PAIN], rows))
    assert (len(found.pairs), found.truth is None) == ((0, True) if rows is None else (1, False))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((1, 0, "TREATS"), "SC101.*'TREATS' from 'SIGN' to 'DRUG'"),
        ((0, 0, "WITH"), "SC101"),
        ((0, 1, "OTHER"), "SC102.*'OTHER'.*TREATS, CAUSES, WITH"),
    ],
)
def test_gold_that_the_schema_forbids(trained: Language, row: Row, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        label(trained, make_example(trained, [DRUG, PAIN], [row]))


def test_forbidden_gold_stops_training(build: Build) -> None:
    relations = {"TREATS": {"head": ["SIGN"], "tail": ["DRUG"]}}
    nlp = build({f"{REL}.relations": relations})
    with pytest.raises(SchemaError, match="SC101"):
        nlp.initialize(lambda: make_examples(nlp))
    nlp.initialize(lambda: make_examples(nlp)[1:2])
    with pytest.raises(SchemaError, match="SC101"):
        train(nlp, make_examples(nlp))


def test_gradient_by_finite_differences(trained: Language) -> None:
    rows = [(0, 1, "TREATS"), (0, 1, "CAUSES"), (0, 2, "TREATS"), (2, 3, "WITH")]
    examples = [
        make_example(trained, [DRUG, PAIN, FEVER, RASH], rows, [(1, 2, "DRUG")]),
        make_example(trained, [], []),
        make_example(trained, [DRUG, PAIN], None),
        make_example(trained, [DRUG, RASH], []),
    ]
    rel = trained.get_pipe("clinical_rel")
    instances = [label(trained, example) for example in examples]
    n_pairs = sum(len(found.pairs) for found in instances)
    assert n_pairs == 10
    logits = numpy.random.default_rng(0).normal(size=(n_pairs, 4))
    loss, gradient = rel.get_loss(examples, (instances, logits))
    assert loss > 0
    expected_pairs = rel.cfg["pairs_per_token"] * 4 * len(WORDS)
    mask = numpy.concatenate([found.mask for found in instances])
    assert not gradient[:, 1:][~mask].any()
    assert (gradient[:, 1:][mask] != 0).all()
    for row, column in numpy.ndindex(*logits.shape):
        step = numpy.zeros_like(logits)
        step[row, column] = 1e-4
        above, below = (rel.get_loss(examples, (instances, logits + d * step))[0] for d in (1, -1))
        expected = (above - below) / 2e-4 / expected_pairs
        assert gradient[row, column] == pytest.approx(expected, abs=1e-5)


def test_schema_is_learned(trained: Language) -> None:
    rel = trained.get_pipe("clinical_rel")
    expected = Schema(("DRUG", "SIGN"), (RelationType("TREATS", ("DRUG",), ("SIGN",)),))
    assert rel.schema == expected
    assert rel.labels == ("TREATS",)
    assert rel.model.get_dim("nO") == 2


def test_symmetric_labels_of_a_learned_schema(build: Build) -> None:
    nlp = build({f"{REL}.symmetric": ["TREATS"]})
    nlp.initialize(lambda: make_examples(nlp))
    assert nlp.get_pipe("clinical_rel").schema.symmetric_labels == {"TREATS"}


def test_schema_from_the_config(build: Build) -> None:
    relations = {**TREATS, "WITH": {"head": ["AGE"], "tail": ["SIGN"], "symmetric": True}}
    nlp = build({f"{REL}.relations": relations})
    nlp.initialize(lambda: make_examples(nlp))
    schema = nlp.get_pipe("clinical_rel").schema
    assert schema.relation_labels == ("TREATS", "WITH")
    assert schema.entities == ("AGE", "DRUG", "SIGN")
    assert schema.symmetric_labels == {"WITH"}


def test_label_data_returns(build: Build, trained: Language, tmp_path: Path) -> None:
    first = trained.get_pipe("clinical_rel")
    srsly.write_json(tmp_path / "labels.json", first.label_data)
    reader = {"@readers": "spacy.read_labels.v1", "path": str(tmp_path / "labels.json")}
    nlp = build({"initialize.components.clinical_rel.labels": reader})
    nlp.initialize(lambda: make_examples(nlp))
    assert nlp.get_pipe("clinical_rel").schema == first.schema


def test_no_relations(build: Build) -> None:
    nlp = build()
    examples = [make_example(nlp, [DRUG, PAIN], [])]
    with pytest.raises(PipelineError, match=r"SC301.*'clinical_rel' has no labels"):
        nlp.initialize(lambda: examples)
    doc = make_doc(nlp, [DRUG])
    with pytest.raises(PipelineError, match="SC301"):
        nlp.get_pipe("clinical_rel").predict([doc])


def test_no_entity_component(build: Build) -> None:
    nlp = build({"nlp.pipeline": ["transformer", "clinical_rel"]})
    with pytest.raises(PipelineError, match="SC303"):
        nlp.initialize(lambda: make_examples(nlp))


def test_entity_component_behind(build: Build) -> None:
    nlp = build({"nlp.pipeline": ["transformer", "clinical_rel", "clinical_ner"]})
    with pytest.raises(PipelineError, match="SC303"):
        nlp.initialize(lambda: make_examples(nlp))


def test_no_mentions_at_prediction(tiny_nlp: Language) -> None:
    with (
        tiny_nlp.select_pipes(disable=["clinical_ner"]),
        pytest.raises(PipelineError, match="SC303"),
    ):
        tiny_nlp("The patient .")


def test_stock_entity_ruler(build: Build) -> None:
    pipeline = ["transformer", "entity_ruler", "clinical_rel"]
    nlp = build({"nlp.pipeline": pipeline, "components.entity_ruler": {"factory": "entity_ruler"}})
    nlp.initialize(lambda: make_examples(nlp))
    patterns = [("DRUG", "aspirin"), ("SIGN", "pain"), ("SIGN", "fever"), ("OTHER", "rash")]
    nlp.get_pipe("entity_ruler").add_patterns(
        [{"label": label, "pattern": pattern} for label, pattern in patterns]
    )
    train(nlp, make_examples(nlp, 2), steps=30)
    doc = nlp("The patient was given aspirin for pain .")
    assert [(r.head.text, r.label, r.tail.text) for r in doc._.relations] == [
        ("aspirin", "TREATS", "pain")
    ]
    assert [e.text for e in doc.ents] == ["aspirin", "pain"]
    # A label that the schema doesn't know takes no part, and a text without any is fine.
    assert nlp("rash after aspirin")._.relations == ()
    assert nlp("no .")._.relations == ()


def test_predicted_mentions_and_other_tokens_train(tiny_nlp: Language) -> None:
    words = ["The", "patient", "was given", "aspirin", "for", "pain ."]
    gold = make_examples(tiny_nlp, 1)[0].reference
    examples = []
    for found in ([], [(0, 1, "DRUG")], [(3, 4, "DRUG"), (5, 6, "SIGN"), (0, 6, "SIGN")]):
        predicted = Doc(tiny_nlp.vocab, words=words, spaces=[True] * 5 + [False])
        set_mentions(predicted, [Span(predicted, s, e, label=x) for s, e, x in found])
        examples.append(Example(predicted, gold))
    losses: dict[str, float] = {}
    tiny_nlp.get_pipe("transformer").update(examples)
    tiny_nlp.get_pipe("clinical_ner").update(examples)
    tiny_nlp.get_pipe("clinical_rel").update(examples, losses=losses)
    assert numpy.isfinite(losses["clinical_rel"])


def test_batch_without_pairs_trains_the_encoder(build: Build) -> None:
    nlp = build({f"{REL}.learn_from_predicted": False})
    nlp.initialize(lambda: make_examples(nlp))
    examples = make_examples(nlp, 2)
    for example in examples:
        set_mentions(example.reference, get_spans(example.reference)[:1])
        set_relations(example.reference, [])
    before = nlp.get_pipe("transformer").model.shims[0].to_bytes()
    losses = train(nlp, examples)
    assert losses["clinical_rel"] == 0.0
    assert losses["clinical_ner"] > 0.0
    assert nlp.get_pipe("transformer").model.shims[0].to_bytes() != before


@pytest.mark.parametrize("learn", [True, False])
def test_learn_from_predicted(build: Build, learn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = build({f"{REL}.learn_from_predicted": learn})
    nlp.initialize(lambda: make_examples(nlp))
    rel = nlp.get_pipe("clinical_rel")
    seen: list[int] = []
    loss = type(rel).get_loss

    def spy(self: Any, examples: Any, scores: Any) -> Any:
        seen.extend(len(found.mentions) for found in scores[0])
        return loss(self, examples, scores)

    monkeypatch.setattr(type(rel), "get_loss", spy)
    example = make_examples(nlp, 1)[0]
    set_mentions(example.predicted, [Span(example.predicted, 0, 1, label="DRUG")])
    nlp.get_pipe("transformer").update([example])
    rel.update([example])
    assert seen == [3 if learn else 2]
    assert len(get_spans(example.predicted)) == 1


def probable(chance: float) -> Any:
    """Logits of NONE and TREATS."""
    return numpy.log([1.0 - chance, chance]).tolist()


@pytest.mark.parametrize(
    ("threshold", "thresholds", "kept"),
    [
        (0.5, {}, [0.6, 0.9]),
        (0.7, {}, [0.9]),
        (0.5, {"TREATS": 0.8}, [0.9]),
        (0.95, {"TREATS": 0.3}, [0.4, 0.6, 0.9]),
    ],
)
def test_thresholds(
    build: Build, tmp_path: Path, threshold: float, thresholds: dict[str, float], kept: Any
) -> None:
    nlp = build({f"{REL}.threshold": threshold, f"{REL}.thresholds": thresholds})
    nlp.initialize(lambda: make_examples(nlp))
    rel = nlp.get_pipe("clinical_rel")

    def scores(rel: Any) -> Any:
        doc = make_doc(nlp, [DRUG, PAIN, FEVER, RASH])
        found = predict_instances(doc, rel.schema, rel.candidates, rel.key)
        assert len(found.pairs) == 3
        logits = numpy.asarray([probable(chance) for chance in (0.4, 0.6, 0.9)])
        rel.set_annotations([doc], ([found], logits))
        return [pytest.approx(row[3]) for row in get_relation_rows(doc)]

    assert scores(rel) == kept
    fresh = build().get_pipe("clinical_rel")
    assert scores(fresh.from_bytes(rel.to_bytes())) == kept
    rel.to_disk(tmp_path / "rel")
    fresh = build().get_pipe("clinical_rel")
    assert scores(fresh.from_disk(tmp_path / "rel")) == kept
    assert fresh.schema == rel.schema


def test_threshold_of_an_unknown_label_is_an_error(build: Build) -> None:
    nlp = build({f"{REL}.thresholds": {"OTHER": 0.99}})
    with pytest.raises(PipelineError, match=r"SC307.*OTHER.*TREATS"):
        nlp.initialize(lambda: make_examples(nlp))


def test_unreachable_gold_relations_are_reported(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    near = {"@misc": "spacy-clinical.typed_candidates.v1", "max_tokens": 0}
    nlp = build({f"{REL}.candidates": near})
    with caplog.at_level(logging.WARNING):
        nlp.initialize(lambda: make_examples(nlp, 4))
    # Two of the four examples relate "aspirin" and "pain", one token apart.
    assert "SC306" in caplog.text and "2 of 2 gold relations" in caplog.text


def test_symmetric_relation_is_written_once(build: Build) -> None:
    relations = {"WITH": {"head": ["SIGN"], "tail": ["SIGN"], "symmetric": True}}
    nlp = build({f"{REL}.relations": relations, f"{REL}.threshold": 0.0})
    nlp.initialize(lambda: make_examples(nlp)[1:2])
    doc = nlp.get_pipe("transformer")(make_doc(nlp, [RASH, PAIN, FEVER]))
    rows = get_relation_rows(nlp.get_pipe("clinical_rel")(doc))
    # Text order: pain (1), fever (2), rash (0).
    assert [row[:2] for row in rows] == [(1, 0), (1, 2), (2, 0)]


def test_cut_off_pairs_are_reported(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    nlp = build(
        {f"{REL}.candidates": {"@misc": "spacy-clinical.typed_candidates.v1", "max_pairs": 2}}
    )
    nlp.initialize(lambda: make_examples(nlp))
    docs = [make_doc(nlp, places) for places in ([DRUG, PAIN, FEVER, RASH], [DRUG, PAIN], [])]
    docs.append(make_doc(nlp, [DRUG, PAIN, FEVER, RASH]))
    docs = list(nlp.get_pipe("transformer").pipe(docs))
    with caplog.at_level(logging.WARNING):
        docs = list(nlp.get_pipe("clinical_rel").pipe(docs, batch_size=8))
    messages = [record.getMessage() for record in caplog.records if "SC305" in record.getMessage()]
    assert len(messages) == 1
    assert "2 pairs in 2 documents" in messages[0]
    assert not any(word in messages[0] for word in ("aspirin", "pain", "fever", "rash"))


@pytest.mark.parametrize("n_mentions", [0, 1, 2, 300])
def test_any_number_of_mentions(tiny_nlp: Language, n_mentions: int) -> None:
    words = ["aspirin", "pain"] * 150
    doc = Doc(tiny_nlp.vocab, words=words)
    labels = ["DRUG", "SIGN"]
    set_mentions(doc, [Span(doc, i, i + 1, label=labels[i % 2]) for i in range(n_mentions)])
    rel = tiny_nlp.get_pipe("clinical_rel")
    rel.cfg["threshold"] = 0.0
    doc = rel(tiny_nlp.get_pipe("transformer")(doc))
    rows = get_relation_rows(doc)
    assert len(rows) == min((n_mentions // 2) ** 2, 4000)
    assert all(0.0 <= score <= 1.0 for *_, score in rows)
    assert len(doc._.relations) == len(rows)
