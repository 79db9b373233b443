"""A network's tensors as bytes, and back: checked before a network is built or memory is taken.

The format is safetensors (https://github.com/huggingface/safetensors): eight bytes with the length
of a header, the header in JSON (name to dtype, shape and place), the tensors. Beside it stands a
digest, so that a changed byte is found.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from math import prod
from typing import Any

import srsly
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch.overrides import TorchFunctionMode

from .errors import Errors, PackageError
from .torch_defaults import own_defaults

_MAX_HEADER = 2**24
_BUFFERS = 2**26  # bytes of what a network makes for itself and isn't saved
_TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_DRAWS = frozenset({"normal_", "uniform_", "trunc_normal_"})
_HALF = ContextVar("weights in half", default=False)
Fact = tuple[torch.dtype | None, tuple[int, ...]]
Facts = dict[str, Fact]


def pack(state: Mapping[str, torch.Tensor]) -> dict[str, bytes]:
    """Make bytes of a network's state.

    state (Mapping[str, Tensor]): As `state_dict` gives it.
    RETURNS (dict[str, bytes]): `state` and its `digest`, for a message.
    """
    kept = _halved if _HALF.get() else torch.Tensor.contiguous
    data = save_tensors({name: kept(tensor) for name, tensor in state.items()})
    return {"state": data, "digest": _digest(data)}


@contextmanager
def weights_saved_in_half() -> Iterator[None]:
    """Whatever is packed inside has its 32-bit numbers in 16 (IEEE 754 binary16); the networks stay
    as they are, and what is read has 32 bits again."""
    token = _HALF.set(True)
    try:
        yield
    finally:
        _HALF.reset(token)


def _halved(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor in 16 bits, unless it isn't of 32 or a number would become infinite."""
    half = tensor.half() if tensor.dtype == torch.float32 else tensor
    return (half if bool(torch.isfinite(half).all()) else tensor).contiguous()


def read_message(what: str, data: bytes) -> dict[str, Any]:
    """Read a saved network's message. Raises PackageError where it is damaged.

    what (str): The network's name, for messages.
    data (bytes): MessagePack.
    RETURNS (dict[str, Any]): The message.
    """
    try:
        message = srsly.msgpack_loads(data)
    except Exception:  # msgpack and its extension types have several
        message = None
    if not isinstance(message, dict):
        raise PackageError(Errors.SC816.format(what=what, found="what is no message"))
    return message


@own_defaults()
def unpack(
    what: str, build: Callable[[], torch.nn.Module], message: Mapping[str, Any]
) -> torch.nn.Module:
    """Build a network, and give it its saved state.

    what (str): The network's name, for messages.
    build (Callable): Builds it, on whatever device is the default.
    message (Mapping[str, Any]): Of `pack`; older ones have no digest.
    RETURNS (Module): The network. Raises PackageError where the data are damaged, or are those of a
        network of other sizes; nothing of its size was built then.
    """
    data = message.get("state")
    if not isinstance(data, bytes):
        raise PackageError(Errors.SC816.format(what=what, found="no tensors"))
    if message.get("digest") not in (None, _digest(data)):
        raise PackageError(Errors.SC816.format(what=what, found="another digest than it was saved"))
    same_types = _compare(what, read_header(what, data), _expected(what, build))
    with WithoutDraws():
        network = build()
    try:
        network.load_state_dict(load_tensors(data), assign=same_types)
    except SafetensorError as error:
        raise PackageError(Errors.SC816.format(what=what, found=type(error).__name__)) from None
    return network


class WithoutDraws(TorchFunctionMode):
    """A context in which new parameters hold anything: what they get is read, not drawn. On the
    device "meta" a draw would import torch's compiler, which takes longer than all else."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        if getattr(func, "__name__", "") in _DRAWS:
            return args[0] if args else given["tensor"]
        return func(*args, **given)


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def read_header(what: str, data: bytes) -> Facts:
    """Read which tensors there are, without taking memory for them.

    what (str): The network's name, for messages.
    data (bytes): In safetensors' format.
    RETURNS (Facts): Name to dtype, None for one that isn't known here, and shape.
    """
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(_MAX_HEADER, len(data) - 8):
        raise PackageError(Errors.SC816.format(what=what, found="a header longer than the data"))
    try:
        header = json.loads(data[8 : 8 + length])
        header.pop("__metadata__", None)
        facts = {name: (_TYPES.get(x["dtype"]), tuple(x["shape"])) for name, x in header.items()}
        claimed = sum(x["data_offsets"][1] - x["data_offsets"][0] for x in header.values())
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise PackageError(Errors.SC816.format(what=what, found="no header")) from None
    if claimed != len(data) - 8 - length:
        raise PackageError(Errors.SC816.format(what=what, found="tensors of another length"))
    return facts


def _expected(what: str, build: Callable[[], torch.nn.Module]) -> Facts:
    """What a network of these sizes has. On the device "meta" it takes no memory."""
    try:
        with torch.device("meta"), WithoutDraws():
            network = build()
    except Exception as error:  # each library has its own for sizes that can't be
        found = f"sizes that no network has ({type(error).__name__})"
        raise PackageError(Errors.SC816.format(what=what, found=found)) from None
    state = network.state_dict()
    own = (buffer for name, buffer in network.named_buffers() if name not in state)
    if sum(prod(x.shape) * x.element_size() for x in own) > _BUFFERS:
        raise PackageError(Errors.SC816.format(what=what, found="sizes of too large a network"))
    return {name: (tensor.dtype, tuple(tensor.shape)) for name, tensor in state.items()}


def _compare(what: str, found: Facts, expected: Facts) -> bool:
    """RETURNS (bool): Whether the types are the same too, not only both numbers of one kind."""
    names = found.keys() | expected.keys()
    different = sorted(name for name in names if not _fits(found.get(name), expected.get(name)))
    if different:
        first = different[0].encode("unicode_escape").decode()[:80]
        message = Errors.SC817.format(what=what, n=len(different), first=first)
        raise PackageError(message)
    return found == expected


def _fits(found: Fact | None, expected: Fact | None) -> bool:
    if found is None or expected is None or found[0] is None or expected[0] is None:
        return False
    return found[1] == expected[1] and found[0].is_floating_point == expected[0].is_floating_point
