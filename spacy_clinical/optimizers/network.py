"""A torch network's parameters and their gradients, handed to any optimizer."""

from collections.abc import Callable
from typing import cast

import torch
from thinc.api import Optimizer, torch2xp
from thinc.types import FloatsXd

from .adamw import AdamW


def update_network(
    network: torch.nn.Module,
    id: int,
    optimizer: Optimizer,
    rate: Callable[[str], float] = lambda name: 1.0,
) -> None:
    """Hand each gradient to an optimizer, and forget it.

    network (Module): With gradients.
    id (int): Of its shim; with a parameter's name the optimizer's key.
    optimizer (Optimizer): Ours takes the tensors as they are, thinc's gets arrays.
    rate (Callable): Factor on the learning rate, by the parameter's name.
    """
    for name, parameter in network.named_parameters():
        if parameter.grad is None:
            continue
        weights, gradient, scale = parameter.detach(), parameter.grad, rate(name)
        if isinstance(optimizer, AdamW):
            optimizer.take((id, name), weights, gradient, lr_scale=scale)
        else:
            arrays = cast(FloatsXd, torch2xp(weights)), cast(FloatsXd, torch2xp(gradient))
            updated, _ = optimizer((id, name), *arrays, lr_scale=scale)
            _assign(weights, torch.as_tensor(updated, device=weights.device))
        parameter.grad = None


def _assign(weights: torch.Tensor, updated: torch.Tensor) -> None:
    """Take new weights over. thinc's optimizer mostly works in place, then nothing is to do."""
    if updated.data_ptr() != weights.data_ptr():
        weights.copy_(updated)
