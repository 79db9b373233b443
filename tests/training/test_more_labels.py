"""New labels for a trained pipeline: old ones stay as they were, and both are learned."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import Model

from spacy_clinical.attributes import AttributeType, Scheme
from spacy_clinical.docs import get_assertions, get_mentions, get_relation_rows, to_doc
from spacy_clinical.errors import PipelineError
from spacy_clinical.optimizers.adamw import AdamW
from spacy_clinical.pipeline.heads.head_growth import SHIFT, is_built
from spacy_clinical.records import Attribute, Entity, Record, Relation
from spacy_clinical.schema import RelationType, Schema
from spacy_clinical.training.more_labels import grow_labels

from ..conftest import assert_same_sums, asserted, make_examples, make_record
from ..pipelines import Build, train

TEXTS = [make_record(i).text for i in range(2)]


@pytest.fixture()
def nlp(build_whole: Build, whole: Language) -> Language:
    """A copy of the trained pipeline of all heads."""
    return build_whole().from_bytes(whole.to_bytes())


def found(nlp: Language) -> list[Any]:
    """All that a pipeline says of the training sentences."""
    return [
        (get_mentions(doc), get_assertions(doc), get_relation_rows(doc)) for doc in nlp.pipe(TEXTS)
    ]


def facts(nlp: Language) -> list[Any]:
    """The same without scores."""
    return [
        (mentions, [[a[:2] for a in row] for row in said], [row[:3] for row in rows])
        for mentions, said, rows in found(nlp)
    ]


def weights(nlp: Language) -> dict[str, Any]:
    return {
        name: nlp.get_pipe(name).model.to_bytes()  # type: ignore[attr-defined]
        for name in nlp.pipe_names
        if hasattr(nlp.get_pipe(name), "model")
    }


def new_record(number: int) -> Record:
    """The small sentence about aspirin, in which "patient" is annotated, and what it got."""
    record = asserted(make_record(number))
    start = record.text.index("patient")
    patient = Entity("P", "PERSON", ((start, start + 7),))
    said = Attribute("P", "assertion", "family")
    got = [Relation("P", e.id, "GOT") for e in record.entities if e.label == "DRUG"]
    return replace(
        record,
        entities=(*record.entities, patient),
        relations=(*record.relations, *got),
        attributes=(*record.attributes, said),
    )


def new_examples(nlp: Language) -> list[Example]:
    docs = [to_doc(new_record(i), nlp.make_doc) for i in range(2)]
    return [Example(nlp.make_doc(doc.text), doc) for doc in docs]


def test_growing_changes_no_prediction_and_training_finds_both(
    nlp: Language, build_whole: Build, tmp_path: Path
) -> None:
    before = facts(nlp)
    added = grow_labels(nlp, [eg.reference for eg in new_examples(nlp)])
    assert added == {
        "clinical_ner": ["PERSON"],
        "clinical_assertion": ["assertion=family"],
        "clinical_rel": ["GOT"],
    }
    assert facts(nlp) == before
    assert grow_labels(nlp, [eg.reference for eg in new_examples(nlp)]) == {}
    for _ in range(40):
        train(nlp, new_examples(nlp))
    gold = [to_doc(new_record(i), nlp.make_doc) for i in range(2)]
    after = facts(nlp)
    for (mentions, said, rows), doc in zip(after, gold, strict=True):
        assert set(mentions) == set(get_mentions(doc))
        expected = dict(zip(get_mentions(doc), get_assertions(doc), strict=True))
        assert [row[0] for row in said] == [expected[m][0][:2] for m in mentions]
        named = {(mentions[h], mentions[t], label) for h, t, label in rows}
        numbered = get_mentions(doc)
        assert named == {
            (numbered[h], numbered[t], label) for h, t, label, _ in get_relation_rows(doc)
        }
    nlp.to_disk(tmp_path / "grown")
    assert facts(spacy.load(tmp_path / "grown")) == after


def test_logits_of_old_labels_are_the_same_numbers(nlp: Language) -> None:
    docs = list(nlp.pipe(TEXTS, disable=["clinical_rel"]))
    for doc in docs:
        nlp.get_pipe("transformer")(doc)
    heads = {name: nlp.get_pipe(name) for name in ("clinical_ner", "clinical_rel")}
    ner: Any = heads["clinical_ner"]
    rel: Any = heads["clinical_rel"]
    tags, pairs = ner.predict(docs), rel.predict(docs)[1]
    ner.add_label("PERSON")
    rel.add_schema(Schema.learn(["PERSON"], [("GOT", "PERSON", "DRUG")]))
    assert_same_sums(ner.predict(docs)[:, : tags.shape[1]], tags)
    assert numpy.allclose(ner.predict(docs)[:, tags.shape[1] :], tags[:, :1] + SHIFT, atol=1e-5)
    assert_same_sums(rel.predict(docs)[1][:, : pairs.shape[1]], pairs)


def test_old_labels_take_new_arguments(nlp: Language) -> None:
    before, rel = facts(nlp), nlp.get_pipe("clinical_rel")
    assert rel.add_schema(Schema.learn(["FOOD"], [("TREATS", "FOOD", "SIGN")])) == []  # type: ignore[attr-defined]
    (treats,) = rel.schema.relations  # type: ignore[attr-defined]
    assert (treats.heads, rel.schema.entities) == (("DRUG", "FOOD"), ("DRUG", "SIGN", "FOOD"))  # type: ignore[attr-defined]
    assert facts(nlp) == before


def test_new_attributes_stand_beside_old_ones(nlp: Language) -> None:
    """A value in the middle of the outputs, an entity label before the others, an attribute."""
    before, head = found(nlp), nlp.get_pipe("clinical_assertion")
    more = Scheme(
        (
            AttributeType("assertion", ("possible",), ("AGENT",)),
            AttributeType("severity", ("", "high"), ("SIGN",), ""),
        )
    )
    assert head.add_scheme(more) == ["assertion=possible", "severity=", "severity=high"]  # type: ignore[attr-defined]
    assert head.labels == ("absent", "present", "possible", "", "high")  # type: ignore[attr-defined]
    assert head.scheme.labels == ("AGENT", "DRUG", "SIGN")  # type: ignore[attr-defined]
    assert [len(row) for row in head.cfg["counts"].values()] == [3, 2]  # type: ignore[attr-defined]
    for old, new in zip(before, found(nlp), strict=True):
        for a, b in zip(old[1], new[1], strict=True):
            assert a[0][:2] == b[0][:2]
            assert b[0].score == pytest.approx(a[0].score, abs=0.06)


def test_initialising_a_trained_pipeline_grows_it(nlp: Language) -> None:
    before, old = facts(nlp), weights(nlp)
    nlp.initialize(lambda: make_examples(nlp))
    assert weights(nlp) == old
    ner: Any = nlp.get_pipe("clinical_ner")
    ner.initialize(lambda: new_examples(nlp))
    assert ner.labels == ("DRUG", "SIGN", "PERSON")
    rel: Any = nlp.get_pipe("clinical_rel")
    schema = {"relations": {"GOT": {"head": ["PERSON"], "tail": ["DRUG"]}}}
    rel.initialize(lambda: make_examples(nlp), labels=schema)
    assert rel.labels == ("TREATS", "GOT")
    head: Any = nlp.get_pipe("clinical_assertion")
    scheme = {"assertion": {"values": ["family"], "labels": ["PERSON"]}}
    head.initialize(lambda: make_examples(nlp), labels=scheme)
    assert head.labels == ("absent", "present", "family")
    assert facts(nlp) == before


MENTIONS = {
    "multilabel": {"@architectures": "spacy-clinical.MultiLabelTokenClassifier.v1"},
    "span": {"@architectures": "spacy-clinical.BandSpanClassifier.v1", "max_width": 3, "hidden": 8},
}


@pytest.mark.parametrize("name", MENTIONS)
def test_architectures_with_overlaps_grow(name: str, build: Build) -> None:
    """Old outputs are the same numbers, wherever they stand among the new ones."""
    listener = {"@architectures": "spacy-clinical.TransformerListener.v1"}
    settings = {**MENTIONS[name], "tok2vec": listener}
    nlp = build(
        {"nlp.pipeline": ["transformer", "clinical_ner"], "components.clinical_ner.model": settings}
    )
    nlp.initialize(lambda: make_examples(nlp))
    ner: Any = nlp.get_pipe("clinical_ner")
    docs = [nlp.get_pipe("transformer")(nlp.make_doc(text)) for text in TEXTS]
    before = ner.predict(docs)
    assert grow_labels(nlp, [eg.reference for eg in new_examples(nlp)])
    after = ner.predict(docs)
    assert (
        after.shape == (len(before), ner.scheme.n_outputs) == (len(before), before.shape[1] * 1.5)
    )
    cells = after.reshape(len(after), 3, -1)  # labels, or widths, first
    kept = after[:, : before.shape[1]] if name == "multilabel" else cells[:, :, :2]
    numpy.testing.assert_allclose(kept.reshape(before.shape), before, atol=1e-6)
    train(nlp, new_examples(nlp))


def test_the_optimizer_goes_on(nlp: Language) -> None:
    """Its memory of an array that has grown begins anew; of others it stays."""
    optimizer = AdamW(0.001)

    def step(examples: list[Example]) -> None:
        nlp.update(examples, sgd=optimizer, losses={})
        optimizer.step_schedules()

    step(make_examples(nlp, 2))
    grow_labels(nlp, [eg.reference for eg in new_examples(nlp)])
    before = {key: int(state[2]) for key, state in optimizer.get_state().items()}
    step(new_examples(nlp))
    steps = {key: int(state[2]) for key, state in optimizer.get_state().items()}
    assert steps and {steps[key] for key in before} == {1, 2}


def test_what_cannot_grow_says_so(nlp: Language) -> None:
    ner: Any = nlp.get_pipe("clinical_ner")
    del ner.model.attrs["grow"]
    with pytest.raises(PipelineError, match=r"SC302.*'PERSON'.*can't grow"):
        ner.add_label("PERSON")
    assert ner.labels == ("DRUG", "SIGN")


def test_an_untrained_component_only_notes_its_labels(build_whole: Build) -> None:
    nlp = build_whole()
    ner: Any = nlp.get_pipe("clinical_ner")
    assert not is_built(ner.model)
    assert (ner.add_label("DRUG"), ner.add_label("DRUG"), ner.labels) == (1, 0, ("DRUG",))
    assert not is_built(ner.model)


@pytest.mark.parametrize("has_param", [True, False])
def test_weights_tell_whether_a_model_is_built(has_param: bool) -> None:
    model: Model = Model("m", lambda *_: None, params={"W": numpy.ones(1) if has_param else None})  # type: ignore[arg-type,return-value]
    assert is_built(model) == has_param


def test_schemas_merge() -> None:
    old = Schema(("A", "B"), (RelationType("R", ("A",), ("B",), True),), {"x": ("1",)})
    new = Schema(
        ("B", "C"),
        (RelationType("R", ("C",), ("B",)), RelationType("S", ("C",), ("C",))),
        {"x": ("2",), "y": ("1",)},
    )
    assert old.merged(new) == Schema(
        ("A", "B", "C"),
        (RelationType("R", ("A", "C"), ("B",), True), RelationType("S", ("C",), ("C",))),
        {"x": ("1", "2"), "y": ("1",)},
    )
    assert old.merged(Schema()) == old == Schema().merged(old)
