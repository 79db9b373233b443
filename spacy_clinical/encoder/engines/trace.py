"""The network as a graph for other engines: ids and mask in, one vector a position out."""

import warnings
from typing import Any

import torch

NAMES = ("input_ids", "attention_mask")


class HiddenState(torch.nn.Module):
    """The encoder, less everything but its last layer's vectors.

    network (Module): A Hugging Face encoder.
    """

    def __init__(self, network: torch.nn.Module):
        super().__init__()
        self.network = network

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """RETURNS (Tensor): Shape (n_windows, length, width)."""
        return self.network(input_ids=ids, attention_mask=mask).last_hidden_state


def example_inputs() -> tuple[torch.Tensor, torch.Tensor]:
    """RETURNS (tuple[Tensor, Tensor]): Ids and mask to trace with; one row is padded."""
    mask = torch.ones((2, 16), dtype=torch.int64)
    mask[1, 10:] = 0
    return torch.ones_like(mask), mask


def trace(network: torch.nn.Module) -> Any:
    """Record the forward pass.

    network (Module): The encoder.
    RETURNS (ScriptModule): Shares the network's weights.
    """
    with quiet(), torch.no_grad():
        module = HiddenState(network.eval())
        return torch.jit.trace(module, example_inputs(), check_trace=False, strict=False)


def quiet() -> Any:
    """RETURNS (ContextManager): Without warnings of what tracing fixes; we check the result."""
    return warnings.catch_warnings(action="ignore")
