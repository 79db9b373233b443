"""A branch: an encoder's upper layers a second time, for heads that need them otherwise.

Heads that share an encoder pull it in their own directions (Caruana, "Multitask Learning", 1997).
Below the fork all share every layer; above it the trunk stays as it was, and the branch learns.
"""

import copy
from typing import Any

import numpy
import torch

from ..errors import EncoderError, Errors
from .adapters import adapters_of, share_parameters
from .engines.torch_engine import TorchEngine


class ForkedLayer(torch.nn.Module):
    """One layer twice, side by side. The lowest one gets vectors of the encoder's width, those
    above it get the trunk's and the branch's beside each other; all give both.

    trunk (Module): A layer of the encoder, taken as it is. The branch begins as its copy.
    width (int): Of the encoder.
    """

    def __init__(self, trunk: torch.nn.Module, width: int):
        super().__init__()
        self.trunk, self.branch, self.width = trunk, copy.deepcopy(trunk), width

    def forward(self, hidden: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        """RETURNS (Tensor | tuple): As the layer, shape (n_windows, length, twice the width)."""
        trunk = self.trunk(hidden[..., : self.width], *args, **kwargs)
        branch = self.branch(hidden[..., -self.width :], *args, **kwargs)
        if isinstance(trunk, torch.Tensor):
            return torch.cat((trunk, branch), dim=-1)
        return (torch.cat((trunk[0], branch[0]), dim=-1), *trunk[1:])


def add_branch(network: Any, n_layers: int) -> None:
    """Fork an encoder below its upper layers.

    network (Module): A Hugging Face encoder, changed in place: its vectors are twice as wide, the
        trunk's before the branch's, and it has no pooler. Raises EncoderError where it is forked
        already, has fewer layers, or isn't laid out as BERT is; it stays as it was then.
    n_layers (int): Layers of the branch, one at least.
    """
    if not _gives_both(network, fork(share_parameters(network), n_layers)):
        raise EncoderError(Errors.SC234.format(kind=network.config.model_type))
    fork(network, n_layers)


def n_branch_layers(network: torch.nn.Module) -> int:
    """RETURNS (int): Layers of an encoder's branch, 0 where it has none."""
    return sum(isinstance(layer, ForkedLayer) for layer in network.modules())


def freeze_trunk(network: torch.nn.Module) -> None:
    """Let nothing but the branch learn, in a network that has one; of it the adapters, if any."""
    if n_branch_layers(network):
        part = ".low." if adapters_of(network) else "."
        for name, parameter in network.named_parameters():
            _, is_branch, within = name.partition(".branch.")
            parameter.requires_grad_(bool(is_branch) and part in f".{within}")


def fork(network: Any, n_layers: int) -> Any:
    """Fork an encoder that is known to be laid out as BERT is, as `add_branch`.

    network (Module): Changed in place.
    n_layers (int): Layers of the branch.
    RETURNS (Module): The same.
    """
    depth, width = int(network.config.num_hidden_layers), int(network.config.hidden_size)
    if n_branch_layers(network) or not 1 <= n_layers <= depth:
        kind = network.config.model_type
        raise EncoderError(Errors.SC233.format(layers=n_layers, kind=kind, most=depth))
    lists = (m for m in network.modules() if isinstance(m, torch.nn.ModuleList))
    layers = next((m for m in lists if len(m) == depth), None)
    if layers is not None:
        for i in range(depth - n_layers, depth):
            layers[i] = ForkedLayer(layers[i], width)
        if hasattr(network, "pooler"):
            network.pooler = None  # it isn't used, and takes one width
    return network


def _gives_both(network: Any, forked: Any) -> bool:
    """Compare trunk and branch with the network before on four pieces."""
    modes = [module.training for module in network.modules()]
    pieces = numpy.arange(4)[None], numpy.asarray([4])
    expected = TorchEngine(network, "float32").run(*pieces)
    for module, mode in zip(network.modules(), modes, strict=True):
        module.training = mode
    try:
        found = TorchEngine(forked, "float32").run(*pieces)
    except (AttributeError, TypeError, ValueError, RuntimeError):
        return False
    both = torch.cat((expected, expected), dim=-1)
    return both.shape == found.shape and bool(torch.allclose(found, both, rtol=1e-4, atol=1e-4))
