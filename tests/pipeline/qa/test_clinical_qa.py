"""The reader: learns, is saved, answers, abstains, and costs nothing where nothing is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from spacy_clinical.corpus.corpus_files import read_examples
from spacy_clinical.docs.question_docs import (
    ANSWERS,
    get_answers,
    make_asked,
    question_length,
    set_answers,
)
from spacy_clinical.errors import AskError, PipelineError
from spacy_clinical.evaluation.component_calibrators import LineCalibrator
from spacy_clinical.evaluation.pipeline_evaluation import evaluate
from spacy_clinical.evaluation.threshold_tuning import Wanted, choose_thresholds
from spacy_clinical.pipeline.qa.clinical_qa import ClinicalQA
from spacy_clinical.pipeline.qa.passage_reading import find_reader, read_passages

PAIN = "The patient was given aspirin for pain."


def qa_of(nlp: Language) -> ClinicalQA:
    found = nlp.get_pipe("clinical_qa")
    assert isinstance(found, ClinicalQA)
    return found


@contextmanager
def settings(nlp: Language, **changes: object) -> Iterator[None]:
    """Other settings for a while."""
    cfg = qa_of(nlp).cfg
    before = {name: cfg[name] for name in changes}
    cfg.update(changes)
    try:
        yield
    finally:
        cfg.update(before)


def answers(doc: Doc) -> list[str]:
    return [span.text for span, _ in get_answers(doc)]


def test_it_has_learned(reader: Language, squad: Path) -> None:
    corpus = reader.evaluate(read_examples(squad, reader))
    assert corpus["qa_em"] >= 2 / 3 and corpus["qa_answered"] == 1.0
    scores = evaluate(reader, squad).scores["end_to_end"]
    assert scores["qa_f1"] == corpus["qa_f1"]


def test_it_answers_from_disk_and_in_a_batch(reader: Language, tmp_path: Path) -> None:
    asked = make_asked(reader.make_doc, "given for pain", PAIN)
    alone = reader(asked)
    assert answers(alone) == ["aspirin"]
    reader.to_disk(tmp_path / "reader")
    loaded = spacy.load(tmp_path / "reader")
    others = [loaded.make_doc("No fever."), make_asked(loaded.make_doc, "given for pain", PAIN)]
    plain, again = loaded.pipe(others)
    assert ANSWERS not in plain.spans
    assert answers(again) == ["aspirin"]
    assert get_answers(again)[0][1] == pytest.approx(get_answers(alone)[0][1], rel=1e-4)
    (only,) = read_passages(loaded, [make_asked(loaded.make_doc, "given for pain", PAIN)])
    assert answers(only) == ["aspirin"] and find_reader(loaded) == "clinical_qa"


def test_it_abstains_below_its_threshold(reader: Language) -> None:
    with settings(reader, threshold=1.0):
        doc = reader(make_asked(reader.make_doc, "given for pain", PAIN))
    assert ANSWERS in doc.spans and answers(doc) == []


@pytest.mark.parametrize("passage", ["", " ", "\n\n"])
def test_passages_without_words(reader: Language, passage: str) -> None:
    assert answers(reader(make_asked(reader.make_doc, "given for pain", passage))) == []


def test_an_answer_is_no_longer_than_asked_for(reader: Language) -> None:
    with settings(reader, max_answer=1):
        doc = reader(make_asked(reader.make_doc, "given", PAIN))
    assert all(len(span) == 1 for span, _ in get_answers(doc))


def test_thresholds_to_a_wanted_precision_and_calibration(reader: Language, squad: Path) -> None:
    with settings(reader, thresholds={}, threshold=0.0, calibration={}):
        (choice,) = choose_thresholds(
            reader, read_examples(squad, reader), "clinical_qa", Wanted(precision=1.0)
        )
        assert choice.label == "ANSWER" and choice.precision == 1.0 and choice.gold == 2
        assert qa_of(reader).lowest["ANSWER"] == choice.threshold
    calibrator = LineCalibrator(qa_of(reader))
    examples = read_examples(squad, reader)
    for example in examples:
        example.predicted = reader(example.predicted)
    calibrator.after(examples)
    fits, warnings = calibrator.finish()
    assert fits == [] and "SC543" in warnings[0]  # three questions are too few
    with settings(reader, calibration={"ANSWER": [1.0, -2.0]}):
        doc = reader(make_asked(reader.make_doc, "given for pain", PAIN))
        ((_, lowered),) = get_answers(doc)
    ((_, raw),) = get_answers(reader(make_asked(reader.make_doc, "given for pain", PAIN)))
    assert numpy.log(lowered / (1 - lowered)) == pytest.approx(numpy.log(raw / (1 - raw)) - 2)


def test_the_gradient_is_that_of_the_loss(reader: Language, squad: Path) -> None:
    component = qa_of(reader)
    examples = read_examples(squad, reader)
    n_tokens = sum(len(eg.predicted) for eg in examples)
    logits = numpy.random.default_rng(0).normal(size=(n_tokens, 2)).astype("f")
    loss, gradient = component.get_loss(examples, logits)  # type: ignore[arg-type]
    places = [(0, 0), (len(examples[0].predicted) - 2, 1)]
    for place in places:
        moved = logits.copy()
        moved[place] += 0.01
        more, _ = component.get_loss(examples, moved)  # type: ignore[arg-type]
        scale = n_tokens * component.cfg["questions_per_token"]
        slope = (more - loss) / 0.01 / scale
        assert slope == pytest.approx(float(gradient[place]), abs=2e-3)


def test_what_nobody_asked_or_answered_teaches_nothing(reader: Language) -> None:
    plain = reader.make_doc(PAIN)
    unknown = make_asked(reader.make_doc, "given for pain", PAIN)
    copy = make_asked(reader.make_doc, "given for pain", PAIN)
    examples = [Example(plain, reader.make_doc(PAIN)), Example(copy, unknown)]
    logits = numpy.ones((sum(len(eg.predicted) for eg in examples), 2), dtype="f")
    loss, gradient = qa_of(reader).get_loss(examples, logits)  # type: ignore[arg-type]
    assert loss == 0.0 and not gradient.any()


def test_training_data_without_answers(tiny_encoder: Path, reader: Language) -> None:
    nothing = make_asked(reader.make_doc, "given for pain", PAIN)
    set_answers(nothing, [], [])
    examples = [Example(make_asked(reader.make_doc, "given for pain", PAIN), nothing)]
    with pytest.raises(PipelineError, match="SC977"):
        qa_of(reader).initialize(lambda: examples, nlp=reader)
    assert question_length(nothing)


def test_a_pipeline_without_reader() -> None:
    with pytest.raises(AskError, match="SC978"):
        read_passages(spacy.blank("en"), [])


def test_it_joins_a_pipeline_of_other_components(reader: Language, tmp_path: Path) -> None:
    """With an encoder of its own, after `replace_listeners`; only it is run to read."""
    reader.to_disk(tmp_path / "reader")
    own = spacy.load(tmp_path / "reader")
    own.replace_listeners("transformer", "clinical_qa", ["model.tok2vec"])
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("clinical_qa", source=own)
    (read,) = read_passages(nlp, [make_asked(nlp.make_doc, "given for pain", PAIN)])
    assert answers(read) == ["aspirin"]
    assert not read.has_annotation("SENT_START")
