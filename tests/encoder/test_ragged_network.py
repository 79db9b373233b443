"""Encoders that compute nothing for padding: the vectors of the network that was packed."""

from pathlib import Path

import numpy
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import (
    AutoModel,
    DistilBertConfig,
    ElectraConfig,
    LongformerConfig,
    RobertaConfig,
    XLMRobertaConfig,
)

from spacy_clinical.encoder.base_encoder import load_base
from spacy_clinical.encoder.branches import fork, n_branch_layers
from spacy_clinical.encoder.encoder_shim import LOOSELY, EncoderShim
from spacy_clinical.encoder.engines import fused_layers
from spacy_clinical.encoder.engines.packed_linear import PackedLinear
from spacy_clinical.encoder.engines.ragged_network import (
    RaggedNetwork,
    _fill_up,
    _find_windows,
    pack_network,
)
from spacy_clinical.encoder.engines.torch_engine import TorchEngine
from spacy_clinical.encoder.saved_encoder import AdapterSettings
from spacy_clinical.encoder.windows import ALIKE

from .test_packed_linear import needs_packing, packs

SIZES = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "vocab_size": 40}
SIZES |= {"intermediate_size": 40, "max_position_embeddings": 40}
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def make(config: object) -> torch.nn.Module:
    torch.manual_seed(0)
    return AutoModel.from_config(config).eval()  # type: ignore[no-untyped-call]


def compare(network: torch.nn.Module, lengths: list[int], precision: str = "float32") -> float:
    """The greatest difference between a packed network and the network."""
    ids = numpy.random.default_rng(len(lengths)).integers(3, 38, (len(lengths), max(lengths)))
    inside = torch.from_numpy(numpy.arange(ids.shape[1]) < numpy.asarray(lengths)[:, None])
    packed = TorchEngine(network, precision)
    packed.pack()
    found = packed.run(ids, numpy.asarray(lengths)).float()
    expected = TorchEngine(network, "float32").run(ids, numpy.asarray(lengths))
    assert found.shape == expected.shape
    return float((found - expected)[inside].abs().max())


@pytest.fixture(scope="module")
def network(tiny_encoder: Path) -> torch.nn.Module:
    return load_base(str(tiny_encoder), {}).network.eval()


@needs_packing
@MANY
@given(lengths=st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_windows_of_any_lengths_have_their_vectors(
    network: torch.nn.Module, lengths: list[int]
) -> None:
    assert isinstance(pack_network(network, "float32"), RaggedNetwork)
    assert compare(network, lengths) < 1e-5


@needs_packing
@pytest.mark.parametrize("layers", [1, 2])
def test_a_branch_is_fused_as_the_trunk_is(tiny_encoder: Path, layers: int) -> None:
    forked = fork(load_base(str(tiny_encoder), {}).network.eval(), layers)
    branch = [p for name, p in forked.named_parameters() if ".branch." in name]
    with torch.no_grad():
        for parameter in branch:
            parameter.mul_(0.5)
    packed = pack_network(forked, "float32")
    assert isinstance(packed, RaggedNetwork) and n_branch_layers(packed) == layers
    assert compare(forked, [7, 7, 3, 1]) < 1e-5


@needs_packing
@pytest.mark.parametrize("config", [RobertaConfig, XLMRobertaConfig])
def test_encoders_laid_out_as_bert_is(config: type) -> None:
    network = make(config(**SIZES))
    assert isinstance(pack_network(network, "float32"), RaggedNetwork)
    assert compare(network, [9, 4, 4, 12]) < 1e-5


@needs_packing
@pytest.mark.parametrize(
    "config",
    [
        DistilBertConfig(dim=24, hidden_dim=40, n_layers=2, n_heads=3, vocab_size=40),
        ElectraConfig(**SIZES, embedding_size=12),  # a product between embeddings and layers
        LongformerConfig(**SIZES, attention_window=4, pad_token_id=1),  # parts of the same names
        RobertaConfig(**SIZES, hidden_act="gelu_new"),
        RobertaConfig(**SIZES, position_embedding_type="relative_key"),
    ],
)
def test_other_encoders_have_their_linear_layers_packed(config: object) -> None:
    network = make(config)
    packed = pack_network(network, "float32")
    assert not isinstance(packed, RaggedNetwork)
    assert any(isinstance(layer, PackedLinear) for layer in packed.modules())
    assert compare(network, [9, 4, 4, 12]) < 1e-5


@needs_packing
def test_layers_that_give_something_else_are_not_fused(
    network: torch.nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    attend = fused_layers.FusedLayer._attend
    monkeypatch.setattr(
        fused_layers.FusedLayer, "_attend", lambda self, *args: 1.1 * attend(self, *args)
    )
    assert not isinstance(pack_network(network, "float32"), RaggedNetwork)


@pytest.mark.skipif(not packs("bfloat16"), reason="oneDNN has no bfloat16 here")
def test_bfloat16_comes_close(network: torch.nn.Module) -> None:
    assert isinstance(pack_network(network, "bfloat16"), RaggedNetwork)
    assert compare(network, [9, 4, 4, 12], "bfloat16") < 0.1


@given(count=st.integers(1, 5000))
def test_rows_have_few_sizes(count: int) -> None:
    filled = len(_fill_up(torch.zeros(count, 1)))
    assert count <= filled < max(count + 32, count * 9 / 8)
    assert filled == len(_fill_up(torch.zeros(filled, 1)))


def test_sizes_of_rows_are_few() -> None:
    assert len({len(_fill_up(torch.zeros(count, 1))) for count in range(1, 4097)}) == 40


def test_windows_of_one_length_go_together() -> None:
    assert _find_windows([5, 5, 3, 5]) == [
        (slice(0, 10), 2, 5),
        (slice(10, 13), 1, 3),
        (slice(13, 18), 1, 5),
    ]


@needs_packing
def test_batches_are_loosely_alike_where_padding_costs_nothing(shim: EncoderShim) -> None:
    assert shim.alike(is_train=False) == LOOSELY
    assert shim.alike(is_train=True) == 0
    lent = EncoderShim(adapters=AdapterSettings(rank=2, only=True))
    lent._take(shim._model, shim.vocabulary)  # type: ignore[arg-type]
    assert lent.alike(is_train=False) == ALIKE  # its layers are shared, and not packed
