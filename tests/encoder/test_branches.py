"""An encoder's branch: the trunk's vectors stay, the branch's learn, both are saved."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from spacy.language import Language
from thinc.api import Adam, NumpyOps
from thinc.types import Floats2d

from spacy_clinical.encoder.branches import add_branch, n_branch_layers
from spacy_clinical.encoder.encoder_output import CompactBatch
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.pooling import token_vectors
from spacy_clinical.encoder.saved_encoder import AdapterSettings
from spacy_clinical.encoder.token_data import TokenData
from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.errors import EncoderError

from .conftest import Cut

IDS = numpy.asarray([[2, 5, 6, 7, 3], [2, 9, 3, 0, 0]])
LENGTHS = numpy.asarray([5, 3])
NO_DROPOUT = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}


def make_shim(folder: Path, **settings: Any) -> EncoderShim:
    shim = EncoderShim(**settings)
    shim.load(str(folder), NO_DROPOUT)
    return shim


def learn(shim: EncoderShim) -> set[str]:
    """RETURNS (set[str]): The parameters that one step on the branch's vectors gave a gradient."""
    output = shim.run(IDS, LENGTHS, is_train=True)
    (output[0, :, shim.width :].square().sum() * 3 + output.sum()).backward()
    named = list(shim._model.named_parameters())
    found = {name for name, p in named if p.grad is not None and bool(p.grad.abs().sum() > 0)}
    shim.finish_update(Adam(0.01))
    return found


@pytest.mark.parametrize("n_layers", [1, 2])
def test_it_begins_as_the_trunk_and_leaves_it(tiny_encoder: Path, n_layers: int) -> None:
    shim = make_shim(tiny_encoder)
    before = shim.run(IDS, LENGTHS, is_train=False)
    shim.add_branch(n_layers)
    after = shim.run(IDS, LENGTHS, is_train=False)
    assert (shim.output_width, n_branch_layers(shim._model)) == (2 * shim.width, n_layers)
    torch.testing.assert_close(after, torch.cat((before, before), dim=-1), rtol=1e-4, atol=1e-5)

    learned = learn(shim)
    assert learned
    assert all(".branch." in name for name in learned)
    trained = shim.run(IDS, LENGTHS, is_train=False)
    trunk, branch = trained.split(shim.width, dim=-1)
    torch.testing.assert_close(trunk, before, rtol=1e-4, atol=1e-5)
    assert (branch - before).abs().max() > 0.01


def test_the_gradient_is_that_of_a_network_that_learns_its_upper_layers(tiny_encoder: Path) -> None:
    whole, forked = make_shim(tiny_encoder, frozen_layers=1), make_shim(tiny_encoder)
    forked.add_branch(1)
    whole.run(IDS, LENGTHS, is_train=True).square().sum().backward()
    output = forked.run(IDS, LENGTHS, is_train=True)
    output[..., forked.width :].square().sum().backward()
    expected = {n: p.grad for n, p in whole._model.named_parameters() if p.grad is not None}
    found = dict(forked._model.named_parameters())
    assert expected
    for name, gradient in expected.items():
        own = found[name.replace("layer.1.", "layer.1.branch.")].grad
        torch.testing.assert_close(own, gradient, rtol=1e-4, atol=1e-5)


def test_what_lies_below_the_fork_can_be_kept(tiny_encoder: Path) -> None:
    plain = make_shim(tiny_encoder)
    kept = make_shim(tiny_encoder, frozen_layers=2, keep_frozen=True)
    for shim in (plain, kept):
        shim.add_branch(1)
    outputs = [shim.run(IDS, LENGTHS, is_train=True) for shim in (plain, kept, kept)]
    assert kept.frozen is not None
    assert len(kept.frozen.kept) == 2
    for output in outputs[1:]:
        torch.testing.assert_close(output[0], outputs[0][0], rtol=5e-3, atol=5e-3)
    assert learn(kept) == learn(plain)


def test_it_is_saved_with_the_encoder(tiny_encoder: Path) -> None:
    shim = make_shim(tiny_encoder)
    shim.add_branch(1)
    learn(shim)
    loaded = EncoderShim().from_bytes(shim.to_bytes())
    expected = shim.run(IDS, LENGTHS, is_train=False)
    torch.testing.assert_close(loaded.run(IDS, LENGTHS, is_train=False), expected)
    assert all(".branch." in name for name in learn(loaded))  # nothing else learns later either


@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_other_engines_give_both(tiny_encoder: Path, engine: str) -> None:
    pytest.importorskip("onnxruntime" if engine == "onnx" else "openvino")
    torch_shim, shim = make_shim(tiny_encoder), make_shim(tiny_encoder, engine=engine)
    for one in (torch_shim, shim):
        one.add_branch(1)
    for p in shim._model.parameters():
        p.data += 0.01 if p.requires_grad else 0.0
    for p in torch_shim._model.parameters():
        p.data += 0.01 if p.requires_grad else 0.0
    expected = torch_shim.run(IDS, LENGTHS, is_train=False)
    found = shim.run(IDS, LENGTHS, is_train=False)
    torch.testing.assert_close(found[0], expected[0], rtol=1e-3, atol=1e-3)
    assert shim.runner.batches[engine] == 1


def test_adapters_of_the_branch_learn_alone(tiny_encoder: Path) -> None:
    shim = make_shim(tiny_encoder, adapters=AdapterSettings(rank=2))
    shim.add_branch(1)
    learned = learn(shim)
    assert learned
    assert all(".branch." in name and ".low." in name for name in learned)
    loaded = EncoderShim(adapters=AdapterSettings(rank=2)).from_bytes(shim.to_bytes())
    expected = shim.run(IDS, LENGTHS, is_train=False)
    torch.testing.assert_close(loaded.run(IDS, LENGTHS, is_train=False), expected)


@pytest.mark.parametrize("n_layers", [0, 3])
def test_as_many_layers_as_there_are(tiny_encoder: Path, n_layers: int) -> None:
    shim = make_shim(tiny_encoder)
    with pytest.raises(EncoderError, match=rf"SC233.*{n_layers} layers.*give 1 to 2"):
        shim.add_branch(n_layers)
    assert not n_branch_layers(shim._model)


def test_one_fork_an_encoder(tiny_encoder: Path) -> None:
    shim = make_shim(tiny_encoder)
    shim.add_branch(1)
    with pytest.raises(EncoderError, match="SC233"):
        shim.add_branch(1)


def test_an_encoder_that_is_laid_out_otherwise() -> None:
    from transformers import AlbertConfig, AlbertModel

    config = AlbertConfig(
        vocab_size=20,
        embedding_size=8,
        hidden_size=8,
        num_attention_heads=2,
        intermediate_size=8,
        num_hidden_layers=3,
    )
    network = AlbertModel(config)
    with pytest.raises(EncoderError, match=r"SC234.*'albert'"):
        add_branch(network, 1)
    assert network.pooler is not None


def test_adapters_alone_have_none(tiny_encoder: Path) -> None:
    weights = EncoderWeights(folder=str(tiny_encoder))
    shim = make_shim(tiny_encoder, adapters=AdapterSettings(2, only=True, weights=weights))
    with pytest.raises(EncoderError, match="SC235"):
        shim.add_branch(1)


def test_a_document_has_both(blank: Language, cut: Cut) -> None:
    pieces = cut([blank("fever"), blank(""), blank("a cough")])
    rows = numpy.arange(24, dtype="f").reshape(3, 8)
    batch = CompactBatch.from_pieces(pieces, [rows[:1], rows[:0], rows[1:]], 4)
    first, empty, last = batch.doc_data
    assert not empty.tensors
    ops = NumpyOps()
    assert token_vectors(ops, last, branch=False).tolist() == rows[1:, :4].tolist()
    assert token_vectors(ops, last, branch=True).tolist() == rows[1:, 4:].tolist()

    gradients = [_gradient(first, rows[:1, :4], True), _gradient(last, rows[1:, :4], False)]
    joined = batch.unsplit_by_doc(gradients).model_output["last_hidden_state"]
    assert joined.tolist() == [
        [0, 0, 0, 0, *rows[0, :4].tolist()],
        [*rows[1, :4].tolist(), 0, 0, 0, 0],
        [*rows[2, :4].tolist(), 0, 0, 0, 0],
    ]


def _gradient(data: Any, d_vectors: Floats2d, of_branch: bool) -> list[Any]:
    assert isinstance(data, TokenData)
    return list(data.gradient(d_vectors, of_branch=of_branch).tensors)
