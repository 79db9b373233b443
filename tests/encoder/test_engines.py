"""Engines: torch's vectors, in any shape; clear errors and counted fall-backs; nothing saved."""

import logging
import multiprocessing
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
import torch
from spacy.language import Language

from spacy_clinical.encoder import engines
from spacy_clinical.encoder.choose_engine import engine_reports, use_engine
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.engines import EngineSettings, build_engine
from spacy_clinical.encoder.precision import has_bfloat16
from spacy_clinical.errors import EncoderError

from ..conftest import assert_same_sums

TEXTS = ["The patient was given aspirin for pain .", "", "no rash " * 60, "Metformin 500 mg ."]
PACKAGES = {"onnx": "onnxruntime", "openvino": "openvino"}


@pytest.fixture(params=sorted(PACKAGES))
def name(request: pytest.FixtureRequest) -> str:
    """Each engine besides torch that is installed."""
    pytest.importorskip(PACKAGES[request.param])
    return request.param


@pytest.fixture()
def vectors_nlp(tiny_nlp: Language) -> Language:
    """The tiny pipeline's encoder alone."""
    tiny_nlp.select_pipes(enable=["transformer"])
    return tiny_nlp


def vectors(nlp: Language) -> list[Any]:
    docs = nlp.pipe(TEXTS)
    return [d._.trf_data.model_output["last_hidden_state"][0] for d in docs if len(d)]


@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (7, 13), (64, 3)])
def test_an_engine_gives_torchs_vectors(
    shim: EncoderShim, name: str, shape: tuple[int, int]
) -> None:
    engine = build_engine(EngineSettings(name), shim._model)
    rng = numpy.random.default_rng(0)
    ids, lengths = rng.integers(0, 38, size=shape), rng.integers(1, shape[1] + 1, size=shape[0])
    inside = torch.from_numpy(numpy.arange(shape[1]) < lengths[:, None])
    expected = shim.run(ids, lengths, is_train=False)
    torch.testing.assert_close(
        engine.run(ids, lengths)[inside], expected[inside], atol=1e-5, rtol=0
    )


def test_documents_get_the_same_vectors(vectors_nlp: Language, name: str) -> None:
    expected = vectors(vectors_nlp)
    (report,) = use_engine(vectors_nlp, name, precision="float32")
    assert report[:5] == ("transformer", name, name, "float32", "")
    for found, one in zip(vectors(vectors_nlp), expected, strict=True):
        numpy.testing.assert_allclose(found, one, atol=1e-5)
    assert set(engine_reports(vectors_nlp)[0].batches) == {"torch", name}
    use_engine(vectors_nlp, "torch")


def test_bfloat16_where_the_hardware_has_it(vectors_nlp: Language, name: str) -> None:
    expected = vectors(vectors_nlp)
    (report,) = use_engine(vectors_nlp, name)
    half = name == "openvino" and has_bfloat16(torch.device("cpu"))
    assert report.precision == ("bfloat16" if half else "float32")
    for found, one in zip(vectors(vectors_nlp), expected, strict=True):
        numpy.testing.assert_allclose(found, one, atol=0.1 if half else 1e-5)


def test_int8_is_near(vectors_nlp: Language) -> None:
    pytest.importorskip("openvino")
    expected = vectors(vectors_nlp)
    (report,) = use_engine(vectors_nlp, "openvino", precision="int8")
    assert report.precision == "int8"
    found = vectors(vectors_nlp)
    assert any((a != b).any() for a, b in zip(found, expected, strict=True))
    for one, other in zip(found, expected, strict=True):
        cosine = (one * other).sum(1) / numpy.linalg.norm(one, axis=1)
        assert (cosine / numpy.linalg.norm(other, axis=1)).min() > 0.95


def test_what_is_saved_does_not_change(tiny_nlp: Language, name: str, tmp_path: Path) -> None:
    tiny_nlp.to_disk(tmp_path / "before")
    use_engine(tiny_nlp, name)
    list(tiny_nlp.pipe(TEXTS))
    tiny_nlp.to_disk(tmp_path / "after")
    files = [p.relative_to(tmp_path / "before") for p in (tmp_path / "before").rglob("*")]
    assert len(files) > 5
    for file in files:
        one, other = tmp_path / "before" / file, tmp_path / "after" / file
        assert one.is_dir() or "vocab" in file.parts or one.read_bytes() == other.read_bytes()
    assert len(list((tmp_path / "after").rglob("*"))) == len(files)


def test_chosen_at_load_time(tiny_nlp: Language, name: str, tmp_path: Path) -> None:
    tiny_nlp.to_disk(tmp_path)
    model = {"engine": name, "precision": "float32", "keep_vectors": True}
    config = {"components": {"transformer": {"model": model}}}
    loaded = spacy.load(tmp_path, config=config)
    doc, expected = loaded(TEXTS[0]), tiny_nlp(TEXTS[0])
    (report,) = engine_reports(loaded)
    assert (report.asked, report.runs, report.batches) == (name, name, {name: 1})
    assert [(e.text, e.label_) for e in doc.ents] == [(e.text, e.label_) for e in expected.ents]
    assert doc._.trf_data is not None  # as asked


def test_training_turns_to_torch_with_the_new_weights(tiny_nlp: Language, name: str) -> None:
    from ..conftest import make_examples

    use_engine(tiny_nlp, name, precision="float32")
    shim = tiny_nlp.get_pipe("transformer").model.shims[0]
    ids, lengths = numpy.asarray([[2, 5, 6, 3]]), numpy.asarray([4])
    before = shim.run(ids, lengths, is_train=False).clone()
    optimizer = tiny_nlp.create_optimizer()
    tiny_nlp.update(make_examples(tiny_nlp), sgd=optimizer, losses={})
    tiny_nlp.update(make_examples(tiny_nlp), sgd=optimizer, losses={})
    (report,) = engine_reports(tiny_nlp)
    assert (report.asked, report.runs) == (name, "torch")
    trained = shim.run(ids, lengths, is_train=False).clone()
    assert (trained - before).abs().max() > 1e-4
    use_engine(tiny_nlp, name, precision="float32")
    again = shim.run(ids, lengths, is_train=False)
    torch.testing.assert_close(again, trained, atol=1e-5, rtol=0)


def test_no_file_and_no_connection(
    vectors_nlp: Language, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket
    import tempfile

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection or a temporary file")

    for module, function in ((socket.socket, "connect"), (tempfile, "mkstemp")):
        monkeypatch.setattr(module, function, refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    use_engine(vectors_nlp, name)
    vectors(vectors_nlp)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture()
def missing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without the extras."""
    find = engines.find_spec
    monkeypatch.setattr(engines, "find_spec", lambda p: None if p in PACKAGES.values() else find(p))
    yield


@pytest.mark.usefixtures("missing")
@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_a_missing_engine_is_an_error_or_a_counted_fallback(
    vectors_nlp: Language, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(
        EncoderError, match=rf"\[SC211\].*{PACKAGES[name]}.*spacy-clinical\[{name}\]"
    ):
        use_engine(vectors_nlp, name)
    with pytest.raises(EncoderError, match="SC211"):
        EncoderShim(engine=name)
    expected = vectors(vectors_nlp)
    with caplog.at_level(logging.WARNING):
        (report,) = use_engine(vectors_nlp, name, precision="float32", fallback=True)
        found = vectors(vectors_nlp)
        vectors(vectors_nlp)
    assert (report.asked, report.runs) == (name, "torch") and "SC211" in report.reason
    assert len([r for r in caplog.records if "SC214" in r.getMessage()]) == 1
    assert engine_reports(vectors_nlp)[0].batches["torch"] >= 3
    for one, other in zip(found, expected, strict=True):
        assert_same_sums(one, other)


def test_wishes_that_cannot_be_met(tiny_nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EncoderError, match=r"\[SC210\] .*'tensorrt'.* torch, onnx, openvino"):
        use_engine(tiny_nlp, "tensorrt")
    with pytest.raises(EncoderError, match="SC206"):
        use_engine(tiny_nlp, "torch", precision="int4")
    with pytest.raises(EncoderError, match=r"\[SC215\].*none"):
        use_engine(spacy.blank("en"), "torch")
    monkeypatch.setattr(engines, "find_spec", lambda package: True)
    with pytest.raises(EncoderError, match=r"\[SC212\].*'onnx'.*'bfloat16'"):
        use_engine(tiny_nlp, "onnx", precision="bfloat16")


def test_an_engine_with_other_vectors_is_refused(
    shim: EncoderShim, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = engines.import_module(engines.ENGINES[name][0], engines.__name__)
    engine: Any = {"onnx": "OnnxEngine", "openvino": "OpenVinoEngine"}[name]
    run = getattr(module, engine).run
    monkeypatch.setattr(getattr(module, engine), "run", lambda *args: run(*args).roll(1, 2))
    with pytest.raises(EncoderError, match=r"\[SC213\].*cosine"):
        build_engine(EngineSettings(name), shim._model)


def test_an_engine_stays_in_its_process(vectors_nlp: Language, name: str) -> None:
    use_engine(vectors_nlp, name, precision="float32")
    expected = vectors(vectors_nlp)
    shim = pickle.loads(pickle.dumps(vectors_nlp.get_pipe("transformer").model.shims[0]))
    ids, lengths = numpy.asarray([[2, 5, 6, 3]]), numpy.asarray([4])
    torch.testing.assert_close(
        shim.run(ids, lengths, is_train=False),
        vectors_nlp.get_pipe("transformer").model.shims[0].run(ids, lengths, is_train=False),
    )
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=lambda: queue.put(vectors(vectors_nlp)))
    child.start()
    child.join(timeout=60)
    assert child.exitcode == 0, "the forked process hangs or failed"
    for found, one in zip(queue.get(), expected, strict=True):
        numpy.testing.assert_allclose(found, one, atol=1e-5)
