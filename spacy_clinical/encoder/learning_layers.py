"""An encoder in training that computes nothing for padding, on a CPU.

The products of linear layers are of the precision that was asked for; what goes from layer to layer
and the attention are float32, as torch's backward pass of 16-bit attention takes three times as
long there (torch 2.13).
"""

from contextlib import suppress
from typing import Any

import torch
from torch.nn import functional

from .adapters import AdaptedLinear, replace_module, share_parameters
from .engines.fused_layers import Windows, is_like_bert
from .engines.ragged_network import RaggedNetwork, gives_the_same
from .engines.torch_engine import TorchEngine
from .precision import use_bfloat16

LINEARS = (torch.nn.Linear, AdaptedLinear)
LEVELS = 256  # of a random byte


class LearningLayer(torch.nn.Module):
    """A layer laid out as BERT's (Devlin et al. 2019, after Vaswani et al. 2017), for pieces of
    many windows one below the other, with gradients.

    layer (Module): Its parts are taken as they are.
    half (bool): Multiply in bfloat16.
    """

    def __init__(self, layer: Any, half: bool):
        super().__init__()
        self.attention, self.intermediate = layer.attention, layer.intermediate
        self.output = layer.output
        self.n_heads = int(layer.attention.self.num_attention_heads)
        self.in_half = half

    def forward(self, pieces: torch.Tensor, windows: Windows) -> torch.Tensor:
        """Compute vectors.

        pieces (Tensor): Shape (n_rows, width), float32.
        windows (Windows): Where windows are. Rows after the last one belong to none.
        RETURNS (Tensor): Shape (n_rows, width), float32.
        """
        attended = self._add(self.attention.output, self._attend(pieces, windows), pieces)
        wide = self._multiply(self.intermediate.dense, attended)
        return self._add(self.output, self.intermediate.intermediate_act_fn(wide), attended)

    def _attend(self, pieces: torch.Tensor, windows: Windows) -> torch.Tensor:
        """What the heads see in each piece's window, side by side."""
        own, width = self.attention.self, pieces.shape[1]
        rate = _attention_rate(own) if self.training else 0.0
        inputs = pieces.bfloat16() if self.in_half else pieces  # once for three products
        projected = [
            self._multiply(linear, inputs).to(pieces.dtype)
            for linear in (own.query, own.key, own.value)
        ]
        mixed, end = [], 0
        for rows, count, length in windows:
            shape = (count, length, self.n_heads, width // self.n_heads)
            query, key, value = (x[rows].view(shape).transpose(1, 2) for x in projected)
            seen = functional.scaled_dot_product_attention(query, key, value, dropout_p=rate)
            mixed.append(seen.transpose(1, 2).reshape(-1, width))
            end = rows.stop
        return torch.cat([*mixed, torch.zeros_like(pieces[end:])])

    def _add(self, part: Any, inner: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
        """What a part makes of its inputs, and what came before."""
        rate = part.dropout.p if part.dropout.training else 0.0
        summed: torch.Tensor = part.LayerNorm(
            drop(self._multiply(part.dense, inner), rate) + before
        )
        return summed

    def _multiply(self, linear: Any, inputs: torch.Tensor) -> torch.Tensor:
        with torch.autocast(inputs.device.type, dtype=torch.bfloat16, enabled=self.in_half):
            product: torch.Tensor = linear(inputs)
        return product


def drop(inputs: torch.Tensor, rate: float) -> torch.Tensor:
    """Dropout (Srivastava et al. 2014) by one random byte a number, in half of torch's time.

    inputs (Tensor): Of any shape.
    rate (float): Share of the numbers that become zero, to the nearest of 256.
    RETURNS (Tensor): Of the same shape and dtype and, in the mean, of the same sum.
    """
    level = round(rate * LEVELS)
    if not level:
        return inputs
    if level >= LEVELS:
        return inputs * 0
    words = torch.empty(-(-inputs.numel() // 8), dtype=torch.int64).random_(-(1 << 63), None)
    drawn = words.view(torch.uint8)[: inputs.numel()].view(inputs.shape)
    return inputs * (drawn >= level).to(inputs.dtype).mul_(LEVELS / (LEVELS - level))


def learning_engine(network: Any, precision: str) -> TorchEngine:
    """Make what runs an encoder in training.

    network (Module): The encoder. It is in training mode after that.
    precision (str): "float32", "bfloat16" or "auto".
    RETURNS (TorchEngine): Of `learning_network`.
    """
    half = use_bfloat16(precision, next(network.parameters()).device)
    return TorchEngine(learning_network(network, half), precision)


def learning_network(network: Any, half: bool) -> Any:
    """Build a network for training.

    network (Module): An encoder. It is in training mode after that.
    half (bool): Multiply in bfloat16.
    RETURNS (Module): A RaggedNetwork that shares all parameters, on a CPU and where the encoder is
        laid out as BERT is; else the network itself.
    """
    ragged = None
    if next(network.parameters()).device.type == "cpu":
        with suppress(AttributeError, IndexError, RuntimeError, TypeError, ValueError):
            ragged = _replace_layers(network.eval(), half)  # an error: it is laid out otherwise
    network.train()
    return network if ragged is None else ragged.train()


def _replace_layers(network: Any, half: bool) -> RaggedNetwork | None:
    shared = share_parameters(network)
    layers = [(n, x) for n, x in shared.named_modules() if is_like_bert(x, LINEARS)]
    for name, layer in layers:
        replace_module(shared, name, LearningLayer(layer, half))
    precision = "bfloat16" if half else "float32"
    ragged = RaggedNetwork(shared, "float32").eval()
    return ragged if layers and gives_the_same(network, ragged, precision) else None


def _attention_rate(own: Any) -> float:
    """RETURNS (float): Dropout of the attention, as our network keeps it or as transformers do."""
    return float(own.rate if hasattr(own, "rate") else own.dropout.p)
