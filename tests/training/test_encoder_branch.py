"""A second training on a branch: what the first one has learned stays to the last digit."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language
from thinc.api import Config, fix_random_seed

from spacy_clinical.docs import get_relation_rows
from spacy_clinical.errors import EncoderError
from spacy_clinical.explanations import explain_entity, explain_relation
from spacy_clinical.training.encoder_branch import make_branch_encoder

from ..conftest import TINY_CONFIG, make_examples
from ..pipelines import Build, train

TEXT = "The patient was given aspirin for pain ."
OTHER = "No fever . The patient was given aspirin ."


@pytest.fixture(scope="module")
def folder(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline that has learned mentions ("base"), and then relations on a branch ("own")."""
    folder = tmp_path_factory.mktemp("branch")
    base = build({"nlp.pipeline": ["transformer", "clinical_ner"]})
    examples = make_examples(base)
    base.initialize(lambda: examples)
    train(base, examples, steps=40)
    base.to_disk(folder / "base")
    nlp = second_training(folder / "base")
    train_relations(nlp)
    nlp.to_disk(folder / "own")
    return folder


def second_training(folder: Path) -> Language:
    """The pipeline of that training as spaCy sets it up from a config: what is sourced is disabled
    while the others are initialised."""
    fix_random_seed(1)
    config = Config().from_str(TINY_CONFIG)
    for name in ("transformer", "clinical_ner"):
        config["components"][name] = {"source": str(folder)}
    config["components"]["clinical_rel"]["model"]["tok2vec"]["branch"] = True
    callback = {"@callbacks": "spacy-clinical.branch_encoder.v1", "layers": 1}
    config["initialize"] = {"before_init": callback}
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    with nlp.select_pipes(disable=["transformer", "clinical_ner"]):
        nlp.initialize(lambda: make_examples(nlp))
    return nlp


def train_relations(nlp: Language) -> None:
    examples = make_examples(nlp)
    for _ in range(60):
        nlp.update(examples, sgd=nlp.create_optimizer(), exclude=["clinical_ner"])


def facts(nlp: Language, text: str) -> tuple[list[Any], list[Any]]:
    doc = nlp(text)
    group = doc.spans["clinical"]
    scored = zip(group, group.attrs["scores"], strict=True)
    return [(s.text, s.label_, score) for s, score in scored], get_relation_rows(doc)


def assert_alike(found: list[Any], expected: list[Any], tolerance: float) -> None:
    assert expected
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    scores = ([row[3] for row in rows] for rows in (found, expected))
    numpy.testing.assert_allclose(*scores, atol=tolerance)


def test_mentions_stay_and_relations_learn(folder: Path) -> None:
    base, nlp = spacy.load(folder / "base"), spacy.load(folder / "own")
    for text in (TEXT, OTHER):
        found, expected = facts(nlp, text)[0], facts(base, text)[0]
        assert [own[:2] for own in found] == [own[:2] for own in expected]
        assert found
        numpy.testing.assert_allclose(*([own[2] for own in x] for x in (found, expected)))
    ((head, tail, label, score),) = facts(nlp, TEXT)[1]
    assert (head, tail, label) == (0, 1, "TREATS")
    assert score > 0.9
    assert facts(nlp, OTHER)[1] == []


def test_a_head_takes_its_branch_along(folder: Path, tmp_path: Path) -> None:
    nlp = spacy.load(folder / "own")
    expected = facts(nlp, TEXT)[1]
    nlp.replace_listeners("transformer", "clinical_rel", ["model.tok2vec"])
    assert_alike(facts(nlp, TEXT)[1], expected, 1e-6)
    nlp.to_disk(tmp_path / "apart")
    assert_alike(facts(spacy.load(tmp_path / "apart"), TEXT)[1], expected, 1e-6)


def test_its_vectors_are_kept_in_16_bits(folder: Path) -> None:
    model = {"components": {"transformer": {"model": {"vector_dtype": "float16"}}}}
    half, whole = spacy.load(folder / "own", config=model), spacy.load(folder / "own")
    assert_alike(facts(half, TEXT)[1], facts(whole, TEXT)[1], 0.01)


def test_each_head_is_explained_by_what_it_reads(folder: Path) -> None:
    nlp = spacy.load(folder / "own")
    doc = nlp(TEXT)
    relation = explain_relation(nlp, doc, 0)
    stored = get_relation_rows(doc)[0][3]
    assert 1 / (1 + numpy.exp(-relation.score)) == pytest.approx(stored, abs=1e-4)
    entity = explain_entity(nlp, doc, 0)
    assert numpy.exp(entity.score) == pytest.approx(doc.spans["clinical"].attrs["scores"][0], 0.01)


def test_an_encoder_without_a_branch(build: Build) -> None:
    reads = {"components.clinical_rel.model.tok2vec.branch": True}
    nlp = build(reads)
    examples = make_examples(nlp)
    nlp.initialize(lambda: examples)
    with pytest.raises(EncoderError, match=r"SC236.*branch_encoder"):
        train(nlp, examples)


def test_a_pipeline_without_an_encoder() -> None:
    with pytest.raises(EncoderError, match="SC235"):
        make_branch_encoder(1)(spacy.blank("en"))
