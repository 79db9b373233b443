"""Whole layers of an encoder for predictions: three products in one, sums and GELU in their turn.

Linear layers that are packed leave half of a layer's time to what goes over their results once
more: GELU, the sums of the residual connections and, in bfloat16, casts between the two precisions.
oneDNN does the first two while it writes a product, and here all of a layer is of one precision.
"""

from typing import Any

import torch
from torch.nn import functional

from ..adapters import replace_module
from .packed_linear import PackedLinear, can_pack, join_linears

GELUS = ("GELUActivation", "GELU")  # the exact one, by error function
Windows = list[tuple[slice, int, int]]  # rows of windows of one length, how many, and that length


class FusedLayer(torch.nn.Module):
    """A layer laid out as BERT's (Devlin et al. 2019, after Vaswani et al. 2017), for pieces of
    many windows one below the other.

    layer (Module): Hugging Face's, on the CPU. It stays as it is.
    precision (str): "float32" or "bfloat16": of the weights and of all that it computes.
    """

    def __init__(self, layer: Any, precision: str):
        super().__init__()
        own, after = layer.attention.self, layer.attention.output
        self.n_heads = int(own.num_attention_heads)
        projections = join_linears([own.query, own.key, own.value])
        self.projections = PackedLinear(projections, precision)
        self.attended = PackedLinear(after.dense, precision)
        self.widen = PackedLinear(layer.intermediate.dense, precision)
        self.narrow = PackedLinear(layer.output.dense, precision)
        norms = (after.LayerNorm, layer.output.LayerNorm)
        self.norms = [_norm(norm, self.narrow.dtype) for norm in norms]

    def forward(self, pieces: torch.Tensor, windows: Windows) -> torch.Tensor:
        """Compute vectors without gradients.

        pieces (Tensor): Shape (n_rows, width), of the layer's precision.
        windows (Windows): Where windows are. Rows after the last one belong to none.
        RETURNS (Tensor): Shape (n_rows, width).
        """
        pieces = pieces.contiguous()
        summed = self.attended.add_to(pieces, self._attend(pieces, windows))
        pieces = functional.layer_norm(summed, *self.norms[0])
        summed = self.narrow.add_to(pieces, self.widen.gelu(pieces))
        return functional.layer_norm(summed, *self.norms[1])

    def _attend(self, pieces: torch.Tensor, windows: Windows) -> torch.Tensor:
        """What the heads see in each piece's window, side by side."""
        width = pieces.shape[1]
        projected = self.projections(pieces)
        mixed, end = [], 0
        for rows, count, length in windows:
            split = projected[rows].view(count, length, 3, self.n_heads, width // self.n_heads)
            seen = functional.scaled_dot_product_attention(*split.permute(2, 0, 3, 1, 4))
            mixed.append(seen.transpose(1, 2).reshape(-1, width))
            end = rows.stop
        return torch.cat([*mixed, torch.zeros_like(pieces[end:])])


def fuse_layers(network: Any, precision: str) -> int:
    """Fuse the layers of a network for predictions.

    network (Module): An encoder without adapters, changed in place.
    precision (str): "float32" or "bfloat16".
    RETURNS (int): Layers fused: none where they are laid out otherwise, or where this machine or
        this torch can't fuse them.
    """
    layers = [(name, layer) for name, layer in network.named_modules() if is_like_bert(layer)]
    if not layers or not can_pack(layers[0][1].output.dense, precision):
        return 0
    for name, layer in layers:
        replace_module(network, name, FusedLayer(layer, precision))
    return len(layers)


def is_like_bert(layer: Any, kinds: tuple[type, ...] = (torch.nn.Linear,)) -> bool:
    """Tell whether a module has the parts of BERT's layer.

    layer (Module): Any.
    kinds (tuple[type, ...]): What its linear layers may be.
    RETURNS (bool): True of layers whose activation is the exact GELU.
    """
    try:
        own, after, wide = layer.attention.self, layer.attention.output, layer.intermediate
        linears = (own.query, own.key, own.value, after.dense, wide.dense, layer.output.dense)
        norms = (after.LayerNorm, layer.output.LayerNorm)
        activation = type(wide.intermediate_act_fn).__name__
    except AttributeError:
        return False
    plain = all(type(part) in kinds and part.bias is not None for part in linears)
    plain = plain and all(type(norm) is torch.nn.LayerNorm for norm in norms)
    positions = getattr(own, "position_embedding_type", "absolute")
    return plain and activation in GELUS and positions == "absolute"


def _norm(norm: Any, dtype: torch.dtype) -> tuple[Any, ...]:
    """What `layer_norm` takes."""
    weight, bias = norm.weight.detach().to(dtype), norm.bias.detach().to(dtype)
    return norm.normalized_shape, weight, bias, norm.eps
