"""`clinical_ner` on mentions that share tokens: learned, written, saved, and counted where not."""

import logging
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.training import Example

from spacy_clinical.docs import get_spans, to_doc
from spacy_clinical.records import Entity, Fragments, Record

from ...pipelines import Build, train

TEXT = "The patient was given aspirin 500 mg for pain ."
LISTENER = {"@architectures": "spacy-clinical.TransformerListener.v1"}
MODELS: dict[str, dict[str, Any]] = {
    "flat": {"@architectures": "spacy-clinical.TokenClassifier.v1"},
    "multilabel": {"@architectures": "spacy-clinical.MultiLabelTokenClassifier.v1"},
    "band": {
        "@architectures": "spacy-clinical.BandSpanClassifier.v1",
        "max_width": 3,
        "hidden": 24,
        "dropout": 0.0,
    },
}
# Two labels overlap, one nests in itself, one is longer than the band.
PLACES: list[tuple[str, str]] = [
    ("aspirin 500 mg", "DRUG"),
    ("aspirin", "DRUG"),
    ("aspirin", "SUBSTANCE"),
    ("500 mg", "DOSE"),
    ("aspirin 500 mg for pain", "ORDER"),
    ("pain", "SIGN"),
]


def make_record(*broken: Fragments) -> Record:
    held = [((TEXT.index(t), TEXT.index(t) + len(t)),) for t, _ in PLACES]
    labels = [label for _, label in PLACES] + ["SIGN"] * len(broken)
    places: Any = zip(labels, [*held, *broken], strict=True)
    entities = (Entity(f"T{i}", label, parts) for i, (label, parts) in enumerate(places))
    return Record("1", TEXT, tuple(entities))


def make_examples(nlp: Language, record: Record | None = None) -> list[Example]:
    return [Example(nlp.make_doc(TEXT), to_doc(record or make_record(), nlp.make_doc))]


def make_nlp(build: Build, name: str) -> Language:
    model = {**MODELS[name], "tok2vec": LISTENER}
    components = {"components.clinical_ner.model": model}
    return build({"nlp.pipeline": ["transformer", "clinical_ner"], **components})


MISSED: dict[str, set[tuple[str, str]]] = {
    "flat": {p for p in PLACES if p[1] != "ORDER"},
    "multilabel": {("aspirin", "DRUG")},
    "band": {("aspirin 500 mg for pain", "ORDER")},
}


@pytest.mark.parametrize("name", MODELS)
def test_mentions_that_share_tokens_are_learned(
    build: Build, name: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    nlp = make_nlp(build, name)
    with caplog.at_level(logging.WARNING):
        nlp.initialize(lambda: make_examples(nlp))
    (warning,) = [r.message for r in caplog.records if "SC315" in r.message]
    assert "6 gold mentions in the training data, of which these can't be" in warning
    assert f"missed: {len(MISSED[name])} " in warning
    train(nlp, make_examples(nlp), steps=60)
    doc = nlp(TEXT)
    found = [(span.text, span.label_) for span in get_spans(doc)]
    assert len(found) == len(set(found))
    assert set(found) == set(PLACES) - MISSED[name]
    assert all(0.5 < span._.score <= 1.0 for span in doc.spans["clinical"])
    nlp.to_disk(tmp_path / "saved")
    for again in (spacy.load(tmp_path / "saved"), nlp.from_bytes(nlp.to_bytes())):
        copy = again(TEXT)
        assert [(s.text, s.label_) for s in get_spans(copy)] == found
        assert copy.spans["clinical"].attrs["scores"] == doc.spans["clinical"].attrs["scores"]


@pytest.mark.parametrize("name", MODELS)
def test_odd_batches_train(build: Build, name: str) -> None:
    nlp = make_nlp(build, name)
    nlp.initialize(lambda: make_examples(nlp))
    for texts in ([""], [" \n "], ["", "no", " "]):
        odd = [Example(nlp.make_doc(text), nlp.make_doc(text)) for text in texts]
        train(nlp, [*odd, *make_examples(nlp)])
        assert train(nlp, odd)["clinical_ner"] == pytest.approx(0.0, abs=1e-5)
        assert [get_spans(doc) for doc in nlp.pipe(["", " \n "])] == [[], []]


@pytest.mark.parametrize("name", MODELS)
def test_a_document_has_the_same_mentions_in_any_batch(build: Build, name: str) -> None:
    nlp = make_nlp(build, name)
    nlp.initialize(lambda: make_examples(nlp))
    train(nlp, make_examples(nlp), steps=25)
    texts = [TEXT, "no fever", TEXT * 5, "", TEXT]
    together = [[(s.start, s.end, s.label_) for s in get_spans(d)] for d in nlp.pipe(texts)]
    assert together == [[(s.start, s.end, s.label_) for s in get_spans(nlp(t))] for t in texts]
    assert together[0] == together[4] != []


def test_what_no_scheme_holds_is_counted(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    nlp = make_nlp(build, "multilabel")
    record = make_record(((0, 3), (12, 15)), ((1, 3),))
    with caplog.at_level(logging.WARNING):
        nlp.initialize(lambda: make_examples(nlp, record))
    (warning,) = [r.message for r in caplog.records if "SC315" in r.message]
    assert "8 gold mentions" in warning
    assert (
        "1 that share a token with a longer one of their label, 1 discontinuous, 1 with" in warning
    )
    assert "patient" not in warning and "aspirin" not in warning


def test_thresholds_of_single_labels(build: Build) -> None:
    nlp = make_nlp(build, "band")
    nlp.initialize(lambda: make_examples(nlp))
    train(nlp, make_examples(nlp), steps=60)
    ner = nlp.get_pipe("clinical_ner")
    ner.cfg["thresholds"] = {"DRUG": 1.0}
    assert {s.label_ for s in get_spans(nlp(TEXT))} == {"SUBSTANCE", "DOSE", "SIGN"}
    ner.cfg["threshold"] = 1.0
    assert get_spans(nlp(TEXT)) == []
