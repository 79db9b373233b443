"""The encoder's component: as spacy-transformers' `transformer`, without importing it."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy_transformers import Transformer
from thinc.api import Adam

from spacy_clinical.encoder.clinical_listener import ClinicalListener
from spacy_clinical.errors import EncoderError
from spacy_clinical.pipeline.encoder.clinical_encoder import ClinicalEncoder, batch_by_length

from ...conftest import make_examples
from ...pipelines import Build

TEXTS = ["The metformin helps pain.", "", "No rash after the metformin.", " \n", "Pain."]
STOCK = {
    "components.transformer.factory": "transformer",
    "components.transformer.max_batch_items": 32768,
}
KEEP = {"components.transformer.model.keep_vectors": True}
NER = """
[model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 16
maxout_pieces = 2
use_upper = false
nO = null
[model.tok2vec]
@architectures = "spacy-transformers.TransformerListener.v1"
grad_factor = 1.0
[model.tok2vec.pooling]
@layers = "reduce_mean.v1"
"""


def encoder_of(nlp: Language) -> Any:
    return nlp.get_pipe("transformer")


def weights_of(nlp: Language) -> dict[str, Any]:
    network = encoder_of(nlp).model.shims[0]._model
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


@pytest.fixture()
def both(build: Build) -> list[Language]:
    """Two pipelines of the same weights, on our component and on spacy-transformers'."""
    pipelines = [build(KEEP), build(KEEP | STOCK)]
    for nlp in pipelines:
        nlp.initialize(lambda nlp=nlp: make_examples(nlp))
    ours, stock = pipelines
    for (_, mine), (_, theirs) in zip(ours.pipeline, stock.pipeline, strict=True):
        theirs.from_bytes(mine.to_bytes())  # type: ignore[attr-defined]
    assert isinstance(encoder_of(ours), ClinicalEncoder)
    assert isinstance(encoder_of(stock), Transformer)
    return pipelines


def test_the_same_vectors(both: list[Language]) -> None:
    ours, stock = (list(nlp.pipe(TEXTS)) for nlp in both)
    for mine, theirs in zip(ours, stock, strict=True):
        assert len(mine._.trf_data.tensors) == len(theirs._.trf_data.tensors) == bool(len(mine))
        for found, expected in zip(mine._.trf_data.tensors, theirs._.trf_data.tensors, strict=True):
            assert found.tolist() == expected.tolist()


def test_the_same_gradient(both: list[Language]) -> None:
    """The sum of two heads' gradients; the losses are the same too."""
    losses, gradients = [], []
    for nlp in both:
        examples = [*make_examples(nlp), Example(nlp.make_doc(""), nlp.make_doc(""))]
        losses.append(nlp.update(examples, sgd=False, drop=0.0))
        network = encoder_of(nlp).model.shims[0]._model
        gradients.append({n: p.grad for n, p in network.named_parameters() if p.grad is not None})
    ours, stock = gradients
    assert losses[0] == pytest.approx(losses[1]) and losses[0]["transformer"] > 0
    assert ours.keys() == stock.keys() and len(ours) > 30
    for name, gradient in ours.items():
        numpy.testing.assert_allclose(gradient, stock[name], atol=1e-6, err_msg=name)


def test_updated_once(build: Build) -> None:
    """With an optimizer of its own, when the last head has sent its gradient."""
    nlp = build()
    nlp.initialize(lambda: make_examples(nlp))
    before, examples = weights_of(nlp), make_examples(nlp)
    encoder_of(nlp).update(examples, sgd=Adam(0.01))
    nlp.get_pipe("clinical_ner").update(examples)  # type: ignore[attr-defined]
    assert all(numpy.array_equal(x, before[name]) for name, x in weights_of(nlp).items())
    nlp.get_pipe("clinical_rel").update(examples)  # type: ignore[attr-defined]
    assert any(not numpy.array_equal(x, before[name]) for name, x in weights_of(nlp).items())


def test_saved_as_the_other_one(both: list[Language], tmp_path: Path) -> None:
    ours, stock = both
    encoder_of(stock).to_disk(tmp_path / "stock")
    encoder_of(ours).to_disk(tmp_path / "ours")
    names = [sorted(p.name for p in (tmp_path / x).iterdir()) for x in ("ours", "stock")]
    assert names[0] == names[1]
    encoder_of(ours).from_disk(tmp_path / "stock")


PROBE = """
import sys
import catalogue, spacy
from spacy_clinical.encoder_library import leaving_out_encoders
def check():
    libraries = "spacy_transformers", "transformers.modeling_utils"
    assert not sys.modules.keys() & set(libraries)
if __name__ == "__main__":
    with leaving_out_encoders():
        nlp = spacy.load(sys.argv[1])
        for n_process in (1, 2):
            for doc in nlp.pipe(["The metformin helps pain.", "", "No rash."], n_process=n_process):
                data = doc._.trf_data
                print([(e.text, e.label_) for e in doc.ents], [t.shape for t in data.tensors])
        check()
"""


def test_loaded_without_transformers(build: Build, trained: Language, tmp_path: Path) -> None:
    """In a process that imports neither of both libraries; kept vectors go from process to
    process."""
    nlp = build(KEEP)
    nlp.initialize(lambda: make_examples(nlp))
    for name, component in nlp.pipeline:
        component.from_bytes(trained.get_pipe(name).to_bytes())  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "pipeline")
    (tmp_path / "probe.py").write_text(PROBE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "probe.py"), str(tmp_path / "pipeline")],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    expected = [
        str([(e.text, e.label_) for e in doc.ents])
        + f" {[t.shape for t in doc._.trf_data.tensors]}"
        for doc in nlp.pipe(["The metformin helps pain.", "", "No rash."])
    ]
    assert done.stdout.splitlines() == expected * 2
    assert "DRUG" in expected[0]


def test_heads_of_spacy_transformers(build: Build) -> None:
    """Their listener reads our encoder, and learns with it."""
    nlp = build({"nlp.pipeline": ["transformer"]})
    config = spacy.util.load_config_from_str(NER)
    nlp.add_pipe("ner", config={"model": config["model"]})
    docs = [spacy.tokens.Doc(nlp.vocab, words=["metformin", "helps"], ents=["B-DRUG", "O"])]
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    optimizer = nlp.initialize(lambda: examples)
    before = weights_of(nlp)
    losses = [nlp.update(examples, sgd=optimizer)["ner"] for _ in range(8)]
    assert losses[-1] < losses[0]
    assert any(not numpy.array_equal(x, before[name]) for name, x in weights_of(nlp).items())


def test_one_bad_document(build: Build, trained: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is reported alone; the others get what they get without it."""
    encoder = encoder_of(trained)
    predict = ClinicalEncoder.predict
    told: list[list[str]] = []

    def fail(self: Any, docs: Any) -> Any:
        docs = list(docs)
        if any("rash" in doc.text for doc in docs):
            raise RuntimeError
        return predict(self, docs)

    monkeypatch.setattr(ClinicalEncoder, "predict", fail)
    monkeypatch.setattr(
        encoder, "get_error_handler", lambda: lambda n, p, docs, e: told.append(list(docs))
    )
    docs = [trained.make_doc(text) for text in TEXTS]
    found = list(encoder.pipe(docs, batch_size=10))
    assert found == [doc for doc in docs if "rash" not in doc.text]
    assert told == [[docs[2]]]
    assert all(doc._.trf_data is not None for doc in found) and docs[2]._.trf_data is None


def test_other_documents_than_the_encoder_read(build: Build) -> None:
    nlp = build()
    nlp.initialize(lambda: make_examples(nlp))
    examples = make_examples(nlp)
    encoder_of(nlp).update(examples)
    with pytest.raises(EncoderError, match=r"\[SC237\].* 1 documents") as caught:
        nlp.get_pipe("clinical_ner").update(examples[:1])  # type: ignore[attr-defined]
    assert examples[0].text not in str(caught.value)


def test_listeners(build: Build) -> None:
    """They are found by name or by "*", and can go."""
    nlp = build()
    nlp.initialize(lambda: make_examples(nlp))
    encoder = encoder_of(nlp)
    assert encoder.listening_components == ["clinical_ner", "clinical_rel"]
    (listener,) = encoder.listener_map["clinical_ner"]
    assert isinstance(listener, ClinicalListener)
    encoder.add_listener(listener, "clinical_ner")
    assert encoder.listeners.count(listener) == 1
    assert encoder.remove_listener(listener, "clinical_ner")
    assert not encoder.remove_listener(listener, "clinical_ner")
    assert encoder.listening_components == ["clinical_rel"]
    listener.upstream_name = "another"
    encoder.find_listeners(nlp.get_pipe("clinical_ner"))
    assert encoder.listening_components == ["clinical_rel"]


def test_no_tokens_at_all(trained: Language) -> None:
    docs = list(trained.pipe(["", "", ""], batch_size=2))
    assert [doc.ents for doc in docs] == [(), (), ()]
    empty = Doc(trained.vocab)
    assert encoder_of(trained)(empty)._.trf_data.tensors == ()


def test_pickle(trained: Language) -> None:
    """As for a worker process that is spawned."""
    copy = pickle.loads(pickle.dumps(trained))
    found, expected = (list(nlp.pipe(TEXTS)) for nlp in (copy, trained))
    assert [[e.text for e in d.ents] for d in found] == [[e.text for e in d.ents] for d in expected]


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 200))
def test_documents_of_like_length(lengths: list[int], most: int) -> None:
    batches = batch_by_length(lengths, most)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    longest = [max(lengths[i] for i in batch) for batch in batches]
    assert longest == sorted(longest, reverse=True)
    for batch, length in zip(batches, longest, strict=True):
        assert batch == sorted(batch)
        assert len(batch) == 1 or length * len(batch) <= most
