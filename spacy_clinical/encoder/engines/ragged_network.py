"""An encoder that computes nothing for padding.

Linear layers and norms don't care which window a piece stands in, so the pieces of all windows go
through them one below the other; attention alone goes window by window, and needs no mask.
"""

from itertools import groupby
from types import SimpleNamespace
from typing import Any

import torch

from ..adapters import share_parameters
from .fused_layers import Windows, fuse_layers
from .packed_linear import DTYPES, pack_linears

LIMITS = {"float32": 1e-5, "bfloat16": 0.05}  # of the mean difference, over the mean of what is so


class RaggedNetwork(torch.nn.Module):
    """An encoder laid out as BERT's, whose layers take pieces of many windows.

    network (Module): The encoder, with FusedLayer or LearningLayer. Its embeddings and layers are
        taken.
    precision (str): That of what goes from layer to layer.
    """

    def __init__(self, network: Any, precision: str):
        super().__init__()
        self.embeddings, self.layers = network.embeddings, network.encoder.layer
        self.dtype = DTYPES[precision]

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> SimpleNamespace:
        """Encode padded windows.

        input_ids (Tensor): Shape (n_windows, length).
        attention_mask (Tensor): 1 for a window's pieces, which begin its row, and 0 for padding.
        RETURNS (SimpleNamespace): `last_hidden_state`, of the layers' precision and with zeros for
            padding, shape (n_windows, length, width).
        """
        with torch.autocast(input_ids.device.type, enabled=False):
            embedded = self.embeddings(input_ids=input_ids).flatten(0, 1)
            inside = attention_mask.flatten().nonzero().squeeze(1)
            pieces = _fill_up(embedded[inside].to(self.dtype))
            windows = _find_windows(attention_mask.sum(1).tolist())
            for layer in self.layers:
                pieces = layer(pieces, windows)
            padded = pieces.new_zeros(len(embedded), pieces.shape[1])
            padded[inside] = pieces[: len(inside)]
        return SimpleNamespace(last_hidden_state=padded.unflatten(0, input_ids.shape))


def pack_network(network: Any, precision: str) -> Any:
    """Build a network for predictions.

    network (Module): An encoder without adapters. It stays as it is.
    precision (str): "float32" or "bfloat16".
    RETURNS (Module): One that shares all parameters but those of linear layers: a RaggedNetwork
        where the encoder is laid out as BERT is, else one with packed linear layers; the network
        itself where this machine or this torch can't pack, or would give other products.
    """
    try:
        ragged = _fuse(network, precision)
    except (AttributeError, IndexError, RuntimeError, TypeError, ValueError):  # laid out otherwise
        ragged = None
    if ragged is not None:
        return ragged
    packed = share_parameters(network)
    return packed if pack_linears(packed, precision) else network


def _fuse(network: Any, precision: str) -> RaggedNetwork | None:
    packed = share_parameters(network)
    if not fuse_layers(packed, precision):
        return None
    ragged = RaggedNetwork(packed, precision)
    return ragged if gives_the_same(network, ragged, precision) else None


def gives_the_same(network: Any, ragged: RaggedNetwork, precision: str) -> bool:
    """Compare vectors of two windows, one of which is padded.

    network (Module): Of float32, without dropout.
    ragged (RaggedNetwork): Made of it.
    precision (str): That of its products.
    RETURNS (bool): Whether they differ by no more than the precision explains.
    """
    ids, mask = torch.arange(8).reshape(2, 4), torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    with torch.no_grad():
        expected = network(input_ids=ids, attention_mask=mask).last_hidden_state[mask == 1]
        found = ragged(ids, mask).last_hidden_state[mask == 1].float()
    if found.shape != expected.shape:
        return False
    return bool((found - expected).abs().mean() <= LIMITS[precision] * expected.abs().mean())


def _find_windows(lengths: list[int]) -> Windows:
    """RETURNS (Windows): Those that follow one another and have one length, together."""
    windows, start = [], 0
    for length, group in groupby(lengths):
        count = sum(1 for _ in group)
        windows.append((slice(start, start + count * length), count, length))
        start += count * length
    return windows


def _fill_up(pieces: torch.Tensor) -> torch.Tensor:
    """Add rows of zeros up to one of few sizes, an eighth of the rows at most: oneDNN makes a
    program for each size, which in bfloat16 takes a third of a batch's time.
    """
    step = max(32, (1 << len(pieces).bit_length() - 1) // 8)
    missing = -len(pieces) % step
    return torch.nn.functional.pad(pieces, (0, 0, 0, missing))
