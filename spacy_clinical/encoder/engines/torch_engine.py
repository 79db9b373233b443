"""torch itself: the network that is there, in float32 or under bfloat16 autocast."""

from typing import Any

import numpy
import torch

from ..precision import use_bfloat16
from .ragged_network import RaggedNetwork, pack_network

Array = numpy.ndarray[Any, Any]


class TorchEngine:
    """Runs the network in torch, on the device where it is.

    network (Module): The encoder.
    precision (str): "float32", "bfloat16" or "auto".
    """

    def __init__(self, network: torch.nn.Module, precision: str):
        self.network = network
        self.device = next(network.parameters()).device
        half = use_bfloat16(precision, self.device)
        self.precision = "bfloat16" if half else "float32"

    @property
    def skips_padding(self) -> bool:
        """RETURNS (bool): Whether the network's layers are fused."""
        return isinstance(self.network, RaggedNetwork)

    def pack(self) -> None:
        """Run a copy of the network for predictions from now on: its weights must not change."""
        self.network = pack_network(self.network.eval(), self.precision)

    def run(self, ids: Array, lengths: Array) -> torch.Tensor:
        """As Engine.run, without gradients."""
        if self.network.training:
            self.network.eval()
        with torch.no_grad():
            return self.forward(ids, lengths)

    def forward(self, ids: Array, lengths: Array) -> torch.Tensor:
        """The same in the mode that the network and torch's gradients are in."""
        half = self.precision == "bfloat16"
        mask = make_mask(ids, lengths)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=half):
            output = self.network(
                input_ids=torch.from_numpy(ids).to(self.device),
                attention_mask=torch.from_numpy(mask).to(self.device),
            )
        return output.last_hidden_state


def make_mask(ids: Array, lengths: Array) -> Array:
    """RETURNS (Array): 1 for the pieces of each row and 0 for its padding, shape of the ids."""
    return (numpy.arange(ids.shape[1]) < lengths[:, None]).astype("int64")


def build(network: torch.nn.Module, precision: str) -> TorchEngine:
    """RETURNS (TorchEngine): For `build_engine`."""
    return TorchEngine(network, precision)
