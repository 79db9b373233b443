"""The marker model: pairs don't disturb each other, right gradients, saved and read again."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
import torch
from spacy.tokens import Doc
from thinc.api import Adam, Config, Model

from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.errors import EncoderError
from spacy_clinical.models.marker_classifier import build_marker_classifier

from ..conftest import TINY_CONFIG, make_examples, make_record

Inputs = tuple[Any, Any, Any]
TEXTS = ["the patient was given aspirin for pain and no fever .", "no", "metformin 500 mg daily ."]
MENTIONS = [[[1, 2, 0], [4, 5, 1], [6, 7, 0]], [], [[0, 1, 1], [1, 3, 0]]]
PAIRS = [[[1, 2, 1, 0], [0, 1, 0, 1], [2, 1, 1, 1]], [], [[0, 1, 0, 0]]]


def make_model(folder: Path, **settings: Any) -> Model:
    torch.manual_seed(0)
    weights = EncoderWeights(folder=str(folder))
    model = build_marker_classifier(weights, hidden=8, dropout=0.0, **settings)
    model.attrs["n_features"] = [2, 2]
    model.set_dim("nO", 3)
    model.set_dim("n_types", 2)
    model.initialize()
    return model


def make_inputs(times: int = 1) -> Inputs:
    nlp = spacy.blank("en")
    docs = [nlp.make_doc(" ".join([text] * times)) for text in TEXTS]
    mentions = [numpy.asarray(m, dtype="int64").reshape(-1, 3) for m in MENTIONS]
    pairs = [numpy.asarray(p, dtype="int64").reshape(-1, 4) for p in PAIRS]
    return docs, mentions, pairs


def test_a_pair_alone_has_the_score_that_it_has_among_others(tiny_encoder: Path) -> None:
    model = make_model(tiny_encoder)
    docs, mentions, pairs = make_inputs()
    together = model.predict((docs, mentions, pairs))
    assert together.shape == (4, 3)
    rows = iter(together)
    for doc, own, ranked in zip(docs, mentions, pairs, strict=True):
        for pair in ranked:
            alone = model.predict(([doc], [own], [pair[None]]))
            numpy.testing.assert_allclose(alone[0], next(rows), atol=1e-5)


@pytest.mark.parametrize("settings", [{"max_pairs": 1}, {"max_padded": 1}])
def test_the_limits_change_no_score(tiny_encoder: Path, settings: dict[str, int]) -> None:
    expected = make_model(tiny_encoder).predict(make_inputs())
    found = make_model(tiny_encoder, **settings).predict(make_inputs())
    numpy.testing.assert_allclose(found, expected, atol=1e-5)


def test_direction_and_types_count(tiny_encoder: Path) -> None:
    model = make_model(tiny_encoder)
    docs, mentions, pairs = make_inputs()
    scores = model.predict((docs[:1], mentions[:1], pairs[:1]))
    assert not numpy.allclose(scores[0], scores[2], atol=1e-4)
    other = mentions[0].copy()
    other[2, 2] = 1
    changed = model.predict((docs[:1], [other], pairs[:1]))
    assert not numpy.allclose(scores[0], changed[0], atol=1e-4)
    numpy.testing.assert_allclose(scores[1], changed[1], atol=1e-5)


def test_a_document_longer_than_the_window(tiny_encoder: Path) -> None:
    model = make_model(tiny_encoder, window=16)
    docs, mentions, pairs = make_inputs(times=9)
    mentions[0] = mentions[0].copy()
    mentions[0][2] = [80, 81, 0]  # far from the others
    assert numpy.isfinite(model.predict((docs, mentions, pairs))).all()


def test_the_gradient_by_finite_differences(tiny_encoder: Path) -> None:
    model = make_model(tiny_encoder, train_precision="float32")
    inputs = make_inputs()
    encoder, network = (shim._model for shim in model.shims)
    logits, backprop = model.begin_update(inputs)
    d_logits = numpy.random.default_rng(0).normal(size=logits.shape).astype("f")
    assert backprop(d_logits) is inputs
    step = 1e-2
    places = [
        (network.markers.weight, (2, 5)),
        (network.output.weight, (1, 3)),
        (network.features[0].weight, (1, 2)),
        (encoder.embeddings.word_embeddings.weight, (9, 4)),
        (encoder.encoder.layer[0].attention.self.query.weight, (3, 3)),
    ]
    for parameter, place in places:
        gradient = float(parameter.grad[place])
        with torch.no_grad():
            parameter[place] += step
            more = (model.predict(inputs).astype("d") * d_logits).sum()
            parameter[place] -= 2 * step
            less = (model.predict(inputs).astype("d") * d_logits).sum()
            parameter[place] += step
        assert gradient == pytest.approx((more - less) / (2 * step), rel=0.02, abs=1e-3)


def test_nothing_to_score(tiny_encoder: Path) -> None:
    model = make_model(tiny_encoder)
    docs, mentions, pairs = make_inputs()
    nothing = docs, mentions, [p[:0] for p in pairs]
    assert model.predict(nothing).shape == (0, 3)
    logits, backprop = model.begin_update(nothing)
    assert backprop(logits) is nothing


def test_another_kind_of_encoder_is_refused(tiny_encoder: Path) -> None:
    model = make_model(tiny_encoder)
    model.shims[0]._model.config.model_type = "deberta"
    with pytest.raises(EncoderError, match=r"\[SC221\].*'deberta'.*bert"):
        model.initialize()


def test_in_a_pipeline(tiny_encoder: Path, tmp_path: Path) -> None:
    config = Config().from_str(TINY_CONFIG)
    weights = {"@misc": "spacy-clinical.EncoderWeights.v1", "folder": str(tiny_encoder)}
    config["components"]["transformer"]["model"]["weights"] = weights
    config["components"]["clinical_rel"]["model"] = {
        "@architectures": "spacy-clinical.MarkerPairClassifier.v1",
        "hidden": 16,
        "train_precision": "float32",
        "weights": weights,
    }
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.initialize(lambda: make_examples(nlp))
    sgd = Adam(0.003)
    losses: list[float] = []
    for _ in range(25):
        found: dict[str, float] = {}
        nlp.update(make_examples(nlp), sgd=sgd, losses=found)
        losses.append(found["clinical_rel"])
    assert losses[-1] < losses[0] / 2
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    texts = [make_record(i).text for i in range(2)]
    before, after = list(nlp.pipe(texts)), [again(text) for text in texts]
    assert [relations(doc) for doc in before] == [relations(doc) for doc in after]
    assert any(relations(doc) for doc in before)
    assert all(doc._.trf_data is None for doc in before)


def relations(doc: Doc) -> list[Any]:
    return [(r.head.text, r.label, r.tail.text, round(r.score, 4)) for r in doc._.relations]
