"""Encoders in training that compute nothing for padding: the network's vectors and gradients."""

from pathlib import Path

import numpy
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import DistilBertConfig, LongformerConfig, RobertaConfig

from spacy_clinical.encoder.adapters import make_adapters, put_adapters
from spacy_clinical.encoder.base_encoder import load_base
from spacy_clinical.encoder.branches import fork
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.engines.ragged_network import RaggedNetwork
from spacy_clinical.encoder.engines.torch_engine import TorchEngine
from spacy_clinical.encoder.learning_layers import LearningLayer, drop, learning_network

from .test_ragged_network import SIZES, make

NO_DROPOUT = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
WIDTH = 32  # of the tiny encoder
Gradients = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def network(tiny_encoder: Path) -> torch.nn.Module:
    return load_base(str(tiny_encoder), NO_DROPOUT).network.train()


def learn(
    network: torch.nn.Module, whole: torch.nn.Module, lengths: list[int], precision: str = "float32"
) -> tuple[torch.Tensor, Gradients]:
    """Vectors of one network, and the gradients that reach the parameters of the whole."""
    ids = numpy.random.default_rng(len(lengths)).integers(3, 38, (len(lengths), max(lengths)))
    inside = torch.from_numpy(numpy.arange(ids.shape[1]) < numpy.asarray(lengths)[:, None])
    found = TorchEngine(network, precision).forward(ids, numpy.asarray(lengths))[inside].float()
    whole.zero_grad()
    (found * torch.linspace(-1, 2, found.numel()).view(found.shape)).square().sum().backward()
    named = whole.named_parameters()
    return found.detach(), {n: p.grad.clone() for n, p in named if p.grad is not None}


def compare(network: torch.nn.Module, lengths: list[int]) -> None:
    ragged = learning_network(network, half=False)
    assert isinstance(ragged, RaggedNetwork)
    (found, gradients), (expected, wanted) = (learn(x, network, lengths) for x in (ragged, network))
    assert torch.allclose(found, expected, atol=1e-5)
    assert gradients.keys() == wanted.keys() and len(wanted) > 2
    for name, gradient in gradients.items():
        scale = float(wanted[name].abs().max())
        assert float((gradient - wanted[name]).abs().max()) <= 1e-4 * scale + 1e-5, name


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lengths=st.lists(st.integers(1, 30), min_size=1, max_size=10))
def test_windows_of_any_lengths(network: torch.nn.Module, lengths: list[int]) -> None:
    compare(network, lengths)


def test_an_adapter_learns_alone(tiny_encoder: Path) -> None:
    adapted = load_base(str(tiny_encoder), NO_DROPOUT).network.train()
    put_adapters(adapted, make_adapters(adapted, 2))
    adapted.requires_grad_(False)
    for name, parameter in adapted.named_parameters():
        parameter.requires_grad_(".low." in name)
        if name.endswith(".up"):
            torch.nn.init.normal_(parameter)
    compare(adapted, [7, 3])


def test_a_branch(tiny_encoder: Path) -> None:
    forked = fork(load_base(str(tiny_encoder), NO_DROPOUT).network.train(), 1)
    with torch.no_grad():
        for name, parameter in forked.named_parameters():
            parameter.mul_(0.5 if ".branch." in name else 1)
    compare(forked, [7, 7, 3])


def test_another_library_s_layers() -> None:
    compare(make(RobertaConfig(**SIZES, **NO_DROPOUT)).train(), [9, 4, 4, 12])


@pytest.mark.parametrize(
    "config",
    [
        DistilBertConfig(dim=24, hidden_dim=40, n_layers=2, n_heads=3, vocab_size=40),
        LongformerConfig(**SIZES, attention_window=4, pad_token_id=1),
        RobertaConfig(**SIZES, position_embedding_type="relative_key"),
    ],
)
def test_other_encoders_learn_as_they_are(config: object) -> None:
    network = make(config)
    assert learning_network(network, half=False) is network and network.training


def test_elsewhere_than_on_a_cpu_they_learn_as_they_are(network: torch.nn.Module) -> None:
    elsewhere = type(network)(network.config).to("meta")
    assert learning_network(elsewhere, half=False) is elsewhere


def test_layers_that_give_something_else_are_not_taken(
    network: torch.nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    attend = LearningLayer._attend
    monkeypatch.setattr(LearningLayer, "_attend", lambda self, *args: 1.1 * attend(self, *args))
    assert learning_network(network, half=False) is network


def test_bfloat16_comes_close(network: torch.nn.Module) -> None:
    ragged = learning_network(network, half=True)
    found, gradients = learn(ragged, network, [9, 4, 4, 12], "bfloat16")
    expected, wanted = learn(network, network, [9, 4, 4, 12])
    assert 0 < float((found - expected).abs().max()) < 0.1
    both = (torch.cat([g.flatten() for g in x.values()]) for x in (gradients, wanted))
    assert float(torch.nn.functional.cosine_similarity(*both, dim=0)) > 0.99


def test_gradients_are_finite_differences(tiny_encoder: Path) -> None:
    network = load_base(str(tiny_encoder), NO_DROPOUT).network
    layer = learning_network(network, half=False).layers[0].double()
    windows = [(slice(0, 3), 1, 3), (slice(3, 4), 1, 1)]
    torch.manual_seed(0)
    pieces = torch.randn(5, WIDTH, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: layer(x, windows), pieces)
    query = layer.attention.self.query.weight

    def by_query(weight: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(  # type: ignore[no-any-return]
            layer, {"attention.self.query.weight": weight}, (pieces.detach(), windows)
        )

    assert torch.autograd.gradcheck(by_query, query.detach()[:, :].requires_grad_())


def test_the_shim_learns_without_padding(tiny_encoder: Path) -> None:
    shim = EncoderShim()
    shim.load(str(tiny_encoder), NO_DROPOUT)
    assert shim.alike(is_train=True) == 0
    ids, lengths = numpy.asarray([[2, 5, 6, 3], [2, 3, 0, 0]]), numpy.asarray([4, 2])
    first = shim.run(ids, lengths, is_train=True).detach()
    with torch.no_grad():
        for parameter in shim._model.parameters():
            parameter.mul_(1.1)
    second = shim.run(ids, lengths, is_train=True).detach()
    assert not torch.allclose(first, second)  # weights are shared
    assert torch.allclose(second[0], shim.run(ids, lengths, is_train=False)[0], atol=1e-5)
    assert not second[1, 2:].any()
    shim.keep_frozen = True
    assert shim.alike(is_train=True) == 0


def test_attention_has_its_dropout(tiny_encoder: Path) -> None:
    overrides = NO_DROPOUT | {"attention_probs_dropout_prob": 0.5}
    ragged = learning_network(load_base(str(tiny_encoder), overrides).network, half=False)
    ids, lengths = numpy.asarray([[2, 5, 6, 3]]), numpy.asarray([4])
    one, other = (TorchEngine(ragged, "float32").forward(ids, lengths) for _ in range(2))
    assert not torch.allclose(one, other)
    still = TorchEngine(ragged, "float32").run(ids, lengths)
    assert torch.equal(still, TorchEngine(ragged, "float32").run(ids, lengths))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", [(1000, 999), (3, 5, 7), (1,)])
def test_dropout_keeps_the_mean(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    inputs = torch.ones(shape, dtype=dtype, requires_grad=True)
    dropped = drop(inputs, 0.25)
    assert dropped.shape == shape and dropped.dtype == dtype
    kept = dropped.detach()[dropped.detach() != 0].float()
    assert torch.allclose(kept, torch.full_like(kept, 4 / 3), rtol=0.005)
    if inputs.numel() > 1000:
        assert float((dropped == 0).float().mean()) == pytest.approx(0.25, abs=0.003)
        by_place = (dropped == 0).flatten()[: 8 * 100_000].view(-1, 8).float().mean(0)
        assert float((by_place - 0.25).abs().max()) < 0.01  # every byte of a word
    dropped.sum().backward()
    assert torch.equal(inputs.grad, dropped.detach())  # type: ignore[arg-type]


def test_dropout_of_none_and_of_all() -> None:
    inputs = torch.ones(20)
    assert drop(inputs, 0.0) is inputs
    assert not drop(inputs, 1.0).any()


def test_the_same_seed_drops_the_same() -> None:
    torch.manual_seed(7)
    first = drop(torch.ones(100), 0.5)
    torch.manual_seed(7)
    assert torch.equal(first, drop(torch.ones(100), 0.5))
