"""Frozen layers whose outputs are kept: the same vectors and gradients, computed once."""

from pathlib import Path
from shutil import copytree
from typing import Any

import numpy
import pytest
import torch
from thinc.api import Adam

from spacy_clinical.encoder import frozen_layers
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.saved_encoder import AdapterSettings
from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.errors import EncoderError
from spacy_clinical.models.transformer import build_transformer

IDS = numpy.asarray([[2, 5, 6, 7, 3], [2, 9, 3, 0, 0]])
LENGTHS = numpy.asarray([5, 3])
NO_DROPOUT = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}


def make_shim(folder: Path, frozen: int = 1, *, keep: bool = True, **settings: Any) -> EncoderShim:
    shim = EncoderShim(frozen_layers=frozen, keep_frozen=keep, **settings)
    shim.load(str(folder), NO_DROPOUT)
    return shim


def learn(shim: EncoderShim) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """RETURNS (tuple): The vectors of a training step, and the gradients."""
    output = shim.run(IDS, LENGTHS, is_train=True)
    (output[0].square().sum() + output[1, :3].square().sum()).backward()
    named = shim._model.named_parameters()
    return output.detach(), {n: p.grad.clone() for n, p in named if p.grad is not None}


@pytest.mark.parametrize("frozen", [1, 2])
def test_vectors_are_those_of_the_whole_network(tiny_encoder: Path, frozen: int) -> None:
    kept, plain = make_shim(tiny_encoder, frozen), make_shim(tiny_encoder, frozen, keep=False)
    expected = plain.run(IDS, LENGTHS, is_train=True)
    for _ in range(2):  # computed, then read
        found = kept.run(IDS, LENGTHS, is_train=True)
        for row, length in enumerate(LENGTHS):
            difference = (found - expected)[row, :length].abs().max()
            assert difference < 0.005  # kept in 16 bits


def test_gradients_are_those_of_the_whole_network(tiny_encoder: Path) -> None:
    _, expected = learn(make_shim(tiny_encoder, keep=False))
    shim = make_shim(tiny_encoder)
    for _ in range(2):
        shim._model.zero_grad()
        _, found = learn(shim)
        assert found.keys() == expected.keys() and any("layer.1." in name for name in found)
        for name, gradient in found.items():
            scale = expected[name].abs().max()
            assert (gradient - expected[name]).abs().max() <= 0.02 * scale + 1e-5, name


def test_the_lower_layers_run_once_for_a_window(tiny_encoder: Path) -> None:
    shim = make_shim(tiny_encoder)
    learn(shim)
    assert shim.frozen is not None
    ran: list[Any] = []
    layer = shim.frozen.lower.network.layers[0]
    layer.register_forward_hook(lambda module, inputs, output: ran.append(inputs[1]))
    learn(shim)
    assert ran == []
    other = numpy.asarray([[2, 5, 6, 7, 3], [2, 8, 3, 0, 0]])
    shim.run(other, LENGTHS, is_train=True)
    assert ran == [[(slice(0, 3), 1, 3)]]  # only the window that is new


def test_upper_layers_learn_and_lower_ones_stay(tiny_encoder: Path) -> None:
    shim = make_shim(tiny_encoder)
    before = {name: p.detach().clone() for name, p in shim._model.named_parameters()}
    first, _ = learn(shim)
    shim.finish_update(Adam(0.01, use_averages=False))
    second, _ = learn(shim)
    assert not torch.allclose(first, second, atol=1e-3)
    for name, parameter in shim._model.named_parameters():
        if "layer." in name:
            assert torch.equal(before[name], parameter) == ("layer.0." in name), name
    predicted = shim.run(IDS, LENGTHS, is_train=False)
    assert (predicted - second)[0].abs().max() < 0.005


def test_adapters_learn_above_them(tiny_encoder: Path) -> None:
    adapters = AdapterSettings(2, False, EncoderWeights(folder=str(tiny_encoder)))
    shim = make_shim(tiny_encoder, adapters=adapters)
    _, gradients = learn(shim)
    assert gradients and all(".low." in name and "layer.1." in name for name in gradients)


def test_no_more_memory_than_the_limit(tiny_encoder: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(frozen_layers, "LIMIT", 5 * 32 * 2 + 100)  # the longer window
    shim = make_shim(tiny_encoder)
    first, _ = learn(shim)
    assert shim.frozen is not None and len(shim.frozen.kept) == 1
    again, _ = learn(shim)
    assert (first - again)[0].abs().max() < 0.005
    assert torch.equal(first[1, :3], again[1, :3])  # computed anew


def test_new_weights_forget_what_was_kept(tiny_encoder: Path) -> None:
    shim, other = make_shim(tiny_encoder), make_shim(tiny_encoder)
    with torch.no_grad():
        other._model.encoder.layer[0].output.dense.bias += 1.0
    learn(shim)
    shim.from_bytes(other.to_bytes())
    found, expected = (s.run(IDS, LENGTHS, is_train=True) for s in (shim, other))
    torch.testing.assert_close(found[0], expected[0])


def test_vectors_beyond_16_bits_are_not_kept(tiny_encoder: Path, monkeypatch: Any) -> None:
    shim = make_shim(tiny_encoder)
    shim.frozen = frozen_layers.FrozenLayers(shim._model, None, "float32")
    forward = shim.frozen.lower.forward
    scale = {5: 1e6, 3: 1.0}
    monkeypatch.setattr(
        shim.frozen.lower, "forward", lambda ids, n: forward(ids, n) * scale[ids.shape[1]]
    )
    found = shim.run(IDS, LENGTHS, is_train=True)
    assert [len(key) // IDS.itemsize for key in shim.frozen.kept] == [3]
    assert torch.isfinite(found).all() and found[0].abs().max() > 70_000


def test_vectors_hang_neither_on_the_batch_nor_on_being_kept(tiny_encoder: Path) -> None:
    shim, alone = make_shim(tiny_encoder), make_shim(tiny_encoder)
    shim.freeze()
    alone.freeze()
    first = shim.run(IDS, LENGTHS, is_train=True)
    assert torch.equal(first, shim.run(IDS, LENGTHS, is_train=True))
    assert torch.equal(first[1:, :3], alone.run(IDS[1:, :3], LENGTHS[1:], is_train=True))


def test_a_network_of_another_layout_is_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    from transformers import DistilBertConfig, DistilBertModel

    config = DistilBertConfig(vocab_size=40, dim=16, n_layers=2, n_heads=2, hidden_dim=16)
    folder = copytree(tiny_encoder, tmp_path / "distilbert")
    (folder / "model.safetensors").unlink()
    DistilBertModel(config).save_pretrained(folder)
    shim = EncoderShim(frozen_layers=1, keep_frozen=True)
    shim.load(str(folder), {})
    with pytest.raises(EncoderError, match="SC230"):
        shim.run(IDS, LENGTHS, is_train=True)


@pytest.mark.parametrize("settings", [{}, {"frozen_layers": 0}, {"hidden_rate": 0.1}])
def test_settings_that_exclude_it(settings: dict[str, Any]) -> None:
    settings = {"frozen_layers": 1} | settings if "hidden_rate" in settings else settings
    with pytest.raises(EncoderError, match="SC231"):
        build_transformer(EncoderWeights(), keep_frozen=True, **settings)
