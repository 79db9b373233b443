"""Which precision the network runs in: what was asked for, or what the machine is made for."""

import torch

from ..errors import EncoderError, Errors

PRECISIONS = ("float32", "bfloat16", "auto")


def check_precision(name: str) -> None:
    """Raise EncoderError unless the name is one of PRECISIONS.

    name (str): As given in a config.
    """
    if name not in PRECISIONS:
        raise EncoderError(Errors.SC206.format(precision=name))


def use_bfloat16(name: str, device: torch.device) -> bool:
    """Tell whether to run in bfloat16.

    name (str): "auto" takes it where the hardware multiplies it, else float32.
    device (torch.device): Where the network is.
    RETURNS (bool): Whether to run under bfloat16 autocast.
    """
    return name == "bfloat16" or (name == "auto" and has_bfloat16(device))


def has_bfloat16(device: torch.device) -> bool:
    """RETURNS (bool): Whether the device multiplies bfloat16 in hardware."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)  # older ones emulate it
    found: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(found.get("avx512_bf16") or found.get("amx_bf16"))
