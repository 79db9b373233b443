"""An encoder as its files have it, before any training: read once, lent to whoever adapts it."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from weakref import WeakValueDictionary

import torch

from ..errors import EncoderError, Errors
from .adapters import share_parameters
from .bert import take_bert
from .vocabulary import Vocabulary, make_vocabulary
from .weights import read_backend

# Bases that some pipeline of this process holds, by source and overrides.
_SHARED: "WeakValueDictionary[tuple[str, str], BaseEncoder]" = WeakValueDictionary()


@dataclass(eq=False)
class BaseEncoder:
    """A network and its vocabulary.

    network (Module): Ours, or Hugging Face's where it is laid out otherwise than BERT.
    vocabulary (Vocabulary): Of its tokenizer.
    digest (str): Of its weights, in hexadecimal; empty until `share_base` has lent it.
    """

    network: Any
    vocabulary: Vocabulary
    digest: str = ""

    def lend(self) -> Any:
        """RETURNS (Module): A network of the same tensors, to put adapters in."""
        return share_parameters(self.network)

    def __deepcopy__(self, memo: dict[int, Any]) -> "BaseEncoder":
        return self


def load_base(source: str, overrides: dict[str, Any]) -> BaseEncoder:
    """Read network and tokenizer from a folder, or by a name of the hub.

    source (str): As `EncoderWeights.locate` returns it.
    overrides (dict[str, Any]): Changes to the network's own configuration.
    RETURNS (BaseEncoder): Raises EncoderError where the files can't be read, or lack weights.
    """
    from transformers import AutoModel, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(source, use_fast=True)
        network, report = AutoModel.from_pretrained(source, output_loading_info=True, **overrides)
    except Exception as error:  # each library below has its own for a damaged file
        raise EncoderError(Errors.SC203.format(source=source, error=error)) from error
    backend = read_backend(tokenizer, source)
    missing = [name for name in report["missing_keys"] if "pooler" not in name]
    if missing:
        message = Errors.SC208.format(source=source, count=len(missing), first=missing[0])
        raise EncoderError(message)
    vocabulary = make_vocabulary(tokenizer, backend, network)
    return BaseEncoder(take_bert(network.float()), vocabulary)


def share_base(source: str, overrides: dict[str, Any]) -> BaseEncoder:
    """Read a base, or take the one that another pipeline of this process holds.

    source (str): As for `load_base`.
    overrides (dict[str, Any]): Likewise.
    RETURNS (BaseEncoder): Frozen, with its digest.
    """
    key = (source, json.dumps(overrides, sort_keys=True))
    base = _SHARED.get(key)
    if base is None:
        base = load_base(source, overrides)
        base.network.requires_grad_(False)
        base.digest = _digest(base.network)
        _SHARED[key] = base
    return base


def _digest(network: torch.nn.Module) -> str:
    """A digest of names, shapes and values. A pooler isn't used, and is new each time where the
    files have none."""
    digest = blake2b(digest_size=16)
    for name, tensor in sorted(network.state_dict().items()):
        if "pooler" not in name:
            digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
            digest.update(tensor.detach().cpu().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()
