"""The shim of the heads' networks: bytes without pickle, no network before its sizes are known."""

import pickle

import pytest
import torch

from spacy_clinical.layers.network_shim import NetworkShim


class Network(torch.nn.Module):
    def __init__(self, n_in: int, n_out: int):
        super().__init__()
        self.inner = torch.nn.Linear(n_in, n_out)
        self.register_buffer("seen", torch.arange(n_out))


def test_bytes_hold_sizes_and_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("pickle")

    for module, name in [(pickle, "dumps"), (pickle, "loads"), (torch, "save"), (torch, "load")]:
        monkeypatch.setattr(module, name, refuse)
    shim = NetworkShim(Network)
    shim.create({"n_in": 3, "n_out": 2})
    copy = NetworkShim(Network).from_bytes(shim.to_bytes())
    assert copy.sizes == {"n_in": 3, "n_out": 2}
    state, copied = shim._model.state_dict(), copy._model.state_dict()
    assert state.keys() == copied.keys()
    assert all(torch.equal(state[name], copied[name]) for name in state)
    assert copy.to_bytes() == shim.to_bytes()


def test_weights_that_are_views_are_saved_whole() -> None:
    shim = NetworkShim(Network)
    shim.create({"n_in": 3, "n_out": 2})
    shim._model.inner.weight.data = torch.arange(6.0).reshape(3, 2).T
    copy = NetworkShim(Network).from_bytes(shim.to_bytes())
    assert copy._model.inner.weight.tolist() == [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]]


def test_loading_replaces_a_network_of_other_sizes() -> None:
    small, large = NetworkShim(Network), NetworkShim(Network)
    small.create({"n_in": 1, "n_out": 1})
    large.create({"n_in": 3, "n_out": 2})
    small.from_bytes(large.to_bytes())
    assert small._model.inner.weight.shape == (2, 3)


def test_an_empty_shim_survives_its_bytes() -> None:
    shim = NetworkShim(Network).from_bytes(NetworkShim(Network).to_bytes())
    assert shim._model is None and shim.sizes == {}
