"""What a caller has set for torch, undone for as long as we compute or build.

Autocast, default dtype and default device reach into whatever runs inside of them. Our networks
are of 32 bits, their encoder runs in the precision of its config, and tensors stand on the devices
that we name.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from thinc.api import get_torch_default_device


@contextmanager
def own_precision() -> Iterator[None]:
    """Compute without the caller's autocast and default device. It costs microseconds where there
    are none."""
    with ExitStack() as stack:
        for device in {"cpu", get_torch_default_device().type}:
            if torch.is_autocast_enabled(device):
                stack.enter_context(torch.autocast(device, enabled=False))
        if torch.empty(0).device.type != "cpu":
            stack.enter_context(torch.device("cpu"))
        yield


@contextmanager
def own_gradients() -> Iterator[None]:
    """Compute so, with gradients, also inside of `torch.no_grad` and `torch.inference_mode`."""
    with own_precision(), torch.inference_mode(False), torch.enable_grad():
        yield


@contextmanager
def own_defaults() -> Iterator[None]:
    """Build networks so, too, of 32 bits and fit for training."""
    before = torch.get_default_dtype()
    with own_precision(), torch.inference_mode(False):
        try:
            torch.set_default_dtype(torch.float32)
            yield
        finally:
            torch.set_default_dtype(before)
