"""A torch network's parameters and their gradients, handed to any optimizer."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import torch
from thinc.api import Optimizer, torch2xp, xp2torch
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


@contextmanager
def network_params(network: torch.nn.Module, id: int, params: Mapping[Any, Any]) -> Iterator[bool]:
    """Let a network have other weights for a while, such as an optimizer's averages.

    network (Module): Changed in place.
    id (int): Of its shim.
    params (Mapping): Arrays by the optimizer's keys. Parameters that have none stay, and those
        that learn no more: what learned on has read them as they are.
    YIELDS (bool): Whether there were any.
    """
    own = {
        name: p.detach()
        for name, p in network.named_parameters()
        if p.requires_grad and (id, name) in params
    }
    backup = {name: weights.clone() for name, weights in own.items()}
    for name, weights in own.items():
        weights.copy_(xp2torch(params[id, name]))
    try:
        yield bool(own)
    finally:
        for name, weights in own.items():
            weights.copy_(backup[name])


def _assign(weights: torch.Tensor, updated: torch.Tensor) -> None:
    """Take new weights over. thinc's optimizer mostly works in place, then nothing is to do."""
    if updated.data_ptr() != weights.data_ptr():
        weights.copy_(updated)
