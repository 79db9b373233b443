"""The head beside the rules: it learns, is saved, and what either finds counts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from spacy_clinical.cli import app
from spacy_clinical.corpus import make_corpus
from spacy_clinical.docs import to_doc
from spacy_clinical.docs.phi import Identifier, get_identifiers
from spacy_clinical.evaluation.identifier_thresholds import THRESHOLDS, measure_thresholds
from spacy_clinical.evaluation.threshold_tuning import Wanted, choose_thresholds
from spacy_clinical.pipeline.deid.clinical_deid import TrainedDeid
from spacy_clinical.records import Entity, Record

from ...commands import run
from ...pipelines import Build, train

NOTES = (  # no rule finds this name, in small letters and on no list
    ("aspirin was given to abacca for pain .", "abacca"),
    ("the patient was given aspirin .", ""),
    ("no pain , abacca was given aspirin .", "abacca"),
)
SETTINGS = {
    "nlp.pipeline": ["transformer", "clinical_deid"],
    "components.clinical_deid": {
        "factory": "clinical_deid",
        "gold_key": "clinical",
        "threshold": 0.5,
        "model": {
            "@architectures": "spacy-clinical.TokenClassifier.v1",
            "tok2vec": {"@architectures": "spacy-clinical.TransformerListener.v1"},
        },
    },
}


def make_note(text: str, name: str, known: list[str] | None = None) -> Record:
    at = text.find(name)
    entities = (Entity("T1", "NAME", ((at, at + len(name)),)),) if name else ()
    meta = {} if known is None else {"annotated": {"entities": known}}
    return Record(text, text, entities, meta=meta)


def make_examples(nlp: Language) -> list[Example]:
    docs = [to_doc(make_note(*note), nlp.make_doc) for note in NOTES]
    return [Example(nlp.make_doc(doc.text), doc) for doc in docs]


@pytest.fixture(scope="module")
def nlp(build: Build) -> Language:
    nlp = build(SETTINGS)
    nlp.initialize(lambda: make_examples(nlp))
    for _ in range(30):
        train(nlp, make_examples(nlp))
    return nlp


@pytest.fixture()
def head(nlp: Language) -> Iterator[TrainedDeid]:
    pipe = nlp.get_pipe("clinical_deid")
    assert isinstance(pipe, TrainedDeid)
    before = pipe.cfg["threshold"]
    yield pipe
    pipe.cfg["threshold"] = before
    nlp.get_pipe_config("clinical_deid")["threshold"] = before


def words(doc: Doc) -> list[tuple[str, str, str]]:
    return [(doc.text[i.start : i.end], i.label, i.source) for i in get_identifiers(doc)]


def test_what_head_and_rules_find_counts_and_says_who_found_it(nlp: Language) -> None:
    doc = nlp("aspirin was given to abacca for pain . MRN: 0048127")
    name, number = words(doc)
    assert name == ("abacca", "NAME", "model:clinical_deid")
    assert number[:2] == ("0048127", "MRN") and number[2].startswith("rule:")
    assert not doc.ents
    assert words(nlp("the patient was given aspirin .")) == []


def test_what_the_head_found_is_found_again_by_repetition(nlp: Language) -> None:
    doc = nlp("aspirin was given to abacca for pain . zzz qqq Abacca zzz .")
    assert [doc.text[one.start : one.end] for one in get_identifiers(doc)].count("Abacca") == 1


def test_saved_and_read_again(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    text = "no pain , abacca was given aspirin . MRN: 0048127"
    assert words(spacy.load(tmp_path / "model")(text)) == words(nlp(text)) != []


@pytest.mark.parametrize("label", ["NAME", "CITY", "HOSPITAL"])
def test_the_tables_of_kept_words_stand_above_the_head(head: TrainedDeid, label: str) -> None:
    doc = Doc(head.vocab, words=["Baker's", "cyst", "of", "Baker"])
    seen = [Identifier(0, 7, label, 0.99, "model"), Identifier(16, 21, "NAME", 0.99, "model")]
    assert [one[:2] for one in head.finder.find(doc, seen)] == [(16, 21)]


def test_nothing_is_learned_of_labels_that_weren_t_looked_for(build: Build) -> None:
    nlp = build(SETTINGS)
    both = [
        make_note(NOTES[0][0], "abacca"),
        Record("b", "pain", (Entity("T1", "AGE", ((0, 4),)),)),
    ]
    docs = [to_doc(record, nlp.make_doc) for record in both]
    nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc) for doc in docs])
    head: Any = nlp.get_pipe("clinical_deid")
    assert head.labels == ("AGE", "NAME")
    losses = []
    for known in (None, ["AGE", "NAME"], ["NAME"]):
        doc = to_doc(make_note("the patient was given aspirin .", "", known), nlp.make_doc)
        scores = numpy.zeros((len(doc), 9), dtype="float32")
        scores[:, 4] = 20.0  # the tag of a single token of AGE, everywhere
        losses.append(head.get_loss([Example(nlp.make_doc(doc.text), doc)], scores)[0])
    assert losses[0] == losses[1] > 100
    assert losses[2] == pytest.approx(0, abs=1e-3)


def test_the_threshold_is_chosen_for_head_and_rules_together(
    nlp: Language, head: TrainedDeid
) -> None:
    points = measure_thresholds(nlp, "clinical_deid", head, make_examples(nlp))
    assert tuple(point.threshold for point in points) == THRESHOLDS
    assert [point.gold for point in points] == [2] * len(points)
    assert head.cfg["threshold"] == 0.5
    best = max(points, key=lambda point: point.recall)
    assert best.recall == 1
    (choice,) = choose_thresholds(nlp, make_examples(nlp), "clinical_deid", Wanted(recall=1.0))
    assert (choice.label, choice.recall, choice.gold, choice.reached) == ("all", 1.0, 2, True)
    first = next(point for point in points if point.recall == 1)
    assert choice.threshold == head.cfg["threshold"] == first.threshold
    assert nlp.get_pipe_config("clinical_deid")["threshold"] == first.threshold
    assert choice.precision == first.precision


def call(*args: object) -> None:
    ran = run(app, *args)
    assert ran.exit_code == 0, ran.output


def test_commands(nlp: Language, tmp_path: Path) -> None:
    """`tune`, `deid-evaluate` and `deidentify` on a trained pipeline."""
    nlp.to_disk(tmp_path / "model")
    rows = [
        {
            "id": f"n{i}",
            "text": text,
            "entities": [
                {"id": e.id, "label": e.label, "fragments": e.fragments}
                for e in make_note(text, name).entities
            ],
        }
        for i, (text, name) in enumerate(NOTES)
    ]
    notes = tmp_path / "notes.jsonl"
    notes.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf8")
    stored = tmp_path / "notes.spacy"
    call("convert", notes, stored)
    assert len(list(make_corpus(stored)(nlp))) == len(NOTES)
    new = tmp_path / "tuned"
    options = ("-c", "clinical_deid", "--recall", "1")
    call("tune", tmp_path / "model", stored, new, *options)
    call("deid-evaluate", new, notes, "--output", tmp_path / "scores.json", "--samples", "10")
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert scores["recall"]["value"] == 1 and scores["recall"]["whole"] == 2
    call("deidentify", new, notes, tmp_path / "clean.jsonl", "--policy", "mask")
    clean = [json.loads(line)["text"] for line in (tmp_path / "clean.jsonl").open()]
    assert clean[0] == "aspirin was given to [NAME] for pain ."
