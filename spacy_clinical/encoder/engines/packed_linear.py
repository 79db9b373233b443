"""Linear layers in oneDNN's own layout: the same products, without laying weights out at each call.

torch multiplies float32 by MKL, which packs the weights for every batch anew, and casts them anew
for every batch in bfloat16. oneDNN keeps them packed, as torch's own compiler does for layers whose
weights don't change.
"""

import platform
from typing import Any

import torch

from ..adapters import replace_module, share_parameters

PROCESSORS = ("x86_64", "AMD64")  # where it was measured
TOLERANCES = {"float32": 1e-4, "bfloat16": 0.05}


class PackedLinear(torch.nn.Module):
    """A linear layer for predictions.

    linear (Linear): On the CPU. It stays as it is.
    precision (str): "float32" or "bfloat16": of the weights, the products and the result.
    """

    def __init__(self, linear: torch.nn.Linear, precision: str):
        super().__init__()
        self.dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        self.weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach().to(self.dtype))
        self.bias = None if linear.bias is None else linear.bias.detach().to(self.dtype)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """RETURNS (Tensor): As that of the linear layer, without gradients."""
        return torch.ops.mkldnn._linear_pointwise(
            inputs.to(self.dtype), self.weight, self.bias, "none", [], ""
        )


def pack_linears(network: Any, precision: str) -> Any:
    """Build a network for predictions whose linear layers are packed.

    network (Module): An encoder without adapters. It stays as it is.
    precision (str): "float32" or "bfloat16".
    RETURNS (Module): One that shares all other parameters; the network itself where this machine
        or this torch can't pack, or would give other products.
    """
    layers = [(n, m) for n, m in network.named_modules() if type(m) is torch.nn.Linear]
    if not layers or not can_pack(layers[0][1], precision):
        return network
    packed = share_parameters(network)
    for name, linear in layers:
        replace_module(packed, name, PackedLinear(linear, precision))
    return packed


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
