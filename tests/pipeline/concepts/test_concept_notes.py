"""`clinical_concept_rel` with notes: learning, gradient, files, and pipelines that have none."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from spacy_clinical.docs import to_doc, to_record
from spacy_clinical.errors import PipelineError
from spacy_clinical.formats import read_jsonl, read_pubtator, write_jsonl, write_pubtator
from spacy_clinical.scoring.biored_scores import score_biored
from spacy_clinical.scoring.relations_given_gold import predict_with_gold_mentions
from spacy_clinical.training.string_pruning import needed_strings

from ...pipelines import Build, train
from .test_clinical_concept_rel import MODEL, NAME, PIPELINE, TEXTS, make_record, told

NOTES = ("No", "Novel")


def make_noted(nlp: Language, notes: tuple[str, ...]) -> list[Example]:
    """The documents of `test_concept_rel`, with a note on all relations of each."""
    split, examples = nlp.get_pipe("sentencizer"), []
    for i, note in enumerate(notes):
        record = make_record(i)
        stated = tuple(replace(rel, note=note) for rel in record.concept_relations)
        gold = to_doc(replace(record, concept_relations=stated), nlp.make_doc)
        examples.append(Example(split(nlp.make_doc(gold.text)), gold))
    return examples


def build_noted(
    build: Build, notes: tuple[str, ...], labels: Any = None, **settings: Any
) -> Language:
    nlp = build(
        {
            "nlp.pipeline": PIPELINE,
            "components.sentencizer": {"factory": "sentencizer"},
            f"components.{NAME}": {"factory": NAME, "model": MODEL, **settings},
            f"initialize.components.{NAME}": {"labels": labels},
        }
    )
    nlp.initialize(lambda: make_noted(nlp, notes))
    return nlp


@pytest.fixture(scope="module")
def noted(build: Build) -> Language:
    """A pipeline that knows its two sentences and their notes by heart; not to be changed."""
    nlp = build_noted(build, ("Novel", "No"), learn_notes=True)
    for _ in range(80):
        train(nlp, make_noted(nlp, ("Novel", "No")))
    return nlp


def notes_of(doc: Doc) -> list[str]:
    return [rel.note for rel in doc._.concept_relations]


def test_it_learns_notes(noted: Language) -> None:
    component = noted.get_pipe(NAME)
    assert component.notes == NOTES
    assert component.model.get_dim("nO") == 1 + 1 + 2
    docs = list(noted.pipe(text for text, _ in TEXTS))
    assert [told(doc) for doc in docs] == [
        [("name:aspirin", "TREATS", "name:pain")],
        [("name:aspirin", "TREATS", "name:fever")],
    ]
    assert [notes_of(doc) for doc in docs] == [["Novel"], ["No"]]
    assert [notes_of(noted(text)) for text, _ in TEXTS] == [["Novel"], ["No"]]


def test_novelty_is_scored_as_predicted(noted: Language) -> None:
    """`novelty` is for those that are silent."""
    for gold, f in ((("Novel", "No"), 1.0), (("No", "No"), 0.5)):
        examples = predict_with_gold_mentions(noted, make_noted(noted, gold))
        scores = score_biored(examples, novelty="Novel")
        assert (scores["type"]["f"], scores["all"]["f"]) == (1.0, f)


def test_files_keep_predicted_notes(noted: Language, tmp_path: Path) -> None:
    records = [to_record(noted(text)) for text, _ in TEXTS]
    records = [replace(record, id=f"doc{i}") for i, record in enumerate(records)]
    write_jsonl(records, tmp_path / "a.jsonl")
    write_pubtator(records, tmp_path / "a.pubtator", left_out=Counter())
    for back in (read_jsonl(tmp_path / "a.jsonl"), read_pubtator(tmp_path / "a.pubtator")):
        stated = [[rel.note for rel in record.concept_relations] for record in back]
        assert stated == [["Novel"], ["No"]]


def test_saved_and_loaded(noted: Language, tmp_path: Path) -> None:
    noted.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    assert loaded.get_pipe(NAME).notes == NOTES
    assert [notes_of(loaded(text)) for text, _ in TEXTS] == [["Novel"], ["No"]]
    assert loaded("the patient")._.concept_relations == ()
    assert set(needed_strings(loaded)) >= set(NOTES)  # a package may hold them


def test_a_batch_without_pairs(noted: Language) -> None:
    doc = noted.get_pipe("clinical_ner")(noted.get_pipe("transformer")(noted.make_doc("the")))
    _, logits = noted.get_pipe(NAME).predict([doc])
    assert logits.shape == (0, 4)


def test_label_data_returns(build: Build, noted: Language) -> None:
    data = noted.get_pipe(NAME).label_data
    assert data["notes"] == ["No", "Novel"]
    for learn, notes in ((True, NOTES), (False, ())):
        nlp = build_noted(build, ("", ""), data, learn_notes=learn)
        assert nlp.get_pipe(NAME).notes == notes


def test_gradient_by_finite_differences(noted: Language) -> None:
    """Of two documents one has a note: 2 and 4 pairs, of each one related."""
    component, examples = noted.get_pipe(NAME), make_noted(noted, ("Novel", ""))
    instances = [component._gold_instances(eg) for eg in examples]
    assert [int(found.notes.sum()) for found in instances] == [1, 0]
    logits = numpy.random.default_rng(0).normal(size=(6 + 8, 4))
    _, gradient = component.get_loss(examples, (instances, logits))
    assert not gradient[6:].any()
    assert numpy.count_nonzero(gradient[:6, 2:].any(axis=1)) == 1
    factor = component.cfg["pairs_per_token"] * sum(len(eg.predicted) for eg in examples)
    for place in numpy.ndindex(6, 4):
        step = numpy.zeros_like(logits)
        step[place] = 1e-4
        above, below = (
            component.get_loss(examples, (instances, logits + d * step))[0] for d in (1, -1)
        )
        assert gradient[place] == pytest.approx((above - below) / 2e-4 / factor, abs=1e-5)


def test_data_without_notes(build: Build) -> None:
    with pytest.raises(PipelineError, match="SC308"):
        build_noted(build, ("", ""), learn_notes=True)


def test_notes_that_are_not_learned_change_nothing(build: Build) -> None:
    first, second = build_noted(build, ("", "")), build_noted(build, ("Novel", "No"))
    losses = [
        [train(nlp, make_noted(nlp, notes)) for _ in range(2)]
        for nlp, notes in ((first, ("", "")), (second, ("Novel", "No")))
    ]
    assert losses[0] == losses[1]
    heads = [nlp.get_pipe(NAME) for nlp in (first, second)]
    assert heads[0].model.to_bytes() == heads[1].model.to_bytes()
    assert heads[1].notes == ()
    assert "notes" not in heads[1].label_data


def test_pipelines_that_know_of_no_notes(build: Build, tmp_path: Path) -> None:
    """Saved before there were any."""
    nlp = build_noted(build, ("Novel", "No"), threshold=0.0)
    expected = [nlp(text).spans["clinical"].attrs for text, _ in TEXTS]
    component = nlp.get_pipe(NAME)
    for name in ("learn_notes", "notes"):
        del component.cfg[name]
    assert [nlp(text).spans["clinical"].attrs for text, _ in TEXTS] == expected
    nlp.to_disk(tmp_path)
    config = (tmp_path / "config.cfg").read_text()
    assert "learn_notes = false\n" in config
    (tmp_path / "config.cfg").write_text(config.replace("learn_notes = false\n", ""))
    assert "notes" not in (tmp_path / NAME / "cfg").read_text()
    loaded = spacy.load(tmp_path)
    assert [loaded(text).spans["clinical"].attrs for text, _ in TEXTS] == expected
