"""Low-rank adapters: an encoder learns a small update of its layers, and keeps its own weights.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (ICLR 2022): a linear layer with
weights W of shape (outputs, inputs) gives x W' + x A' B', where A has shape (rank, inputs) and B
(outputs, rank). B begins with zeros, so that an untrained adapter changes nothing.
"""

import copy
from collections.abc import Iterator
from itertools import chain
from typing import Any

import torch
from torch.nn import functional

from .layer_names import layer_number


class LowRank(torch.nn.Module):
    """The update of one linear layer.

    inputs (int): Width of what the layer takes.
    outputs (int): Width of what it gives.
    rank (int): Width between the two.
    """

    def __init__(self, inputs: int, outputs: int, rank: int):
        super().__init__()
        self.down = torch.nn.Parameter(torch.empty(rank, inputs))
        self.up = torch.nn.Parameter(torch.zeros(outputs, rank))
        torch.nn.init.normal_(self.down, std=inputs**-0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """RETURNS (Tensor): What is added to the layer's output."""
        return functional.linear(functional.linear(x, self.down), self.up)


class AdaptedLinear(torch.nn.Module):
    """A linear layer and its update. Its parameters keep their names; the update's are under `low`.

    linear (Linear): The layer; its weights are taken as they are, not copied.
    low (LowRank): The update.
    """

    def __init__(self, linear: Any, low: Any):
        super().__init__()
        self.weight, self.bias, self.low = linear.weight, linear.bias, low

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """RETURNS (Tensor): As the layer, updated."""
        return functional.linear(x, self.weight, self.bias) + self.low(x)

    def merge(self) -> torch.nn.Linear:
        """RETURNS (Linear): One layer that gives the same; its weights are new, its bias isn't."""
        outputs, inputs = self.weight.shape
        linear = torch.nn.Linear(inputs, outputs, bias=False, device="meta")
        merged = self.weight.detach() + self.low.up.detach() @ self.low.down.detach()
        linear.weight = torch.nn.Parameter(merged, requires_grad=False)
        linear.bias = self.bias
        return linear


def make_adapters(network: torch.nn.Module, rank: int, first: int = 0) -> torch.nn.ModuleDict:
    """Make an update for every linear layer of an encoder's layers that has none.

    network (Module): A Hugging Face encoder. It stays as it is.
    rank (int): Of the updates.
    first (int): The lowest layer that gets them.
    RETURNS (ModuleDict): LowRank by the layers' names, with "/" for ".".
    """
    made = {}
    for name, linear in network.named_modules():
        layer = layer_number(name)
        if type(linear) is torch.nn.Linear and layer is not None and layer >= first:
            outputs, inputs = linear.weight.shape
            made[name.replace(".", "/")] = LowRank(inputs, outputs, rank)
    return torch.nn.ModuleDict(made)


def put_adapters(network: torch.nn.Module, adapters: torch.nn.ModuleDict) -> None:
    """Put updates where they belong.

    network (Module): Changed in place.
    adapters (ModuleDict): As `make_adapters` gives them.
    """
    for key, low in adapters.items():
        name = key.replace("/", ".")
        replace_module(network, name, AdaptedLinear(network.get_submodule(name), low))


def adapters_of(network: torch.nn.Module) -> torch.nn.ModuleDict:
    """RETURNS (ModuleDict): The updates that a network has, as `make_adapters` gives them."""
    found = {name.replace(".", "/"): layer.low for name, layer in _adapted(network)}
    return torch.nn.ModuleDict(found)


def freeze_adapted(network: torch.nn.Module) -> None:
    """Let nothing but the updates learn, in a network that has any."""
    adapters = adapters_of(network)
    if adapters:
        network.requires_grad_(False)
        adapters.requires_grad_(True)


def merge_adapters(network: Any) -> Any:
    """Build a network without adapters that gives the same vectors.

    network (Module): With or without adapters. It stays as it is.
    RETURNS (Module): The network itself where it has none, else one that shares all its other
        parameters.
    """
    layers = list(_adapted(network))
    if not layers:
        return network
    merged = share_parameters(network)
    for name, layer in layers:
        replace_module(merged, name, layer.merge())
    return merged


def share_parameters(network: Any) -> Any:
    """RETURNS (Module): A network of its own whose parameters and buffers are the same tensors."""
    tensors = chain(network.parameters(), network.buffers())
    return copy.deepcopy(network, {id(tensor): tensor for tensor in tensors})


def _adapted(network: torch.nn.Module) -> Iterator[tuple[str, AdaptedLinear]]:
    for name, layer in network.named_modules():
        if isinstance(layer, AdaptedLinear):
            yield name, layer


def replace_module(network: torch.nn.Module, name: str, layer: torch.nn.Module) -> None:
    """Put another layer in a layer's place.

    network (Module): Changed in place.
    name (str): The layer's, with dots.
    layer (Module): The other one.
    """
    parent, _, last = name.rpartition(".")
    setattr(network.get_submodule(parent), last, layer)
