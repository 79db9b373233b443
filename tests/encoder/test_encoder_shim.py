"""The shim: bytes without pickle and without the weights' folder, and its own rate."""

import pickle
from functools import partial
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import numpy
import pytest
import srsly
import torch
from thinc.api import Adam

from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.errors import EncoderError
from spacy_clinical.optimizers.adamw import AdamW


def test_bytes_hold_everything(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copytree(tiny_encoder, tmp_path / "copy")
    shim = EncoderShim()
    shim.load(str(folder), {})
    rmtree(folder)

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("pickle")

    for module, name in [(pickle, "dumps"), (pickle, "loads"), (pickle, "load"), (torch, "load")]:
        monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(torch, "save", refuse)
    data = shim.to_bytes()
    copy = EncoderShim(0.5, "bfloat16", "auto").from_bytes(data)
    assert srsly.msgpack_loads(copy.to_bytes()) == srsly.msgpack_loads(data)
    for name, tensor in shim._model.state_dict().items():
        assert torch.equal(copy._model.state_dict()[name], tensor)
    assert (copy.rate, copy.precision, copy.train_precision) == (0.5, "bfloat16", "auto")
    assert copy.vocabulary is not None and shim.vocabulary is not None
    assert copy.vocabulary.max_length == 64
    assert (copy.vocabulary.prefix, copy.vocabulary.suffix) == ([2], [3])
    assert copy.vocabulary.tokenizer.to_str() == shim.vocabulary.tokenizer.to_str()
    assert str(tmp_path).encode() not in data


def test_an_empty_shim_survives_its_bytes() -> None:
    shim = EncoderShim().from_bytes(EncoderShim().to_bytes())
    assert shim.vocabulary is None and shim._model is None


@pytest.mark.parametrize("rate", [1.0, 0.25, 0.0])
def test_the_rate_scales_the_step(tiny_encoder: Path, rate: float) -> None:
    shim = EncoderShim(rate=rate)
    shim.load(str(tiny_encoder), {})
    weight = shim._model.get_parameter("embeddings.word_embeddings.weight")
    before, address = weight.detach().clone(), weight.data_ptr()
    weight.grad = torch.ones_like(weight)
    shim.finish_update(Adam(0.01, L2=0.0, grad_clip=0.0, use_averages=False))
    torch.testing.assert_close(before - weight.detach(), torch.full_like(before, 0.01 * rate))
    assert weight.grad is None
    assert weight.data_ptr() == address


def test_weights_that_do_not_fit_the_config(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = copytree(tiny_encoder, tmp_path / "copy")
    config = srsly.read_json(folder / "config.json")
    srsly.write_json(folder / "config.json", {**config, "num_hidden_layers": 3})
    with pytest.raises(EncoderError, match="SC208"):
        EncoderShim().load(str(folder), {})


@pytest.mark.parametrize(("frozen", "kept"), [(None, []), (0, ["e"]), (1, ["e", "0"])])
def test_frozen_layers_keep_their_weights(
    tiny_encoder: Path, frozen: int | None, kept: list[str]
) -> None:
    shim = EncoderShim(frozen_layers=frozen)
    shim.load(str(tiny_encoder), {})
    shim = EncoderShim(frozen_layers=frozen).from_bytes(shim.to_bytes())
    before = {name: tensor.clone() for name, tensor in shim._model.named_parameters()}
    rows = numpy.asarray([[2, 5, 6, 3]])
    shim.run(rows, numpy.asarray([4]), is_train=True).square().sum().backward()
    shim.finish_update(Adam(0.1, use_averages=False))
    parts = {"e": "embeddings.word", "0": "encoder.layer.0.", "1": "encoder.layer.1.output"}
    for part, start in parts.items():
        same = [
            torch.equal(before[name], tensor)
            for name, tensor in shim._model.named_parameters()
            if name.startswith(start)
        ]
        assert same and (all(same) if part in kept else not all(same))


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("encoder.layer.1.output.dense.weight", 1.0),
        ("encoder.layer.0.output.dense.weight", 0.5),
        ("embeddings.word_embeddings.weight", 0.25),
        ("pooler.dense.weight", 1.0),
    ],
)
def test_lower_layers_learn_more_slowly(tiny_encoder: Path, name: str, factor: float) -> None:
    shim = EncoderShim(rate=0.1, layer_decay=0.5)
    shim.load(str(tiny_encoder), {})
    assert shim.rate_of(name) == pytest.approx(0.1 * factor)
    weight = shim._model.get_parameter(name)
    before = weight.detach().clone()
    weight.grad = torch.ones_like(weight)
    optimizer = AdamW(0.01, weight_decay=0.0, grad_clip=0.0)
    shim.finish_update(optimizer)
    optimizer.step_schedules()
    step = torch.full_like(before, 0.01 * 0.1 * factor)
    torch.testing.assert_close(before - weight.detach(), step, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize(("frozen", "asked"), [(None, [0, 1]), (0, [0, 1]), (1, [1]), (2, [])])
def test_frozen_layers_take_no_part_in_the_backward_pass(
    tiny_encoder: Path, frozen: int | None, asked: list[int]
) -> None:
    shim = EncoderShim(frozen_layers=frozen)
    shim.load(str(tiny_encoder), {})
    ran: list[int] = []

    def watch(module: Any, inputs: Any, output: torch.Tensor, i: int) -> None:
        if output.requires_grad:
            output.register_hook(lambda gradient: ran.append(i))

    for i, layer in enumerate(shim._model.encoder.layer):
        layer.output.dense.register_forward_hook(partial(watch, i=i))
    output = shim.run(numpy.asarray([[2, 5, 6, 3]]), numpy.asarray([4]), is_train=True)
    assert output.requires_grad == bool(asked)
    if asked:
        output.square().sum().backward()
    assert sorted(ran) == asked
    with_gradient = {n for n, p in shim._model.named_parameters() if p.grad is not None}
    assert any(n.startswith("embeddings.") for n in with_gradient) == (frozen is None)
