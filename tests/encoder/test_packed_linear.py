"""Packed layers: the network's own vectors, of the weights of the moment, and nothing saved."""

import numpy
import pytest
import torch
from spacy.language import Language

from spacy_clinical.encoder.adapters import share_parameters
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.engines.packed_linear import PackedLinear, can_pack
from spacy_clinical.encoder.engines.ragged_network import pack_network
from spacy_clinical.encoder.engines.torch_engine import TorchEngine
from spacy_clinical.encoder.saved_encoder import AdapterSettings

IDS = numpy.random.default_rng(0).integers(0, 38, size=(5, 11))
LENGTHS = numpy.asarray([11, 3, 7, 1, 11])
INSIDE = torch.from_numpy(numpy.arange(11) < LENGTHS[:, None])


def packs(precision: str) -> bool:
    """Whether layers can be packed here."""
    return can_pack(torch.nn.Linear(4, 3), precision)


needs_packing = pytest.mark.skipif(not packs("float32"), reason="oneDNN doesn't pack layers here")


def linears(network: torch.nn.Module) -> int:
    return sum(type(layer) is torch.nn.Linear for layer in network.modules())


@needs_packing
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(7,), (1, 7), (33, 7), (4, 5, 7), (0, 7)])
def test_a_packed_layer_has_the_products_of_the_layer(shape: tuple[int, ...], bias: bool) -> None:
    linear = torch.nn.Linear(7, 3, bias=bias)
    inputs = torch.randn(shape)
    with torch.no_grad():
        found = PackedLinear(linear, "float32")(inputs)
        torch.testing.assert_close(found, linear(inputs), atol=1e-5, rtol=0)


@needs_packing
@pytest.mark.parametrize(("precision", "atol"), [("float32", 1e-5), ("bfloat16", 0.1)])
def test_a_packed_network_has_the_vectors_of_the_network(
    shim: EncoderShim, precision: str, atol: float
) -> None:
    if not packs(precision):
        pytest.skip(f"oneDNN doesn't pack layers in {precision} here")
    plain, packed = TorchEngine(shim._model, precision), TorchEngine(shim._model, precision)
    packed.pack()
    assert linears(plain.network) and not linears(packed.network)
    found, expected = packed.run(IDS, LENGTHS)[INSIDE], plain.run(IDS, LENGTHS)[INSIDE]
    torch.testing.assert_close(found.float(), expected.float(), atol=atol, rtol=0)


@needs_packing
def test_embeddings_are_shared_and_the_network_stays_as_it_is(shim: EncoderShim) -> None:
    before = linears(shim._model)
    packed = pack_network(shim._model, "float32")
    own = dict(shim._model.named_parameters())
    kept = dict(packed.named_parameters())
    assert linears(shim._model) == before
    assert kept and all(kept[name] is own[name] for name in kept)


@needs_packing
def test_predictions_follow_weights_that_change(shim: EncoderShim) -> None:
    shim.run(IDS, LENGTHS, is_train=False)
    with torch.no_grad():
        for parameter in shim._model.parameters():
            parameter.mul_(0.5)
    shim.runner.renew()
    found = shim.run(IDS, LENGTHS, is_train=False)[INSIDE]
    expected = TorchEngine(shim._model, "float32").run(IDS, LENGTHS)[INSIDE]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


@needs_packing
def test_a_step_of_training_changes_predictions(tiny_nlp: Language) -> None:
    shim = next(s for s in tiny_nlp.get_pipe("transformer").model.shims)  # type: ignore[attr-defined]
    before = shim.run(IDS, LENGTHS, is_train=False).clone()
    loss = shim.run(IDS, LENGTHS, is_train=True)[INSIDE].square().sum()
    loss.backward()
    with torch.no_grad():
        for parameter in shim._model.parameters():
            if parameter.grad is not None:
                parameter.sub_(parameter.grad, alpha=0.1)
    after = shim.run(IDS, LENGTHS, is_train=False)
    assert not torch.allclose(after[INSIDE], before[INSIDE])
    expected = TorchEngine(shim._model, "float32").run(IDS, LENGTHS)[INSIDE]
    torch.testing.assert_close(after[INSIDE], expected, atol=1e-5, rtol=0)


def test_pipelines_that_share_an_encoder_do_not_copy_it(shim: EncoderShim) -> None:
    lent = EncoderShim(adapters=AdapterSettings(rank=2, only=True))
    lent._take(share_parameters(shim._model), shim.vocabulary)  # type: ignore[arg-type]
    lent.run(IDS, LENGTHS, is_train=False)
    assert linears(lent.runner.engine(lent._model).network)  # type: ignore[attr-defined]


def test_a_torch_without_the_operations_runs_its_own_layers(
    shim: EncoderShim, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("no such operation")

    monkeypatch.setattr(PackedLinear, "forward", fail)
    assert pack_network(shim._model, "float32") is shim._model


@needs_packing
def test_a_processor_that_packs_float32_alone_runs_bfloat16_as_it_is(
    shim: EncoderShim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one without AVX-512, on which oneDNN refuses bfloat16."""
    make = PackedLinear.__init__

    def refuse(self: PackedLinear, linear: torch.nn.Linear, precision: str) -> None:
        if precision == "bfloat16":
            raise RuntimeError("this processor has no bfloat16")
        make(self, linear, precision)

    monkeypatch.setattr(PackedLinear, "__init__", refuse)
    assert pack_network(shim._model, "bfloat16") is shim._model
    assert pack_network(shim._model, "float32") is not shim._model
