"""Where weights come from, and what happens if they don't."""

import json
import sys
from importlib import invalidate_caches
from pathlib import Path
from shutil import copytree

import pytest
import torch
from transformers import BertTokenizer

from spacy_clinical.encoder.base_encoder import load_base
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.weights import EncoderWeights, find_in_package, make_encoder_weights
from spacy_clinical.errors import EncoderError


@pytest.fixture()
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package that carries weights and can't be imported."""
    root = tmp_path / "fake_weights"
    for folder in ("model/1_Pooling", "deep/er"):
        (root / folder).mkdir(parents=True)
        (root / folder / "config.json").write_text("{}")
    (root / "model" / "config.json").write_text("{}")
    (root / "__init__.py").write_text("raise RuntimeError('imported')")
    (tmp_path / "fake_code").mkdir()
    (tmp_path / "fake_code" / "__init__.py").write_text("")
    (tmp_path / "fake_module.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    return root / "model"


def test_the_package_is_searched_and_not_imported(package: Path) -> None:
    assert find_in_package("fake-weights") == package
    assert find_in_package("fake_weights") == package
    assert "fake_weights" not in sys.modules


@pytest.mark.parametrize("name", ["fake-code", "fake-module", "not-installed-anywhere"])
def test_a_package_without_weights(package: Path, name: str) -> None:
    assert find_in_package(name) is None


def test_folder_before_package_before_hub(package: Path, tiny_encoder: Path) -> None:
    folder, name = str(tiny_encoder), "fake-weights"
    assert make_encoder_weights(folder, name, "org/model").locate() == folder
    assert make_encoder_weights(None, name, "org/model").locate() == str(package)
    assert make_encoder_weights(None, "not-installed", "org/model").locate() == "org/model"
    assert make_encoder_weights(None, None, "org/model").locate() == "org/model"


MISSING = [
    (EncoderWeights(folder="nowhere", hub="org/model"), r"\[SC201\].*'nowhere'"),
    (EncoderWeights(package="not-installed"), r"\[SC202\].*'not-installed'"),
    (EncoderWeights(), r"\[SC202\]"),
]


@pytest.mark.parametrize("weights, message", MISSING)
def test_missing_weights(weights: EncoderWeights, message: str) -> None:
    with pytest.raises(EncoderError, match=message):
        weights.locate()


@pytest.mark.parametrize("file", ["config.json", "model.safetensors", "tokenizer.json"])
def test_damaged_weights(tiny_encoder: Path, tmp_path: Path, file: str) -> None:
    folder = copytree(tiny_encoder, tmp_path / "copy")
    (folder / "vocab.txt").unlink()
    data = (folder / file).read_bytes()
    (folder / file).write_bytes(data[: len(data) // 2])
    with pytest.raises(EncoderError, match=r"\[SC203\].*copy"):
        EncoderShim().load(str(folder), {})


def test_a_folder_without_weights(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = copytree(tiny_encoder, tmp_path / "copy")
    (folder / "model.safetensors").unlink()
    with pytest.raises(EncoderError, match=r"\[SC203\]"):
        EncoderShim().load(str(folder), {})


def test_a_slow_tokenizer(tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = BertTokenizer(str(tiny_encoder / "vocab.txt"))
    monkeypatch.setattr("transformers.AutoTokenizer.from_pretrained", lambda *_, **__: slow)
    with pytest.raises(EncoderError, match=r"\[SC204\]"):
        EncoderShim().load(str(tiny_encoder), {})


def test_special_pieces_of_a_tokenizer_of_the_general_class(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    folder = copytree(tiny_encoder, tmp_path / "copy")
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    for source in (folder, tiny_encoder):
        vocabulary = load_base(str(source), {}).vocabulary
        assert (vocabulary.prefix, vocabulary.suffix) == ([2], [3])  # [CLS], [SEP]


def test_overrides_change_the_network(tiny_encoder: Path) -> None:
    shim = EncoderShim()
    shim.load(str(tiny_encoder), {"attention_probs_dropout_prob": 0.25})
    assert shim._model.config.attention_probs_dropout_prob == 0.25
    copy = EncoderShim().from_bytes(shim.to_bytes())
    assert copy._model.config.attention_probs_dropout_prob == 0.25


def test_weights_are_kept_in_float32(tiny_encoder: Path, tmp_path: Path) -> None:
    from transformers import BertModel

    folder = copytree(tiny_encoder, tmp_path / "half")
    BertModel.from_pretrained(folder).half().save_pretrained(folder)
    shim = EncoderShim()
    shim.load(str(folder), {})
    for each in (shim, EncoderShim().from_bytes(shim.to_bytes())):
        assert {p.dtype for p in each._model.parameters()} == {torch.float32}
