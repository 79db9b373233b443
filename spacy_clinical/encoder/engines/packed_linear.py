"""Linear layers in oneDNN's own layout: the same products, without laying weights out at each call.

torch multiplies float32 by MKL, which packs the weights for every batch anew, and casts them anew
for every batch in bfloat16. oneDNN keeps them packed, as torch's own compiler does for layers whose
weights don't change.
"""

import platform
from collections.abc import Sequence
from typing import Any

import torch

from ..adapters import replace_module

PROCESSORS = ("x86_64", "AMD64")  # where it was measured
TOLERANCES = {"float32": 1e-4, "bfloat16": 0.05}
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


class PackedLinear(torch.nn.Module):
    """A linear layer for predictions.

    linear (Linear): On the CPU. It stays as it is.
    precision (str): "float32" or "bfloat16": of the weights, the products and the result.
    """

    def __init__(self, linear: torch.nn.Linear, precision: str):
        super().__init__()
        self.dtype = DTYPES[precision]
        self.weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach().to(self.dtype))
        self.bias = None if linear.bias is None else linear.bias.detach().to(self.dtype)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """RETURNS (Tensor): As that of the linear layer, without gradients."""
        return self._run(inputs, "none", "")

    def gelu(self, inputs: torch.Tensor) -> torch.Tensor:
        """RETURNS (Tensor): GELU of what the layer gives, in the same turn."""
        return self._run(inputs, "gelu", "none")

    def add_to(self, other: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        """RETURNS (Tensor): What the layer gives and another tensor, in the same turn."""
        inputs, other = inputs.to(self.dtype), other.to(self.dtype)
        return torch.ops.mkldnn._linear_pointwise.binary(
            inputs, other, self.weight, self.bias, "add"
        )

    def _run(self, inputs: torch.Tensor, activation: str, algorithm: str) -> torch.Tensor:
        return torch.ops.mkldnn._linear_pointwise(
            inputs.to(self.dtype), self.weight, self.bias, activation, [], algorithm
        )


def join_linears(linears: Sequence[torch.nn.Linear]) -> torch.nn.Linear:
    """RETURNS (Linear): One layer that gives side by side what several give."""
    weights = [linear.weight.detach() for linear in linears]
    joined = torch.nn.Linear(weights[0].shape[1], sum(map(len, weights)), device="meta")
    joined.weight = torch.nn.Parameter(torch.cat(weights), requires_grad=False)
    biases = [linear.bias.detach() for linear in linears]
    joined.bias = torch.nn.Parameter(torch.cat(biases), requires_grad=False)
    return joined


def pack_linears(network: Any, precision: str) -> int:
    """Pack the linear layers of a network for predictions.

    network (Module): An encoder without adapters, changed in place.
    precision (str): "float32" or "bfloat16".
    RETURNS (int): Layers packed: none where this machine or this torch can't, or would give other
        products.
    """
    layers = [(n, m) for n, m in network.named_modules() if type(m) is torch.nn.Linear]
    if not layers or not can_pack(layers[0][1], precision):
        return 0
    for name, linear in layers:
        replace_module(network, name, PackedLinear(linear, precision))
    return len(layers)


def can_pack(linear: torch.nn.Linear, precision: str) -> bool:
    """Tell whether a layer can be packed here, by packing it and comparing a product.

    linear (Linear): One of the network's.
    precision (str): "float32" or "bfloat16", which oneDNN refuses on older processors.
    RETURNS (bool): Whether oneDNN has the two operations and they give the same.
    """
    if linear.weight.device.type != "cpu" or platform.machine() not in PROCESSORS:
        return False
    inputs = torch.linspace(-1, 1, 3 * linear.in_features).reshape(3, linear.in_features)
    try:
        with torch.no_grad():
            found, expected = PackedLinear(linear, precision)(inputs).float(), linear(inputs)
    except (AttributeError, RuntimeError, TypeError):  # no such operation, or none for the CPU
        return False
    limit = TOLERANCES[precision]
    return bool(torch.allclose(found, expected, rtol=limit, atol=limit))
