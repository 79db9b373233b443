"""Low-rank adapters: what they change, what they leave, and what is saved of them."""

from functools import partial
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy
import pytest
import srsly
import torch
from thinc.api import Adam

from spacy_clinical.encoder.adapters import adapters_of, merge_adapters
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.saved_encoder import AdapterSettings
from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.errors import EncoderError, PackageError

from ..conftest import assert_same_sums

IDS = numpy.asarray([[2, 5, 6, 7, 3], [2, 9, 3, 0, 0]])
LENGTHS = numpy.asarray([5, 3])


def make_shim(folder: Path, rank: int = 3, *, only: bool = False, **settings: Any) -> EncoderShim:
    weights = EncoderWeights(folder=str(folder))
    shim = EncoderShim(adapters=AdapterSettings(rank, only, weights), **settings)
    shim.load(str(folder), {})
    return shim


def learn(shim: EncoderShim, steps: int = 2) -> None:
    """Pull all vectors to other ones; every adapter is another one after it."""
    goal = torch.randn((2, 5, 32), generator=torch.Generator().manual_seed(1))
    optimizer = Adam(0.01, L2=0.0, grad_clip=0.0, use_averages=False)
    for _ in range(steps):
        loss = (shim.run(IDS, LENGTHS, True) - goal).square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        shim.finish_update(optimizer)


def vectors(shim: EncoderShim) -> Any:
    return shim.run(IDS, LENGTHS, False)[0].numpy()


@pytest.fixture(scope="module")
def plain(tiny_encoder: Path) -> EncoderShim:
    shim = EncoderShim()
    shim.load(str(tiny_encoder), {})
    return shim


def test_untrained_adapters_change_nothing(tiny_encoder: Path, plain: EncoderShim) -> None:
    assert_same_sums(vectors(make_shim(tiny_encoder)), vectors(plain))


def test_every_linear_layer_has_one_of_the_rank(tiny_encoder: Path) -> None:
    found = adapters_of(make_shim(tiny_encoder)._model)
    assert len(found) == 2 * 6  # query, key, value, two outputs and the wide layer
    shapes = {(tuple(low.down.shape), tuple(low.up.shape)) for low in found.values()}
    assert shapes == {((3, 32), (32, 3)), ((3, 32), (48, 3)), ((3, 48), (32, 3))}


@pytest.mark.parametrize(("frozen", "n"), [(None, 12), (0, 12), (1, 6)])
def test_frozen_layers_have_none(tiny_encoder: Path, frozen: int | None, n: int) -> None:
    shim = make_shim(tiny_encoder, frozen_layers=frozen)
    assert len(adapters_of(shim._model)) == n


@pytest.mark.parametrize("only", [False, True])
def test_adapters_that_no_layer_takes_are_refused(tiny_encoder: Path, only: bool) -> None:
    with pytest.raises(EncoderError, match="SC216"):
        make_shim(tiny_encoder, only=only, frozen_layers=2)


def test_an_encoder_whose_layers_share_their_weights(tiny_encoder: Path, tmp_path: Path) -> None:
    """ALBERT: without the error, all of its weights would learn at the rate of adapters."""
    from transformers import AlbertConfig, AlbertModel

    sizes = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 16}
    config = AlbertConfig(vocab_size=40, embedding_size=8, max_position_embeddings=64, **sizes)
    folder = copytree(tiny_encoder, tmp_path / "albert")
    (folder / "model.safetensors").unlink()
    AlbertModel(config).save_pretrained(folder)
    with pytest.raises(EncoderError, match="SC216"):
        make_shim(folder)


def test_predictions_between_steps_know_the_last_step(tiny_encoder: Path) -> None:
    shim = make_shim(tiny_encoder)
    loss = shim.run(IDS, LENGTHS, True).pow(3).sum()
    vectors(shim)  # as annotating components do
    loss.backward()  # type: ignore[no-untyped-call]
    shim.finish_update(Adam(0.01, L2=0.0, grad_clip=0.0, use_averages=False))
    copy = EncoderShim(adapters=shim.adapters).from_bytes(shim.to_bytes())
    assert numpy.array_equal(vectors(shim), vectors(copy))


@pytest.mark.parametrize("only", [False, True])
def test_only_adapters_learn(tiny_encoder: Path, plain: EncoderShim, only: bool) -> None:
    shim = make_shim(tiny_encoder, only=only)
    before = {name: low.detach().clone() for name, low in shim._model.named_parameters()}
    learn(shim)
    for name, parameter in shim._model.named_parameters():
        if "pooler" not in name:
            assert torch.equal(parameter, before[name]) == (".low." not in name), name
    assert not numpy.allclose(vectors(shim), vectors(plain), atol=0.01)


def test_gradients_by_finite_differences(tiny_encoder: Path) -> None:
    shim = make_shim(tiny_encoder)
    learn(shim)  # B is no longer zero
    network = shim._model.double().eval()
    ids = torch.from_numpy(IDS[:1])
    low = adapters_of(network)["encoder/layer/1/attention/self/value"]

    def loss() -> torch.Tensor:
        return network(input_ids=ids).last_hidden_state.pow(3).sum()

    loss().backward()  # type: ignore[no-untyped-call]
    for matrix in (low.down, low.up):
        gradient = matrix.grad[1, 2].item()
        with torch.no_grad():
            matrix[1, 2] += 1e-6
            above = loss().item()
            matrix[1, 2] -= 2e-6
            below = loss().item()
            matrix[1, 2] += 1e-6
        assert gradient == pytest.approx((above - below) / 2e-6, rel=1e-4, abs=1e-7)
        assert gradient != 0


def test_folded_in_they_give_the_same(tiny_encoder: Path) -> None:
    shim = make_shim(tiny_encoder)
    learn(shim)
    with torch.no_grad():
        apart = shim._model.eval()(input_ids=torch.from_numpy(IDS[:1])).last_hidden_state[0]
    merged = merge_adapters(shim._model)
    assert not adapters_of(merged) and adapters_of(shim._model)
    assert_same_sums(vectors(shim), apart)
    name = "embeddings.word_embeddings.weight"
    assert merged.get_parameter(name) is shim._model.get_parameter(name)


@pytest.mark.parametrize("only", [False, True])
def test_a_copy_predicts_the_same_and_learns_on(tiny_encoder: Path, only: bool) -> None:
    shim = make_shim(tiny_encoder, only=only)
    learn(shim)
    copy = EncoderShim(adapters=shim.adapters).from_bytes(shim.to_bytes())
    assert numpy.array_equal(vectors(copy), vectors(shim))
    learn(shim), learn(copy)
    assert numpy.array_equal(vectors(copy), vectors(shim))


def test_only_they_are_saved_and_the_network_is_shared(tiny_encoder: Path) -> None:
    first, second = (make_shim(tiny_encoder, only=True) for _ in range(2))
    whole = make_shim(tiny_encoder)
    assert len(first.to_bytes()) < len(whole.to_bytes()) / 3
    assert b"embeddings" not in first.to_bytes()
    third = EncoderShim(adapters=first.adapters).from_bytes(first.to_bytes())
    learn(first)
    for name, parameter in second._model.named_parameters():
        for other in (first, third):
            same = other._model.get_parameter(name) is parameter
            assert same == (".low." not in name), name
    assert not numpy.allclose(vectors(first), vectors(second), atol=0.01)
    assert numpy.array_equal(vectors(third), vectors(second))


def test_a_network_saved_in_full_goes_on_its_base(tiny_encoder: Path) -> None:
    whole = make_shim(tiny_encoder)
    learn(whole)
    only = AdapterSettings(3, True, EncoderWeights(folder=str(tiny_encoder)))
    copy = EncoderShim(adapters=only).from_bytes(whole.to_bytes())
    assert_same_sums(vectors(copy), vectors(whole))
    assert len(copy.to_bytes()) < len(whole.to_bytes()) / 3


def test_trained_weights_are_no_base(tiny_encoder: Path) -> None:
    plain = EncoderShim()
    plain.load(str(tiny_encoder), {})
    learn(plain)
    only = AdapterSettings(3, True, EncoderWeights(folder=str(tiny_encoder)))
    with pytest.raises(EncoderError, match="SC226"):
        EncoderShim(adapters=only).from_bytes(plain.to_bytes())


def test_another_base_is_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    data = make_shim(tiny_encoder, only=True).to_bytes()
    folder = copytree(tiny_encoder, tmp_path / "other")
    weights = load_file(folder / "model.safetensors")
    weights["encoder.layer.0.output.dense.bias"] += 0.01
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    settings = AdapterSettings(3, True, EncoderWeights(folder=str(folder)))
    with pytest.raises(EncoderError, match="SC224"):
        EncoderShim(adapters=settings).from_bytes(data)


@pytest.mark.parametrize(
    "weights",
    [
        EncoderWeights(package="no-such-package-here", hub="some/encoder"),
        EncoderWeights(hub="some/encoder"),
    ],
)
def test_the_hub_is_never_asked(tiny_encoder: Path, weights: EncoderWeights) -> None:
    data = make_shim(tiny_encoder, only=True).to_bytes()
    with pytest.raises(EncoderError, match="SC225"):
        EncoderShim(adapters=AdapterSettings(3, True, weights)).from_bytes(data)


@pytest.mark.parametrize("change", [{"adapter_rank": 4}, {"adapter_rank": None}, {"state": b"x"}])
@pytest.mark.parametrize("only", [False, True])
def test_damage_is_found(tiny_encoder: Path, only: bool, change: dict[str, Any]) -> None:
    shim = make_shim(tiny_encoder, only=only)
    message = srsly.msgpack_loads(shim.to_bytes()) | change
    with pytest.raises(PackageError, match="SC81"):
        EncoderShim(adapters=shim.adapters).from_bytes(srsly.msgpack_dumps(message))


def test_settings_that_cannot_be() -> None:
    with pytest.raises(EncoderError, match="SC227"):
        AdapterSettings(-1)
    with pytest.raises(EncoderError, match="SC228"):
        AdapterSettings(0, only=True)


def test_onnx_has_them_folded_in(tiny_encoder: Path) -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx isn't installed")
    shim = make_shim(tiny_encoder, only=True, engine="onnx")
    learn(shim)
    copy = partial(EncoderShim, adapters=shim.adapters)
    exact = copy().from_bytes(shim.to_bytes())
    assert_same_sums(
        vectors(copy(engine="onnx").from_bytes(shim.to_bytes()))[:3], vectors(exact)[:3]
    )
